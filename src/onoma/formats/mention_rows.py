"""The columns of a table of mentions, as Arrow and Parquet have them."""

from __future__ import annotations

import pyarrow as pa

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
