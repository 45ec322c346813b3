"""What names say: entities with like names, and vectors for entities that no triple holds.

In: unit vectors of the entities' labels (the concept encoder's). Out: a scorer that asks entities
with like names, and factors whose untrained rows are mapped from the names by ridge regression.
Source: the map is the idea of Shah et al. 2019 (open-world extension of embeddings), linear here.
"""

from __future__ import annotations

import numpy as np

from onoma.graph.completion.factors import Factors
from onoma.graph.completion.triples import F32, I64, Links

RIDGE = 1.0


class NamesAlike:
    """An answer is what entities with like names are tied to."""

    name = "names alike"

    def __init__(
        self, links: Links, vectors: F32, *, nearest: int = 20, power: float = 4.0
    ) -> None:
        """Take a graph and a unit vector for each entity; zeros where there is no name."""
        self._links, self._vectors = links, vectors
        self._nearest, self._power = nearest, power

    def scores(self, heads: I64, relations: I64) -> F32:
        """Return the summed likeness of the entities that have an answer."""
        out = np.zeros((len(heads), self._links.entities), np.float32)
        for relation in np.unique(relations):
            rows = np.flatnonzero(relations == relation)
            like = self._alike(heads[rows], int(relation))
            out[rows] = self._links.step(like, int(relation))
        return out

    def _alike(self, heads: I64, relation: int) -> F32:
        """Return the likeness of the nearest entities that have any answer, 0 for all others."""
        rows = np.arange(len(heads))[:, None]
        like = np.maximum(self._vectors[heads] @ self._vectors.T, 0)
        like *= self._links.degrees[relation] > 0
        like[rows[:, 0], heads] = 0
        count = min(self._nearest, like.shape[1] - 1)
        places = np.argpartition(-like, count, axis=1)[:, :count]
        out: F32 = np.zeros_like(like)
        out[rows, places] = like[rows, places] ** self._power
        return out


def seen_entities(links: Links) -> I64:
    """Return the entities that a triple holds."""
    return np.flatnonzero(links.degrees.sum(0) > 0)


def with_names(factors: Factors, vectors: F32, seen: I64) -> Factors:
    """Return factors whose rows of unseen entities are mapped from their names' vectors."""
    unseen = np.setdiff1d(np.arange(len(factors.entity)), seen)
    if not len(unseen) or not len(seen):
        return factors
    mapped = factors.entity.copy()
    mapped[unseen] = mapped_rows(factors.entity[seen], vectors[seen], vectors[unseen])
    return Factors(factors.model, mapped, factors.relation, factors.scale)


def mapped_rows(known: F32, names: F32, asked: F32) -> F32:
    """Return rows for new names by ridge regression from the names of known rows."""
    middle = known.mean(0)
    centre = names.mean(0)
    design = names - centre
    left = design.T @ design + RIDGE * np.eye(design.shape[1], dtype=np.float32)
    chart = np.linalg.solve(left, design.T @ (known - middle))
    return np.asarray((asked - centre) @ chart + middle, np.float32)
