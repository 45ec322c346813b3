"""The names that share most character n-grams with a text, by TF-IDF; words folded to stems.

Grams of two to four characters that do not cross a word, its edges as blanks, so that the order of
words does not matter ("renal insufficiency" and "insuficiencia renal" share most of theirs).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.grams import Runs
from onoma.text.characters import fold

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

LENGTHS = (2, 3, 4)
BUCKETS = 1 << 20  # numbers that grams are hashed to
CUT = 300  # characters of a text that are looked at
STEM = 3  # letters that stay
_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"[aeio]?s?$")


@lru_cache(maxsize=1 << 17)
def plain(text: str) -> str:
    """Return the folded words of a text with single blanks between them."""
    return " ".join(_WORD.findall(fold(text[:CUT])))


def stem(word: str) -> str:
    """Return a word without the vowel and the s that gender and number add, if enough is left.

    A rule of Romance languages that leaves English plurals alike, too.
    """
    found = _ENDING.sub("", word, count=1)
    return found if len(found) >= STEM else word


def key_of(text: str) -> str:
    """Return what texts that count as one have in common: their stems, however they are spaced."""
    return "".join(map(stem, plain(text).split()))


def grams_of(texts: Sequence[str]) -> Runs:
    """Return the numbers of the grams of plain texts, repeated as they occur."""
    joined = " ".join(["", *texts, ""])
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    first = np.cumsum(sizes + 1) - sizes  # where each text begins
    blank = np.concatenate([[0], np.cumsum(codes == ord(" "))])
    starts, values = [], []
    for length in LENGTHS:
        at = np.arange(max(len(codes) - length + 1, 0))
        inner = blank[at + length - 1] - blank[at + 1]  # blanks that are not at an edge
        at = at[inner == 0]
        number = np.full(len(at), length, np.uint64)
        for step in range(length):
            number = (number * np.uint64(0x100000001B3)) ^ codes[at + step]
        number ^= number >> np.uint64(29)
        starts.append(at)
        values.append((number % np.uint64(BUCKETS)).astype(np.int32))
    at, value = np.concatenate(starts), np.concatenate(values)
    order = np.argsort(at, kind="stable")
    at, value = at[order], value[order]
    owner = np.maximum(np.searchsorted(first - 1, at, side="right") - 1, 0)
    return Runs.of(owner, value, len(texts))


@dataclass(frozen=True, slots=True)
class Near:
    """Rows near some texts: columns sorted by text, then by falling cosine."""

    text: I64
    row: I64
    cosine: F32


class GramIndex:
    """An index over the plain texts of names; texts may repeat."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Count and weigh the grams of all texts."""
        self.size = len(texts)
        owner, gram, count = _counted(grams_of(texts))
        held = np.bincount(gram, minlength=BUCKETS)
        self._idf = np.asarray(np.log((1 + self.size) / (1 + held)) + 1, np.float32)
        weight = count * self._idf[gram]
        norm = np.sqrt(np.bincount(owner, weights=weight**2, minlength=self.size))
        weight /= np.maximum(norm, 1e-12)[owner]
        order = np.argsort(gram, kind="stable")
        self._start = np.concatenate([[0], np.cumsum(held)]).astype(np.int64)
        self._row = owner[order].astype(np.int32)
        self._weight = weight[order].astype(np.float32)

    @cached_property
    def _sums(self) -> F32:
        return np.zeros(self.size, np.float32)

    def search(self, texts: Sequence[str], k: int) -> Near:
        """Return the ``k`` nearest rows of each plain text."""
        owner, gram, count = _counted(grams_of(texts))
        weight = (count * self._idf[gram]).astype(np.float32)
        bounds = np.searchsorted(owner, np.arange(len(texts) + 1))
        whose, rows, cosines = [], [], []
        for text in range(len(texts)):
            own = slice(int(bounds[text]), int(bounds[text + 1]))
            row, cosine = self._nearest(gram[own], weight[own], k)
            whose.append(np.full(len(row), text, np.int64))
            rows.append(row)
            cosines.append(cosine)
        if not rows:
            return Near(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))
        return Near(np.concatenate(whose), np.concatenate(rows), np.concatenate(cosines))

    def _nearest(self, gram: npt.NDArray[np.integer], weight: F32, k: int) -> tuple[I64, F32]:
        """Return the rows nearest to weighed grams, best first."""
        sums = self._sums
        touched = []
        for one, gain in zip(gram.tolist(), weight.tolist(), strict=True):
            posted = slice(int(self._start[one]), int(self._start[one + 1]))
            rows = self._row[posted]
            sums[rows] += self._weight[posted] * np.float32(gain)
            touched.append(rows)
        norm = float(np.sqrt((weight**2).sum())) or 1.0
        best = np.argpartition(-sums, k)[:k] if len(sums) > k else np.arange(len(sums))
        best = best[sums[best] > 0]
        cosine = sums[best] / np.float32(norm)
        for rows in touched:
            sums[rows] = 0
        order = np.lexsort((best, -cosine))
        return best[order].astype(np.int64), cosine[order].astype(np.float32)


def _counted(runs: Runs) -> tuple[I64, I64, F32]:
    """Return for each distinct gram of each list its owner, the gram and 1 + log of its count."""
    owner = np.repeat(np.arange(len(runs)), np.diff(runs.start))
    keys, count = np.unique(owner * BUCKETS + runs.values, return_counts=True)
    return keys // BUCKETS, keys % BUCKETS, (1 + np.log(count)).astype(np.float32)
