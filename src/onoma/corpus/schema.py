"""The columns of the log: documents, mentions, relations, and the heads that stand for documents.

``key`` is a document's place in the log, from 1, never used twice. A document that was removed
leaves a tombstone: a row with its id alone and ``removed``. One that could not be read is a row
with ``error``.
"""

from __future__ import annotations

import pyarrow as pa

from onoma.formats.mention_rows import SCHEMA as MENTION_ROWS
from onoma.pipeline.found import FIELDS, RELATED

PASSAGES = pa.list_(
    pa.struct(
        [("start", pa.int64()), ("end", pa.int64()), ("kind", pa.string()), ("metadata", FIELDS)]
    )
)
ERROR = pa.struct(
    [
        ("code", pa.string()),
        ("message", pa.string()),
        ("hint", pa.string()),
        ("offset", pa.int64()),
    ]
)

DOCUMENTS = pa.schema(
    [
        ("key", pa.uint64()),
        ("id", pa.string()),
        ("text", pa.string()),
        ("passages", PASSAGES),
        ("date", pa.string()),
        ("year", pa.int16()),
        ("language", pa.string()),
        ("source", pa.string()),
        ("metadata", FIELDS),
        ("text_hash", pa.uint64()),
        ("removed", pa.bool_()),
        ("error", ERROR),
        ("twin", pa.uint64()),
        ("twin_score", pa.float32()),
        ("twin_by", pa.string()),
    ]
)
"""A row a document. ``metadata`` are the source's own words; ``twin`` is the key of an earlier
document that this one doubles, by ``doi``, ``pmid``, ``pmcid`` or ``text`` (``twin_score``: the
share of their word triples that they have in common, estimated; 1 for an identifier)."""

MENTIONS = pa.schema(
    [
        ("key", pa.uint64()),
        *(MENTION_ROWS.field(name) for name in MENTION_ROWS.names if name != "id"),
        ("axes", pa.uint8()),
    ]
)
"""A row a mention, in the order of the documents and of the text: the key and the columns of
``formats.mention_rows``; ``axes`` packs the assertion (see ``rows.pack_axes``)."""

RELATIONS = pa.schema([("key", pa.uint64()), *(one for one in RELATED if one.name != "row")])
"""A row a statement: subject and object are CURIEs, or ``T`` and the place of a mention without a
concept; ``start`` and ``end`` bound the passage that states it best, ``evidence`` has the others.
The columns are those of ``formats.relation_schema`` and ``metadata``, what a reader or a file says
besides (``agreement``, Biolink's qualifiers). Format 1 had no more than ends, types, place and
``found_by``, the first files of format 2 no ``metadata``; what is missing in a file is null."""


def as_relations(table: pa.Table) -> pa.Table:
    """Return relations of any format with the columns of this one."""
    if table.schema.equals(RELATIONS):
        return table
    size = len(table)
    columns = [
        table.column(one.name).cast(one.type) if one.name in table.column_names
        else pa.nulls(size, one.type)
        for one in RELATIONS
    ]  # fmt: skip
    return pa.table(dict(zip(RELATIONS.names, columns, strict=True)), schema=RELATIONS)


SIGNATURE = 64
HEADS = pa.schema(
    [
        ("key", pa.uint64()),
        ("id", pa.string()),
        ("text_hash", pa.uint64()),
        ("record_hash", pa.uint64()),
        ("removed", pa.bool_()),
        ("failed", pa.bool_()),
        ("version", pa.int16()),
        ("year", pa.int16()),
        ("twin", pa.uint64()),
        ("identifiers", pa.list_(pa.uint64())),
        ("signature", pa.binary(SIGNATURE)),
    ]
)
"""What the writer and ``live`` need of each row, apart from the texts: small, and the list of ids
that says what is lost where a file of documents is damaged. ``record_hash`` is over all that the
source says; a tombstone keeps those of the document that it removes."""
