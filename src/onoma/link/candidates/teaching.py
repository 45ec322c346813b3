"""A lexicon's texts as a shard of their own, in memory: texts like one seen before are found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.building import index_arrays
from onoma.link.candidates.grams import U64, Runs, Words, read_words
from onoma.link.candidates.index import Shard
from onoma.link.candidates.lexicon import Entry, Lexicon, key_of
from onoma.link.namespaces import Namespaces
from onoma.ontology.store import ConceptStore

I64 = npt.NDArray[np.int64]

FIRST_OWN = 1 << 24  # behind all numbers of a store's words


@dataclass(frozen=True, slots=True)
class Taught:
    """A lexicon's entries as a shard.

    ``hashes``: of the words that the store lacks, sorted; they are numbered behind the store's.
    For each entry: its concept's row and its answer's number, -1 for none, and the share of its
    text's uses that it has.
    """

    shard: Shard
    hashes: U64
    entries: tuple[Entry, ...]
    concept: I64
    answer: I64
    share: npt.NDArray[np.float32]

    def numbered(self, words: Words) -> Words:
        """Return words with those numbered that the lexicon has and the store lacks."""
        return numbered(words, self.hashes)

    def used(self, answers: I64) -> npt.NDArray[np.float32]:
        """Return how often each of these answers was given to any text."""
        known, back = np.unique(self.answer, return_inverse=True)
        count = np.bincount(back.ravel(), weights=[one.count for one in self.entries])
        at = np.minimum(np.searchsorted(known, answers), len(known) - 1)
        return np.where(known[at] == answers, count[at], 0).astype(np.float32)


def teach(lexicon: Lexicon, store: ConceptStore, *, ids: Namespaces | None) -> Taught:
    """Return a lexicon's entries as they answer over a store."""
    entries = lexicon.entries
    rows = {one.curie: store.row_of(one.curie) for one in entries}
    codes = {curie: _code(store, curie, row, ids) for curie, row in rows.items()}
    uses: Counter[str] = Counter()
    for one in entries:
        uses[key_of(one.text)] += one.count
    share = [one.count / uses[key_of(one.text)] for one in entries]
    read = read_words([one.text for one in entries], store.array("words"))
    hashes = np.unique(read.hash[read.word == 0])
    return Taught(
        shard_of(read)[0],
        hashes,
        entries,
        np.array([rows[one.curie] for one in entries], np.int64),
        np.array([codes[one.curie] for one in entries], np.int64),
        np.array(share, np.float32),
    )


def _code(store: ConceptStore, curie: str, row: int, ids: Namespaces | None) -> int:
    """Return the number of an answer (``namespaces.answer_text``), -1 where the store lacks it."""
    if ids is None or row >= 0:
        return row
    target = store.targets.find(curie)
    return target + store.n_concepts if target >= 0 else -1


def shard_of(read: Words) -> tuple[Shard, Words]:
    """Return strings as a shard whose names they are, and their words as it numbers them."""
    words = numbered(read, np.unique(read.hash[read.word == 0]))
    return Shard(_arrays(words)), words


def numbered(words: Words, hashes: U64) -> Words:
    """Return words of which those without number get one, by the place of their hash."""
    if not len(hashes):
        return words
    at = np.minimum(np.searchsorted(hashes, words.hash), len(hashes) - 1)
    own = (words.word == 0) & (hashes[at] == words.hash)
    return replace(words, word=np.where(own, at + FIRST_OWN, words.word).astype(np.uint32))


def _arrays(read: Words) -> dict[str, npt.NDArray[np.generic]]:
    pairs = np.unique(read.owner << 32 | read.word.astype(np.int64))
    filled, owner = np.unique(pairs >> 32, return_inverse=True)
    words = Runs.of(owner, (pairs & 0xFFFFFFFF).astype(np.int32), len(filled))
    written: dict[int, str] = {}
    for place, word in enumerate(read.word.tolist()):
        written.setdefault(word, read.folded(place))
    return index_arrays(filled, words, written)
