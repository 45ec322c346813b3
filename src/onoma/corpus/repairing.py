"""A damaged corpus put right: what can be saved is kept, what is lost is named.

Documents are the source of truth: mentions and heads are made again from them, indexes are dropped
and built anew. Of a damaged file of documents, the groups of rows whose pages are sound are kept
where each row is what its head says it was (the hash of all that its source said). A document that
is lost stays in the log as a row without text, so that no older version of it comes back, and its
id is named. The damaged files go to ``set-aside``.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from onoma.corpus.adding import Plan
from onoma.corpus.checking import segment_problems
from onoma.corpus.committing import commit_manifest
from onoma.corpus.derived import derived_indexes
from onoma.corpus.durable import sum_file
from onoma.corpus.folder import DATA
from onoma.corpus.heads import heads_of, is_same, lost_rows
from onoma.corpus.locking import write_lock
from onoma.corpus.log import Log
from onoma.corpus.manifest import COPY, MANIFEST, Loss, Manifest, Segment, read_manifest
from onoma.corpus.reannotating import find_anew
from onoma.corpus.schema import DOCUMENTS, MENTIONS, RELATIONS, as_relations
from onoma.corpus.segments import Made, Rows, keys_of, own_record, read_table, write_segment
from onoma.corpus.sums import Checked
from onoma.errors import BadFile, Checksum, OnomaError
from onoma.pipeline import Pipeline
from onoma.pipeline.annotator import Settings

ASIDE = "set-aside"
Damage = dict[int, set[str]]
"""The kinds of files that are damaged, by the segment's number."""


@dataclass(slots=True)
class Repaired:
    """What a repair did: ``lost`` names what it could not save."""

    manifest: str = ""  # what became of the manifest, empty where it was sound
    segments: int = 0
    mentions: int = 0  # segments whose mentions were found anew
    relations: int = 0  # segments whose relations are gone
    indexes: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    lost: list[Loss] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.manifest or self.segments or self.indexes)


def repair(folder: Path, pipeline: Pipeline | None = None, *, plan: Plan | None = None) -> Repaired:
    """Put a corpus right; ``pipeline``: by its own settings unless given.

    Raises: BadFile: neither a manifest nor a segment can be read. Busy: another process writes.
    """
    plan = plan or Plan()
    done = Repaired()
    with write_lock(folder, wait=plan.wait, say=plan.say):
        corpus = Log(folder, _manifest(folder, done))
        if done.manifest:
            commit_manifest(corpus, corpus.manifest.with_segments(corpus.manifest.segments))
        checked = Checked(folder / DATA, is_full=True)
        for segment in list(corpus.manifest.segments):
            bad = _damaged(folder / DATA, segment, checked)
            if bad:
                done.segments += 1
                _repair_segment(corpus, segment, bad, pipeline, done)
        _repair_indexes(corpus, done)
        done.lost = _without_versions(corpus, done.lost)
    return done


def _without_versions(corpus: Log, losses: Sequence[Loss]) -> list[Loss]:
    """Return the losses without the older versions of documents that are there."""
    there = set(corpus.ids()) if losses else set()
    named = [(one, tuple(id_ for id_ in one.ids if id_ not in there)) for one in losses]
    return [replace(one, ids=ids) for one, ids in named if ids or not one.ids]


def _damaged(data: Path, segment: Segment, checked: Checked) -> set[str]:
    """Return the kinds of a segment's files that are damaged."""
    names = {problem.file for problem in segment_problems(data, segment, checked)}
    return {kind for kind, one in segment.files.items() if one.name in names}


def _manifest(folder: Path, done: Repaired) -> Manifest:
    """Return the manifest, or its copy, or one made from what the segments say."""
    for name in (MANIFEST, COPY):
        try:
            manifest = read_manifest(folder, name)
        except (BadFile, Checksum, OSError):
            continue
        if name == COPY or not _is_sound(folder, COPY):
            done.manifest = "restored from its copy" if name == COPY else "its copy written anew"
        return manifest if name == MANIFEST else _with_later(folder, manifest)
    segments = _chain(folder, 0)
    if not segments:
        raise BadFile(
            f"{folder}: neither a manifest nor a segment can be read",
            hint="onoma corpus create makes a new corpus; add the documents again",
        )
    done.manifest = "made again from the segments; settings are the usual ones"
    base = Manifest(uuid.uuid4().hex, "", Settings())
    return _extended(base, segments)


def _is_sound(folder: Path, name: str) -> bool:
    try:
        read_manifest(folder, name)
    except (OnomaError, OSError):
        return False
    return True


def _with_later(folder: Path, manifest: Manifest) -> Manifest:
    """Return the copy of a manifest with the segments that were committed behind it."""
    later = _chain(folder, manifest.last, manifest.next_segment)
    return _extended(manifest, later) if later else manifest


def _extended(manifest: Manifest, later: Sequence[Segment]) -> Manifest:
    return manifest.with_segments(
        (*manifest.segments, *later),
        next_segment=max(one.number for one in later) + 1,
        next_key=later[-1].last + 1,
        store=manifest.store or later[-1].store,
    )


def _chain(folder: Path, after: int, number: int = 0) -> list[Segment]:
    """Return the segments on the disk behind a key, end to end; the newest of a place counts."""
    data = folder / DATA
    found = []
    for path in sorted(data.glob("*-heads.parquet"), reverse=True):
        record = own_record(path)
        if record is None or int(path.name.partition("-")[0]) < number:
            continue
        segment = Segment.of_record(record)
        heads = sum_file(path)
        found.append(replace(segment, files=segment.files | {"heads": heads}))
    chain: list[Segment] = []
    while found:
        fits = [one for one in found if one.first > after]
        if not fits:
            return chain
        first = min(one.first for one in fits)
        best = max((one for one in fits if one.first == first), key=lambda one: one.number)
        chain.append(best)
        after = best.last
    return chain


def _repair_segment(
    corpus: Log, segment: Segment, bad: set[str], pipeline: Pipeline | None, done: Repaired
) -> None:
    """Write a damaged segment anew of what can be saved, and commit it."""
    tables = {
        kind: read_table(corpus.data / one.name)
        for kind, one in segment.files.items()
        if kind not in bad
    }
    heads = tables.get("heads")
    documents = tables.get("documents")
    lost_here: list[Loss] = []
    if documents is None:
        documents = _saved(corpus.data / segment.files["documents"].name, heads)
        if heads is not None:
            missing = heads.filter(pa.array(~np.isin(keys_of(heads), keys_of(documents))))
            documents = _in_order(pa.concat_tables([documents, lost_rows(missing)]))
        lost_here = _losses(segment, documents, heads)
    heads = heads_of(documents, heads, _before(corpus, segment))
    manifest = corpus.manifest
    segments = list(manifest.segments)
    place = segments.index(segment)
    made = Made(segment.store, segment.models, segment.recipe)
    fresh = []
    if len(documents):
        known = keys_of(documents)
        found, again, made = _mentions(
            corpus, segment, documents, tables=tables, pipeline=pipeline, is_bad="relations" in bad
        )
        done.mentions += "mentions" not in tables
        done.relations += "relations" in bad and not len(again)
        relations = as_relations(tables.get("relations", again))
        relations = relations.filter(pa.array(np.isin(keys_of(relations), known)))
        fresh = [
            write_segment(
                corpus.data,
                Rows(documents, heads, found, relations),
                number=manifest.next_segment,
                last=segment.last,
                made=made,
            )
        ]
    segments[place : place + 1] = fresh
    commit_manifest(
        corpus,
        manifest.with_segments(
            segments,
            next_segment=manifest.next_segment + 1,
            generation=manifest.generation + 1,
            losses=(*manifest.losses, *lost_here),
            sources={} if lost_here else manifest.sources,
        ),
    )
    done.lost += lost_here
    _set_aside(corpus, segment, bad, done)


def _before(corpus: Log, segment: Segment) -> pa.Table | None:
    """Return the heads of the rows before a segment, as far as they can be read."""
    parts = []
    for one in corpus.manifest.segments:
        if one.last >= segment.first:
            break
        try:
            corpus.check(one, "heads")
            table = read_table(corpus.data / one.files["heads"].name)
        except (Checksum, OSError):
            continue
        parts.append(table.replace_schema_metadata(None))
    return pa.concat_tables(parts) if parts else None


def _saved(path: Path, heads: pa.Table | None) -> pa.Table:
    """Return the rows of a damaged file that are what they were."""
    parts = []
    if heads is not None:  # without the heads nothing tells whether a row is what it was
        try:
            with pq.ParquetFile(path, page_checksum_verification=True) as file:
                for group in range(file.num_row_groups):
                    parts += _group(file, group)
        except (pa.ArrowException, OSError, ValueError, MemoryError):
            pass  # its foot is gone; what was read stays
    table = pa.concat_tables(parts) if parts else DOCUMENTS.empty_table()
    return table if heads is None else table.filter(pa.array(is_same(table, heads)))


def _group(file: pq.ParquetFile, group: int) -> list[pa.Table]:
    try:
        return [file.read_row_group(group, use_threads=False).cast(DOCUMENTS)]
    except (pa.ArrowException, OSError, ValueError, MemoryError):
        return []


def _in_order(table: pa.Table) -> pa.Table:
    return table.take(pa.array(np.argsort(keys_of(table), kind="stable")))


def _losses(segment: Segment, documents: pa.Table, heads: pa.Table | None) -> list[Loss]:
    """Return what of a segment is lost."""
    if heads is None:
        words = "the list of ids is damaged too; some may have been removals"
        return [Loss(segment.first, segment.last, (), words)]
    errors = documents.column("error").to_pylist()
    rows = [place for place, one in enumerate(errors) if one and one["code"] == "lost"]
    if not rows:
        return []
    lost = documents.take(rows)
    keys = keys_of(lost)
    return [Loss(int(keys[0]), int(keys[-1]), tuple(lost.column("id").to_pylist()), "")]


def _mentions(
    corpus: Log,
    segment: Segment,
    documents: pa.Table,
    *,
    tables: dict[str, pa.Table],
    pipeline: Pipeline | None,
    is_bad: bool,
) -> tuple[pa.Table, pa.Table, Made]:
    """Return the mentions of the documents that are left, and relations, as far as found anew.

    They are where the mentions are damaged, or the relations (``is_bad``) and these are of ours.
    """
    mentions = tables.get("mentions")
    own = (pipeline.settings if pipeline is not None else corpus.manifest.settings).relations
    if mentions is not None and is_bad and own:
        anew = find_anew(documents, MENTIONS.empty_table(), pipeline or corpus.pipeline())
        kept = _mentions(corpus, segment, documents, tables=tables, pipeline=pipeline, is_bad=False)
        return kept[0], anew.relations, kept[2]
    if mentions is not None:
        is_there = ~documents.column("removed").to_numpy()
        known = keys_of(documents)[is_there]
        kept = mentions.filter(pa.array(np.isin(keys_of(mentions), known)))
        return kept, RELATIONS.empty_table(), Made(segment.store, segment.models, segment.recipe)
    pipeline = pipeline or corpus.pipeline()
    anew = find_anew(documents, MENTIONS.empty_table(), pipeline)
    recipe = replace(
        corpus.manifest, store=pipeline.store.version, settings=pipeline.settings
    ).recipe
    return anew.mentions, anew.relations, Made(pipeline.store.version, anew.models, recipe)


def _set_aside(corpus: Log, segment: Segment, bad: set[str], done: Repaired) -> None:
    """Move the damaged files away; the sound ones were written anew."""
    aside = corpus.folder / ASIDE
    aside.mkdir(exist_ok=True)
    for kind, one in segment.files.items():
        path = corpus.data / one.name
        if kind in bad and path.exists():
            path.replace(aside / one.name)
            done.aside.append(one.name)
        else:
            path.unlink(missing_ok=True)


def _repair_indexes(corpus: Log, done: Repaired) -> None:
    """Drop the indexes that are damaged or were made of what is no more."""
    for index in derived_indexes(corpus.indexes):
        try:
            state = index.check(is_full=True)
            is_sound = state is None or (
                (state.corpus, state.generation) == (corpus.id, corpus.generation)
                and state.watermark <= corpus.last
            )
        except (BadFile, Checksum, OSError):
            is_sound = False
        if not is_sound:
            index.drop()
            done.indexes.append(index.name)
