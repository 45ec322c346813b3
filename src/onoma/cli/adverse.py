"""``onoma adverse``: drugs and what they are said to have caused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from onoma.cli.app import EXIT_FAILED, say
from onoma.cli.extracted import RowWriter, format_of, output_options, rich_table
from onoma.cli.options import project_option, vocab_option
from onoma.extract.adverse import HEAD, LEAST, AdverseEffects, make_reader, plain_cells, record
from onoma.formats.inputs import read_documents
from onoma.formats.resume import plain_output

if TYPE_CHECKING:
    from rich.table import Table


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@output_options
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    default=LEAST,
    show_default=True,
    help="The chance from which on a pair counts.",
)
@vocab_option
@project_option
def command(
    paths: tuple[str, ...],
    *,
    source_format: str | None,
    target_format: str | None,
    output: Path | None,
    least: float,
    vocab: str,
    project: str | None,
) -> int:
    """Write the drugs of texts with the adverse effects that they are said to have had.

    PATHS are files or folders of documents, - is standard input. A row a pair, with the places of
    both, their concepts and the chance that the text tells of harm.

    \b
    onoma adverse reports/ -o harm.csv
    echo "Fatal agranulocytosis after clozapine." | onoma adverse -
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    target = format_of(target_format, output)
    reader = make_reader(vocab, project=project)
    failed = 0
    with plain_output(output, None) as place:
        writer = RowWriter(place.stream, target, HEAD)
        for one in reader.read(read_documents(paths, format=source_format), least=least):
            if one.error is not None:
                failed += 1
                say(f"{one.error.id}: {one.error.code}: {one.error.message}")
                continue
            name = one.document.id
            writer.write(
                (plain_cells(name, pair) for pair in one.pairs),
                (record(name, pair) for pair in one.pairs),
                lambda one=one: _shown(one),  # type: ignore[misc]  # a default binds it
            )
    return EXIT_FAILED if failed else 0


def _shown(one: AdverseEffects) -> Table:
    names = ("drug", "drug code", "effect", "effect code", "label", "chance")
    lines = [
        [p.drug.text, p.drug.curie or "", p.effect.text, p.effect.curie or "",
         p.effect.label or "", f"{p.score:.2f}"]
        for p in one.pairs
    ]  # fmt: skip
    return rich_table(one.document.id, names, lines)
