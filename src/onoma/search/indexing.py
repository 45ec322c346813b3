"""The index of words and concepts brought up to date with the log.

What is new in the log since the watermark is added, what counts no more is deleted, what was read
since (``said``) is put in once more; then the engine commits, and only after its files are on the
disk the watermark moves. Killed in between, the index is as it was, or is built anew from the log:
never half. An index that is damaged, of another corpus, generation, vocabulary or format is built
anew as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from onoma.corpus import Batch, Corpus, DerivedIndex, IndexState
from onoma.corpus.locking import write_lock
from onoma.errors import ExtraMissing
from onoma.ontology.loading import open_vocabulary
from onoma.search.ancestry import Ancestry
from onoma.search.engine import need_tantivy
from onoma.search.fields import index_format, open_index, schema
from onoma.search.packing import KINDS, Packer, packed_rows, smallest
from onoma.search.rows import index_rows
from onoma.search.said import Said
from onoma.search.texts import MOST_PACKS, Texts

try:
    import pyarrow as pa
except ImportError as error:
    raise ExtraMissing("library", "a search") from error

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
    is_told = state is not None and state.settings["said"] == Said.of(corpus).stamp
    if state is not None and is_told and state.watermark >= corpus.last:
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
        self._said = Said.of(corpus)
        self._settings = {
            "format": index_format(), "store": self._ancestry.version, "model": self._said.model,
        }  # fmt: skip

    def _usable(self) -> IndexState | None:
        """Return the state if it can be gone on from; what another model read is dropped."""
        state = usable_state(self._corpus)
        if state is None or state.settings["store"] != self._ancestry.version:
            return None
        return state if state.settings["model"] in ("", self._said.model) else None

    def run(self) -> IndexState:
        """Delete, add, commit; more than once where there is much."""
        state = self._usable()
        if state is None:
            self._derived.drop()
        self._derived.begin()
        live = self._corpus.live()
        known = read_keys(self._derived.folder, state)
        late = self._late(np.intersect1d(known, live, assume_unique=True), state)
        packs: list[str] = list(state.settings["packs"]) if state else []
        self._derived.sweep(LOCKS)
        engine = self._derived.folder / ENGINE
        engine.mkdir(exist_ok=True)
        index = open_index(engine)
        watermark = state.watermark if state else 0
        gone = np.setdiff1d(known, live, assume_unique=True)
        while (
            state is None
            or watermark < self._corpus.last
            or len(gone)
            or state.settings["said"] != self._said.stamp
        ):
            writer = index.writer(HEAP * max(self._threads, 1), self._threads)
            _delete(writer, gone)
            self._put_again(writer, late[:COMMIT_ROWS])
            late = late[COMMIT_ROWS:]
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
            state = self._commit(known, watermark, packs, late)
            gone = known[:0]
        self._derived.sweep(LOCKS)
        return state

    def _late(self, known: U64, state: IndexState | None) -> U64:
        """Return the keys of indexed documents that were read only since."""
        if state is None:
            return known[:0]
        told = np.load(self._derived.folder / state.settings["told"], allow_pickle=False)
        return np.setdiff1d(np.intersect1d(self._said.keys, known), told)

    def _put_again(self, writer: tantivy.IndexWriter, keys: U64) -> None:
        """Put documents in once more, with what they are known to say."""
        document, fields = need_tantivy().Document.from_dict, schema()
        for batch in self._corpus.batches(int(keys[0]) - 1) if len(keys) else ():
            _delete(writer, keys[(keys >= batch.first) & (keys <= batch.last)])
            for row in self._rows(batch, keys):
                writer.add_document(document(row, fields))
            if batch.last >= int(keys[-1]):
                break

    def _rows(self, batch: Batch, keys: U64) -> Iterator[dict[str, Any]]:
        """Yield the rows of a batch's documents of these keys."""
        documents, mentions, relations = (
            _of_keys(one, keys) for one in (batch.documents, batch.mentions, batch.relations)
        )
        return index_rows(documents, mentions, relations, self._ancestry, said=self._said)

    def _add(
        self, writer: tantivy.IndexWriter, live: U64, after: int, pack: str
    ) -> tuple[int, bool]:
        """Add what counts behind a key, so many rows at most; return the last key seen."""
        document, fields = need_tantivy().Document.from_dict, schema()
        packer, count = Packer(self._derived.folder / pack, self._ancestry), 0
        for batch in self._corpus.batches(after):
            for row in self._rows(batch, live):
                writer.add_document(document(row, fields))
            documents = _of_keys(batch.documents, live)
            for one in packed_rows(documents, _of_keys(batch.mentions, live)):
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

    def _commit(self, keys: U64, watermark: int, packs: list[str], late: U64) -> IndexState:
        folder = self._derived.folder
        told = np.setdiff1d(np.intersect1d(self._said.keys, keys), late)
        names = {
            "keys": f"keys-{watermark:012d}-{len(keys)}.npy",
            "told": f"told-{watermark:012d}-{len(keys)}-{len(told)}.npy",
        }
        for name, own in zip(names.values(), (keys, told), strict=True):
            if not (folder / name).exists():  # then it is committed
                np.save(folder / name, smallest(own), allow_pickle=False)
        engine = {f"{ENGINE}/{path.name}" for path in (folder / ENGINE).iterdir()} - set(LOCKS)
        files = [f"{pack}.{kind}" for pack in packs for kind in KINDS]
        stamp = "" if len(late) else self._said.stamp
        return self._derived.commit(
            [*names.values(), *files, *engine],
            self._corpus,
            watermark=watermark,
            settings=self._settings | names | {"packs": packs, "said": stamp},
        )


def _delete(writer: tantivy.IndexWriter, keys: U64) -> None:
    """Delete documents; by a query, since a term made of a number is signed and finds none."""
    if len(keys):
        found = need_tantivy().Query.term_set_query(schema(), "key", keys.tolist())
        writer.delete_documents_by_query(found)


def read_keys(folder: Path, state: IndexState | None) -> U64:
    """Return the keys of the documents in an index, in order."""
    if state is None:
        return np.zeros(0, np.uint64)
    return np.asarray(np.load(folder / state.settings["keys"], allow_pickle=False), np.uint64)


def _of_keys(table: pa.Table, keys: U64) -> pa.Table:
    """Return the rows of these keys."""
    chosen = np.isin(table["key"].to_numpy(), keys)
    return table if chosen.all() else table.filter(pa.array(chosen))
