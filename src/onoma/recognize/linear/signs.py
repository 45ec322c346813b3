"""Words of a text to hashed signs: what a word looks like, what stands around it, what is known.

Everything about a word alone is worked out once a word; the rest is arithmetic on its hashes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from zlib import crc32

import numpy as np
import numpy.typing as npt

from onoma.recognize.linear.cognates import skeleton
from onoma.recognize.linear.words import WordText

U64 = npt.NDArray[np.uint64]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
BITS = 22
BAG = 1000  # the number of a column in whose place any other of the bag might stand
NOTHING = 0  # the bucket of no sign
PREFIXES, SUFFIXES = (2, 3, 4, 5), (2, 3, 4, 5, 6)
GRAMS = 18  # runs of three and four letters of a word, at most
WORD, LOWER, SKELETON, SHAPE = 0, 1, 2, 3
ENDING = 4 + len(PREFIXES) + 1  # a suffix of three letters
SINGLE = 4 + len(PREFIXES) + len(SUFFIXES) + GRAMS
AROUND = (LOWER, SKELETON, SHAPE, ENDING)
PAIRS = (((-1, 0), LOWER), ((0, 1), LOWER), ((-1, 0), SKELETON), ((0, 1), SKELETON),
         ((-1, 1), SKELETON), ((-2, -1), LOWER), ((1, 2), LOWER), ((-1, 0), ENDING),
         ((0, 1), ENDING), ((-1, 0), SHAPE), ((0, 1), SHAPE))  # fmt: skip
_ODD = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_WHOLE = (1 << 64) - 1
_HALF, _REST = np.uint64(32), np.uint64(64 - BITS)


def _hash(text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass")) + 1


def shape(word: str) -> str:
    """Return how a word is written, runs shortened.

    >>> [shape(word) for word in ("HbA", "Fiebre", "IRC", "12", "é")]
    ['AaA', 'Aa', 'A', '0', 'a']
    """
    signs = (
        "0" if c.isdigit() else "A" if c.isupper() else "a" if c.isalpha() else c for c in word
    )
    return "".join(sign for sign, _ in groupby(signs))


@lru_cache(maxsize=1 << 16)
def of_word(word: str) -> tuple[int, ...]:
    """Return the hashes of what a word looks like; 0 where it has no such part."""
    lower = word.lower()
    plain = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    found = [word, lower, skeleton(word), shape(word) + str(min(len(word), 6))]
    hashes = [_hash(one) for one in found]
    size = len(plain)
    hashes += [_hash(plain[:n]) if n <= size else 0 for n in PREFIXES]
    hashes += [_hash(plain[-n:]) if n <= size else 0 for n in SUFFIXES]
    around = f"^{plain}$"
    grams = [around[k : k + n] for n in (4, 3) for k in range(1, len(around) - n)]
    own = [_hash(one) for one in dict.fromkeys(grams)][:GRAMS]
    return (*hashes, *own, *[0] * (GRAMS - len(own)))


class Signs:
    """Collects columns of signs; each has a number of its own, so that equal hashes differ."""

    def __init__(self, count: int) -> None:
        self._count, self._columns, self._number = count, list[I32](), 0

    def add(self, hashes: U64) -> None:
        """Add a column; where the hash is 0 there is no sign."""
        self._number += 1
        self._put(hashes, self._number)

    def add_bag(self, hashes: U64) -> None:
        """Add columns whose order says nothing, (words, columns)."""
        for column in hashes.T:
            self._put(column, BAG)

    def _put(self, hashes: U64, number: int) -> None:
        mixed = hashes * _ODD + np.uint64(number * int(_MIX) & _WHOLE)
        mixed ^= mixed >> _HALF
        mixed *= _MIX
        buckets = (mixed >> _REST).astype(np.int32)
        self._columns.append(np.where(hashes == 0, NOTHING, buckets).astype(np.int32))

    def table(self) -> I32:
        """Return the columns, (words, signs)."""
        return np.stack(self._columns, 1) if self._columns else np.zeros((self._count, 0), np.int32)


def moved(column: U64, by: int) -> U64:
    """Return a column in which each word has what the word so far behind it has; 1 at the ends."""
    out = np.ones_like(column)
    if by > 0:
        out[:-by] = column[by:]
    elif by < 0:
        out[-by:] = column[:by]
    else:
        out[:] = column
    return out


def paired(first: U64, second: U64) -> U64:
    """Return hashes of pairs."""
    return np.asarray((first * _ODD) ^ (second * _MIX) | np.uint64(1), np.uint64)


def signs_of(text: WordText, known: Sequence[U64]) -> I32:
    """Return the buckets of each word, (words, signs).

    ``known`` are columns of what lists say of each word, 0 where they say nothing.
    """
    count = len(text)
    if not count:
        return np.zeros((0, 0), np.int32)
    rows: dict[str, int] = {}
    place = np.array([rows.setdefault(word, len(rows)) for word in text.words], np.int64)
    table = np.array([of_word(word) for word in rows], np.uint64)[place]
    signs = Signs(count)
    for field in range(SINGLE - GRAMS):
        signs.add(table[:, field])
    signs.add_bag(table[:, SINGLE - GRAMS :])
    near = {(by, field): moved(table[:, field], by) for by in (-2, -1, 0, 1, 2) for field in AROUND}
    for (by, _), column in near.items():
        if by:
            signs.add(column)
    for (one, other), field in PAIRS:
        signs.add(paired(near[one, field], near[other, field]))
    shapes = paired(near[-1, SHAPE], near[1, SHAPE])
    signs.add(paired(shapes, near[0, SHAPE]))
    for column in known:
        for by in (-1, 0, 1):
            signs.add(moved(column, by))
        before, behind = moved(column, -1), moved(column, 1)
        signs.add(paired(paired(before, behind), column + np.uint64(1)))
        signs.add(np.where(column == 0, column, paired(column, table[:, ENDING])))
    begins = np.zeros(count, np.uint64)
    begins[text.first[:-1]] = 1
    signs.add(begins)
    signs.add(np.ones(count, np.uint64))
    return signs.table()
