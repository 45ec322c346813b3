"""``onoma medications``: medication tables out of texts."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from onoma.cli.app import EXIT_FAILED, say
from onoma.cli.options import ids_option, project_option, vocab_option
from onoma.extract.medications import make_reader
from onoma.extract.rows import HEAD, MedicationTable, plain_cells, record
from onoma.formats.delimited import write_row
from onoma.formats.inputs import read_documents
from onoma.formats.jsonl import encode_record
from onoma.formats.output import encode_text
from onoma.formats.resume import plain_output
from onoma.formats.tsv import tsv_line

if TYPE_CHECKING:
    from rich.table import Table

FORMATS = ("table", "csv", "tsv", "jsonl")
WIDTH = 120  # of a table that no terminal shows
_ENDINGS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".txt": "table"}
_SHOWN = ("drug", "strength", "dose", "route", "form", "frequency", "duration", "reason", "status")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@click.option("--from", "source_format", metavar="FORMAT", help="Input format (else recognised).")
@click.option(
    "--to",
    "target_format",
    type=click.Choice(FORMATS),
    help="Output format (else by -o's extension; table on a terminal, jsonl in a pipe).",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write here.")
@ids_option
@vocab_option
@project_option
@click.option("--tagger", metavar="DIR", help="A tagger whose head 'drug' finds medicines as well.")
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
    target = target_format or _format_of(output)
    reader = make_reader(vocab, **more)
    failed = 0
    with plain_output(output, None) as place:
        write = _WRITERS[target](place.stream)
        for table in reader.read(read_documents(paths, format=source_format)):
            if table.error is not None:
                failed += 1
                say(f"{table.error.id}: {table.error.code}: {table.error.message}")
                continue
            write(table)
    return EXIT_FAILED if failed else 0


def _format_of(output: Path | None) -> str:
    if output is None:
        return "table" if sys.stdout.isatty() else "jsonl"
    if output.suffix not in _ENDINGS:
        known = " ".join(_ENDINGS)
        raise click.UsageError(f"{output}: the extension names no format ({known}); add --to")
    return _ENDINGS[output.suffix]


class _Jsonl:
    """One object a row."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def __call__(self, table: MedicationTable) -> None:
        self._stream.writelines(encode_record(record(table.document.id, row)) for row in table)


class _Tsv:
    """Tab-separated values under one head line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        stream.write(tsv_line(*HEAD))

    def __call__(self, table: MedicationTable) -> None:
        for row in table:
            self._stream.write(tsv_line(*plain_cells(table.document.id, row)))


class _Csv:
    """Comma-separated values under one head line, for spreadsheets."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        stream.write(encode_text(write_row(HEAD)))

    def __call__(self, table: MedicationTable) -> None:
        for row in table:
            self._stream.write(encode_text(write_row(plain_cells(table.document.id, row))))


class _Pretty:
    """A table a document, as wide as the terminal; columns without a cell are left out."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def __call__(self, table: MedicationTable) -> None:
        from io import StringIO

        from rich.console import Console

        shown = StringIO()
        is_terminal = self._stream.isatty()
        width = shutil.get_terminal_size().columns if is_terminal else WIDTH
        Console(file=shown, force_terminal=is_terminal, width=width).print(_rich(table))
        self._stream.write(encode_text(shown.getvalue()))


def _rich(table: MedicationTable) -> Table:
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    lines = [
        {"drug": row.text, **{k: c.text for k, c in row.parts()}, "status": row.status}
        for row in table
    ]
    names = [name for name in _SHOWN if name == "drug" or any(line.get(name) for line in lines)]
    out = Table(
        title=Text(table.document.id), title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0)
    )
    for name in names:
        words = [name, *(word for line in lines for word in line.get(name, "").split())]
        out.add_column(name, overflow="fold", min_width=min(max(map(len, words)), 16))
    out.add_column("code", no_wrap=True)
    for row, line in zip(table, lines, strict=True):
        code = row.codes[0] if row.codes else row.curie or ""
        cells = [" ".join(line.get(name, "").split()) for name in names]
        out.add_row(*(Text(cell) for cell in (*cells, code)))
    return out


_WRITERS: dict[str, Callable[[BinaryIO], Callable[[MedicationTable], None]]] = {
    "jsonl": _Jsonl,
    "tsv": _Tsv,
    "csv": _Csv,
    "table": _Pretty,
}
