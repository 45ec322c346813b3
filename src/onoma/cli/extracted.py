"""Rows of an extractor as tables, for people and for programs; shared by its commands."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from onoma.formats.delimited import write_row
from onoma.formats.jsonl import encode_record
from onoma.formats.output import encode_text
from onoma.formats.tsv import tsv_line

if TYPE_CHECKING:
    from rich.table import Table

Command = TypeVar("Command", bound=Callable[..., Any])

FORMATS = ("table", "csv", "tsv", "jsonl")
WIDTH = 120  # of a table that no terminal shows
NARROWEST = 16  # characters that a column keeps for its longest word
_ENDINGS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".txt": "table"}


def output_options(function: Command) -> Command:
    """Add ``--from``, ``--to`` and ``-o``."""
    source = click.option(
        "--from", "source_format", metavar="FORMAT", help="Input format (else recognised)."
    )
    target = click.option(
        "--to",
        "target_format",
        type=click.Choice(FORMATS),
        help="Output format (else by -o's extension; table on a terminal, jsonl in a pipe).",
    )
    place = click.option("-o", "--output", type=click.Path(path_type=Path), help="Write here.")
    return source(target(place(function)))


def format_of(named: str | None, output: Path | None) -> str:
    """Return the format: the one named, the file's, or what suits the place."""
    if named is not None:
        return named
    if output is None:
        return "table" if sys.stdout.isatty() else "jsonl"
    if output.suffix not in _ENDINGS:
        known = " ".join(_ENDINGS)
        raise click.UsageError(f"{output}: the extension names no format ({known}); add --to")
    return _ENDINGS[output.suffix]


class RowWriter:
    """Writes the rows of one document after the other."""

    def __init__(self, stream: BinaryIO, target: str, head: Sequence[str]) -> None:
        """Begin in one of FORMATS; ``head`` names the columns of csv and tsv."""
        self._stream, self._target = stream, target
        self._cells([head])

    def write(
        self,
        rows: Iterable[Sequence[Any]],
        records: Iterable[Mapping[str, Any]],
        shown: Callable[[], Table],
    ) -> None:
        """Write a document: its plain rows, its objects, or the table that is made to be seen."""
        if self._target == "jsonl":
            self._stream.writelines(encode_record(dict(one)) for one in records)
        elif self._target == "table":
            self._show(shown())
        else:
            self._cells(rows)

    def _cells(self, rows: Iterable[Sequence[Any]]) -> None:
        if self._target == "tsv":
            self._stream.writelines(tsv_line(*row) for row in rows)
        elif self._target == "csv":
            self._stream.writelines(encode_text(write_row(row)) for row in rows)

    def _show(self, table: Table) -> None:
        from rich.console import Console

        is_terminal = self._stream.isatty()
        width = shutil.get_terminal_size().columns if is_terminal else WIDTH
        page = StringIO()
        Console(file=page, force_terminal=is_terminal, width=width).print(table)
        self._stream.write(encode_text(page.getvalue()))


def rich_table(title: str, names: Sequence[str], lines: Sequence[Sequence[str]]) -> Table:
    """Return a table that folds its cells; a column is as wide as its longest word, if it may."""
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    out = Table(title=Text(title), title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0))
    for place, name in enumerate(names):
        words = [name, *(word for line in lines for word in line[place].split())]
        longest = max(map(len, words))
        out.add_column(name, overflow="fold", min_width=min(longest, NARROWEST))
    for line in lines:
        out.add_row(*(Text(cell) for cell in line))
    return out
