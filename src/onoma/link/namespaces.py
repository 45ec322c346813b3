"""Answers in the namespaces asked for: from a concept to its equivalent, one step, exact first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.ontology.curies import PREFIXES, canonical_prefix
from onoma.ontology.store import ConceptStore

I32 = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

NO_TARGET = -1
OWN = -2  # the concept's own CURIE is in a namespace asked for


@dataclass(frozen=True, slots=True)
class Namespaces:
    """For each concept row: OWN, a row of the store's targets, a concept row, or none.

    ``target`` holds OWN, NO_TARGET or a row of ``store.targets``; ``owner`` the row of a concept
    of the namespace that itself names this one as equivalent; ``lossy`` marks broad, narrow and
    related steps.
    """

    prefixes: tuple[str, ...]
    target: I32
    owner: I32
    lossy: Bools

    def curie(self, store: ConceptStore, row: int) -> str | None:
        """Return the concept's CURIE in the namespaces, None if it has none."""
        target = int(self.target[row])
        if target == OWN:
            return store.curies[row]
        if target >= 0:
            return store.targets[target]
        owner = int(self.owner[row])
        return store.curies[owner] if owner >= 0 else None

    def answers(self, rows: npt.NDArray[np.integer]) -> Bools:
        """Return whether each concept has a CURIE in the namespaces."""
        return np.asarray((self.target[rows] != NO_TARGET) | (self.owner[rows] >= 0))


def namespaces(store: ConceptStore, ids: Sequence[str]) -> Namespaces:
    """Return the map of every concept into these namespaces.

    Raises: BadCurie: an unknown prefix.
    """
    prefixes = tuple(canonical_prefix(prefix) for prefix in ids)
    numbers = [PREFIXES.index(prefix) for prefix in prefixes]
    rank = np.full(256, 99, np.uint8)
    rank[numbers] = np.arange(len(numbers))
    size = store.n_concepts
    target = np.full(size, NO_TARGET, np.int32)
    owner = np.full(size, -1, np.int32)
    lossy = np.zeros(size, bool)
    exact = store.equivalences["predicates"].index("skos:exactMatch")
    start = store.array("inverse_start").astype(np.int64)
    rows = np.repeat(np.arange(size), np.diff(start))
    owners = store.array("inverse_of")
    loss = store.array("inverse_predicate") != exact
    _fill(owner, lossy, rows, owners, rank[store.array("concept_prefix")[owners]], loss)
    start = store.array("equivalent_start").astype(np.int64)
    rows = np.repeat(np.arange(size), np.diff(start))
    targets = store.array("equivalent_target")
    loss = store.array("equivalent_predicate") != exact
    exact_owner = (owner >= 0) & ~lossy
    _fill(target, lossy, rows, targets, rank[store.array("target_prefix")[targets]], loss)
    worse = exact_owner & (target >= 0) & lossy
    target[worse] = NO_TARGET
    lossy[worse] = False
    own = rank[store.array("concept_prefix")] != 99
    target[own] = OWN
    lossy[own] = False
    return Namespaces(prefixes, target, owner, lossy)


def _fill(
    out: I32,
    lossy: Bools,
    rows: npt.NDArray[np.int64],
    values: npt.NDArray[np.uint32],
    rank: npt.NDArray[np.uint8],
    loss: Bools,
) -> None:
    """Write for each row its best value: exact before lossy, then the order asked for."""
    asked = np.flatnonzero(rank != 99)
    order = asked[np.lexsort((rank[asked], loss[asked]))][::-1]  # the best is written last
    out[rows[order]] = values[order].astype(np.int32)
    lossy[rows[order]] = loss[order]
