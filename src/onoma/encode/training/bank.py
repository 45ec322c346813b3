"""A memory of one vector a cluster, that finds hard negatives at no cost of encoding.

Filled once by the starting weights, then overwritten with each batch's own vectors. A batch is
some clusters and, for each, its nearest ones in the memory (after the dynamic hard negatives of
CODER++, Zeng et al. 2022, which encodes its neighbours anew).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from onoma.encode.training.knowledge import Knowledge

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

POOL = 96  # nearest clusters among which the least visited are taken
FARTHEST = 12  # is-a steps; what has no common ancestor within reach is as far
REACH = 7  # steps upwards that are looked at


class Bank:
    """Draws batches of clusters that are hard to tell apart."""

    def __init__(self, knowledge: Knowledge, vectors: F32) -> None:
        """Take one unit vector a cluster, (clusters, width)."""
        self.knowledge = knowledge
        self.vectors = vectors.copy()
        self.start = vectors.astype(np.float16)
        self.visits = np.zeros(len(knowledge), np.int32)
        self._above: dict[int, dict[int, int]] = {}
        self._sources = [frozenset(c.partition(":")[0] for c in own) for own in knowledge.curies]

    def draw(
        self, rng: np.random.Generator, *, size: int, neighbours: int, within: bool = True
    ) -> I64:
        """Return ``size`` clusters: drawn ones, each with its nearest and least visited ones.

        ``within``: the nearest are of a vocabulary that has the drawn one too, which says that
        they differ. Clusters of two vocabularies that nobody has matched may be one concept.
        """
        seeds = self._seeds(rng, max(size // (neighbours + 1), 1))
        taken = dict.fromkeys(seeds.tolist())
        if neighbours:
            self._mine(seeds, taken, neighbours, within=within)
        while len(taken) < size:
            before = len(taken)
            taken |= dict.fromkeys(self._seeds(rng, size - before).tolist())
            if len(taken) == before and len(taken) >= int((self.knowledge.weights > 0).sum()):
                break  # a vocabulary smaller than a batch
        chosen = np.array(list(taken)[:size], np.int64)
        self.visits[chosen] += 1
        return chosen

    def _seeds(self, rng: np.random.Generator, count: int) -> I64:
        chances = self.knowledge.weights / (1.0 + self.visits)
        sums = np.cumsum(chances)
        places = np.searchsorted(sums, rng.random(count) * sums[-1], side="right")
        return np.unique(np.minimum(places, len(sums) - 1)).astype(np.int64)

    def _mine(self, seeds: I64, taken: dict[int, None], neighbours: int, *, within: bool) -> None:
        cosines = self.vectors[seeds] @ self.vectors.T  # (seeds, clusters)
        cosines[:, self.knowledge.weights <= 0] = -2
        pool = min(POOL, cosines.shape[1] - 1)
        near = np.argpartition(-cosines, pool, axis=1)[:, :pool]
        keys = self.knowledge.keys
        for row, seed in enumerate(seeds.tolist()):
            order = np.lexsort((-cosines[row, near[row]], self.visits[near[row]]))
            found = 0
            for other in near[row][order].tolist():
                if other in taken or keys[other] & keys[seed]:
                    continue
                if self.knowledge.weights[other] <= 0 or (within and not self._meet(seed, other)):
                    continue
                taken[other] = None
                found += 1
                if found == neighbours:
                    break

    def _meet(self, one: int, other: int) -> bool:
        """Say whether a vocabulary has both."""
        return not self._sources[one].isdisjoint(self._sources[other])

    def update(self, clusters: I64, vectors: F32) -> None:
        """Remember the newest vectors of these clusters."""
        self.vectors[clusters] = vectors

    def same(self, clusters: I64) -> npt.NDArray[np.bool_]:
        """Return which pairs of clusters share a name, (n, n); the diagonal is False."""
        keys = [self.knowledge.keys[place] for place in clusters.tolist()]
        out = np.zeros((len(keys), len(keys)), bool)
        for row, own in enumerate(keys):
            for column in range(row):
                if not own.isdisjoint(keys[column]):
                    out[row, column] = out[column, row] = True
        return out

    def steps(self, clusters: I64) -> npt.NDArray[np.float32]:
        """Return the is-a steps between clusters, (n, n), ``FARTHEST`` where none is known."""
        above = [self.above(place) for place in clusters.tolist()]
        out = np.full((len(above), len(above)), FARTHEST, np.float32)
        for row, own in enumerate(above):
            for column in range(row):
                out[row, column] = out[column, row] = steps_between(own, above[column])
        np.fill_diagonal(out, 0)
        return out

    def above(self, cluster: int) -> dict[int, int]:
        """Return the ancestors of a cluster, itself included, with the steps up to each."""
        found = self._above.get(cluster)
        if found is None:
            found = self._above[cluster] = ancestors(self.knowledge, cluster)
        return found


def ancestors(knowledge: Knowledge, cluster: int, reach: int = REACH) -> dict[int, int]:
    """Return the ancestors of a cluster, itself included, with the steps up to each."""
    found = {cluster: 0}
    layer = [cluster]
    for step in range(1, reach + 1):
        layer = [p for one in layer for p in knowledge.parents[one] if p not in found]
        found |= dict.fromkeys(layer, step)
    return found


def steps_between(one: dict[int, int], other: dict[int, int], farthest: int = FARTHEST) -> int:
    """Return the least steps through a common ancestor, at most ``farthest``."""
    if len(other) < len(one):
        one, other = other, one
    shared = (steps + other[place] for place, steps in one.items() if place in other)
    return min(min(shared, default=farthest), farthest)
