"""``onoma corpus info``: what a corpus holds."""

from __future__ import annotations

from collections.abc import Iterator

import click
import orjson

from onoma.cli.corpus_options import corpus_option, open_corpus, show_rows, size_words
from onoma.corpus import COUNTED, Info, count_by

SAID_TYPES = 8


@click.command("info")
@corpus_option
@click.option("--by", type=click.Choice(sorted(COUNTED)), help="Count the documents by this.")
@click.option(
    "-k", "--top", default=20, show_default=True, help="Rows of --by, at the most (0: all)."
)
@click.option("--json", "is_json", is_flag=True, help="As one JSON object.")
def command(*, name: str, by: str | None, top: int, is_json: bool) -> None:
    """Show what a corpus holds: documents, updates, errors, doubles, vocabulary, sizes, years.

    --by needs the extra library.

    \b
    onoma corpus info --corpus heart
    onoma corpus info --by concept -k 50
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    corpus = open_corpus(name)
    if by is not None:
        table = count_by(corpus, by, most=top)
        if is_json:
            click.echo(orjson.dumps(table.to_pylist()))
        else:
            show_rows(table.column_names, [list(row.values()) for row in table.to_pylist()])
        return
    info = corpus.info()
    if is_json:
        click.echo(orjson.dumps(info.to_record()))
        return
    for title, words in _lines(info):
        click.echo(f"{title:<12} {words}")


def _lines(info: Info) -> Iterator[tuple[str, str]]:
    """Yield what is said of a corpus, by its title."""
    yield "corpus", f"{info.name} ({info.folder})"
    parts = [
        f"{count:,} {words}"
        for count, words in (
            (info.updates, "older versions"),
            (info.removals, "removed"),
            (info.errors, "failed (export --errors names them)"),
            (info.duplicates, "double another (onoma corpus duplicates)"),
            (info.lost, "lost by damage (repair named them)"),
        )
        if count
    ]
    yield "documents", "; ".join([f"{info.documents:,}", *parts])
    if info.years:
        yield "years", f"{info.years[0]} to {info.years[1]}"
    yield "mentions", f"{info.mentions:,}"
    if info.types:
        named = list(info.types.items())
        more = f", {len(named) - SAID_TYPES} more" if len(named) > SAID_TYPES else ""
        listed = ", ".join(f"{kind} {count:,}" for kind, count in named[:SAID_TYPES])
        yield "types", listed + more
    if info.relations:
        yield "relations", f"{info.relations:,}"
    said = ", ".join(
        f"{key} {'+'.join(value) if isinstance(value, list) else value}"
        for key, value in info.recipe.items()
    )
    yield "found by", f"{said}; store {info.store or 'none yet'}"
    for what, which in info.models.items():
        yield "model", f"{what} {which}"
    if info.stale:
        yield "", f"{info.stale:,} documents were annotated otherwise: onoma corpus reannotate"
    text = size_words(info.characters)
    yield "size", f"{size_words(info.size)} for {text} of text, {info.segments} segments"
    for index in info.indexes:
        state = f"up to key {index.watermark:,}" if index.is_usable else "to be built anew"
        yield "index", f"{index.name}: {size_words(index.size)}, {state}"
