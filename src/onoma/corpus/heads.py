"""The heads of rows made from the documents, and rows compared with their heads."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from onoma.corpus.records import document_of_row, failed_of_row
from onoma.corpus.rows import Item, Removal, document_of, document_table, hash_record, version_of
from onoma.corpus.schema import DOCUMENTS, HEADS
from onoma.corpus.segments import keys_of
from onoma.corpus.sketches import sketch

LOST = "lost"
PURGED = 0  # the version of a row that was emptied; a citation's own begin at 1
AT_ONCE = 4096  # rows held as objects


def item_of_row(row: dict[str, Any]) -> Item:
    """Return what was added when this row was written."""
    if row["removed"]:
        return Removal(row["id"])
    return document_of_row(row) if row["error"] is None else failed_of_row(row)


def is_same(documents: pa.Table, heads: pa.Table) -> npt.NDArray[np.bool_]:
    """Say of each row of documents whether it is what its head says that it was, by its text.

    (Its pages were sound; what else it says may have brought annotations along when it was hashed.)
    """
    known = dict(
        zip(
            heads.column("key").to_pylist(),
            zip(*(heads.column(name).to_pylist() for name in _COMPARED), strict=True),
            strict=True,
        )
    )
    said = []
    for chunk in documents.to_batches(max_chunksize=AT_ONCE):
        for row in chunk.to_pylist():
            head = known.get(row["key"])
            said.append(head is not None and _fits(row, *head))
    return np.array(said, bool)


_COMPARED = ("id", "text_hash", "record_hash", "removed", "failed")


def _fits(
    row: dict[str, Any], id: str, text_hash: int, record_hash: int, removed: bool, failed: bool
) -> bool:
    if (row["id"], row["removed"]) != (id, removed):
        return False
    if removed:
        return True
    if failed:
        return row["error"] is not None and hash_record(failed_of_row(row))[1] == record_hash
    if row["error"] is not None:
        return False
    return bool(hash_record(document_of_row(row))[0] == text_hash == row["text_hash"])


def lost_rows(heads: pa.Table) -> pa.Table:
    """Return rows that stand for lost documents: tombstones stay what they are."""
    rows = heads.to_pylist()
    error = {
        "code": LOST,
        "message": "the file that held this document was damaged",
        "hint": "add the document again",
        "offset": None,
    }
    columns = {
        "key": heads.column("key"),
        "id": heads.column("id"),
        "text_hash": pa.array([0] * len(rows), pa.uint64()),
        "twin": pa.nulls(len(rows), pa.uint64()),
        "twin_score": pa.nulls(len(rows), pa.float32()),
        "twin_by": pa.nulls(len(rows), pa.string()),
        "error": pa.array(
            [None if row["removed"] else error for row in rows], DOCUMENTS.field("error").type
        ),
    }
    return document_table([Removal(row["id"]) for row in rows], columns)


def heads_of(documents: pa.Table, heads: pa.Table | None, before: pa.Table | None) -> pa.Table:
    """Return the heads of rows of documents.

    ``heads``: those there were, if they are sound. ``before``: the heads of the rows before them;
    a tombstone takes the content of what it removed from there.
    """
    if heads is not None:
        return _adjusted(documents, heads)
    content = {} if before is None else _contents(before)
    parts = []
    for chunk in documents.to_batches(max_chunksize=AT_ONCE):
        rows = chunk.to_pylist()
        items = [item_of_row(row) for row in rows]
        hashes = []
        for row, item in zip(rows, items, strict=True):
            own = hash_record(item)[1]
            if isinstance(item, Removal):
                is_lost = row["error"] is not None
                own = 0 if is_lost else content.pop(row["id"], 0)
            elif row["error"] is None:
                content[row["id"]] = own
            hashes.append(own)
        text_hashes = [row["text_hash"] for row in rows]
        sketches = sketch([document_of(item) for item in items], text_hashes)
        columns = {name: chunk.column(name) for name in HEADS.names if name in DOCUMENTS.names}
        columns |= {
            "record_hash": pa.array(hashes, pa.uint64()),
            "failed": pa.array([r["error"] is not None and not r["removed"] for r in rows]),
            "version": pa.array([version_of(document_of(item)) for item in items], pa.int16()),
            "identifiers": sketches.identifier_lists(),
            "signature": sketches.signature_column(),
        }
        parts.append(pa.table({name: columns[name] for name in HEADS.names}, schema=HEADS))
    return pa.concat_tables(parts) if parts else HEADS.empty_table()


def _contents(heads: pa.Table) -> dict[str, int]:
    """Return the content under each id that counts."""
    found: dict[str, int] = {}
    names = ("id", "record_hash", "removed", "failed")
    for id_, digest, removed, failed in zip(
        *(heads.column(name).to_pylist() for name in names), strict=True
    ):
        if removed:
            found.pop(id_, None)
        elif not failed:
            found[id_] = digest
    return found


def _adjusted(documents: pa.Table, heads: pa.Table) -> pa.Table:
    """Return sound heads with what was lost since: a lost row counts as removed."""
    heads = heads.replace_schema_metadata(None)
    heads = heads.filter(pa.array(np.isin(keys_of(heads), keys_of(documents))))
    lost = np.array(
        [one is not None and one["code"] == LOST for one in documents.column("error").to_pylist()],
        bool,
    )
    if not lost.any():
        return heads
    columns = dict(zip(heads.column_names, heads.columns, strict=True))
    for name, value in (("record_hash", 0), ("text_hash", 0), ("removed", True), ("failed", False)):
        old = columns[name].combine_chunks()
        columns[name] = pa.compute.if_else(pa.array(lost), pa.scalar(value, old.type), old)
    for name in ("signature", "identifiers", "year"):
        old = columns[name].combine_chunks()
        empty = pa.scalar([] if name == "identifiers" else None, old.type)
        columns[name] = pa.compute.if_else(pa.array(lost), empty, old)
    return pa.table(columns, schema=HEADS)
