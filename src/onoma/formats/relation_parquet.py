"""Relations in a Parquet file of their own, a row each."""

from __future__ import annotations

from typing import Any, BinaryIO

from onoma.errors import ExtraMissing
from onoma.formats.capacity import unheld
from onoma.formats.losses import Losses
from onoma.formats.relation_rows import plain, relation_pairs, relation_row
from onoma.formats.relation_schema import SCHEMA
from onoma.types import AnnotatedDocument

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:
    raise ExtraMissing("arrow", "a Parquet file or Arrow table") from error

_GROUP = 1 << 14  # relations in a row group


class RelationParquetWriter:
    """Writes relations with the columns of ``relation_schema.SCHEMA``."""

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
