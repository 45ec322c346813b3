"""``onoma medications``: medication tables out of texts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onoma.cli.app import EXIT_FAILED, say
from onoma.cli.extracted import RowWriter, format_of, output_options, rich_table
from onoma.cli.options import ids_option, project_option, vocab_option
from onoma.extract.medications import make_reader
from onoma.extract.rows import HEAD, MedicationTable, plain_cells, record
from onoma.formats.inputs import read_documents
from onoma.formats.resume import plain_output

if TYPE_CHECKING:
    from rich.table import Table

_SHOWN = ("drug", "strength", "dose", "route", "form", "frequency", "duration", "reason", "status")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@output_options
@ids_option
@vocab_option
@project_option
@click.option("--tagger", metavar="DIR", help="A tagger that finds medicines too: ours, or DIR.")
def command(
    paths: tuple[str, ...],
    *,
    source_format: str | None,
    target_format: str | None,
    output: Path | None,
    vocab: str,
    **more: Any,
) -> int:
    """Write the medicines of texts as a table: dose, route, form, times, reason, status, codes.

    PATHS are files or folders of documents, - is standard input. One row a medicine and regimen (a
    taper has several); every cell has its offsets in csv, tsv and jsonl.

    \b
    onoma medications letters/ -o medicines.csv
    echo "Lisinopril 20 mg daily for hypertension." | onoma medications -
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    target = format_of(target_format, output)
    reader = make_reader(vocab, **more)
    failed = 0
    with plain_output(output, None) as place:
        writer = RowWriter(place.stream, target, HEAD)
        for table in reader.read(read_documents(paths, format=source_format)):
            if table.error is not None:
                failed += 1
                say(f"{table.error.id}: {table.error.code}: {table.error.message}")
                continue
            name = table.document.id
            writer.write(
                (plain_cells(name, row) for row in table),
                (record(name, row) for row in table),
                lambda table=table: _shown(table),  # type: ignore[misc]  # a default binds it
            )
    return EXIT_FAILED if failed else 0


def _shown(table: MedicationTable) -> Table:
    """Return a table for people; columns without a cell are left out."""
    lines = [
        {"drug": row.text, **{kind: cell.text for kind, cell in row.parts()}, "status": row.status,
         "code": row.codes[0] if row.codes else row.curie or ""}
        for row in table
    ]  # fmt: skip
    names = ["drug", *(n for n in _SHOWN[1:] if any(line.get(n) for line in lines)), "code"]
    cells = [[" ".join(line.get(name, "").split()) for name in names] for line in lines]
    return rich_table(table.document.id, names, cells)
