"""Answers in the namespaces asked for: from a concept to its equivalent, exact ones first.

One step only, stated by either side. A concept that nobody maps answers with its nearest ancestor
that is mapped (two steps up at most), marked lossy: "breast cancer" of MONDO is, in MeSH, a kind of
"Breast Neoplasms". Of several parents the one that says more of the child goes first, with its own
nearest parent, before the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.ontology.curies import canonical_prefix
from onoma.ontology.store import MADE, ConceptStore
from onoma.recognize.general import general_keys

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U32 = npt.NDArray[np.uint32]
Bools = npt.NDArray[np.bool_]

NO_TARGET = -1
OWN = -2  # the concept's own CURIE is in a namespace asked for
STEPS_UP = 2
NO_CLIMBING = {"HP"}  # a broader finding is another finding, not a loose answer
NOT_ASKED = 255
EXACT = "skos:exactMatch"


@dataclass(frozen=True, slots=True)
class Namespaces:
    """For each concept row, where its answer stands.

    ``target`` holds OWN, NO_TARGET or a row of ``store.targets``; ``owner`` the row of a concept
    of the namespace that itself names this one as equivalent; ``via`` the row whose answer is
    given (another one for an ancestor's); ``lossy`` marks broad, narrow and related steps;
    ``types`` are the bits of the answer's own concept, where the store has it.
    """

    prefixes: tuple[str, ...]
    target: I32
    owner: I32
    via: I32
    lossy: Bools
    types: U32

    def codes(self, store: ConceptStore, rows: npt.NDArray[np.integer]) -> I64:
        """Return each concept's answer as a number for ``answer_text``, -1 if it has none."""
        at = self.via[rows]
        target = self.target[at].astype(np.int64)
        own = np.where(target == OWN, at, self.owner[at])
        local = store.array("target_concept")[np.maximum(target, 0)]
        outside = np.where(local >= 0, local, target + store.n_concepts)
        return np.asarray(np.where(target >= 0, outside, own).astype(np.int64))

    def answers(self, rows: npt.NDArray[np.integer]) -> Bools:
        """Return whether each concept has a CURIE in the namespaces."""
        at = self.via[rows]
        return np.asarray((self.target[at] != NO_TARGET) | (self.owner[at] >= 0))


def answer_text(store: ConceptStore, code: int) -> str:
    """Return the CURIE of an answer's number: a concept row, or behind them a target row."""
    size = store.n_concepts
    return store.curies[code] if code < size else store.targets[code - size]


def namespaces(store: ConceptStore, ids: Sequence[str]) -> Namespaces:
    """Return the map of every concept into these namespaces.

    Raises: BadCurie: an unknown prefix.
    """
    prefixes = tuple(canonical_prefix(prefix, own=store.prefixes) for prefix in ids)
    numbers = [store.prefixes.index(prefix) for prefix in prefixes]
    rank = np.full(256, NOT_ASKED, np.uint8)
    rank[numbers] = np.arange(len(numbers))
    target, owner, lossy = _direct(store, rank)
    via = np.arange(store.n_concepts, dtype=np.int32)
    if not NO_CLIMBING.issuperset(prefixes):
        _climb(store, (target != NO_TARGET) | (owner >= 0), lossy=lossy, via=via)
    local = np.where(target >= 0, store.array("target_concept")[np.maximum(target, 0)], owner)
    types = np.where(local >= 0, store.array("concept_types")[np.maximum(local, 0)], 0)
    return Namespaces(prefixes, target, owner, via, lossy, types.astype(np.uint32))


def _direct(store: ConceptStore, rank: npt.NDArray[np.uint8]) -> tuple[I32, I32, Bools]:
    """Return target, owner and loss of each concept in one step; ``rank`` is by prefix number."""
    size = store.n_concepts
    target = np.full(size, NO_TARGET, np.int32)
    owner = np.full(size, -1, np.int32)
    lossy = np.zeros(size, bool)
    predicates = store.equivalences["predicates"]
    exact = predicates.index(EXACT) if EXACT in predicates else len(predicates)
    rows = _owners(store.array("inverse_start"))
    owners = store.array("inverse_of")
    loss = store.array("inverse_predicate") != exact
    _fill(owner, lossy, rows, owners, rank[store.array("concept_prefix")[owners]], loss)
    exact_owner = (owner >= 0) & ~lossy
    rows = _owners(store.array("equivalent_start"))
    targets = store.array("equivalent_target")
    loss = store.array("equivalent_predicate") != exact
    _fill(target, lossy, rows, targets, rank[store.array("target_prefix")[targets]], loss)
    worse = exact_owner & (target >= 0) & lossy
    target[worse] = NO_TARGET
    own = rank[store.array("concept_prefix")] != NOT_ASKED
    target[own] = OWN
    lossy[worse | own] = False
    return target, owner, lossy


def _owners(start: U32) -> I64:
    """Return the row of each entry of lists end to end, given where each list starts."""
    count = start[1:].astype(np.int64) - start[:-1]
    return np.repeat(np.arange(len(count)), count)


def _climb(store: ConceptStore, answered: Bools, *, lossy: Bools, via: I32) -> None:
    """Let unanswered concepts take the answer of a near ancestor of the same type."""
    child = _owners(store.array("parent_start"))
    parent = store.array("parent_of").astype(np.int64)
    types = store.array("concept_types")
    alike = (types[child] & types[parent]) != 0
    child, parent = child[alike], parent[alike]
    known = answered & ~lossy & ~_general(store)  # a new array
    steps = np.zeros(len(known), np.uint8)
    nearest = np.diff(child, prepend=-1) > 0  # a child's parents stand nearest first
    for edges in (nearest, np.ones_like(nearest)):
        for _ in range(STEPS_UP):
            step = edges & known[parent] & (steps[parent] < STEPS_UP)
            step &= ~known[child] & ~answered[child]
            low, high = child[step][::-1], parent[step][::-1]  # the first parent is written last
            via[low] = via[high]
            lossy[low] = True
            known[low] = True
            steps[low] = steps[high] + 1


def _general(store: ConceptStore) -> Bools:
    """Return which concepts are class words ("Disease"): no answer for what is below them."""
    out = np.zeros(store.n_concepts, bool)
    first = store.array("key_entry_start").astype(np.int64)
    for keys in general_keys(store).values():
        for key in keys.tolist():
            entries = store.array("entry_name")[first[key] : first[key + 1]] & np.uint32(MADE - 1)
            out[store.array("name_concept")[entries]] = True
    return out


def _fill(
    out: I32,
    lossy: Bools,
    rows: I64,
    values: npt.NDArray[np.uint32],
    rank: npt.NDArray[np.uint8],
    loss: Bools,
) -> None:
    """Write for each row its best value: exact before lossy, then the order asked for."""
    asked = np.flatnonzero(rank != NOT_ASKED)
    order = asked[np.lexsort((rank[asked], loss[asked]))][::-1]  # the best is written last
    out[rows[order]] = values[order].astype(np.int32)
    lossy[rows[order]] = loss[order]
