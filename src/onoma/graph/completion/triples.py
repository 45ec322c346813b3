"""Triples as numbers: entities, relations and their inverses, arrays to walk and to filter by.

A relation ``r`` of ``R`` is asked forwards as ``(head, r, ?)``; its inverse has the number
``r + R``, so that ``(?, r, tail)`` is the question ``(tail, r + R, ?)``.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import BadLine, Inconsistent, UnknownName

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

Named = tuple[str, str, str]
"""Head, relation, tail."""


@dataclass(frozen=True)
class Terms:
    """The names of entities and relations, in the order of their numbers."""

    entities: tuple[str, ...]
    relations: tuple[str, ...]

    @classmethod
    def of(cls, triples: Iterable[Named]) -> Terms:
        """Return the names of some triples, sorted."""
        entities: set[str] = set()
        relations: set[str] = set()
        for head, relation, tail in triples:
            entities.update((head, tail))
            relations.add(relation)
        return cls(tuple(sorted(entities)), tuple(sorted(relations)))

    @cached_property
    def entity_number(self) -> dict[str, int]:
        """Each entity's number."""
        return {name: n for n, name in enumerate(self.entities)}

    @cached_property
    def relation_number(self) -> dict[str, int]:
        """Each relation's number."""
        return {name: n for n, name in enumerate(self.relations)}

    def numbered(self, triples: Iterable[Named]) -> I64:
        """Return triples as numbers, each once, sorted.  # (n, 3): head, relation, tail.

        Raises: UnknownName: a name that is not here.
        """
        entity, relation = self.entity_number, self.relation_number
        try:
            rows = [(entity[h], relation[r], entity[t]) for h, r, t in triples]
        except KeyError as error:
            raise UnknownName("entity or relation", str(error.args[0]), ()) from error
        if not rows:
            return np.zeros((0, 3), np.int64)
        return np.unique(np.array(rows, np.int64), axis=0)

    def relation_name(self, number: int) -> str:
        """Return a relation's name, that of an inverse with ``^-1``."""
        count = len(self.relations)
        name = self.relations[number % count]
        return name if number < count else f"{name}^-1"


class Links:
    """The triples of a graph as arrays, each relation with its inverse."""

    def __init__(self, triples: I64, *, entities: int, relations: int) -> None:
        """Take triples as numbers.

        Raises: Inconsistent: a number is out of range.
        """
        if len(triples) and (
            triples.min() < 0
            or max(triples[:, 0].max(), triples[:, 2].max()) >= entities
            or triples[:, 1].max() >= relations
        ):
            raise Inconsistent("a triple's number is out of range")
        self.triples = triples
        self.entities, self.relations = entities, relations
        inverse = triples[:, [2, 1, 0]] + np.array([0, relations, 0])
        both = np.concatenate([triples, inverse])
        order = np.lexsort((both[:, 2], both[:, 0], both[:, 1]))
        self._edges = both[order]
        self._starts = np.searchsorted(self._edges[:, 1], np.arange(2 * relations + 1))

    def of(self, relation: int) -> tuple[I64, I64]:
        """Return the heads and tails of a relation or an inverse, ordered by head."""
        low, high = self._starts[relation], self._starts[relation + 1]
        return self._edges[low:high, 0], self._edges[low:high, 2]

    @property
    def both_ways(self) -> I64:
        """All triples with those of the inverses, ordered by relation."""
        return self._edges

    @cached_property
    def degrees(self) -> F32:
        """How many tails each entity has by each relation.  # (2 R, entities)."""
        out = np.zeros((2 * self.relations, self.entities), np.float32)
        np.add.at(out, (self._edges[:, 1], self._edges[:, 0]), 1)
        return out

    @cached_property
    def _by_query(self) -> tuple[I64, I64]:
        """Return the sorted keys of all edges' queries, and their tails in that order."""
        keys = self._edges[:, 1] * self.entities + self._edges[:, 0]
        return keys, self._edges[:, 2]

    def tails(self, head: int, relation: int) -> I64:
        """Return what a question is answered by in these triples, sorted."""
        keys, tails = self._by_query
        wanted = relation * self.entities + head
        low, high = np.searchsorted(keys, [wanted, wanted + 1])
        return tails[low:high]

    def has(self, heads: I64, relation: int, tails: I64) -> Bools:
        """Return which pairs a relation ties."""
        own = self._keys(relation)
        asked = heads * self.entities + tails
        place = np.minimum(np.searchsorted(own, asked), max(len(own) - 1, 0))
        return own[place] == asked if len(own) else np.zeros(len(asked), np.bool_)

    def _keys(self, relation: int) -> I64:
        heads, tails = self.of(relation)
        return heads * self.entities + tails

    def step(self, weights: F32, relation: int) -> F32:
        """Move weights along a relation: each tail gets the sum of its heads'.

        ``weights``: (n, entities), one row a walk.
        """
        sources, starts, reached = self._gathering(relation)
        out = np.zeros_like(weights)
        if len(sources):
            moved = np.take(weights, sources, axis=1)
            out[:, reached] = np.add.reduceat(moved, starts, axis=1)
        return out

    def _gathering(self, relation: int) -> tuple[I64, I64, I64]:
        """Return the heads of a relation ordered by tail, where each tail begins, the tails."""
        known = self._gathered.get(relation)
        if known is None:
            inverse = (relation + self.relations) % (2 * self.relations)
            tails, heads = self.of(inverse)
            reached, starts = np.unique(tails, return_index=True)
            known = self._gathered[relation] = (heads, starts, reached)
        return known

    @cached_property
    def _gathered(self) -> dict[int, tuple[I64, I64, I64]]:
        return {}


def queries_of(triples: I64, relations: int) -> I64:
    """Return both questions of each triple.  # (2 n, 3): asked entity, relation, answer."""
    inverse = triples[:, [2, 1, 0]] + np.array([0, relations, 0])
    return np.concatenate([triples, inverse])


def evenly(questions: I64, count: int, rng: np.random.Generator) -> I64:
    """Return so many questions by chance, as many of each relation as there are."""
    shuffled = questions[rng.permutation(len(questions))]
    order = np.argsort(shuffled[:, 1], kind="stable")
    starts = np.searchsorted(shuffled[order, 1], shuffled[order, 1])
    turn = np.empty(len(order), np.int64)
    turn[order] = np.arange(len(order)) - starts  # the how manieth of its relation each is
    return shuffled[np.argsort(turn, kind="stable")[:count]]


def split_triples(triples: I64, share: float, rng: np.random.Generator) -> tuple[I64, I64]:
    """Return the triples without a random share, and that share."""
    order = rng.permutation(len(triples))
    count = round(share * len(triples))
    held, kept = np.sort(order[:count]), np.sort(order[count:])
    return triples[kept], triples[held]


def read_triples(path: Path) -> Iterator[Named]:
    """Yield the triples of a text file, tabs (or else spaces) between head, relation and tail.

    Raises: BadLine: a line has not three parts.
    """
    opened: Any = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            words = line.rstrip("\r\n")
            if not words.strip():
                continue
            parts: Sequence[str] = words.split("\t") if "\t" in words else words.split()
            if len(parts) != 3 or not all(part.strip() for part in parts):
                problem = "not head, relation and tail"
                raise BadLine(str(path), number, words, problem, hint="put tabs between them")
            yield parts[0].strip(), parts[1].strip(), parts[2].strip()
