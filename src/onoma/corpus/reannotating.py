"""A corpus annotated anew: by another version of the vocabulary, or by other settings.

Segment by segment: the documents stay, the mentions are found anew, each segment is a commit. A
killed run is gone on with by calling it again. Documents that brought their own annotations keep
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from onoma.corpus.adding import Plan
from onoma.corpus.committing import commit_manifest
from onoma.corpus.locking import write_lock
from onoma.corpus.log import Log
from onoma.corpus.manifest import Segment
from onoma.corpus.records import document_of_row
from onoma.corpus.schema import MENTIONS
from onoma.corpus.segments import group_keys, keys_of, read_table, with_heads, write_mentions
from onoma.corpus.sweeping import sweep
from onoma.pipeline import Pipeline
from onoma.pipeline.pipeline import in_batches
from onoma.types import Document, Fields

READ_AHEAD = 4096  # documents held as objects at a time


def reannotate(
    corpus: Log,
    pipeline: Pipeline | None = None,
    *,
    plan: Plan | None = None,
    watch: Callable[[int], None] | None = None,
) -> int:
    """Annotate what was annotated otherwise; return the number of documents done.

    ``pipeline``: by the corpus's own settings unless given; ``watch`` is told after each segment
    how many documents are done.
    """
    plan = plan or Plan()
    with write_lock(corpus.folder, wait=plan.wait, say=plan.say):
        corpus.refresh()
        sweep(corpus)
        pipeline = pipeline or corpus.pipeline()
        kernel = corpus.manifest.settings.kernel
        settings = replace(pipeline.settings, kernel=kernel)
        wanted = replace(corpus.manifest, settings=settings, store=pipeline.store.version)
        if wanted != corpus.manifest:
            commit_manifest(corpus, wanted.with_segments(wanted.segments))
        done = 0
        for segment in wanted.segments:
            if segment.recipe != wanted.recipe:
                renew(corpus, segment, pipeline, processes=plan.processes)
                done += segment.rows
                if watch is not None:
                    watch(done)
        return done


def renew(
    corpus: Log, segment: Segment, pipeline: Pipeline, *, processes: int = 1, keep: bool = True
) -> Segment:
    """Find a segment's mentions anew and commit it so (the caller holds the lock).

    ``keep``: the annotations that documents brought along stay.
    """
    corpus.check(segment, "documents", "heads")
    documents = read_table(corpus.data / segment.files["documents"].name)
    kept = _brought(corpus, segment) if keep else MENTIONS.empty_table()
    mentions, models = find_anew(documents, kept, pipeline, processes=processes)
    manifest = corpus.manifest
    number = manifest.next_segment
    cuts = [first for first, _ in group_keys(corpus.data / segment.files["documents"].name)]
    made = write_mentions(corpus.data, number, mentions, cuts)
    fresh = replace(
        segment,
        number=number,
        mentions=len(mentions),
        store=pipeline.store.version,
        models=models,
        recipe=manifest.recipe,
        files=segment.files | {"mentions": made},
    )
    heads = read_table(corpus.data / segment.files["heads"].name)
    fresh = with_heads(corpus.data, fresh, heads.replace_schema_metadata(None))
    segments = [fresh if one == segment else one for one in manifest.segments]
    generation = manifest.generation + 1
    commit_manifest(
        corpus, manifest.with_segments(segments, next_segment=number + 1, generation=generation)
    )
    corpus.note(fresh)
    for kind in ("mentions", "heads"):
        (corpus.data / segment.files[kind].name).unlink(missing_ok=True)
    return fresh


def _brought(corpus: Log, segment: Segment) -> pa.Table:
    """Return the mentions that documents brought along."""
    corpus.check(segment, "mentions")
    table = read_table(corpus.data / segment.files["mentions"].name)
    own = np.array(table.column("found_by").to_pylist(), dtype=object) == "gold"
    keys = np.unique(keys_of(table)[own])
    return table.filter(pa.array(np.isin(keys_of(table), keys)))


def find_anew(
    documents: pa.Table, kept: pa.Table, pipeline: Pipeline, *, processes: int = 1
) -> tuple[pa.Table, Fields]:
    """Return the mentions of rows of documents (those with mentions ``kept`` left out)."""
    brought = set(keys_of(kept).tolist())
    keys: list[int] = []
    models: dict[tuple[str, str], None] = {}
    sizes: list[int] = []

    def batches() -> Iterator[Sequence[Document]]:
        for batch in in_batches(_documents(documents, brought, keys), pipeline.batch_characters):
            sizes.append(len(batch))
            yield batch

    parts, done = [kept.cast(MENTIONS)], 0
    for place, found in enumerate(pipeline.find(batches(), processes=processes)):
        own = np.array(keys[done : done + sizes[place]], np.uint64)
        done += sizes[place]
        rows = found.mentions.column("row").to_numpy()
        columns = [pa.array(own[rows]), *found.mentions.columns[1:]]
        parts.append(pa.table(dict(zip(MENTIONS.names, columns, strict=True)), schema=MENTIONS))
        models.update(dict.fromkeys(found.models))
    table = pa.concat_tables(parts)
    order = np.argsort(keys_of(table), kind="stable")
    return table.take(pa.array(order)), tuple(models)


def _documents(rows: pa.Table, brought: set[int], keys: list[int]) -> Iterator[Document]:
    """Yield the documents to annotate; their keys are appended to ``keys``."""
    for chunk in rows.to_batches(max_chunksize=READ_AHEAD):
        for row in chunk.to_pylist():
            if not row["removed"] and row["error"] is None and row["key"] not in brought:
                keys.append(row["key"])
                yield document_of_row(row)
