"""A corpus annotated anew: by another version of the vocabulary, or by other settings.

Segment by segment: the documents stay, the mentions are found anew, each segment is a commit. A
killed run is gone on with by calling it again. Documents that brought their own annotations keep
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from onoma.corpus.adding import Plan, keyed
from onoma.corpus.committing import commit_manifest
from onoma.corpus.locking import write_lock
from onoma.corpus.log import Log
from onoma.corpus.manifest import Segment
from onoma.corpus.records import document_of_row
from onoma.corpus.schema import MENTIONS, RELATIONS, as_relations
from onoma.corpus.segments import (
    group_keys,
    keys_of,
    read_table,
    with_heads,
    write_mentions,
    write_relations,
)
from onoma.corpus.sweeping import sweep
from onoma.pipeline import Pipeline
from onoma.pipeline.found import GOLD
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
    anew = find_anew(documents, kept, pipeline, processes=processes)
    relations = _with_brought(corpus, segment, anew.relations, kept)
    manifest = corpus.manifest
    number = manifest.next_segment
    cuts = [first for first, _ in group_keys(corpus.data / segment.files["documents"].name)]
    files = {"mentions": write_mentions(corpus.data, number, anew.mentions, cuts)}
    if len(relations):
        files["relations"] = write_relations(corpus.data, number, relations, cuts)
    others = {kind: one for kind, one in segment.files.items() if kind != "relations"}
    fresh = replace(
        segment,
        number=number,
        mentions=len(anew.mentions),
        relations=len(relations),
        store=pipeline.store.version,
        models=anew.models,
        recipe=manifest.recipe,
        files=others | files,
    )
    heads = read_table(corpus.data / segment.files["heads"].name)
    fresh = with_heads(corpus.data, fresh, heads.replace_schema_metadata(None))
    segments = [fresh if one == segment else one for one in manifest.segments]
    generation = manifest.generation + 1
    commit_manifest(
        corpus, manifest.with_segments(segments, next_segment=number + 1, generation=generation)
    )
    corpus.note(fresh)
    for kind in ("mentions", "relations", "heads"):
        if kind in segment.files:
            (corpus.data / segment.files[kind].name).unlink(missing_ok=True)
    return fresh


def _brought(corpus: Log, segment: Segment) -> pa.Table:
    """Return the mentions that documents brought along."""
    corpus.check(segment, "mentions")
    table = read_table(corpus.data / segment.files["mentions"].name)
    own = np.array(table.column("found_by").to_pylist(), dtype=object) == "gold"
    keys = np.unique(keys_of(table)[own])
    return table.filter(pa.array(np.isin(keys_of(table), keys)))


def _with_brought(corpus: Log, segment: Segment, found: pa.Table, kept: pa.Table) -> pa.Table:
    """Return relations found anew with those of documents whose annotations are kept."""
    if "relations" not in segment.files:
        return found
    corpus.check(segment, "relations")
    old = as_relations(read_table(corpus.data / segment.files["relations"].name))
    gold = np.array(old.column("found_by").to_pylist(), dtype=object) == GOLD
    stays = gold | np.isin(keys_of(old), np.unique(keys_of(kept)))
    return _in_order(pa.concat_tables([found, old.filter(pa.array(stays))]))


@dataclass(frozen=True, slots=True)
class Anew:
    """What was found anew: mentions and relations by key, and the models that had a say."""

    mentions: pa.Table
    relations: pa.Table
    models: Fields


def find_anew(
    documents: pa.Table, kept: pa.Table, pipeline: Pipeline, *, processes: int = 1
) -> Anew:
    """Return what is in rows of documents (mentions ``kept`` stay, their documents left out)."""
    brought = set(keys_of(kept).tolist())
    keys: list[int] = []
    models: dict[tuple[str, str], None] = {}
    sizes: list[int] = []

    def batches() -> Iterator[Sequence[Document]]:
        for batch in in_batches(_documents(documents, brought, keys), pipeline.batch_characters):
            sizes.append(len(batch))
            yield batch

    parts, related, done = [kept.cast(MENTIONS)], [RELATIONS.empty_table()], 0
    for place, found in enumerate(pipeline.find(batches(), processes=processes)):
        own = np.array(keys[done : done + sizes[place]], np.uint64)
        done += sizes[place]
        parts.append(keyed(found.mentions, own, MENTIONS))
        related.append(keyed(found.relations, own, RELATIONS))
        models.update(dict.fromkeys(found.models))
    mentions, relations = (_in_order(pa.concat_tables(some)) for some in (parts, related))
    return Anew(mentions, relations, tuple(models))


def _in_order(table: pa.Table) -> pa.Table:
    return table.take(pa.array(np.argsort(keys_of(table), kind="stable")))


def _documents(rows: pa.Table, brought: set[int], keys: list[int]) -> Iterator[Document]:
    """Yield the documents to annotate; their keys are appended to ``keys``."""
    for chunk in rows.to_batches(max_chunksize=READ_AHEAD):
        for row in chunk.to_pylist():
            if not row["removed"] and row["error"] is None and row["key"] not in brought:
                keys.append(row["key"])
                yield document_of_row(row)
