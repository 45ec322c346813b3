"""The MeSH headings of a vocabulary: their place in the tree, and their names.

Names are those of the heading and of the concepts that other vocabularies call exactly the same
(MONDO, HPO, UBERON, ChEBI ...).
"""

from __future__ import annotations

import os
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from onoma.errors import VocabularyMissing
from onoma.ontology.store import ConceptStore
from onoma.search.mesh.name_table import SMALL, NameTable, is_written, plain_words
from onoma.text.variants import american, singular
from onoma.types import SCOPES

PREFIX = "MESH:D"
TABLE_FORMAT = 1
SAME = tuple(SCOPES.index(scope) for scope in ("label", "exact", "layperson", "abbreviation"))


class Headings:
    """The MeSH headings of a store, numbered in the order of their CURIEs."""

    def __init__(self, store: ConceptStore) -> None:
        """Take a store; its names are put in order of words when they are first asked for."""
        self.store = store
        self.first = _first_row(store, PREFIX)
        self.last = _first_row(store, PREFIX[:-1] + "E")
        self.labels: list[str] = store.labels.take(range(self.first, self.last))

    def __len__(self) -> int:
        """Return the number of headings."""
        return self.last - self.first

    def curie(self, heading: int) -> str:
        """Return the CURIE of a heading."""
        return self.store.curies[self.first + heading]

    def number(self, curie: str) -> int:
        """Return the number of a heading, -1 for what is none."""
        row = self.store.row_of(curie)
        return row - self.first if self.first <= row < self.last else -1

    def parents(self, heading: int) -> list[int]:
        """Return the headings right above one."""
        return self._inside(self.store.parents.of(self.first + heading))

    def children(self, heading: int) -> list[int]:
        """Return the headings right below one."""
        return self._inside(self.store.children.of(self.first + heading))

    def _inside(self, rows: npt.NDArray[np.uint32]) -> list[int]:
        return [row - self.first for row in rows.tolist() if self.first <= row < self.last]

    def ancestors(self, heading: int) -> tuple[int, ...]:
        """Return the headings above one, nearest first."""
        seen: dict[int, None] = {}
        layer = [heading]
        while layer:
            layer = sorted({p for one in layer for p in self.parents(one)} - set(seen) - {heading})
            seen |= dict.fromkeys(layer)
        return tuple(seen)

    @cached_property
    def table(self) -> NameTable:
        """The names by word, read from the cache; made first if need be (seconds, once)."""
        folder = self.store.path / f"mesh-{TABLE_FORMAT}"
        if not is_written(folder):
            made = NameTable.make(
                (text, heading, row)
                for heading in range(len(self))
                for text, row in self.texts(heading)
            )
            if not os.access(self.store.path, os.W_OK):  # others' cache: for this run alone
                return made
            made.write(folder)
        return NameTable.read(folder)

    @cached_property
    def _store_names(self) -> dict[int, list[int]]:
        out: dict[int, list[int]] = {}
        for row, owners in self.table.of_store_name.items():
            for heading in owners:
                out.setdefault(heading, []).append(row)
        return out

    def store_names(self, heading: int) -> list[int]:
        """Return the rows of the store's names that stand for a heading."""
        return self._store_names.get(heading, [])

    def folded_label(self, heading: int) -> frozenset[str]:
        """Return the folded words of a label."""
        words = plain_words(self.labels[heading])
        return frozenset(american(singular(word, self.table.known)) for word in words) - SMALL

    def texts(self, heading: int) -> list[tuple[str, int]]:
        """Return the names of a heading with their rows in the store; -1 for the label alone."""
        store = self.store
        start, scope = store.array("concept_name_start"), store.array("name_scope")
        own = self.first + heading
        out = [(self.labels[heading], -1)]
        for concept in (own, *self._same(heading)):
            rows = [
                row
                for row in range(int(start[concept]), int(start[concept + 1]))
                if concept == own or scope[row] in SAME
            ]
            out += zip(store.names.take(rows), rows, strict=True)
        return out

    def _same(self, heading: int) -> list[int]:
        store = self.store
        found = (e.curie for e in store.equivalents(self.first + heading) if e.is_exact)
        return [row for curie in found if (row := store.curies.find(curie)) >= 0]


@lru_cache(maxsize=2)
def open_headings(store: ConceptStore) -> Headings:
    """Return the headings of a store.

    Raises: VocabularyMissing: the vocabulary has no MeSH.
    """
    found = Headings(store)
    if not len(found):
        raise VocabularyMissing(
            f"{store.version} has no MeSH headings", hint="use the core, or: onoma vocab add"
        )
    return found


def _first_row(store: ConceptStore, curie: str) -> int:
    low, high = 0, store.n_concepts
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if store.curies[middle] < curie else (low, middle)
    return low
