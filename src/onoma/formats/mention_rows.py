"""The columns of a table of mentions, as Arrow and Parquet have them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from onoma.errors import ExtraMissing
from onoma.types import AnnotatedDocument, Mention, mention_record

try:
    import pyarrow as pa
except ImportError as error:
    raise ExtraMissing("arrow", "a Parquet file or Arrow table") from error

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("spans", pa.list_(pa.list_(pa.int64(), 2))),
        ("text", pa.string()),
        ("type", pa.dictionary(pa.int8(), pa.string())),
        ("curie", pa.string()),
        ("label", pa.string()),
        ("score", pa.float32()),
        ("found_by", pa.dictionary(pa.int8(), pa.string())),
        ("assertion", pa.string()),
        ("alternatives", pa.list_(pa.string())),
        ("name", pa.string()),
        ("scope", pa.dictionary(pa.int8(), pa.string())),
    ],
    metadata={"schema": "1"},
)
"""One row a mention; the same fields as in the JSON lines."""


def table_of(documents: Iterable[AnnotatedDocument]) -> pa.Table:
    """Return the mentions of documents as a table."""
    rows = [mention_row(one.id, mention) for one in documents for mention in one.mentions]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def mention_row(document_id: str, mention: Mention) -> dict[str, Any]:
    """Return a mention's cells; a lone surrogate, which UTF-8 has not, becomes a question mark."""
    row = mention_record(mention) | {"id": document_id, "score": mention.score}
    return {key: _utf8(value) if isinstance(value, str) else value for key, value in row.items()}


def _utf8(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
