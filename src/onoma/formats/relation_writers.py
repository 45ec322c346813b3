"""Relations in files of their own, a row each: tab-separated values and Parquet."""

from __future__ import annotations

from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from onoma.formats.capacity import unheld
from onoma.formats.losses import Losses
from onoma.formats.relation_rows import SCHEMA, plain, relation_pairs, relation_row
from onoma.formats.tsv import tsv_line
from onoma.types import AnnotatedDocument

COLUMNS: tuple[str, ...] = tuple(
    name for name in SCHEMA.names if name not in ("trigger_span", "evidence")
)
"""The columns of the tab-separated form: those of ``relation_rows.SCHEMA`` that are no lists."""
_GROUP = 1 << 14  # relations in a row group


class RelationTsvWriter:
    """Writes a head line and a row per relation; its passage is the surest one."""

    def __init__(self, stream: BinaryIO, explain: bool = False) -> None:
        """Write to this byte stream; the columns do not change with ``explain``."""
        self.losses = Losses()
        self._stream = stream

    def begin(self) -> None:
        """Write the column names."""
        self._stream.write(tsv_line(*COLUMNS))

    def write(self, document: AnnotatedDocument) -> None:
        """Write the document's relations."""
        self.losses.update(unheld(document, "relations-tsv"))
        for pair in relation_pairs(document):
            row = relation_row(document, *pair)
            self._stream.write(tsv_line(*(_cell(row[name]) for name in COLUMNS)))

    def end(self) -> None:
        """Write nothing: the format has no foot."""


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4f}" if isinstance(value, float) else value


class RelationParquetWriter:
    """Writes relations with the columns of ``relation_rows.SCHEMA``."""

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
        """Take the document's relations; they are written with those of others."""
        self.losses.update(unheld(document, "relations-parquet"))
        self._rows += [
            {name: plain(value) for name, value in relation_row(document, *pair).items()}
            for pair in relation_pairs(document)
        ]
        if len(self._rows) >= _GROUP:
            self._flush()

    def end(self) -> None:
        """Write the last relations and the file's foot; the stream stays open."""
        self._flush()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _flush(self) -> None:
        if self._rows and self._file is not None:
            self._file.write_table(pa.Table.from_pylist(self._rows, schema=SCHEMA))
        self._rows = []
