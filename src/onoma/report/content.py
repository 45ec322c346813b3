"""Documents as vectors of concepts: how much of one each concept is, and what goes with it.

The local weight of a concept in a document is that of term weighting: how often it is named (in the
title twice), how few documents name it, what its type counts for; denied mentions do not count. A
part of it goes to all that stands above the concept. The association of concepts is how they occur
together over the documents: the leading singular vectors of the weights, so that documents are near
that name different concepts of one field.

Papers: Shah and Luo 2018, Biomedical document clustering and visualization based on the concepts of
diseases (local content times association); Deerwester et al. 1990 (singular vectors); Halko et al.
2011 (how they are found). Departure: one decomposition in place of a similarity for each pair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from onoma.formats.type_words import type_of
from onoma.ontology.store import ConceptStore
from onoma.report.tally import year_of
from onoma.search.hierarchy import Hierarchy
from onoma.types import AnnotatedDocument

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

ABOVE = 0.3  # of a concept's weight that each concept above it gets
LEAST, MOST = 2, 0.4  # documents that a concept stands in, and the share of all that it may
MOST_OF_FEW, FEW = 0.8, 40  # the same where that is no more than so many documents
IN_TITLE = 2.0
DIMENSIONS, EXTRA, STEPS = 20, 10, 7  # of the vectors; of the search for them
BLOCK = 1 << 22  # numbers held at a time
WORTH: Mapping[str, float] = MappingProxyType(
    {"anatomy": 0.6, "clinical_modifier": 0.1, "component": 0.6, "device": 0.6, "method": 0.2,
     "outcome": 0.3, "population": 0.1, "procedure": 0.6, "test": 0.3}
)  # fmt: skip
"""What a concept of a type counts for beside a disease (1): general words say less."""


@dataclass(frozen=True, slots=True)
class Card:
    """A document on a map: what it is called, and when it is from (None: not known)."""

    id: str
    title: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbers at places of a table that is mostly empty: sorted by row, then by column."""

    shape: tuple[int, int]
    row: I64
    column: I64
    value: F64

    def times(self, dense: F64) -> F64:
        """Return the table times a dense one; (rows, width)."""
        out = np.zeros((self.shape[0], dense.shape[1]))
        step = max(BLOCK // max(dense.shape[1], 1), 1)
        for first in range(0, len(self.row), step):
            part = slice(first, first + step)
            starts = np.flatnonzero(np.diff(self.row[part], prepend=-1))
            sums = np.add.reduceat(
                dense[self.column[part]] * self.value[part, None], starts, axis=0
            )
            out[self.row[part][starts]] += sums
        return out

    def only(self, rows: I64) -> Grid:
        """Return these rows (in rising order), numbered anew."""
        number = np.full(self.shape[0], -1)
        number[rows] = np.arange(len(rows))
        kept = number[self.row] >= 0
        return Grid(
            (len(rows), self.shape[1]),
            number[self.row[kept]],
            self.column[kept],
            self.value[kept],
        )

    def turned(self) -> Grid:
        """Return rows and columns exchanged."""
        order = np.lexsort((self.row, self.column))
        return Grid(self.shape[::-1], self.column[order], self.row[order], self.value[order])


@dataclass
class Content:
    """Takes documents in, one after the other; then says what each is about."""

    cards: list[Card] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    _curies: dict[str, int] = field(default_factory=dict)
    _rows: list[tuple[int, int, float]] = field(default_factory=list)

    def add(self, document: AnnotatedDocument) -> None:
        """Take a document in; one that failed is left out."""
        if document.error is not None:
            return
        ahead, title = _title(document)
        counts: dict[int, float] = {}
        for one in document.mentions:
            if one.curie is None or one.assertion == "absent":
                continue
            concept = self._curies.setdefault(one.curie, len(self._curies))
            self.labels.setdefault(one.curie, one.label or one.text)
            self.types.setdefault(one.curie, type_of(one.type))
            counts[concept] = counts.get(concept, 0.0) + (IN_TITLE if one.start < ahead else 1.0)
        number = len(self.cards)
        self._rows += [(number, concept, n) for concept, n in counts.items()]
        self.cards.append(Card(document.id, title, year_of(document.document)))

    def weighed(self, store: ConceptStore | None = None) -> Weighed:
        """Return the weights of all concepts in all documents; ``store`` has the hierarchy."""
        hierarchy = Hierarchy.over(self._curies, store)
        number = np.array([hierarchy.number[one] for one in self._curies], np.int64)
        row, concept, count = (
            (np.array(column) for column in zip(*self._rows, strict=True))
            if (self._rows)
            else (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
        )
        own = _summed(row, number[concept], count, (len(self.cards), len(hierarchy)))
        worth = np.zeros(len(hierarchy))
        for curie, place in zip(self._curies, number.tolist(), strict=True):
            worth[place] = max(worth[place], WORTH.get(self.types[curie], 1.0))
        return _weighed(own, hierarchy, worth, self)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The weights of concepts in documents: ``own`` without, ``all`` with what stands above.

    Rows are documents, columns meanings of the hierarchy; rows of ``all`` are of unit length.
    """

    own: Grid
    all: Grid
    hierarchy: Hierarchy

    def only(self, rows: I64) -> Weighed:
        """Return the weights of these documents alone, numbered anew."""
        return Weighed(self.own.only(rows), self.all.only(rows), self.hierarchy)

    def vectors(self, dimensions: int = DIMENSIONS, *, seed: int = 1) -> F64:
        """Return one unit vector a document, (documents, dimensions); without concepts zero."""
        rows, columns = self.all.shape
        width = min(dimensions + EXTRA, rows, columns)
        if not width:
            return np.zeros((rows, dimensions))
        back = self.all.turned()
        basis = np.random.default_rng(seed).standard_normal((columns, width))
        for _ in range(STEPS):
            basis, _ = np.linalg.qr(back.times(np.linalg.qr(self.all.times(basis))[0]))
        left, size, right = np.linalg.svd(self.all.times(basis), full_matrices=False)
        strength = np.abs(right).argmax(axis=1)
        sign = np.sign(right[np.arange(len(right)), strength])
        found = (left * size * sign)[:, :dimensions]
        found = np.pad(found, ((0, 0), (0, max(dimensions - found.shape[1], 0))))
        long = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.maximum(long, 1e-12), np.float64)


def _title(document: AnnotatedDocument) -> tuple[int, str]:
    """Return where the title ends, and the title, or the first line."""
    for part in document.document.passages:
        if part.kind == "title":
            return part.end, document.text[part.start : part.end].strip()
    line = document.text.strip().partition("\n")[0]
    return 0, line[:200].strip()


def _summed(row: I64, column: I64, value: F64, shape: tuple[int, int]) -> Grid:
    """Return a grid with the values of one place added up."""
    packed, place = np.unique(row * shape[1] + column, return_inverse=True)
    total: F64 = np.bincount(place, value, minlength=len(packed)).astype(np.float64)
    first, second = np.divmod(packed, max(shape[1], 1))
    return Grid(shape, first, second, total)


def _weighed(own: Grid, hierarchy: Hierarchy, worth: F64, content: Content) -> Weighed:
    """Return local weights, with a part of each for what stands above."""
    documents = own.shape[0]
    above, owner = hierarchy.spread(own.column)
    whole = _summed(own.row[owner], above, own.value[owner], own.shape)
    count = np.bincount(whole.column, minlength=own.shape[1])
    rare = np.log((documents + 1) / (count + 1))
    over, below = hierarchy.spread(np.arange(own.shape[1]))
    spread_worth = np.zeros(own.shape[1])
    np.maximum.at(spread_worth, over, worth[below])
    most = max(MOST * documents, min(MOST_OF_FEW * documents, FEW))
    is_used = (count >= min(LEAST, documents)) & (count <= most)
    local = Grid(
        own.shape, own.row, own.column, (1 + np.log(own.value)) * (rare * worth)[own.column]
    )
    kept = is_used[local.column]
    local = Grid(own.shape, local.row[kept], local.column[kept], local.value[kept])
    place = own.row * own.shape[1] + own.column
    asked = whole.row * own.shape[1] + whole.column
    is_own = np.zeros(len(asked), bool)
    is_own[np.searchsorted(asked, place)] = True  # what stands above holds the concept itself
    up = ~is_own & is_used[whole.column]
    part = ABOVE * np.log1p(whole.value) * (rare * spread_worth)[whole.column]
    row = np.concatenate([local.row, whole.row[up]])
    column = np.concatenate([local.column, whole.column[up]])
    both = _summed(row, column, np.concatenate([local.value, part[up]]), own.shape)
    length = np.sqrt(np.bincount(both.row, both.value**2, minlength=documents))
    unit = both.value / np.maximum(length[both.row], 1e-12)
    return Weighed(local, Grid(own.shape, both.row, both.column, unit), hierarchy)
