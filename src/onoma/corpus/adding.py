"""Documents into the log: judged, annotated, written, committed.

A commit makes durable what was added since the last one: the files of a segment are synced, then
the manifest is replaced. ``add`` can be killed at any moment and called again with the same
documents: those that are there with the same content are passed over.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from onoma.corpus.committing import commit_manifest
from onoma.corpus.compaction import compact
from onoma.corpus.ledger import Ledger, Verdict
from onoma.corpus.locking import write_lock
from onoma.corpus.log import Log
from onoma.corpus.rows import (
    Finished,
    Item,
    Removal,
    document_of,
    document_table,
    hash_record,
    own_id,
    plain_text,
    strings,
    version_of,
)
from onoma.corpus.schema import HEADS, MENTIONS, RELATIONS
from onoma.corpus.segments import Made, Rows, write_segment
from onoma.corpus.sketches import Sketches, sketch
from onoma.corpus.sweeping import sweep
from onoma.corpus.twins import Twin, Twins
from onoma.errors import Inconsistent
from onoma.pipeline import Pipeline
from onoma.pipeline.annotator import Settings
from onoma.pipeline.found import FOUND, Found, found_of
from onoma.types import AnnotatedDocument, Document, FailedDocument

COMMIT_ROWS = 1 << 14
COMMIT_CHARACTERS = 1 << 25
COMMIT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the documents given so far; all of it is on the disk.

    ``last`` is the last key of the log. ``doubles`` are documents that double an earlier one;
    ``skipped`` those left out for it.
    """

    new: int = 0
    updated: int = 0
    failed: int = 0
    removed: int = 0
    unchanged: int = 0
    older: int = 0
    withdrawn: int = 0
    doubles: int = 0
    skipped: int = 0
    last: int = 0

    @property
    def seen(self) -> int:
        """How many documents were given, failed ones among them."""
        kept = self.new + self.updated + self.failed
        return kept + self.unchanged + self.older + self.withdrawn + self.skipped


@dataclass(frozen=True, slots=True)
class Plan:
    """How documents are added.

    ``duplicates``: ``keep`` those that double an earlier one (they are marked), or ``skip`` them.
    ``is_again`` brings back what was removed. ``wait``: seconds to wait for another writer.
    """

    duplicates: str = "keep"
    is_again: bool = False
    processes: int = 1
    wait: float = 0.0
    say: Callable[[str], None] | None = None


@dataclass(slots=True)
class _Prepared:
    """Items that become rows, in order, with what is known of each."""

    items: list[Item] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    hashes: list[tuple[int, int]] = field(default_factory=list)
    twins: list[Twin | None] = field(default_factory=list)
    sketches: Sketches | None = None
    counts: Counter[str] = field(default_factory=Counter)  # of all items seen, kept or not
    sources: dict[str, str] = field(default_factory=dict)  # files that ended


def add_documents(
    corpus: Log,
    items: Iterable[Item | str],
    *,
    pipeline: Pipeline | None = None,
    plan: Plan | None = None,
    watch: Callable[[Added], None] | None = None,
) -> Added:
    """Add documents to a corpus, annotated; return what became of them.

    ``pipeline``: the corpus's own unless given (it must be made by the same settings once there
    are documents). ``watch`` is told after each commit what is on the disk by then.
    Raises: Busy: another process writes. Inconsistent: the corpus was annotated with another
    version of the vocabulary. DiskFull: what was told to ``watch`` is kept.
    """
    plan = plan or Plan()
    with write_lock(corpus.folder, wait=plan.wait, say=plan.say):
        corpus.refresh()
        sweep(corpus)
        pipeline = fitting_pipeline(corpus, pipeline)
        writer = _Writer(corpus, pipeline, plan, watch)
        writer.run(items)
        compact(corpus)
        return writer.added


def fitting_pipeline(corpus: Log, pipeline: Pipeline | None) -> Pipeline:
    """Return the pipeline for a corpus; an empty corpus takes over the settings of one given.

    Raises: Inconsistent: its settings or vocabulary are not those that the corpus was made with.
    """
    manifest = corpus.manifest
    if pipeline is not None:
        given = replace(pipeline.settings, kernel=manifest.settings.kernel)
        if given != without_relations(manifest.settings) and given != manifest.settings:
            if manifest.segments:
                raise Inconsistent(
                    f"{corpus.name}: annotated by other settings than those asked for",
                    hint="add without them, or onoma corpus reannotate with them first",
                )
            corpus.take(replace(manifest, settings=given))
    pipeline = pipeline or corpus.pipeline()
    if not manifest.segments:
        corpus.take(replace(corpus.manifest, store=pipeline.store.version))
    elif pipeline.store.version != manifest.store:
        raise Inconsistent(
            f"{corpus.name}: annotated with the vocabulary {manifest.store}, now it is "
            f"{pipeline.store.version}",
            hint=f"onoma corpus reannotate --corpus {corpus.name}",
        )
    return pipeline


def without_relations(settings: Settings) -> Settings:
    """Return the settings of documents whose relations are not read; they may stand among others.

    Their segment says that it was made otherwise, so that ``reannotate`` reads them later.
    """
    return replace(settings, relations="", least=0.0)


def remove_documents(corpus: Log, ids: Iterable[str], *, plan: Plan | None = None) -> Added:
    """Remove the documents of these ids; return how many there were.

    Raises: Busy: another process writes. DiskFull: nothing is removed.
    """
    plan = plan or Plan()
    with write_lock(corpus.folder, wait=plan.wait, say=plan.say):
        corpus.refresh()
        sweep(corpus)
        writer = _Writer(corpus, _Finder(), plan, None)
        writer.run(Removal(id) for id in ids)
        return writer.added


class _Finder:
    """Stands for the pipeline where there is no text to read."""

    batch_characters = 1 << 20

    def find(self, batches: Iterable[Sequence[Document]], *, processes: int = 1) -> Iterator[Found]:
        """Yield nothing found for each batch."""
        return (Found(FOUND.empty_table()) for _ in batches)


class _Writer:
    """Adds to a corpus; holds the lock's rights while it lives."""

    def __init__(
        self,
        corpus: Log,
        pipeline: Pipeline | _Finder,
        plan: Plan,
        watch: Callable[[Added], None] | None,
    ) -> None:
        self.corpus = corpus
        self.pipeline = pipeline
        self.plan = plan
        self.watch = watch
        heads = corpus.heads()
        self.ledger = Ledger.of(heads)
        self.twins = Twins.of(heads)
        missing = corpus.manifest.next_key - len(self.ledger.ids)
        self.ledger.ids += [""] * missing
        self.ledger.hashes.extend([0] * missing)
        self.added = Added(last=corpus.last)
        self._parts: list[Rows] = []
        self._models: dict[tuple[str, str], None] = {}
        self._counts: Counter[str] = Counter()
        self._sources: dict[str, str] = {}
        self._rows = self._characters = 0
        self._began = time.monotonic()

    def run(self, items: Iterable[Item | str]) -> None:
        """Add items and commit as it goes."""
        under_way: deque[_Prepared] = deque()

        def documents() -> Iterator[list[Document]]:
            for prepared in self._prepared(items):
                under_way.append(prepared)
                yield [item for item in prepared.items if isinstance(item, Document)]

        for found in self.pipeline.find(documents(), processes=self.plan.processes):
            self._take(under_way.popleft(), found)
        self.commit()

    def _prepared(self, items: Iterable[Item | str]) -> Iterator[_Prepared]:
        """Yield items in batches of the size that the pipeline likes, judged."""
        most, batch, size = self.pipeline.batch_characters, [], 0
        for item in items:
            one = Document("", item) if isinstance(item, str) else item
            batch.append(one)
            size += len(document_of(one).text) + 100
            if size >= most:
                yield self._judge(batch)
                batch, size = [], 0
        if batch:
            yield self._judge(batch)

    def _judge(self, batch: Sequence[Item]) -> _Prepared:
        """Return what of a batch becomes rows."""
        kept = _Prepared()
        fresh: list[tuple[Item, str, tuple[int, int], Verdict]] = []
        waiting: set[str] = set()
        for item in batch:
            if isinstance(item, Finished):
                kept.sources[item.digest] = item.name
                continue
            id_ = self._id(item)
            if id_ in waiting:  # judged by what stands before it in the batch
                self._keep(fresh, kept)
                fresh, waiting = [], set()
            hashes = hash_record(item)
            verdict = self.ledger.judge(id_, item, hashes[1], is_again=self.plan.is_again)
            if isinstance(item, Removal):
                hashes = (0, self.ledger.content_of(id_))
            if verdict.is_kept:
                fresh.append((item, id_, hashes, verdict))
                waiting.add(id_)
            elif not isinstance(item, Removal):
                kept.counts[verdict.value] += 1
        self._keep(fresh, kept)
        return kept

    def _id(self, item: Item) -> str:
        if isinstance(item, (Removal, FailedDocument)):
            return plain_text(item.id)
        document = document_of(item)
        return plain_text(document.id) or own_id(document)

    def _keep(
        self, fresh: Sequence[tuple[Item, str, tuple[int, int], Verdict]], kept: _Prepared
    ) -> None:
        """Give items that become rows their keys, after a look for what they double."""
        if not fresh:
            return
        sketches = sketch(
            [document_of(item) for item, _, _, _ in fresh], [row[2][0] for row in fresh]
        )
        near = self.twins.near(sketches)
        keys = [0] * len(fresh)
        documents = []
        for place, (item, id_, hashes, verdict) in enumerate(fresh):
            twin = None
            if place in near:
                twin = self.twins.choose(
                    near[place], sketches, place, keys=keys, id=id_, ledger=self.ledger
                )
            if twin and verdict is Verdict.NEW and self.plan.duplicates == "skip":
                kept.counts["skipped"] += 1
                continue
            kept.counts[verdict.value] += 1
            kept.counts["doubles"] += twin is not None
            keys[place] = self.ledger.note(id_, verdict, hashes[1], version_of(document_of(item)))
            if verdict in (Verdict.NEW, Verdict.UPDATED):
                documents.append(place)
            kept.items.append(item)
            kept.ids.append(id_)
            kept.keys.append(keys[place])
            kept.hashes.append(hashes)
            kept.twins.append(twin)
        self.twins.add(sketches.take(documents), [keys[place] for place in documents])
        sketches = sketches.take([place for place, key in enumerate(keys) if key])
        kept.sketches = sketches if kept.sketches is None else kept.sketches.join(sketches)

    def _take(self, prepared: _Prepared, found: Found) -> None:
        """Take in a batch with what was found in it; commit when there is enough."""
        self._counts += prepared.counts
        self._sources |= prepared.sources
        if prepared.items:
            rows = _rows(prepared, found)
            self._parts.append(rows)
            self._models.update(dict.fromkeys(found.models))
            self._rows += len(prepared.items)
            self._characters += rows.characters
        is_late = time.monotonic() - self._began >= COMMIT_SECONDS
        if self._rows >= COMMIT_ROWS or self._characters >= COMMIT_CHARACTERS or is_late:
            self.commit()

    def _recipe(self) -> str:
        """Return what the documents are annotated by, relations as this run reads them."""
        manifest = self.corpus.manifest
        if isinstance(self.pipeline, _Finder):
            return manifest.recipe
        own = self.pipeline.settings
        settings = replace(manifest.settings, relations=own.relations, least=own.least)
        return replace(manifest, settings=settings).recipe

    def commit(self) -> None:
        """Make durable what was taken in since the last commit, and tell of it."""
        if not (self._parts or self._counts or self._sources):
            self._began = time.monotonic()
            return
        corpus, manifest = self.corpus, self.corpus.manifest
        sources = manifest.sources | self._sources
        if self._parts:
            rows = Rows.join(self._parts)
            last = int(rows.documents.column("key")[-1].as_py())
            segment = write_segment(
                corpus.data,
                rows,
                number=manifest.next_segment,
                last=last,
                made=Made(manifest.store, tuple(self._models), self._recipe()),
            )
            commit_manifest(
                corpus,
                manifest.with_segments(
                    (*manifest.segments, segment),
                    next_segment=segment.number + 1,
                    next_key=last + 1,
                    sources=sources,
                ),
            )
            corpus.note(segment)
        elif sources != manifest.sources:
            commit_manifest(corpus, manifest.with_segments(manifest.segments, sources=sources))
        counts = {name: getattr(self.added, name) + n for name, n in self._counts.items()}
        self.added = replace(self.added, **counts, last=corpus.last)
        self._parts, self._counts, self._models, self._sources = [], Counter(), {}, {}
        self._rows = self._characters = 0
        self._began = time.monotonic()
        if self.watch is not None:
            self.watch(self.added)


def _rows(prepared: _Prepared, found: Found) -> Rows:
    """Return a batch as rows of the log."""
    items, sketches = prepared.items, prepared.sketches
    assert sketches is not None  # noqa: S101 - made with the items
    keys = np.array(prepared.keys, np.uint64)
    hashes = np.array(prepared.hashes, np.uint64).reshape(len(items), 2)
    twins = prepared.twins
    shared: dict[str, Any] = {
        "key": pa.array(keys),
        "id": strings(prepared.ids),
        "text_hash": pa.array(hashes[:, 0]),
        "twin": pa.array([one and one.key for one in twins], pa.uint64()),
    }
    documents = document_table(
        items,
        shared
        | {
            "twin_score": pa.array([one and one.score for one in twins], pa.float32()),
            "twin_by": pa.array([one and one.by for one in twins], pa.string()),
        },
    )
    columns = shared | {
        "record_hash": pa.array(hashes[:, 1]),
        "removed": documents.column("removed"),
        "failed": pa.array([isinstance(item, FailedDocument) for item in items]),
        "version": pa.array([version_of(document_of(item)) for item in items], pa.int16()),
        "year": documents.column("year"),
        "identifiers": sketches.identifier_lists(),
        "signature": sketches.signature_column(),
    }
    heads = pa.table({name: columns[name] for name in HEADS.names}, schema=HEADS)
    return Rows(documents, heads, *_findings(items, keys, found))


def _findings(items: Sequence[Item], keys: Any, found: Found) -> tuple[pa.Table, pa.Table]:
    """Return the mentions and relations of a batch by key: those found, those brought along."""
    plain = keys[[isinstance(item, Document) for item in items]]
    parts = [keyed(found.mentions, plain, MENTIONS)]
    relations = keyed(found.relations, plain, RELATIONS)
    brought = [
        (int(key), item)
        for key, item in zip(keys, items, strict=True)
        if isinstance(item, AnnotatedDocument)
    ]
    if not brought:
        return parts[0], relations
    own = np.array([key for key, _ in brought], np.uint64)
    theirs = found_of([item for _, item in brought])
    mentions = pa.concat_tables([*parts, keyed(theirs.mentions, own, MENTIONS)])
    relations = pa.concat_tables([relations, keyed(theirs.relations, own, RELATIONS)])
    return _in_order(mentions), _in_order(relations)


def _in_order(table: pa.Table) -> pa.Table:
    order = np.argsort(table.column("key").to_numpy(), kind="stable")
    return table.take(pa.array(order))


def keyed(found: pa.Table, keys: Any, schema: pa.Schema) -> pa.Table:
    """Return what was found with keys in place of rows of the batch."""
    rows = found.column("row").to_numpy()
    columns = [keys[rows], *found.columns[1:]]
    return pa.table(dict(zip(schema.names, columns, strict=True)), schema=schema)
