"""The index of words and concepts brought up to date with the log.

What is new in the log since the watermark is added, what counts no more is deleted; then the
engine commits, and only after its files are on the disk the watermark moves. Killed in between, the
index is as it was, or is built anew from the log: never half. An index that is damaged, of another
corpus, generation, vocabulary or format is built anew as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from onoma.corpus import Corpus, DerivedIndex, IndexState
from onoma.corpus.locking import write_lock
from onoma.ontology.loading import open_vocabulary
from onoma.search.ancestry import Ancestry
from onoma.search.engine import need_tantivy
from onoma.search.fields import index_format, open_index, schema
from onoma.search.packing import KINDS, Packer, packed_rows, smallest
from onoma.search.rows import index_rows
from onoma.search.texts import MOST_PACKS, Texts

if TYPE_CHECKING:
    import tantivy

U64 = npt.NDArray[np.uint64]
NAME = "words"
ENGINE = "engine"
HEAP = 256_000_000  # bytes of postings in memory before the engine writes a segment
LEAST_HEAP = 15_000_000
COMMIT_ROWS = 200_000
LOCKS = (f"{ENGINE}/.tantivy-writer.lock", f"{ENGINE}/.tantivy-meta.lock")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an index is: documents done, of so many."""

    done: int
    total: int


Watch = Callable[[Progress], None]


def words_index(corpus: Corpus) -> DerivedIndex:
    """Return the place of a corpus's index of words."""
    return DerivedIndex(corpus.indexes / NAME)


def usable_state(corpus: Corpus) -> IndexState | None:
    """Return the state of the index of words if it can be used, else None: it must be built."""
    state = words_index(corpus).open(corpus)
    if state is None or state.settings.get("format") != index_format():
        return None
    return state


def update_words(
    corpus: Corpus, *, wait: float = 0.0, watch: Watch | None = None, threads: int = 1
) -> IndexState:
    """Bring the index of words up to date and return its state.

    Raises: Busy: another process writes to the corpus. DiskFull: the old state stands.
    """
    state = usable_state(corpus)
    if state is not None and state.watermark >= corpus.last:
        return state
    with write_lock(corpus.folder, wait=wait):
        corpus.refresh()
        return _Indexer(corpus, watch, threads).run()


class _Indexer:
    """One update of the index of words."""

    def __init__(self, corpus: Corpus, watch: Watch | None, threads: int) -> None:
        self._corpus = corpus
        self._watch = watch
        self._threads = threads
        self._derived = words_index(corpus)
        settings = corpus.manifest.settings
        self._ancestry = Ancestry(open_vocabulary(settings.vocabulary, project=settings.project))
        self._settings = {"format": index_format(), "store": self._ancestry.version}

    def run(self) -> IndexState:
        """Delete, add, commit; more than once where there is much."""
        state = usable_state(self._corpus)
        if state is None or state.settings != self._settings | {"packs": state.settings["packs"]}:
            self._derived.drop()
            state = None
        self._derived.begin()
        live = self._corpus.live()
        known = read_keys(self._derived.folder, state)
        packs: list[str] = list(state.settings["packs"]) if state else []
        self._derived.sweep(LOCKS)
        engine = self._derived.folder / ENGINE
        engine.mkdir(exist_ok=True)
        index = open_index(engine)
        watermark = state.watermark if state else 0
        gone = np.setdiff1d(known, live, assume_unique=True)
        while state is None or watermark < self._corpus.last or len(gone):
            writer = index.writer(HEAP * max(self._threads, 1), self._threads)
            for key in gone.tolist():
                writer.delete_documents_by_term("key", key)
            pack = f"texts-{watermark:012d}"
            watermark, has_some = self._add(writer, live, watermark, pack)
            packs += [pack] if has_some else []
            writer.commit()
            writer.wait_merging_threads()
            collector = index.writer(LEAST_HEAP, 1)  # what merging left behind
            collector.garbage_collect_files()
            collector.wait_merging_threads()
            known = live[live <= np.uint64(watermark)]
            packs = self._joined(packs, known)
            state = self._commit(known, watermark, packs)
            gone = known[:0]
        self._derived.sweep(LOCKS)
        return state

    def _add(
        self, writer: tantivy.IndexWriter, live: U64, after: int, pack: str
    ) -> tuple[int, bool]:
        """Add what counts behind a key, so many rows at most; return the last key seen."""
        document, fields = need_tantivy().Document.from_dict, schema()
        packer, count = Packer(self._derived.folder / pack, self._ancestry), 0
        for batch in self._corpus.batches(after):
            documents, mentions, relations = (
                _of_keys(table, live)
                for table in (batch.documents, batch.mentions, batch.relations)
            )
            for row in index_rows(documents, mentions, relations, self._ancestry):
                writer.add_document(document(row, fields))
            for one in packed_rows(documents, mentions):
                packer.add(one)
            after, count = batch.last, count + len(documents)
            if self._watch is not None:
                self._watch(Progress(after, self._corpus.last))
            if count >= COMMIT_ROWS:
                break
        else:
            after = self._corpus.last
        packer.close()
        return after, count > 0

    def _joined(self, packs: list[str], keys: U64) -> list[str]:
        """Return the packs, joined into one where there are many."""
        if len(packs) <= MOST_PACKS:
            return packs
        folder = self._derived.folder
        name = f"joined-{int(keys[-1]) if len(keys) else 0:012d}-{len(keys)}"
        texts = Texts([folder / one for one in packs])
        packer = Packer(folder / name, self._ancestry)
        for one in texts.packed(keys.tolist()):
            packer.add(one)
        packer.close()
        return [name]

    def _commit(self, keys: U64, watermark: int, packs: list[str]) -> IndexState:
        folder = self._derived.folder
        name = f"keys-{watermark:012d}-{len(keys)}.npy"
        np.save(folder / name, smallest(keys), allow_pickle=False)
        engine = {f"{ENGINE}/{path.name}" for path in (folder / ENGINE).iterdir()} - set(LOCKS)
        files = [f"{pack}.{kind}" for pack in packs for kind in KINDS]
        settings = self._settings | {"packs": packs, "keys": name}
        return self._derived.commit(
            [name, *files, *engine], self._corpus, watermark=watermark, settings=settings
        )


def read_keys(folder: Path, state: IndexState | None) -> U64:
    """Return the keys of the documents in an index, in order."""
    if state is None:
        return np.zeros(0, np.uint64)
    return np.asarray(np.load(folder / state.settings["keys"], allow_pickle=False), np.uint64)


def _of_keys(table: pa.Table, keys: U64) -> pa.Table:
    """Return the rows of these keys."""
    chosen = np.isin(table["key"].to_numpy(), keys)
    return table if chosen.all() else table.filter(pa.array(chosen))
