"""A vocabulary as a book to ask questions on: names, definitions, parents, branches."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from onoma.encode.worth import loose_key
from onoma.ontology.vocabulary import Vocabulary
from onoma.types import SCOPES

I64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
SAME = tuple(SCOPES.index(scope) for scope in ("label", "exact", "layperson"))
LARGEST = 0.4  # of a prefix's concepts; a branch with more is replaced by those below its head
MOST_SPLITS = 12


@dataclass(frozen=True, slots=True)
class Runs:
    """Numbers by row: those of row i are ``values[starts[i] : starts[i + 1]]``."""

    starts: I64
    values: I64

    def of(self, row: int) -> list[int]:
        """Return the numbers of a row."""
        return [int(one) for one in self.values[self.starts[row] : self.starts[row + 1]]]

    def of_all(self, rows: I64) -> I64:
        """Return the numbers of several rows, one after the other."""
        parts = [self.values[self.starts[row] : self.starts[row + 1]] for row in rows.tolist()]
        return np.concatenate([*parts, np.zeros(0, np.int64)])


def runs_of(rows: I64, values: I64, size: int) -> Runs:
    """Return values by the row that each stands beside, their order kept."""
    order = np.argsort(rows, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=size))])
    return Runs(starts.astype(np.int64), values[order])


@dataclass(frozen=True)
class Book:
    """A vocabulary's concepts by row; texts are taken from the tables when they are asked for."""

    version: str
    curies: tuple[str, ...]
    prefixes: tuple[str, ...]
    prefix_of: I64
    parents: Runs
    children: Runs
    name_rows: Runs
    name_texts: list[str]
    definition_rows: dict[int, int]
    definition_texts: list[str]

    def names(self, row: int) -> list[str]:
        """Return the names that mean the concept exactly, its label first."""
        return [self.name_texts[place] for place in self.name_rows.of(row)]

    def page(self, row: int) -> list[str]:
        """Return the names without the label, however that is written."""
        label, *names = self.names(row)
        return [name for name in names if loose_key(name) != loose_key(label)]

    def definition(self, row: int) -> str:
        """Return the definition, empty where there is none."""
        place = self.definition_rows.get(row)
        return "" if place is None else self.definition_texts[place]

    @cached_property
    def name_counts(self) -> I64:
        """How many names each concept has."""
        return np.diff(self.name_rows.starts)

    def above(self, row: int) -> set[int]:
        """Return the rows above a concept, itself not included."""
        return _reached(self.parents, row)

    def below(self, row: int) -> set[int]:
        """Return the rows below a concept, itself not included."""
        return _reached(self.children, row)

    def siblings(self, row: int) -> set[int]:
        """Return the other children of a concept's parents."""
        beside = (self.children.of(parent) for parent in self.parents.of(row))
        return {one for own in beside for one in own} - {row}

    def branches(self, prefix: int) -> tuple[I64, Mask]:
        """Return a prefix's concepts with the branches that each is in; (concepts, branches).

        Branches hang from the roots; one with most of the concepts is taken apart.
        """
        own = np.flatnonzero(self.prefix_of == prefix)
        is_own = self.prefix_of == prefix
        sizes_up = np.diff(self.parents.starts)
        sizes_down = np.diff(self.children.starts)
        heads = {int(row): self._below(row) for row in own[sizes_up[own] == 0] if sizes_down[row]}
        for _ in range(MOST_SPLITS):
            largest = max(heads, key=lambda head: len(heads[head]), default=-1)
            if largest < 0 or len(heads[largest]) <= LARGEST * len(own):
                break
            del heads[largest]
            below = (row for row in self.children.of(largest) if sizes_down[row] and is_own[row])
            heads |= {row: self._below(row) for row in below if row not in heads}
        place = np.full(len(self.curies), -1)
        place[own] = np.arange(len(own))
        out = np.zeros((len(own), len(heads)), bool)
        for column, head in enumerate(sorted(heads)):
            rows = place[heads[head]]
            out[rows[rows >= 0], column] = True
        return own, out

    def _below(self, head: int) -> I64:
        """Return a row and all below it."""
        is_seen = np.zeros(len(self.curies), bool)
        front = np.array([head])
        while len(front):
            is_seen[front] = True
            front = np.unique(self.children.of_all(front))
            front = front[~is_seen[front]]
        return np.flatnonzero(is_seen)


def _reached(edges: Runs, row: int) -> set[int]:
    seen: set[int] = set()
    front = [row]
    while front:
        front = [one for at in front for one in edges.of(at) if one not in seen]
        seen.update(front)
    return seen - {row}


def open_book(vocabulary: Vocabulary, prefixes: Collection[str] = ()) -> Book:
    """Return the book of a vocabulary; edges between prefixes are left out.

    With ``prefixes`` the others have no names, and so nothing is asked on them.
    """
    curies = tuple(vocabulary.concepts.texts("curie"))
    own = [curie.partition(":")[0] for curie in curies]
    known = tuple(sorted(set(own)))
    number = {prefix: place for place, prefix in enumerate(known)}
    prefix_of = np.array([number[prefix] for prefix in own], np.int64)
    size = len(curies)
    is_asked = np.array([not prefixes or prefix in prefixes for prefix in known] or [False])
    rows = vocabulary.names.numbers("concept").astype(np.int64)
    scopes = vocabulary.names.numbers("scope")
    places = np.flatnonzero(np.isin(scopes, SAME) & is_asked[prefix_of[rows]])
    places = places[np.argsort(scopes[places], kind="stable")]
    child, parent = (
        vocabulary.parents.numbers(side).astype(np.int64) for side in ("child", "parent")
    )
    within = (prefix_of[child] == prefix_of[parent]) & (child != parent)
    child, parent = child[within], parent[within]
    defined = vocabulary.definitions.values("concept")
    return Book(
        vocabulary.version,
        curies,
        known,
        prefix_of,
        runs_of(child, parent, size),
        runs_of(parent, child, size),
        runs_of(rows[places], places, size),
        vocabulary.names.texts("text"),
        {row: place for place, row in enumerate(defined)},
        vocabulary.definitions.texts("text"),
    )
