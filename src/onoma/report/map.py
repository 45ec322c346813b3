"""A field of documents as a map: cells of like documents, areas with names, what each is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.errors import InputError
from onoma.ontology.store import ConceptStore
from onoma.report import som
from onoma.report.areas import Area, Mark, areas_of, marks_of
from onoma.report.content import Content, Weighed
from onoma.types import AnnotatedDocument

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

FEWEST = 4  # documents with concepts that make a map


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Documents on a self-organising map.

    ``rows``: the documents (by number, of ``content.cards``) that are on it; ``distance`` and
    ``found.cell`` go by them. ``marks``: what sets a cell apart, by cell. ``area``: the area of
    each cell, by its number.
    """

    content: Content
    weighed: Weighed
    rows: I64
    found: som.Map
    distance: F64
    areas: tuple[Area, ...]
    area: I64
    marks: dict[int, list[Mark]]

    @classmethod
    def of(
        cls,
        documents: Iterable[AnnotatedDocument],
        store: ConceptStore | None = None,
        *,
        areas: int = 0,
        cells: int = 0,
        seed: int = 1,
    ) -> FieldMap:
        """Return the map of these documents; ``areas`` and ``cells`` 0: as many as fit them.

        Raises: InputError: too few of them name a concept that another names too.
        """
        content = Content()
        for one in documents:
            content.add(one)
        return cls.made(content, content.weighed(store), areas=areas, cells=cells, seed=seed)

    @classmethod
    def made(
        cls, content: Content, weighed: Weighed, *, areas: int = 0, cells: int = 0, seed: int = 1
    ) -> FieldMap:
        """Return the map of documents that are weighed already.

        Raises: InputError: as ``of``.
        """
        vectors = weighed.vectors(seed=seed)
        rows = np.flatnonzero(np.abs(vectors).sum(axis=1) > 0)
        if len(rows) < FEWEST:
            raise InputError(
                f"{len(rows)} of {len(vectors)} documents share a concept with another: "
                f"a map needs {FEWEST}",
                hint="give more documents, or a vocabulary of their field (--vocab)",
            )
        vectors, kept = vectors[rows], weighed.only(rows)
        found = som.fit(vectors, cells=cells)
        made = areas_of(found, vectors, content, kept, number=areas)
        area = np.zeros(len(found.sheet), np.int64)
        for one in made:
            area[list(one.cells)] = one.number
        distance = np.linalg.norm(vectors - found.vectors[found.cell], axis=1)
        marks = marks_of(found.cell, content, kept)
        return cls(content, kept, rows, found, distance, made, area, marks)

    def documents(self, cell: int) -> list[int]:
        """Return the places (in ``rows``) of a cell's documents, the nearest first."""
        own = np.flatnonzero(self.found.cell == cell)
        return list(own[np.argsort(self.distance[own], kind="stable")].tolist())

    def counts(self) -> I64:
        """Return the documents of each cell."""
        return np.bincount(self.found.cell, minlength=len(self.found.sheet))

    def years(self) -> F64:
        """Return the mean year of each cell's documents; NaN where none is known."""
        year = [self.content.cards[row].year for row in self.rows.tolist()]
        known = np.array([one is not None for one in year])
        value = np.array([one or 0 for one in year], np.float64)
        size = len(self.found.sheet)
        count = np.bincount(self.found.cell[known], minlength=size).astype(np.float64)
        total = np.bincount(self.found.cell[known], value[known], minlength=size)
        return np.asarray(np.divide(total, count, out=np.full(size, np.nan), where=count > 0))
