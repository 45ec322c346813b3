"""Parquet: documents in, a row each; mentions out, a row each.

In: the columns of ``named_columns`` (``id``, ``text`` or ``title`` and ``abstract``, ``date``,
``language``); others become metadata where they hold plain values. Out: the columns of the JSON
lines, as ``Pipeline.annotate_table`` gives them; a document without mentions leaves no row.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from onoma.errors import BadFile, ExtraMissing
from onoma.formats.capacity import unheld
from onoma.formats.losses import Losses
from onoma.formats.mention_rows import SCHEMA, mention_row
from onoma.formats.named_columns import document_of_row, find_columns
from onoma.types import AnnotatedDocument, Document, FailedDocument

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:
    raise ExtraMissing("arrow", "a Parquet file or Arrow table") from error

_ROWS = 256  # documents taken from the file at a time
_GROUP = 1 << 14  # mentions in a row group
_LARGEST = 1 << 32  # bytes of a file
_CHUNK = 1 << 20


def read_parquet(
    stream: BinaryIO, name: str, *, text: str = "", id: str = ""
) -> Iterator[Document | FailedDocument]:
    """Yield a document per row; ``text`` and ``id`` name their columns where the names are others.

    The bytes go to a temporary file, as the format is read from its end.
    Raises: BadFile: not Parquet, damaged, or without a column of texts.
    """
    with tempfile.TemporaryFile() as file:
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > _LARGEST:
                raise BadFile(f"{name}: more than {_LARGEST >> 30} GB", hint="split the file")
            file.write(chunk)
        file.seek(0)
        try:
            yield from _rows(pq.ParquetFile(file), name, text=text, id=id)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            words = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise BadFile(
                f"{name}: not a sound Parquet file ({words})",
                hint="write it again; the row groups before the damage are read",
            ) from error


def parquet_columns(path: Path) -> set[str]:
    """Return the names of a file's columns, none where it is not sound."""
    try:
        return set(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        return set()


def parquet_rows(path: Path, name: str, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the cells of each row of a file.

    Raises: BadFile: it is damaged; the rows before the damage come first.
    """
    try:
        with path.open("rb") as file:
            table = pq.ParquetFile(file)
            for batch in table.iter_batches(batch_size=_GROUP, columns=list(columns)):
                yield from batch.to_pylist()
    except pa.ArrowException as error:
        raise BadFile(f"{name}: {error}") from error


def _rows(file: pq.ParquetFile, name: str, *, text: str, id: str) -> Iterator[Document]:
    """Yield the documents of an open file."""
    schema = file.schema_arrow
    plain = [field.name for field in schema if _is_plain(field.type)]
    columns = find_columns(plain, source=name, text=text, id=id)
    number = 0
    for batch in file.iter_batches(batch_size=_ROWS, columns=plain):
        for row in batch.to_pylist():
            number += 1
            cells = {key: _cell(value) for key, value in row.items()}
            yield document_of_row(cells, columns, default_id=f"{name}:{number}", source=name)


def _is_plain(kind: pa.DataType) -> bool:
    """Say whether values of this type can be written as a few words."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return not (pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_null(kind))


def _cell(value: Any) -> str | None:
    return None if value is None else str(value)


class ParquetWriter:
    """Writes mentions with the columns of SCHEMA, a row group for about 16,000 of them."""

    def __init__(self, stream: BinaryIO, explain: bool = False) -> None:
        """Write to this byte stream; the columns do not change with ``explain``."""
        self.losses = Losses()
        self._stream = stream
        self._rows: list[dict[str, Any]] = []
        self._file: pq.ParquetWriter | None = None

    def begin(self) -> None:
        """Write the file's head."""
        self._file = pq.ParquetWriter(pa.PythonFile(self._stream, mode="w"), SCHEMA)

    def write(self, document: AnnotatedDocument) -> None:
        """Take the document's mentions; they are written with those of others."""
        self.losses.update(unheld(document, "parquet"))
        if document.error is not None:
            return
        self._rows += [mention_row(document.id, mention) for mention in document.mentions]
        if len(self._rows) >= _GROUP:
            self._flush()

    def end(self) -> None:
        """Write the last mentions and the file's foot; the stream stays open."""
        self._flush()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _flush(self) -> None:
        if self._rows and self._file is not None:
            self._file.write_table(pa.Table.from_pylist(self._rows, schema=SCHEMA))
        self._rows = []
