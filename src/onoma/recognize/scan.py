"""The matcher with NumPy alone: every name of the vocabulary that stands in a batch of tokens.

The trie is walked for all starts at once, one word deeper a round; few starts survive the second.
A name may start or end only between tokens that do not touch (see ``text.tokens``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.ontology.hashing import look_up
from onoma.ontology.store import ConceptStore
from onoma.ontology.trie import (
    BRANCH,
    BRANCH_KEY,
    KEY_BITS,
    LEAF,
    PAYLOAD_BITS,
    ROOT_SHIFT,
    STEP,
    pair_bits,
    prefix_sums,
    sequence_hashes,
    word_values,
)
from onoma.text.tokens import mix

U64 = npt.NDArray[np.uint64]
U32 = npt.NDArray[np.uint32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class MatcherIndex:
    """The matcher's mapped arrays."""

    words: U64
    roots: U32
    nodes: U64
    pairs: npt.NDArray[np.uint8]
    key_hash: U64
    key_length: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, store: ConceptStore) -> MatcherIndex:
        """Return the index of a store."""
        return cls(*(store.array(name) for name in cls.__slots__))


@dataclass(frozen=True, slots=True)
class Matches:
    """Names found: first token, the token behind the last, and the key; sorted by (start, end)."""

    start: I64
    end: I64
    key: I64

    def __len__(self) -> int:
        """Return the number of matches."""
        return len(self.start)

    def keep(self, which: npt.NDArray[np.generic]) -> Matches:
        """Return the matches at these places or under this mask."""
        return Matches(self.start[which], self.end[which], self.key[which])


def scan(index: MatcherIndex, words: U32, glued: Bools) -> Matches:
    """Return all matches (nested and overlapping ones too) in tokens given by their word ids."""
    sums, inverses = prefix_sums(words)
    info = index.roots[words]
    info[glued] = 0
    root_kind = (info >> np.uint32(ROOT_SHIFT)).astype(np.uint8)
    starts = np.flatnonzero((root_kind == LEAF) | (root_kind == BRANCH_KEY))
    found = [(starts, (info[starts] & np.uint32((1 << ROOT_SHIFT) - 1)).astype(np.int64))]
    active, path = _pairs(index, words, root_kind >= BRANCH)
    depth = 2
    while len(active):
        node = look_up(index.nodes, path, payload_bits=PAYLOAD_BITS)
        kind = (node >> np.uint64(KEY_BITS)).astype(np.uint8)
        key = (node & np.uint64((1 << KEY_BITS) - 1)).astype(np.int64)
        ends = (kind == LEAF) | (kind == BRANCH_KEY)
        found.append((active[ends], key[ends]))
        depth += 1
        active = active[kind >= BRANCH]
        active = active[active + depth <= len(words)]
        active = active[words[active + (depth - 1)] != 0]
        path = sequence_hashes(sums, inverses, active, active + depth)
    return _verify(index, found, sums, inverses, glued)


def _pairs(index: MatcherIndex, words: U32, open_: Bools) -> tuple[I64, U64]:
    """Return the starts whose first two words begin some longer name, and the hash of the two."""
    values = word_values(words)
    both = values[:-1] + values[1:] * np.uint64(STEP)
    maybe = np.flatnonzero(open_[:-1] & (words[1:] != 0))
    path = mix(both[maybe])
    bits = pair_bits(path)
    hit = np.flatnonzero((index.pairs[bits >> 3] >> (bits & 7).astype(np.uint8)) & 1)
    return maybe[hit], path[hit]


def _verify(
    index: MatcherIndex, found: list[tuple[I64, I64]], sums: U64, inverses: U64, glued: Bools
) -> Matches:
    """Keep the candidates whose whole key stands in the text and does not end inside a word."""
    start = np.concatenate([f[0] for f in found])
    key = np.concatenate([f[1] for f in found])
    end = start + index.key_length[key]
    open_end = np.ones(len(glued) + 1 + 255, bool)
    open_end[: len(glued)] = glued
    open_end[len(glued)] = False
    fits = np.flatnonzero(~open_end[end])
    start, key, end = start[fits], key[fits], end[fits]
    good = sequence_hashes(sums, inverses, start, end) == index.key_hash[key]
    start, key, end = start[good], key[good], end[good]
    order = np.lexsort((end, start))
    return Matches(start[order], end[order], key[order])


def leftmost_longest(start: I64, end: I64) -> I64:
    """Return the places of matches that do not overlap: leftmost first, the longest at each start.

    Input sorted by (start, end). Works in rounds over clusters of overlapping matches.
    """
    if not len(start):
        return np.empty(0, np.int64)
    last = np.append(start[1:] != start[:-1], True)
    open_ = np.flatnonzero(last)  # the longest of each start
    kept = []
    while len(open_):
        ends = np.maximum.accumulate(end[open_])
        head = np.ones(len(open_), bool)
        head[1:] = start[open_[1:]] >= ends[:-1]
        heads = open_[head]
        kept.append(heads)
        limit = np.repeat(end[heads], np.diff(np.append(np.flatnonzero(head), len(open_))))
        open_ = open_[start[open_] >= limit]
    return np.sort(np.concatenate(kept))
