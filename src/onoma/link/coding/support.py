"""What a code list says, row by row, ready to be compared with passages.

Each label, synonym, definition and example is a row. A passage is like a row by the cosine of their
vectors, of their words and of their character n-grams.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from onoma.link.coding.codes import CodeList
from onoma.link.coding.passages import whole
from onoma.link.coding.weighted import Weighted, count_grams, count_words

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


WIDTH = 0.11


def half_of(n_codes: int) -> float:
    """Return the likeness, over the mean of the codes, at which a code is as often right as wrong.

    The best of many wrong codes is more like a passage than the best of few, by the logarithm of
    their number; read on lists of 10 and 23 codes, and on the 47,139 of ICD-10-CM.
    """
    return 0.43 + 0.067 * max(float(np.log(n_codes / 20)), 0.0)


class TextEncoder(Protocol):
    """Gives a unit vector a text."""

    dimension: int

    def encode(self, texts: Sequence[str]) -> F32:
        """Return the vectors, (len(texts), dimension)."""


@dataclass(frozen=True, slots=True)
class Views:
    """Passages as they are compared: their texts, and unit vectors if there is an encoder."""

    texts: Sequence[str]
    vectors: F32 | None


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like rows passages are; each (passages, rows), higher is more; 1 is the same."""

    meaning: F32
    words: F32
    letters: F32


def mean_vectors(pieces: F32, sizes: Sequence[int], weights: Sequence[int]) -> F32:
    """Return a unit vector a text, the mean of its pieces by the root of their lengths.

    ``sizes``: pieces of each text; ``weights``: the length of each piece.
    """
    bounds = np.concatenate([[0], np.cumsum(sizes)]).tolist()
    root = np.sqrt(np.asarray(weights, np.float32))[:, None]
    out = np.zeros((len(sizes), pieces.shape[1]), np.float32)
    for row, (start, stop) in enumerate(pairwise(bounds)):
        out[row] = (pieces[start:stop] * root[start:stop]).sum(axis=0)
    return unit(out)


def unit(vectors: F32) -> F32:
    """Return vectors of length 1; zero vectors stay."""
    sizes = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(sizes, 1e-9), np.float32)


def encode_whole(texts: Sequence[str], encoder: TextEncoder) -> F32:
    """Return a vector a text, long ones by their pieces, so that none is cut."""
    cut: list[str] = []
    sizes, weights = [], []
    for text in texts:
        spans = [piece for one in whole(text) for piece in one.pieces]
        cut += [text[one.start : one.end] for one in spans]
        sizes.append(len(spans))
        weights += [one.end - one.start for one in spans]
    return mean_vectors(encode_once(cut, encoder), sizes, weights)


def encode_once(texts: Sequence[str], encoder: TextEncoder) -> F32:
    """Return the vectors of texts, each distinct one encoded once."""
    place = {text: row for row, text in enumerate(dict.fromkeys(texts))}
    vectors = encoder.encode(list(place))
    return vectors[[place[text] for text in texts]] if texts else vectors


@dataclass(frozen=True, slots=True)
class Rows:
    """The texts of a list: whose each is, as the code's number; sorted by code."""

    texts: tuple[str, ...]
    code: I64

    @classmethod
    def of(cls, codes: CodeList) -> Rows:
        """Return the distinct texts of each code."""
        texts: list[str] = []
        owners: list[int] = []
        for number, one in enumerate(codes.codes):
            given = (one.label, *one.synonyms, one.definition, *one.examples)
            own = [text for text in dict.fromkeys(given) if text]
            texts += own
            owners += [number] * len(own)
        return cls(tuple(texts), np.array(owners, np.int64))


class Support:
    """The rows of a code list with their indexes."""

    def __init__(self, codes: CodeList, vectors: F32 | None) -> None:
        """Index the rows; ``vectors`` are those of ``Rows.of(codes)``, None without encoder."""
        self.codes = codes
        self.rows = Rows.of(codes)
        self.vectors = vectors
        self._words = Weighted(self.rows.texts, count_words)
        self._letters = Weighted(self.rows.texts, count_grams)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows.texts)

    @property
    def n_codes(self) -> int:
        """The number of codes."""
        return len(self.codes)

    @cached_property
    def first(self) -> I64:
        """The first row of each code, and the end."""
        return np.searchsorted(self.rows.code, np.arange(self.n_codes + 1))

    @cached_property
    def _mean(self) -> F32:
        assert self.vectors is not None  # noqa: S101 - asked for with vectors alone
        return np.asarray(self.vectors.mean(axis=0, dtype=np.float64), np.float32)

    @cached_property
    def _centred(self) -> F32:
        assert self.vectors is not None  # noqa: S101 - asked for with vectors alone
        return unit(self.vectors - self._mean)

    def mean_by_code(self, values: F32) -> F32:
        """Return the mean over the rows of each code; (passages, codes)."""
        summed = np.add.reduceat(values, self.first[:-1], axis=1)
        return np.asarray(summed / np.diff(self.first), np.float32)

    def most_by_code(self, values: F32) -> F32:
        """Return the highest value of each code's rows; (passages, codes)."""
        return np.asarray(np.maximum.reduceat(values, self.first[:-1], axis=1), np.float32)

    def likeness(self, views: Views, *, is_centred: bool = False) -> Likeness:
        """Return how like the rows passages are; without encoder n-grams stand in for meaning."""
        words, letters = self._words.similar(views.texts), self._letters.similar(views.texts)
        meaning = self._meaning(views.vectors, is_centred)
        return Likeness(letters if meaning is None else meaning, words, letters)

    def plain(self, views: Views, *, is_centred: bool = False) -> F32:
        """Return how like the rows short passages are: by meaning, without encoder by n-grams."""
        found = self._meaning(views.vectors, is_centred)
        return self._letters.similar(views.texts) if found is None else found

    def own(self) -> Likeness:
        """Return how like each other the rows are."""
        return self.likeness(self._own_views)

    def own_plain(self) -> F32:
        """Return how like each other the rows are, as ``plain``."""
        return self.plain(self._own_views)

    @property
    def _own_views(self) -> Views:
        return Views(self.rows.texts, self.vectors)

    def _meaning(self, vectors: F32 | None, is_centred: bool) -> F32 | None:
        """Return the cosine of passages with rows; None without encoder."""
        if vectors is None or self.vectors is None:
            return None
        if not is_centred:
            return np.asarray(vectors @ self.vectors.T, np.float32)
        return np.asarray(unit(vectors - self._mean) @ self._centred.T, np.float32)
