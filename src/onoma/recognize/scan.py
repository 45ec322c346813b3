"""The matcher with NumPy alone: every name of the vocabulary that stands in a batch of tokens.

The bit filter over two-word paths leaves few starts; the trie is walked for all of these at once,
one word deeper a round. A name may start or end only between tokens that do not touch (see
``text.tokens``). ``recognize.kernel_numba`` gives the same matches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import numpy.typing as npt

from onoma.errors import ExtraMissing, UnknownName
from onoma.ontology.hashing import look_up
from onoma.ontology.store import ConceptStore
from onoma.ontology.trie import (
    BRANCH,
    BRANCH_KEY,
    KEY,
    KEY_BITS,
    PAYLOAD_BITS,
    ROOT_SHIFT,
    TAIL,
    multipliers,
    pair_places,
    passes,
    path_places,
)
from onoma.ontology.wordtable import word_ids
from onoma.text.characters import capital_sums
from onoma.text.tokens import Tokens, mix, tokenise, without_articles

U64 = npt.NDArray[np.uint64]
U32 = npt.NDArray[np.uint32]
U8 = npt.NDArray[np.uint8]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LENGTH_BITS = 8
_LENGTH_MASK = np.uint64((1 << LENGTH_BITS) - 1)


@dataclass(frozen=True, slots=True)
class MatcherIndex:
    """The matcher's mapped arrays."""

    words: U64
    roots: U32
    nodes: U64
    pairs: U8
    paths: U8
    key_hash: U32
    key_length: U8

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


@dataclass(frozen=True, slots=True)
class _Found:
    """Places (start << 8 | length, to be sorted as one number) and keys."""

    place: list[U64]
    key: list[U64]

    def add(self, start: I64, length: int | U8, key: U64) -> None:
        """Add keys that are so many words long."""
        place = start.astype(np.uint64) << np.uint64(LENGTH_BITS)
        self.place.append(place | np.asarray(length, np.uint64))
        self.key.append(key)


@dataclass(frozen=True, slots=True)
class Kernel:
    """The hot loops in one way of running them; all ways give equal columns."""

    name: str
    read: Callable[[U32, U64], tuple[Tokens, U32, npt.NDArray[np.int32]]]
    scan: Callable[[MatcherIndex, U32, Bools], Matches]
    leftmost_longest: Callable[[I64, I64], I64]
    settle: Callable[..., tuple[I64, I64, U64]] | None = None  # ``verdicts_numba.settle``


KERNELS = ("auto", "numpy", "numba")


def kernel_named(name: str) -> Kernel:
    """Return a kernel; "auto" takes numba where it is installed.

    Raises: UnknownName: no such kernel; ExtraMissing: "numba" without numba.
    """
    if name not in KERNELS:
        raise UnknownName("kernel", name, KERNELS)
    if name != "numpy":
        try:
            fast = import_module("onoma.recognize.kernel_numba")  # an extra
        except ImportError as error:
            if name == "numba":
                raise ExtraMissing("fast", "the numba kernel") from error
        else:
            return Kernel(
                "numba", fast.read, lambda *given: Matches(*fast.scan(*given)),
                fast.leftmost_longest, import_module("onoma.recognize.verdicts_numba").settle,
            )  # fmt: skip
    return Kernel("numpy", read, scan, leftmost_longest)


def read(codes: U32, slots: U64) -> tuple[Tokens, U32, npt.NDArray[np.int32]]:
    """Return the tokens of some code points less articles, their word ids, counts of capitals.

    The last are running counts, one more than there are code points.
    """
    tokens = without_articles(tokenise(codes))
    return tokens, word_ids(slots, tokens.hash), capital_sums(codes)


def scan(index: MatcherIndex, words: U32, glued: Bools) -> Matches:
    """Return all matches (nested and overlapping ones too) in tokens given by their word ids."""
    info = index.roots.take(words)
    info[glued] = 0
    kind = info >> np.uint32(ROOT_SHIFT)
    found = _Found([], [])
    single = np.flatnonzero(kind & np.uint32(KEY))  # KEY and BRANCH_KEY
    found.add(single, 1, (info[single] & np.uint32((1 << ROOT_SHIFT) - 1)).astype(np.uint64))
    active = _pairs(index, words, kind)
    factors = multipliers()
    sums = words[active] * factors[0]
    sums += words[active + 1] * factors[1]
    path = mix(sums)
    depth = 2
    while len(active):
        node = look_up(index.nodes, path, payload_bits=PAYLOAD_BITS)
        reached = (node >> np.uint64(KEY_BITS)).astype(np.uint8)
        node &= np.uint64((1 << KEY_BITS) - 1)
        ends = np.flatnonzero((reached & 1).astype(bool))  # KEY and BRANCH_KEY
        found.add(active[ends], depth, node[ends])
        tails = np.flatnonzero(reached == TAIL)
        _add_tails(index, found, words, active[tails], node[tails])
        more = np.flatnonzero((reached == BRANCH) | (reached == BRANCH_KEY))
        more = more[active[more] + depth < len(words)]
        more = more[words[active[more] + depth] != 0]
        active, sums = active[more], sums[more]
        sums += words[active + depth] * factors[depth]
        path = mix(sums)
        more = np.flatnonzero(passes(index.paths, path_places(path)))
        active, sums, path = active[more], sums[more], path[more]
        depth += 1
    return _sorted(found, glued)


def _pairs(index: MatcherIndex, words: U32, kind: U32) -> I64:
    """Return the starts whose first two words may begin some longer name."""
    maybe = np.flatnonzero(passes(index.pairs, pair_places(words[:-1], words[1:])))
    return np.asarray(maybe[(kind[maybe] >= BRANCH) & (words[maybe + 1] != 0)])


def _add_tails(index: MatcherIndex, found: _Found, words: U32, start: I64, key: U64) -> None:
    """Add the keys whose words all stand in the text from ``start`` on."""
    rows = key.view(np.int64)
    length = index.key_length[rows]
    fits = np.flatnonzero(start + length <= len(words))
    start, key, rows, length = start[fits], key[fits], rows[fits], length[fits]
    if not len(start):
        return
    steps = np.arange(int(length.max()))
    table = words.take(start[:, None] + steps, mode="clip") * multipliers()[: len(steps)]
    table *= steps < length[:, None]
    good = (table.sum(axis=1) >> np.uint64(32)).astype(np.uint32) == index.key_hash[rows]
    found.add(start[good], length[good], key[good])


def _sorted(found: _Found, glued: Bools) -> Matches:
    """Return the matches that do not end inside a word, in order."""
    place = np.concatenate(found.place)
    key = np.concatenate(found.key)
    start = (place >> np.uint64(LENGTH_BITS)).view(np.int64)
    end = start + (place & _LENGTH_MASK).view(np.int64)
    inside = np.append(glued, False)
    order = np.flatnonzero(~inside[end])
    order = order[np.argsort(place[order], kind="stable")]
    return Matches(start[order], end[order], key[order].view(np.int64))


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
