"""``onoma vocab add``: a file, a folder or an add-on becomes a vocabulary."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from onoma.cli.options import types_of_concepts_option
from onoma.ontology.adding import add_vocabulary
from onoma.ontology.building import Built, Choices
from onoma.ontology.reading import MOST_KEPT
from onoma.types import Concept

SAID_KINDS = 8  # kinds of what was set aside that are listed


@click.command("add")
@click.argument("source")
@click.option("--as", "id_", default="", metavar="ID", help="What to call it (else by the file).")
@click.option("--format", "format_", metavar="FORMAT", help="The file's format (else recognised).")
@types_of_concepts_option
@click.option("--prefix", default="", help="The prefix of ids that come without one.")
@click.option("--language", default="", metavar="CODE", help="Names of this language; all: of any.")
@click.option("--version", default="", help="Its version, if the file states none.")
@click.option("--licence", default="", help="Its licence, if the file states none.")
@click.option(
    "--wheels",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Take an add-on's packages from this folder rather than from the network.",
)
def command(
    source: str,
    *,
    id_: str,
    format_: str | None,
    types: tuple[str, ...] | None,
    prefix: str,
    language: str,
    wheels: Path | None,
    **said: str,
) -> None:
    """Add SOURCE to your vocabularies: a file, a release's folder, or an add-on's name.

    Concepts that the file gives no type get --types. What cannot be used is counted and listed in
    aside.tsv beside the vocabulary; it is never dropped in silence.

    \b
    onoma vocab add hp.obo --as hp-mine
    onoma vocab add terms.tsv --as mine --types disease --prefix ACME
    onoma vocab add unii
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    choices = Choices(
        id=id_,
        types=types or (),
        prefix=prefix.rstrip(":"),
        language=language,
        version=said["version"],
        licence=said["licence"],
    )
    built = add_vocabulary(source, choices, format=format_, wheels=wheels, watch=_counted)
    if built is None:
        click.echo("added before with the same content; nothing to do")
        return
    for line in _lines(built):
        click.echo(line)


def _lines(built: Built) -> Iterator[str]:
    """Yield what was added as lines to read."""
    id_ = built.folder.parent.name
    yield (
        f"{id_}@{built.folder.name}: {built.concepts:,} concepts, {built.names:,} names, "
        f"{built.parents:,} parents, {built.equivalents:,} mappings, {built.retired:,} retired ids"
    )
    yield "types: " + ", ".join(f"{name} {count:,}" for name, count in built.types.items())
    if built.aside:
        kinds = list(built.aside.items())
        listed = ", ".join(f"{count:,} {kind}" for kind, count in kinds[:SAID_KINDS])
        more = f", and {len(kinds) - SAID_KINDS} kinds more" if len(kinds) > SAID_KINDS else ""
        yield f"set aside: {listed}{more}"
        first = f" (the first {MOST_KEPT:,})" if sum(built.aside.values()) > MOST_KEPT else ""
        yield f"see{first}: {built.folder / 'aside.tsv'}"
    yield f"use it: onoma annotate FILE --vocab {id_}"


def _counted(concepts: Iterable[Concept]) -> Iterable[Concept]:
    """Pass concepts on; on a terminal, show how many there are so far."""
    if not sys.stderr.isatty():
        yield from concepts
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    words = TextColumn("{task.completed:,.0f} concepts read")
    columns = (SpinnerColumn(), words, TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        for number, concept in enumerate(concepts, start=1):
            if number % 1000 == 0:
                progress.update(task, completed=number)
            yield concept
