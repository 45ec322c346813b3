"""What was removed or replaced leaves the disk: its text, what was found in it, and the indexes.

The log keeps a row of each document that it ever held. Until it is purged, the old text of a
document that was updated or removed still stands in the files. Rows stay in their places, so that
keys keep their meaning; they are emptied down to the id and a hash of the content, by which a
removed document is known when it comes again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from onoma.corpus.adding import Plan
from onoma.corpus.committing import commit_manifest
from onoma.corpus.derived import derived_indexes
from onoma.corpus.heads import PURGED
from onoma.corpus.locking import write_lock
from onoma.corpus.log import Log
from onoma.corpus.manifest import Segment
from onoma.corpus.rows import Removal, document_table
from onoma.corpus.schema import HEADS, RELATIONS, as_relations
from onoma.corpus.segments import Made, Rows, keys_of, read_table, write_segment
from onoma.corpus.sweeping import sweep

Flags = npt.NDArray[np.bool_]


def purge(
    corpus: Log, *, plan: Plan | None = None, watch: Callable[[int], None] | None = None
) -> int:
    """Empty the rows that count no more; return how many were emptied.

    Each segment is a commit of its own: a killed run is gone on with by calling it again. Indexes
    are removed, and made anew when they are next asked for. ``watch`` is told after each segment
    how many rows are done.

    Raises: Busy: another process writes. Checksum: a file is damaged.
    """
    plan = plan or Plan()
    with write_lock(corpus.folder, wait=plan.wait, say=plan.say):
        corpus.refresh()
        sweep(corpus)
        kept = np.union1d(corpus.live(), corpus.failed_keys())
        done = 0
        for segment in corpus.manifest.segments:
            corpus.check(segment, "documents", "heads")
            documents = read_table(corpus.data / segment.files["documents"].name)
            is_over = ~np.isin(keys_of(documents), kept) & ~_is_empty(documents)
            if is_over.any():
                _rewrite(corpus, segment, documents, is_over)
                done += int(is_over.sum())
                if watch is not None:
                    watch(done)
        if done:
            for index in derived_indexes(corpus.indexes):
                index.drop()
        return done


def _is_empty(documents: pa.Table) -> Flags:
    """Say which rows hold nothing any more: tombstones, and what was purged before."""
    return np.asarray(documents.column("removed").to_numpy(), bool)


def _rewrite(corpus: Log, segment: Segment, documents: pa.Table, is_over: Flags) -> None:
    corpus.check(segment)
    files = {kind: corpus.data / one.name for kind, one in segment.files.items()}
    tables = {kind: read_table(path) for kind, path in files.items() if kind != "documents"}
    gone = keys_of(documents)[is_over]
    found = {kind: tables.get(kind, RELATIONS.empty_table()) for kind in ("mentions", "relations")}
    found["relations"] = as_relations(found["relations"])
    found = {
        kind: table.filter(pa.array(~np.isin(keys_of(table), gone)))
        for kind, table in found.items()
    }
    heads = tables["heads"].replace_schema_metadata(None)
    rows = Rows(_emptied(documents, is_over), _emptied_heads(heads, is_over), **found)
    made = Made(segment.store, segment.models, segment.recipe)
    manifest = corpus.manifest
    fresh = write_segment(
        corpus.data, rows, number=manifest.next_segment, last=segment.last, made=made
    )
    segments = [fresh if one == segment else one for one in manifest.segments]
    commit_manifest(
        corpus,
        manifest.with_segments(
            segments, next_segment=fresh.number + 1, generation=manifest.generation + 1
        ),
    )
    corpus.note(fresh)
    for path in files.values():
        path.unlink(missing_ok=True)


def _emptied(documents: pa.Table, is_over: Flags) -> pa.Table:
    """Return documents with these rows emptied down to key and id."""
    count = len(documents)
    empty = document_table(
        [Removal(one) for one in documents.column("id").to_pylist()],
        {
            "key": documents.column("key"),
            "id": documents.column("id"),
            "text_hash": pa.array(np.zeros(count, np.uint64)),
            "twin": pa.nulls(count, pa.uint64()),
            "twin_score": pa.nulls(count, pa.float32()),
            "twin_by": pa.nulls(count, pa.string()),
        },
    )
    places = np.arange(count) + np.where(is_over, count, 0)
    return pa.concat_tables([documents, empty.cast(documents.schema)]).take(pa.array(places))


def _emptied_heads(heads: pa.Table, is_over: Flags) -> pa.Table:
    """Return heads with these rows emptied down to key, id and the content's hash."""
    columns = dict(zip(heads.column_names, heads.columns, strict=True))
    values: dict[str, Any] = {
        "text_hash": 0,
        "removed": True,
        "failed": False,
        "version": PURGED,
        "year": None,
    }
    values |= {"twin": None, "identifiers": [], "signature": None}
    for name, value in values.items():
        old = columns[name].combine_chunks()
        columns[name] = pc.if_else(pa.array(is_over), pa.scalar(value, old.type), old)
    return pa.table(columns, schema=HEADS)
