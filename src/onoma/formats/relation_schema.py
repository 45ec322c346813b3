"""The columns of a table of relations, as Arrow and Parquet have them."""

from __future__ import annotations

from collections.abc import Iterable

from onoma.errors import ExtraMissing
from onoma.formats.relation_rows import plain, relation_pairs, relation_row
from onoma.types import AnnotatedDocument

try:
    import pyarrow as pa
except ImportError as error:
    raise ExtraMissing("arrow", "a Parquet file or Arrow table") from error

SPAN = pa.list_(pa.int64(), 2)
EVIDENCE = pa.list_(
    pa.struct(
        [
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("subject", SPAN),
            ("object", SPAN),
            ("score", pa.float32()),
        ]
    )
)
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("relation", pa.string()),
        ("predicate", pa.string()),
        ("subject", pa.string()),
        ("subject_label", pa.string()),
        ("subject_type", pa.string()),
        ("object", pa.string()),
        ("object_label", pa.string()),
        ("object_type", pa.string()),
        ("confidence", pa.float32()),
        ("novelty", pa.string()),
        ("factuality", pa.string()),
        ("causality", pa.string()),
        ("explicit", pa.bool_()),
        ("kind", pa.string()),
        ("trigger", pa.string()),
        ("trigger_span", SPAN),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("text", pa.string()),
        ("evidence", EVIDENCE),
        ("found_by", pa.string()),
    ],
    metadata={"schema": "1"},
)
"""One row a relation, with the names of the JSON lines; ``id`` is the document's."""


def relation_table(documents: Iterable[AnnotatedDocument]) -> pa.Table:
    """Return the relations of documents as a table."""
    rows = [
        {name: plain(value) for name, value in relation_row(one, *pair).items()}
        for one in documents
        for pair in relation_pairs(one)
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)
