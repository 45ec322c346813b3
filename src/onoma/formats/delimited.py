"""Comma-, tab-, semicolon- or bar-separated values in: a row is a document.

The first line names the columns. The text is the column ``text`` (or ``note_text``, ``content`` and
others, see ``named_columns``), or ``title`` and ``abstract``; columns that hold something else
become metadata. Quoting is RFC 4180's, line ends inside quotes included. A row that does not follow
it, or is not UTF-8, fails alone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, cast

from onoma.errors import BadFile, BadLine, NotText, OnomaError
from onoma.formats.named_columns import Columns, document_of_row, find_columns
from onoma.formats.opening import byte_order
from onoma.types import Document, FailedDocument

LONGEST = 1 << 26  # characters of a line or a cell
_DELIMITERS = ",\t;|"
_ESCAPED = re.compile("[\udc80-\udcff]")  # a byte that is not UTF-8, as it was decoded
_SPECIAL = re.compile(r"""[,"\r\n]|^\s|\s$""")
_HINT = "every row has a cell for each column; quote a cell that holds the delimiter or a quote"


def read_delimited(
    stream: BinaryIO, name: str, *, text: str = "", id: str = ""
) -> Iterator[Document | FailedDocument]:
    """Yield a document per row; ``text`` and ``id`` name their columns where the names are others.

    Raises: BadFile: no column of texts, or a line that is too long.
    """
    rows = iter_rows(stream, name)
    header = next(rows, None)
    if header is None:
        return
    if isinstance(header, FailedDocument):
        raise BadFile(header.message, hint="the first line names the columns")
    number, names = header
    columns = find_columns(names, source=name, text=text, id=id)
    for row in rows:
        if isinstance(row, FailedDocument):
            yield row
        else:
            number, cells = row
            yield _document(cells, names, columns, number=number, name=name)


def _document(
    cells: list[str], names: list[str], columns: Columns, *, number: int, name: str
) -> Document | FailedDocument:
    """Return the document of a row."""
    default = f"{name}:{number}"
    try:
        row = row_of(cells, names, number=number, source=name)
        return document_of_row(row, columns, default_id=default, source=name)
    except OnomaError as error:
        return FailedDocument(default, error.code, error.message, error.hint, source=name)


def row_of(cells: list[str], names: list[str], *, number: int, source: str) -> dict[str, str]:
    """Return a row's cells by column; empty cells may be missing at its end, or be too many.

    Raises: BadLine: it has more cells than there are columns. NotText: not UTF-8, or NUL.
    """
    while len(cells) > len(names) and not cells[-1]:
        cells.pop()
    shown = ",".join(cells)[:400]
    if len(cells) > len(names):
        words = f"{len(cells)} cells, but {len(names)} columns"
        raise BadLine(source, number, shown, words, hint=_HINT)
    for cell in cells:
        if "\0" in cell or (not cell.isascii() and _ESCAPED.search(cell)):
            raise NotText(
                f"{source}, line {number}: not valid UTF-8, or a NUL character",
                hint="save the file as UTF-8, for example: iconv -f WINDOWS-1252 -t UTF-8 FILE",
            )
    return dict(zip(names, cells, strict=False))


def iter_rows(stream: BinaryIO, name: str) -> Iterator[tuple[int, list[str]] | FailedDocument]:
    """Yield each row with the number of its first line; blank lines are passed over.

    Raises: BadFile: a line or cell that is too long. NotText: invalid UTF-16 or UTF-32.
    """
    if csv.field_size_limit() < LONGEST:
        csv.field_size_limit(LONGEST)  # the module's own limit is shorter than a clinical note
    lines = _lines(stream, name)
    first = next(lines, "")
    delimiter = max(_DELIMITERS, key=lambda sign: (first.count(sign), -_DELIMITERS.index(sign)))
    counted = _Counted(first, lines)
    reader = csv.reader(counted, delimiter=delimiter, strict=True)
    while True:
        number = counted.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "limit" in str(error):
                raise BadFile(
                    f"{name}: the cell from line {number} is longer than {LONGEST >> 20} million "
                    "characters",
                    hint="is a quotation mark not closed?",
                ) from error
            yield FailedDocument(
                f"{name}:{number}",
                BadLine.code,
                f"{name}, line {number}: {error}",
                "double the quotation marks inside a quoted cell, and close it",
                source=name,
            )
            continue
        if cells:
            yield number, cells


class _Counted:
    """The lines of a file, counted as they are taken."""

    def __init__(self, first: str, rest: Iterator[str]) -> None:
        self.number = 0
        self._first = first
        self._rest = rest

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._first or next(self._rest)
        self._first = ""
        self.number += 1
        return line


def _lines(stream: BinaryIO, name: str) -> Iterator[str]:
    """Yield the lines of a stream with their ends, none longer than LONGEST."""
    mark, encoding = byte_order(cast(io.BufferedReader, stream).peek(4)[:4])
    stream.read(len(mark))
    errors = "surrogateescape" if encoding == "utf-8" else "strict"
    wrapper = io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="\n")
    try:
        while line := wrapper.readline(LONGEST):
            if len(line) == LONGEST and not line.endswith("\n"):
                raise BadFile(f"{name}: a line of more than {LONGEST >> 20} million characters",
                              hint="is this a table?")  # fmt: skip
            yield line
    except UnicodeDecodeError as error:
        raise NotText(
            f"{name}: not valid {encoding}, as its byte-order mark says: {error.reason}",
            hint="convert the file to UTF-8",
        ) from error
    finally:
        if not stream.closed:  # or the caller has done with it before us
            wrapper.detach()


def write_row(cells: Sequence[object]) -> str:
    """Return cells as one line of comma-separated values; None is empty.

    The csv module leaves a carriage return unquoted where lines end with a line feed alone.

    >>> write_row(["a", None, "b, c", 1]).rstrip()
    'a,,"b, c",1'
    """
    return ",".join(map(_quoted, cells)) + "\n"


def _quoted(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return '"' + text.replace('"', '""') + '"' if _SPECIAL.search(text) else text
