"""The index opened: the nearest names of terms, shard by shard, each shard made on first need."""

from __future__ import annotations

import json
import logging
import os
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import Inconsistent
from onoma.link.candidates.building import (
    INDEX_FORMAT,
    SHARDS,
    build_shard,
    gram_weights,
    shard_arrays,
)
from onoma.link.candidates.grams import Runs, Words, read_words, word_grams
from onoma.ontology.layout import Progress, silent
from onoma.ontology.store import ConceptStore

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_LOG = logging.getLogger(__name__)
LOOKED_AT = 24_000  # postings of a term's rarest grams: who shares none of them is no candidate
LEAST_GRAMS = 3
RESCORED = 4  # times k: candidates by the rare grams whose cosine is made exact


@dataclass(frozen=True, slots=True)
class Near:
    """Rows of one shard near some terms: columns sorted by term, then by falling cosine."""

    term: I64
    row: I64
    cosine: F32


class Shard:
    """The names of some semantic types: the arrays of ``building``, mapped or not."""

    def __init__(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Take the arrays by name."""
        self.gram_start: I64 = arrays["gram_start"]
        self.postings: npt.NDArray[np.uint32] = arrays["postings"]
        self.scale: F32 = arrays["scale"]
        self.row_names = Runs(arrays["row_name_start"], arrays["row_name"])
        self.row_words = Runs(arrays["row_word_start"], arrays["row_word"])
        self.word: npt.NDArray[np.uint32] = arrays["word"]
        self.counts: Bools = arrays["word_counts"]
        self._word_text: npt.NDArray[np.uint8] = arrays["word_text"]
        self.word_same: I64 = arrays["word_same"]
        self.swaps: npt.NDArray[np.uint64] = arrays["swaps"]
        self.word_other: I64 = arrays["word_other"]
        self.holders = Runs(arrays["holder_start"], arrays["holder"])
        self.word_grams = Runs(arrays["word_gram_start"], arrays["word_gram"])

    @classmethod
    def open(cls, folder: Path) -> Shard:
        """Open the shard in a folder and check its sums.

        Raises: Inconsistent: of another format, or damaged.
        """
        manifest = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        if manifest.get("format") != INDEX_FORMAT:
            raise Inconsistent(
                f"the index in {folder} has another format",
                hint="delete that folder: it is made anew",
            )
        arrays = {}
        for name, known in manifest["crc32"].items():
            path = folder / f"{name}.npy"
            if not path.is_file() or zlib.crc32(path.read_bytes()) != known:
                raise Inconsistent(
                    f"{path} is damaged", hint=f"delete {folder}: it is made anew when needed"
                )
            arrays[name] = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
        return cls(arrays)

    def __len__(self) -> int:
        """Return the number of rows: names of the same words share one."""
        return len(self.scale)

    @property
    def word_texts(self) -> list[str]:
        """The folded text of every word of the shard."""
        return self._word_text.tobytes().decode("utf-8").split("\n")[: len(self.word)]

    @cached_property
    def weight(self) -> F32:
        """The squared idf of every gram."""
        return gram_weights(np.diff(self.gram_start), len(self))

    @cached_property
    def _partial(self) -> F32:
        return np.zeros(len(self), np.float32)

    def grams_of(self, words: Words, terms: int) -> Runs:
        """Return the distinct grams of each term; a word that no row holds gives its own."""
        at = self.number(words.word)
        known = at >= 0
        place, gram = self.word_grams.take(at[known])
        owner = words.owner[known][place]
        other = np.flatnonzero(~known)
        if len(other):
            made = word_grams([words.folded(i) for i in other.tolist()])
            own, more = made.take(np.arange(len(made)))
            owner = np.concatenate([owner, words.owner[other][own]])
            gram = np.concatenate([gram, more])
        pairs = np.unique(owner.astype(np.int64) << 32 | gram)
        return Runs.of(pairs >> 32, (pairs & 0xFFFFFFFF).astype(np.int32), terms)

    @cached_property
    def word_weight(self) -> F32:
        """The idf of every word of the shard."""
        return np.asarray(
            np.log((1 + len(self)) / (1 + np.diff(self.holders.start))) + 1, np.float32
        )

    @property
    def most_weight(self) -> float:
        """What a word weighs that no row holds."""
        return float(np.log(1 + len(self)) + 1)

    @cached_property
    def row_numbers(self) -> Runs:
        """The words of each row by the shard's own numbers."""
        numbers = np.searchsorted(self.word, self.row_words.values).astype(np.int32)
        return Runs(self.row_words.start, numbers)

    def number(self, words: npt.NDArray[np.uint32]) -> I64:
        """Return the shard's own numbers of the store's words, -1 for those that no row holds."""
        if not len(self.word):
            return np.full(len(words), -1, np.int64)
        at = np.minimum(np.searchsorted(self.word, words), len(self.word) - 1)
        return np.where(self.word[at] == words, at, -1)

    def search(self, words: Words, terms: int, k: int, *, among: Bools | None = None) -> Near:
        """Return the ``k`` nearest rows of each term, of those marked in ``among`` if it is given.

        Nearest by grams; rows that share the term's rarest words are looked at, too.
        """
        grams = self.grams_of(words, terms)
        number = self.number(words.word)
        at = np.searchsorted(words.owner, np.arange(terms + 1))
        found_terms, rows, cosines = [], [], []
        for term in range(terms):
            gram = grams.values[grams.start[term] : grams.start[term + 1]]
            own = number[at[term] : at[term + 1]]
            row, cosine = self._nearest(gram, np.unique(own[own >= 0]), k, among)
            found_terms.append(np.full(len(row), term, np.int64))
            rows.append(row)
            cosines.append(cosine)
        if not rows:
            none = np.empty(0, np.int64)
            return Near(none, none, np.empty(0, np.float32))
        return Near(np.concatenate(found_terms), np.concatenate(rows), np.concatenate(cosines))

    def _nearest(self, gram: I32, words: I64, k: int, among: Bools | None) -> tuple[I64, F32]:
        """Return the rows nearest to a set of grams and their cosines, best first.

        Rows are found by the rarest grams and by the rarest words, as many as ``LOOKED_AT``
        postings of each allow; the best of them have the other grams looked up in the postings.
        """
        starts = self.gram_start
        size = starts[gram + 1] - starts[gram]
        norm = np.sqrt(self.weight[gram].sum())
        gram, size = gram[size > 0], size[size > 0]
        order = np.argsort(size, kind="stable")
        gram = gram[order]
        if not len(gram):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        several = max(int(np.searchsorted(np.cumsum(size[order]), LOOKED_AT)), LEAST_GRAMS)
        lists = [self.postings[starts[one] : starts[one + 1]] for one in gram.tolist()]
        partial = self._partial
        for posted, gain in zip(lists[:several], self.weight[gram[:several]], strict=True):
            partial[posted] += gain
        touched = distinct(lists[:several])
        rows = touched if among is None else touched[among[touched]]
        rows = best_of(rows, partial[rows] * self.scale[rows], RESCORED * k)
        sharing = self._sharing(words, RESCORED * k, among)
        if len(sharing):
            rows = distinct([rows, sharing])
        score = partial[rows]
        partial[touched] = 0
        for posted, gain in zip(lists[several:], self.weight[gram[several:]], strict=True):
            at = np.minimum(np.searchsorted(posted, rows), len(posted) - 1)
            score += np.where(posted[at] == rows, gain, np.float32(0))
        cosine = np.asarray(score * self.scale[rows] / norm, np.float32)
        best = np.argsort(-cosine, kind="stable")[:k]
        return rows[best].astype(np.int64), cosine[best]

    def _sharing(self, words: I64, most: int, among: Bools | None) -> npt.NDArray[np.uint32]:
        """Return the rows that share most of what the words weigh, sorted."""
        size = np.diff(self.holders.start)[words]
        words = words[np.argsort(size, kind="stable")]
        several = max(int(np.searchsorted(np.cumsum(np.sort(size)), LOOKED_AT)), 1)
        start, holder, partial = self.holders.start, self.holders.values, self._shared
        lists = []
        for one in words[:several].tolist():
            held = holder[start[one] : start[one + 1]]
            partial[held] += self.word_weight[one]
            lists.append(held)
        if not lists:
            return np.empty(0, np.uint32)
        touched = distinct(lists)
        rows = touched if among is None else touched[among[touched]]
        score = partial[rows] / self._length[rows]
        partial[touched] = 0
        return best_of(rows, score, most).astype(np.uint32)

    @cached_property
    def _shared(self) -> F32:
        return np.zeros(len(self), np.float32)

    @cached_property
    def _length(self) -> F32:
        """The root of what each row's words weigh."""
        weight = self.word_weight[self.row_numbers.values]
        sums = np.concatenate([[0], np.cumsum(weight, dtype=np.float64)])
        return np.asarray(np.sqrt(sums[self.row_words.start[1:]] - sums[self.row_words.start[:-1]]),
                          np.float32)  # fmt: skip


def distinct(lists: Sequence[npt.NDArray[np.integer]]) -> npt.NDArray[np.integer]:
    """Return the distinct numbers of several lists, sorted."""
    joined = np.concatenate(lists)
    joined.sort()
    keep = np.ones(len(joined), bool)
    np.not_equal(joined[1:], joined[:-1], out=keep[1:])
    return joined[keep]


def best_of(rows: npt.NDArray[np.integer], score: F32, most: int) -> npt.NDArray[np.integer]:
    """Return the ``most`` rows of the highest scores, in the order they are in."""
    if len(rows) <= most:
        return rows
    best = np.argpartition(-score, most)[:most]
    best.sort()
    return rows[best]


class NameIndex:
    """The shards of a store."""

    def __init__(self, store: ConceptStore, progress: Progress | None = None) -> None:
        """Take a store, in whose folder the shards lie; ``progress`` as for compiling a store."""
        self.store = store
        self.folder = store.path / f"names-{INDEX_FORMAT}"
        self._progress = progress
        self._shards: dict[str, Shard] = {}

    def is_built(self, types: int = 0) -> bool:
        """Return whether all shards of these types (bits, 0 for all) are there."""
        return all((self.folder / name / "index.json").is_file() for name in shards_of(types))

    def shard(self, name: str) -> Shard:
        """Return a shard, made first if need be."""
        found = self._shards.get(name)
        if found is None:
            found = self._shards[name] = self._open(name)
        return found

    def _open(self, name: str) -> Shard:
        folder = self.folder / name
        if (folder / "index.json").is_file():
            return Shard.open(folder)
        if not os.access(self.store.path, os.W_OK):  # a cache that others made: for this run alone
            return Shard(shard_arrays(self.store, name, self._progress or silent))
        _build(self.store, name, folder, self._progress)
        return Shard.open(folder)

    def words(self, terms: Sequence[str]) -> Words:
        """Return the words of terms, as the shards number them."""
        return read_words(terms, self.store.array("words"))

    def rows_of(self, name: str, concepts: Bools) -> Bools:
        """Return which rows of a shard name one of the concepts marked."""
        runs = self.shard(name).row_names
        marked = concepts[self.store.array("name_concept")[runs.values]]
        sums = np.concatenate([[0], np.cumsum(marked)])
        return np.asarray(sums[runs.start[1:]] > sums[runs.start[:-1]])

    def search(
        self,
        terms: Sequence[str],
        *,
        k: int = 50,
        types: int = 0,
        among: dict[str, Bools] | None = None,
    ) -> dict[str, Near]:
        """Return by shard the ``k`` nearest rows of each term.

        ``types``: bits, 0 for all; ``among`` marks by shard the rows that count (``rows_of``).
        """
        words = self.words(terms)
        return {
            name: self.shard(name).search(
                words, len(terms), k, among=None if among is None else among[name]
            )
            for name in shards_of(types)
        }


def shards_of(types: int) -> list[str]:
    """Return the shards that hold names of these types (bits, 0 for all)."""
    return [name for name, mask in SHARDS.items() if not types or mask & types]


@lru_cache(maxsize=4)
def open_index(store: ConceptStore) -> NameIndex:
    """Return the index of a store (of the store below, where lists are laid over one)."""
    return NameIndex(getattr(store, "base", store))


def _build(store: ConceptStore, name: str, folder: Path, progress: Progress | None) -> None:
    if progress is not None:
        build_shard(store, name, folder, progress)
    elif sys.stderr.isatty():
        _build_with_bar(store, name, folder)
    else:
        if store.n_names > 100_000:
            _LOG.warning("onoma: making the index of %s, once (seconds)", name)
        build_shard(store, name, folder, silent)


def _build_with_bar(store: ConceptStore, name: str, folder: Path) -> None:
    from rich.console import Console  # drawn once for a vocabulary
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"index of {name} (once)", total=1.0)

        def advance(step: str, share: float) -> None:
            bar.update(task, completed=share, description=f"index of {name}, once: {step}")

        build_shard(store, name, folder, advance)
