"""TF-IDF over the words and the character n-grams of texts, as inverted lists.

A word is a folded token that is no symbol. A gram is two to four characters of a word that has a
blank before and behind it, so that word parts and endings count. Counts are damped by a logarithm;
features that the indexed texts do not have are passed over (as scikit-learn's vectoriser does, with
which the tests compare).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.grams import LETTERS, folded, letters
from onoma.text.characters import SYMBOL
from onoma.text.tokens import TextBatch, tokenise

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]

SIZES = (2, 3, 4)


@dataclass(frozen=True, slots=True)
class Counted:
    """How often texts have features: columns sorted by text, each pair once."""

    text: I64
    feature: U64
    count: F32


Count = Callable[[Sequence[str]], Counted]


def count_words(texts: Sequence[str]) -> Counted:
    """Return the words of texts, as their hashes."""
    owner, _, hashes = _tokens(texts)
    return _counted(owner, hashes)


def count_grams(texts: Sequence[str]) -> Counted:
    """Return the grams of texts; the word that stands in many texts is cut up once."""
    owner, words, hashes = _tokens(texts)
    _, first, place = np.unique(hashes, return_index=True, return_inverse=True)
    of_word, grams = grams_of([words[at] for at in first.tolist()])
    start = np.searchsorted(of_word, np.arange(len(first) + 1))
    size = np.diff(start)[place]
    at = np.repeat(start[:-1][place] - (np.cumsum(size) - size), size) + np.arange(size.sum())
    return _counted(np.repeat(owner, size), grams[at])


def grams_of(words: Sequence[str]) -> tuple[I64, U64]:
    """Return the grams of folded words, sorted by word: whose, and which."""
    if not words:
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    codes, blanks = letters(words)
    wide = codes.astype(np.uint64)
    owners, found = [], []
    for size in SIZES:
        gram = np.full(max(len(wide) - size + 1, 0), size, np.uint64)
        inner = np.ones(len(gram), bool)
        for step in range(size):
            part = wide[step : step + len(gram)]
            gram = gram << np.uint64(LETTERS) | part
            if 0 < step < size - 1:
                inner &= part > 0
        at = np.flatnonzero(inner)
        owners.append(np.searchsorted(blanks, at + 1, side="left") - 1)
        found.append(gram[at])
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    return owner[order], np.concatenate(found)[order]


def _tokens(texts: Sequence[str]) -> tuple[I64, list[str], U64]:
    """Return the text, the folded word and its hash of every token that is no symbol."""
    batch = TextBatch.of(texts)
    tokens = tokenise(batch.codes)
    keep = tokens.kind != SYMBOL
    start, end = tokens.start[keep], tokens.end[keep]
    owner = np.searchsorted(batch.doc_start, start, side="right") - 1
    pairs = zip(start.tolist(), end.tolist(), strict=True)
    words = [_folded(batch.text[first:last]) for first, last in pairs]
    return owner.astype(np.int64), words, tokens.hash[keep]


_folded = lru_cache(maxsize=1 << 16)(folded)  # the same words come again and again


def _counted(owner: I64, feature: U64) -> Counted:
    order = np.lexsort((feature, owner))
    owner, feature = owner[order], feature[order]
    new = np.ones(len(owner), bool)
    new[1:] = (owner[1:] != owner[:-1]) | (feature[1:] != feature[:-1])
    first = np.flatnonzero(new)
    count = np.diff(np.append(first, len(owner)))
    return Counted(owner[first], feature[first], count.astype(np.float32))


class Weighted:
    """Texts indexed by one kind of feature."""

    def __init__(self, texts: Sequence[str], count: Count) -> None:
        """Index texts."""
        self._count = count
        self._size = len(texts)
        counted = count(texts)
        self._features, number = np.unique(counted.feature, return_inverse=True)
        held = np.bincount(number, minlength=len(self._features))
        self._idf = (np.log((1 + len(texts)) / (1 + held)) + 1).astype(np.float32)
        weight = _unit(counted, self._idf[number], len(texts))
        order = np.argsort(number, kind="stable")
        self._start = np.concatenate([[0], np.cumsum(held)])
        self._rows = counted.text[order].astype(np.int32)
        self._weights = weight[order]

    def similar(self, texts: Sequence[str]) -> F32:
        """Return the cosine of texts with the indexed ones; (texts, indexed), 0 to 1."""
        counted = self._count(texts)
        out = np.zeros((len(texts), self._size), np.float32)
        if not len(self._features):
            return out
        at = np.minimum(np.searchsorted(self._features, counted.feature), len(self._features) - 1)
        known = self._features[at] == counted.feature
        counted = Counted(counted.text[known], counted.feature[known], counted.count[known])
        at = at[known]
        weight = _unit(counted, self._idf[at], len(texts))
        bounds = np.searchsorted(counted.text, np.arange(len(texts) + 1)).tolist()
        for text, (start, stop) in enumerate(pairwise(bounds)):
            own = at[start:stop]
            first, size = self._start[own], self._start[own + 1] - self._start[own]
            place = np.repeat(first - (np.cumsum(size) - size), size) + np.arange(size.sum())
            gain = self._weights[place] * np.repeat(weight[start:stop], size)
            out[text] = np.bincount(self._rows[place], gain, minlength=self._size)
        return out


def _unit(counted: Counted, idf: F32, texts: int) -> F32:
    """Return damped counts times idf, of unit length in each text."""
    weight = (np.log(counted.count) + 1) * idf
    sizes = np.sqrt(np.bincount(counted.text, weight**2, minlength=texts))
    return np.asarray(weight / sizes[counted.text], np.float32)
