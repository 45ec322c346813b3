"""What annotators marked in training texts: how often each string, and which words at its borders.

For a group of types, of each string that was ever marked: the odds that it is marked where it
stands, and how often it was. Of each word: the odds that it is in a mark, that it ends one, and
that it belongs to a mark that begins right behind it ("severe" in "severe asthma") or ends right
before it. Strings are kept as numbers, so that no text can be read out of them.

The judge of mode ``hybrid`` (``span_judge``) reads it beside the dictionary and the tagger: its
trees grow on dev parts, what is counted here comes from train parts without the texts of any dev
part (``tools/make_marks.py``).
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import BadFile
from onoma.types import Span

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]

COLUMNS = (
    "marked", "times", "marked with left", "marked with right", "marked without first",
    "marked without last", "times with left", "times with right",
    "left of it joins", "first joins", "right of it joins", "last joins", "ends", "left ends",
    "least inside", "mean inside", "most inside", "left inside", "right inside", "known words",
    "first inside",
)  # fmt: skip
"""Log odds but for times (logarithms of counts, plus one) and the share of known words."""
INSIDE, ENDS, JOINS_RIGHT, JOINS_LEFT = range(4)  # columns of a word
NO_TEXT = -1.0  # beyond the ends of the text
NEVER = -8.0  # log odds of a string that was never marked
FAR = 6.0  # a border that a span of one word has not
LONGEST = 8  # words of a string
SHORTEST_SEEN = 5  # times that a word outside of marks must stand to be kept
PULL = 2.0  # uses that speak for what is usual
STEP = 0.1  # of what is kept of a number
CAPITALS = 5  # letters of a word in capitals that is not "as" but "AS"
BASE = 0x9E3779B97F4A7C15  # odd
HINT = "make it anew: python tools/make_marks.py"


@dataclass(frozen=True, slots=True)
class Cut:
    """A text as words, with the spans of words (first, behind) that were marked."""

    words: Sequence[str]
    spans: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Marks:
    """What is known of a group: numbers of strings and of words, sorted, with a row each.

    ``usual`` is the row of a word that was not met.
    """

    names: U32
    name_rows: npt.NDArray[np.int8]
    words: U32
    word_rows: npt.NDArray[np.int8]
    usual: F32

    def columns(self, words: Sequence[str], spans: Sequence[Span]) -> F32:
        """Return ``COLUMNS`` for spans of words (first, behind) of a text."""
        out = np.zeros((len(spans), len(COLUMNS)), np.float32)
        if not len(spans) or not len(words):
            return out
        text = _Numbered.of(words)
        first, behind = np.array(spans, np.int64).T
        own, left, right, tail, head = (
            self._of_names(text, first + low, behind + high)
            for low, high in ((0, 0), (-1, 0), (0, 1), (1, 0), (0, -1))
        )
        out[:, 0:2] = own
        out[:, 2], out[:, 3], out[:, 4], out[:, 5] = left[:, 0], right[:, 0], tail[:, 0], head[:, 0]
        out[:, 6], out[:, 7] = left[:, 1], right[:, 1]
        rows, known = self._of_words(text.words)
        long = behind - first > 1
        edge = self._edges(rows, first, behind)
        out[:, 8], out[:, 10] = edge[JOINS_RIGHT, 0], edge[JOINS_LEFT, 1]
        out[:, 9] = np.where(long, rows[first, JOINS_RIGHT], FAR)
        out[:, 11] = np.where(long, rows[behind - 1, JOINS_LEFT], FAR)
        out[:, 12], out[:, 13] = rows[behind - 1, ENDS], edge[ENDS, 0]
        for row, low, high in zip(out, first.tolist(), behind.tolist(), strict=True):
            inside = rows[low:high, INSIDE]
            row[14:17] = inside.min(), inside.mean(), inside.max()
            row[19] = known[low:high].mean()
        out[:, 17], out[:, 18] = edge[INSIDE]
        out[:, 20] = rows[first, INSIDE]
        return out

    def _of_names(self, text: _Numbered, first: I64, behind: I64) -> F32:
        """Return the odds and times of each string; ``NO_TEXT`` where none stands there."""
        real = (first >= 0) & (behind <= len(text.words)) & (first < behind)
        out = np.full((len(first), 2), NO_TEXT, np.float32)
        keys = text.strings(first[real], behind[real])
        found, known = _find(self.names, keys)
        rows = self.name_rows[found] * np.float32(STEP)
        out[real] = np.where(known[:, None], rows, np.array([NEVER, 0.0], np.float32))
        return out

    def _of_words(self, words: U64) -> tuple[F32, npt.NDArray[np.bool_]]:
        found, known = _find(self.words, words.astype(np.uint32))
        rows = self.word_rows[found] * np.float32(STEP)
        return np.where(known[:, None], rows, self.usual).astype(np.float32), known

    @staticmethod
    def _edges(rows: F32, first: I64, behind: I64) -> F32:
        """Return the numbers of the words before and behind, (columns, 2, spans)."""
        none = np.full((1, rows.shape[1]), NEVER, np.float32)
        none[0, [JOINS_RIGHT, JOINS_LEFT]] = -FAR
        framed = np.concatenate([none, rows, none])
        return np.stack([framed[first], framed[behind + 1]]).transpose(2, 0, 1)


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A text's words as numbers, and sums from which the number of any string follows.

    The number of words a, b, c is a + b x + c x^2 ... (Karp and Rabin 1987), over 64 bits.
    """

    words: U64
    sums: U64
    back: U64

    @classmethod
    def of(cls, words: Sequence[str]) -> _Numbered:
        own = np.array([number_of(word) for word in words], np.uint64)
        powers, back = _powers(1 << max(len(words), 1).bit_length())
        sums = np.zeros(len(own) + 1, np.uint64)
        np.cumsum(own * powers[: len(own)], out=sums[1:])
        return cls(own, sums, back)

    def strings(self, first: I64, behind: I64) -> U32:
        """Return the numbers of some strings, as they are kept."""
        whole = (self.sums[behind] - self.sums[first]) * self.back[first]
        return (whole >> np.uint64(32)).astype(np.uint32)


@lru_cache(maxsize=4)
def _powers(size: int) -> tuple[U64, U64]:
    """Return powers of ``BASE`` and of its inverse over 64 bits."""
    inverse = pow(BASE, -1, 1 << 64)
    both = [np.full(size, step, np.uint64) for step in (BASE, inverse)]
    for one in both:
        one[0] = 1
        np.cumprod(one, out=one)
    return both[0], both[1]


@lru_cache(maxsize=1 << 17)
def number_of(word: str) -> int:
    """Return the number of a word: letter case counts in short words in capitals alone."""
    keeps = 1 < len(word) <= CAPITALS and word.isupper()
    folded = word if keeps else word.lower()
    return int.from_bytes(blake2b(folded.encode(), digest_size=8).digest(), "little")


def _find(sorted_: U32, keys: U32) -> tuple[I64, npt.NDArray[np.bool_]]:
    """Return the place of each key, and whether it is there."""
    if not len(sorted_):
        raise BadFile("marks of nothing", hint=HINT)
    place = np.minimum(np.searchsorted(sorted_, keys), len(sorted_) - 1)
    return place, sorted_[place] == keys


@dataclass(slots=True)
class _Counts:
    """What is counted over texts: of strings and of words."""

    marked: Counter[int] = field(default_factory=Counter)
    seen: Counter[int] = field(default_factory=Counter)
    words: Counter[int] = field(default_factory=Counter)
    times: tuple[Counter[int], ...] = field(
        default_factory=lambda: tuple(Counter() for _ in range(4))
    )
    of: tuple[Counter[int], ...] = field(default_factory=lambda: (Counter(), Counter()))
    """By column of a word: how often it is so; and, of the last two, out of how many."""

    def read(self, text: Cut) -> None:
        """Count a text, whose marked strings are known."""
        numbered = _Numbered.of(text.words)
        words = numbered.words.astype(np.uint32).tolist()
        size = len(words)
        starts = np.arange(size)
        for length in range(1, min(LONGEST, size) + 1):
            keys = numbered.strings(starts[: size - length + 1], starts[length - 1 :] + 1)
            self.seen.update(key for key in keys.tolist() if key in self.marked)
        inside, goes_on = [False] * (size + 1), [False] * (size + 1)
        for first, behind in text.spans:
            inside[first:behind] = [True] * (behind - first)
            goes_on[first + 1 : behind] = [True] * (behind - first - 1)
            self.times[ENDS][words[behind - 1]] += 1
        self.words.update(words)
        self.times[INSIDE].update(w for w, is_in in zip(words, inside, strict=False) if is_in)
        for place, word in enumerate(words):
            if inside[place + 1]:
                self.of[0][word] += 1
                self.times[JOINS_RIGHT][word] += goes_on[place + 1]
            if place and inside[place - 1]:
                self.of[1][word] += 1
                self.times[JOINS_LEFT][word] += goes_on[place]

    def marks(self) -> Marks:
        """Return what was counted as odds."""
        usual_name = self.marked.total() / max(self.seen.total(), 1)
        names = np.array(sorted(self.marked), np.uint32)
        name_rows = [
            (_odds(n, max(self.seen[k], n), usual_name), math.log1p(n))
            for k, n in ((int(key), self.marked[int(key)]) for key in names)
        ]
        out_of = (self.words, self.words, *self.of)
        usual = [
            own.total() / max(of.total(), 1) for own, of in zip(self.times, out_of, strict=True)
        ]
        kept = [w for w, n in self.words.items() if n >= SHORTEST_SEEN or self.times[INSIDE][w]]
        words = np.array(sorted(kept), np.uint32)
        word_rows = [
            [_odds(own[int(w)], of[int(w)], p)
             for own, of, p in zip(self.times, out_of, usual, strict=True)]
            for w in words
        ]  # fmt: skip
        return Marks(
            names, _rounded(name_rows), words, _rounded(word_rows),
            np.array([_odds(0, 0, p) for p in usual], np.float32),
        )  # fmt: skip


def count_marks(texts: Iterable[Cut]) -> Marks:
    """Return what is marked in some texts, and where."""
    counts, read = _Counts(), list(texts)
    for text in read:
        if text.spans:
            first, behind = np.array(text.spans, np.int64).T
            counts.marked.update(_Numbered.of(text.words).strings(first, behind).tolist())
    for text in read:
        counts.read(text)
    return counts.marks()


def _odds(times: int, of: int, usual: float) -> float:
    """Return log odds, with ``PULL`` uses that are as usual."""
    least = 1e-6
    yes = times + PULL * max(usual, least)
    no = max(of - times, 0) + PULL * max(1 - usual, least)  # marks may lie in each other
    return math.log(yes / no)


def _rounded(rows: Sequence[Sequence[float]]) -> npt.NDArray[np.int8]:
    return np.clip(np.round(np.array(rows) / STEP), -127, 127).astype(np.int8)


MarkLexicon = Mapping[str, Marks]
"""What is known of each group."""
_PARTS = ("names", "name_rows", "words", "word_rows", "usual")


def write_marks(lexicon: MarkLexicon, path: Path) -> None:
    """Write what is known into a file."""
    arrays: dict[str, Any] = {
        f"{group}.{part}": getattr(own, part) for group, own in lexicon.items() for part in _PARTS
    }
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


@lru_cache(maxsize=4)
def read_marks(folder: Path) -> MarkLexicon:
    """Return what ``marks.npz`` in a tagger's folder says, nothing where there is none.

    Raises: BadFile: damaged.
    """
    path = folder / "marks.npz"
    if not path.is_file():
        return {}
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            groups = dict.fromkeys(name.partition(".")[0] for name in arrays.files)
            return {
                group: Marks(*(arrays[f"{group}.{part}"] for part in _PARTS)) for group in groups
            }
    except (OSError, ValueError, KeyError) as error:
        raise BadFile(f"{path}: {error!r}", hint=HINT) from error
