"""Words to character n-grams as numbers, and columns of words per string.

A gram is three characters of a word that has a blank before and behind it ("gout": ``_go``,
``gou``, ``out``, ``ut_``), written as one number below ``GRAMS``: letters and digits have numbers
of their own, all other characters share what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.ontology.wordtable import word_ids
from onoma.text.characters import GREEK_NAMES, SYMBOL, fold
from onoma.text.tokens import TextBatch, tokenise

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]

LETTERS = 6  # bits of a character
GRAMS = 1 << 3 * LETTERS
LONGEST = 64  # characters of a word that are looked at


@dataclass(frozen=True, slots=True)
class Runs:
    """Lists of numbers end to end: those of row i are ``values[start[i] : start[i + 1]]``."""

    start: I64
    values: I32

    def __len__(self) -> int:
        """Return the number of lists."""
        return len(self.start) - 1

    def take(self, rows: npt.NDArray[np.integer]) -> tuple[I64, I32]:
        """Return the lists of these rows: for each value the place of its row, and the values."""
        first = self.start[rows].astype(np.int64)
        size = self.start[np.asarray(rows) + 1].astype(np.int64) - first
        owner = np.repeat(np.arange(len(rows)), size)
        at = np.arange(len(owner)) + np.repeat(first - (np.cumsum(size) - size), size)
        return owner, self.values[at]

    @classmethod
    def of(cls, owner: npt.NDArray[np.integer], values: I32, size: int) -> Runs:
        """Return lists from pairs sorted by owner."""
        count = np.bincount(owner, minlength=size)
        return cls(np.concatenate([[0], np.cumsum(count)]).astype(np.int64), values)


def letters(words: Sequence[str]) -> tuple[npt.NDArray[np.uint8], I64]:
    """Return the numbers of the words' characters end to end, a 0 before each, and their starts."""
    joined = "\0".join(["", *(word[:LONGEST] for word in words), ""])
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    out = (37 + codes % 26).astype(np.uint8)
    small = (codes >= ord("a")) & (codes <= ord("z"))
    out[small] = codes[small] - ord("a") + 1
    digit = (codes >= ord("0")) & (codes <= ord("9"))
    out[digit] = codes[digit] - ord("0") + 27
    blank = codes == 0
    out[blank] = 0
    return out, np.flatnonzero(blank)


def word_grams(words: Sequence[str]) -> Runs:
    """Return the grams of each folded word."""
    if not words:
        return Runs(np.zeros(1, np.int64), np.empty(0, np.int32))
    codes, blanks = letters(words)
    wide = codes.astype(np.int32)
    gram = wide[:-2] << 2 * LETTERS | wide[1:-1] << LETTERS | wide[2:]
    inner = np.flatnonzero(codes[1:-1])  # a gram stands about a character
    owner = np.searchsorted(blanks, inner + 1, side="right") - 1
    return Runs.of(owner, gram[inner], len(words))


@dataclass(frozen=True, slots=True)
class Words:
    """The words of some strings, in order: whose, its number in the store (0: none), its text."""

    owner: I64
    word: npt.NDArray[np.uint32]
    hash: U64
    start: I32
    end: I32
    text: str

    def folded(self, place: int) -> str:
        """Return the folded text of a word."""
        return folded(self.text[self.start[place] : self.end[place]])


def folded(text: str) -> str:
    """Return a text folded, Greek letters as their names."""
    plain = fold(text)
    return plain if plain.isascii() else "".join(GREEK_NAMES.get(c, c) for c in plain)


def is_count(word: str) -> bool:
    """Return whether a folded word tells one of a series: a number, or a letter as in "type B"."""
    return word.isdigit() or (len(word) == 1 and word not in "as" and word.isalpha())


def read_words(texts: Sequence[str], slots: U64) -> Words:
    """Return the words of strings; ``slots`` is the store's word table."""
    batch = TextBatch.of(texts)
    tokens = tokenise(batch.codes)
    keep = tokens.kind != SYMBOL
    start = tokens.start[keep]
    hashes = tokens.hash[keep]
    owner = np.searchsorted(batch.doc_start, start, side="right") - 1
    return Words(owner, word_ids(slots, hashes), hashes, start, tokens.end[keep], batch.text)
