"""What needs no training, and must be beaten: popularity, neighbour overlap, path counts.

Papers: Adamic and Adar 2003 and Liben-Nowell and Kleinberg 2007 (overlap of neighbours), Jaccard
1901; Himmelstein and Baranzini 2015 (degree-weighted path counts along typed paths).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from onoma.graph.completion.triples import F32, I64, Links

POWER = 3
DAMPING = 0.4  # Himmelstein and Baranzini 2015


class Popularity:
    """An answer is the likelier the more often it already is one of that relation."""

    name = "popularity"

    def __init__(self, links: Links) -> None:
        """Count the answers of each relation."""
        relations = links.relations
        turned = np.concatenate([np.arange(relations) + relations, np.arange(relations)])
        self._counts: F32 = links.degrees[turned]  # by relation, how often each entity answers it

    def scores(self, heads: I64, relations: I64) -> F32:
        """Return the counts, whatever the heads are."""
        return np.asarray(self._counts[relations])


class Overlap:
    """An answer is one of entities like the asked one: those that share typed neighbours with it.

    Likeness sums 1 / log(1 + degree) over shared neighbours (Adamic and Adar), or divides the
    shared by all neighbours (Jaccard); neighbours are shared if they are tied by one relation.
    """

    def __init__(self, links: Links, *, measure: str = "adamic-adar") -> None:
        """Take a graph and a measure, ``adamic-adar`` or ``jaccard``."""
        self._links = links
        self._is_jaccard = measure == "jaccard"
        self.name = f"neighbours ({'Jaccard' if self._is_jaccard else 'Adamic-Adar'})"
        self._all = np.maximum(links.degrees.sum(0), 1)

    def scores(self, heads: I64, relations: I64) -> F32:
        """Return the summed likeness of the entities that have an answer."""
        out = np.zeros((len(heads), self._links.entities), np.float32)
        like = self.alike(heads)
        for relation in np.unique(relations):
            rows = relations == relation
            out[rows] = self._links.step(like[rows], int(relation))
        return out

    def alike(self, heads: I64) -> F32:
        """Return how alike each entity is to the asked ones; none is like itself."""
        links, rows = self._links, np.arange(len(heads))
        start = np.zeros((len(heads), links.entities), np.float32)
        start[rows, heads] = 1
        out = np.zeros_like(start)
        count = links.relations
        for relation in range(2 * count):
            asked = links.degrees[relation, heads] > 0
            if not asked.any():
                continue
            back = (relation + count) % (2 * count)
            met = links.step(start[asked], relation)
            if not self._is_jaccard:
                met *= 1 / np.log1p(np.maximum(links.degrees[back], 1))
            out[asked] += links.step(met, back)
        if self._is_jaccard:
            out /= np.maximum(self._all[heads][:, None] + self._all[None] - out, 1)
        out[rows, heads] = 0
        return out


class Nearest:
    """An answer is one of the entities most like the asked one, by all their typed neighbours.

    Likeness is the cosine of what two entities are tied to, rare neighbours counting more (inverse
    frequency), raised to ``POWER``, so that the few nearest decide.
    """

    name = "neighbours (nearest)"

    def __init__(self, links: Links) -> None:
        """Take a graph."""
        self._links = links
        count = links.relations
        back = (np.arange(2 * count) + count) % (2 * count)
        many = np.maximum((links.degrees > 0).sum(1), 1)  # how many have the relation at all
        rare = np.log((1 + many)[:, None] / np.maximum(links.degrees[back], 1))
        self._rare = np.maximum(rare, 0).astype(np.float32) ** 2
        norm = np.zeros((1, links.entities), np.float32)
        for relation in range(2 * count):
            norm += links.step(self._rare[[relation]], int(back[relation]))
        self._norm = np.sqrt(np.maximum(norm[0], 1e-6))

    def scores(self, heads: I64, relations: I64) -> F32:
        """Return the summed likeness of the entities that have an answer."""
        links, rows, count = self._links, np.arange(len(heads)), self._links.relations
        start = np.zeros((len(heads), links.entities), np.float32)
        start[rows, heads] = 1
        like = np.zeros_like(start)
        for relation in range(2 * count):
            asked = links.degrees[relation, heads] > 0
            if asked.any():
                met = links.step(start[asked], relation) * self._rare[relation]
                like[asked] += links.step(met, (relation + count) % (2 * count))
        like = (like / self._norm[heads][:, None] / self._norm[None]) ** POWER
        like[rows, heads] = 0
        out = np.zeros_like(start)
        for relation in np.unique(relations):
            at = relations == relation
            out[at] = links.step(like[at], int(relation))
        return out


class PathCounts:
    """An answer is the likelier the more typed paths lead to it, paths by busy nodes counting less.

    A path's weight is the product of ``degree ** -DAMPING`` at both ends of each step; each type of
    path is put on one scale by its mean, and the types are summed as arcsinh (Himmelstein et al.
    2017 do so before they regress).
    """

    name = "path counts"

    def __init__(self, links: Links, types: Mapping[int, Sequence[tuple[int, ...]]]) -> None:
        """Take a graph and for each relation the types of paths that count (relation numbers)."""
        self._links = links
        self._types = types
        self._damped = (np.maximum(links.degrees, 1) ** -DAMPING).astype(np.float32)

    def scores(self, heads: I64, relations: I64) -> F32:
        """Return the summed weights of the paths from the asked entity."""
        out = np.zeros((len(heads), self._links.entities), np.float32)
        for relation in np.unique(relations):
            rows = np.flatnonzero(relations == relation)
            for body in self._types.get(int(relation), ()):
                found = self.walked(heads[rows], body)
                mean = found.sum(1, keepdims=True) / np.maximum((found > 0).sum(1), 1)[:, None]
                out[rows] += np.arcsinh(found / np.where(mean > 0, mean, 1))
        return out

    def walked(self, heads: I64, body: Sequence[int]) -> F32:
        """Return the weight of all paths of one type from some entities to each."""
        links, count = self._links, self._links.relations
        rows = np.arange(len(heads))
        weights = np.zeros((len(heads), links.entities), np.float32)
        weights[rows, heads] = 1
        for number, relation in enumerate(body):
            back = (relation + count) % (2 * count)
            weights = links.step(weights * self._damped[relation], relation) * self._damped[back]
            if number:
                weights[rows, heads] = 0
        return weights
