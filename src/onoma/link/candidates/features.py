"""What speaks for and against each candidate of a term, as the columns that the re-ranker reads.

Words of a term and of a candidate's name are laid side by side: a word counts as covered if the
other side has it, has a word that stands for it in two names of some concept of the vocabulary
("kidney", "renal": ``index.Shard.swaps``), or has one of the same stem ("epileptic", "epilepsy").
What is left over on either side is weighed by how rare the word is, and by how often, of names that
differ by it alone, both name one concept ("familial X", "X").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.grams import LONGEST, is_count, read_words
from onoma.link.candidates.index import NameIndex, shards_of

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]

STEM = 5  # letters that words of one stem begin with
STEM_SHARE = 0.6  # of the shorter word
PRIOR = (
    0.3  # share of pairs of names that a word's presence does not tell apart, before any is seen
)
PRIOR_PAIRS = 3.0
UNKNOWN = np.uint64(1) << np.uint64(63)  # set in the keys of words that the store lacks
MOST_WORDS = 16  # of a string


@dataclass(frozen=True, slots=True)
class WordFacts:
    """What the names of some types say of each word, by the store's number of it.

    ``weight``: how rare; ``held``: rows that have it; ``idle``: share of pairs of names that differ
    by it alone and name one concept; ``swaps``: pairs of words that stand for each other, sorted.
    """

    slots: U64
    weight: F32
    idle: F32
    swaps: U64
    held: I64

    @classmethod
    def of(cls, index: NameIndex, types: int) -> WordFacts:
        """Read the facts of these types (bits, 0 for all)."""
        shards = [index.shard(name) for name in shards_of(types)]
        size = 1 + max((int(one.word.max(initial=0)) for one in shards), default=0)
        same, other, held = (np.zeros(size, np.int64) for _ in range(3))
        for shard in shards:
            same[shard.word] += shard.word_same
            other[shard.word] += shard.word_other
            held[shard.word] += np.diff(shard.holders.start)
        rows = sum(len(shard) for shard in shards)
        weight = np.log((1 + rows) / (1 + held)) + 1
        weight[0] = np.log(1 + rows) + 1
        idle = (same + PRIOR_PAIRS * PRIOR) / (same + other + PRIOR_PAIRS)
        swaps = np.unique(np.concatenate([np.empty(0, np.uint64), *(one.swaps for one in shards)]))
        return cls(
            index.store.array("words"),
            weight.astype(np.float32),
            idle.astype(np.float32),
            swaps,
            held,
        )

    def number(self, words: npt.NDArray[np.uint32]) -> I64:
        """Return the numbers of words, 0 for those that names of these types lack."""
        return np.where(words < len(self.weight), words, 0).astype(np.int64)


@dataclass(frozen=True, slots=True)
class WordLists:
    """The words of strings: of string i those from ``start[i]`` on, ``size[i]`` of them."""

    start: I64
    size: I64
    key: U64
    number: I64
    letters: npt.NDArray[np.uint8]
    length: I64
    counts: Bools

    @classmethod
    def of(cls, texts: Sequence[str], facts: WordFacts) -> WordLists:
        """Read strings, ``MOST_WORDS`` of each."""
        words = read_words(texts, facts.slots)
        place = np.arange(len(words.owner)) - np.searchsorted(words.owner, words.owner)
        keep = np.flatnonzero(place < MOST_WORDS)
        owner = words.owner[keep]
        known = words.word[keep]
        key = np.where(known > 0, known.astype(np.uint64), words.hash[keep] | UNKNOWN)
        # a text has far fewer distinct words than words: each is folded once
        _, first, back = np.unique(key, return_index=True, return_inverse=True)
        folded = [words.folded(int(keep[one])) for one in first.tolist()]
        letters, length = stems(folded)
        told = np.array([is_count(one) for one in folded], bool)
        return cls(
            np.searchsorted(owner, np.arange(len(texts))),
            np.bincount(owner, minlength=len(texts)),
            key,
            facts.number(known),
            letters[back],
            length[back],
            told[back],
        )


def stems(words: Sequence[str]) -> tuple[npt.NDArray[np.uint8], I64]:
    """Return the first letters of words, (words, 12), 0 behind their end, and their lengths."""
    out = np.zeros((len(words), 12), np.uint8)
    for row, word in enumerate(words):
        raw = word.encode("utf-8", "replace")[:12]
        out[row, : len(raw)] = np.frombuffer(raw, np.uint8)
    return out, np.array([min(len(word), LONGEST) for word in words], np.int64)


@dataclass(frozen=True, slots=True)
class Sides:
    """Per row of candidates, the words of the term and of the name with what covers them.

    ``row``, ``word`` (into the lists) and ``held`` (0 no, 1 stem, 2 swap, 3 the same word).
    """

    row: I64
    word: I64
    held: npt.NDArray[np.int8]


def laid(lists: WordLists, of: I64) -> tuple[I64, I64, I64]:
    """Return for each row the words of its string: row, word; and where each row's begin."""
    size = lists.size[of]
    row = np.repeat(np.arange(len(of)), size)
    first = np.cumsum(size) - size
    return row, np.arange(len(row)) - first[row] + lists.start[of][row], first


def compared(
    terms: WordLists, term: I64, names: WordLists, name: I64, facts: WordFacts
) -> tuple[Sides, Sides]:
    """Return the words of each row's term and name, with what covers them."""
    own_row, own_word, _ = laid(terms, term)
    other_row, other_word, other_first = laid(names, name)
    wide = names.size[name][own_row]
    left = np.repeat(np.arange(len(own_row)), wide)
    begin = np.cumsum(wide) - wide
    right = np.arange(len(left)) - begin[left] + other_first[own_row[left]]
    own_held = np.zeros(len(own_row), np.int8)
    other_held = np.zeros(len(other_row), np.int8)
    equal = terms.key[own_word[left]] == names.key[other_word[right]]
    own_held[left[equal]] = 3
    other_held[right[equal]] = 3
    open_ = np.flatnonzero((own_held[left] < 3) & (other_held[right] < 3))
    left, right = left[open_], right[open_]
    for kind, alike in ((2, swapped), (1, stemmed)):
        hit = alike(terms, own_word[left], names, other_word[right], facts)
        np.maximum.at(own_held, left[hit], np.int8(kind))
        np.maximum.at(other_held, right[hit], np.int8(kind))
    return Sides(own_row, own_word, own_held), Sides(other_row, other_word, other_held)


def swapped(one: WordLists, a: I64, other: WordLists, b: I64, facts: WordFacts) -> Bools:
    """Return which pairs of words stand for each other in names of some concept."""
    if not len(facts.swaps):
        return np.zeros(len(a), bool)
    first, second = one.number[a].astype(np.uint64), other.number[b].astype(np.uint64)
    packed = np.minimum(first, second) << np.uint64(32) | np.maximum(first, second)
    at = np.minimum(np.searchsorted(facts.swaps, packed), len(facts.swaps) - 1)
    return np.asarray((facts.swaps[at] == packed) & (first > 0) & (second > 0))


def stemmed(one: WordLists, a: I64, other: WordLists, b: I64, facts: WordFacts) -> Bools:
    """Return which pairs of words begin alike."""
    del facts
    alike = one.letters[a] == other.letters[b]
    alike &= one.letters[a] > 0
    common = np.cumprod(alike, axis=1).sum(axis=1)
    shorter = np.minimum(one.length[a], other.length[b])
    return np.asarray((common >= STEM) & (common >= STEM_SHARE * np.minimum(shorter, 12)))
