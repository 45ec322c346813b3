"""CURIEs of one concept made one: sources that disagree on an id speak of the same node.

A vocabulary's exact equivalents tell which CURIEs are one concept; one of them leads. What a
statement said at first is kept in Biolink's ``original_subject`` and ``original_object``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from onoma.errors import OnomaError
from onoma.graph.sources import NodeRow, Problem
from onoma.graph.statements import Statement
from onoma.ontology.store import ConceptStore

LEADING = ("MONDO", "HGNC", "CHEBI", "HP", "UBERON", "CL", "GO", "NCBITaxon")
"""Prefixes that lead, the first first; of others the least CURIE."""
EXACT = frozenset({"skos:exactMatch", "owl:sameAs"})


class Leaders:
    """Tells the CURIE that leads among those of one concept."""

    def __init__(self, store: ConceptStore) -> None:
        """Take the vocabulary that tells what is equivalent."""
        self._store = store
        self._known: dict[str, str] = {}

    def of(self, curie: str) -> str:
        """Return the CURIE that leads; the one given where the vocabulary knows no other."""
        if curie not in self._known:
            self._known[curie] = self._leader(curie)
        return self._known[curie]

    def _leader(self, curie: str) -> str:
        store = self._store
        try:
            own = store.canonical(curie)
        except OnomaError:
            return curie
        row = store.row_of(own)
        group = store.array("concept_group")
        groups = {int(group[row])} if row >= 0 else {int(group[one]) for one in self._owners(own)}
        if len(groups) != 1:  # not known, or of several concepts
            return curie
        order, sorted_groups = self._by_group
        low, high = np.searchsorted(sorted_groups, groups.pop() + np.array([0, 1]))
        return min(store.curies.take(order[low:high].tolist()), key=_rank, default=curie)

    def _owners(self, curie: str) -> list[int]:
        """Return the concepts that name a CURIE, which is none of theirs, as exactly theirs."""
        target = self._store.targets.find(curie)
        if target < 0:
            return []
        order, targets = self._by_target
        low, high = np.searchsorted(targets, [target, target + 1])
        places = order[low:high]
        words = self._store.equivalences["predicates"]
        predicate = self._store.array("equivalent_predicate")
        exact = [one for one in places.tolist() if words[predicate[one]] in EXACT]
        starts = self._store.array("equivalent_start")
        return [int(np.searchsorted(starts, one, side="right")) - 1 for one in exact]

    @cached_property
    def _by_target(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        targets = np.asarray(self._store.array("equivalent_target"), np.int64)
        order = np.argsort(targets, kind="stable")
        return order, targets[order]

    @cached_property
    def _by_group(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        group = np.asarray(self._store.array("concept_group"), np.int64)
        order = np.argsort(group, kind="stable")
        return order, group[order]


def _rank(curie: str) -> tuple[int, str]:
    prefix = curie.partition(":")[0]
    return (LEADING.index(prefix) if prefix in LEADING else len(LEADING)), curie


def one_id(
    statements: Iterable[Statement | Problem], leaders: Leaders
) -> Iterator[Statement | Problem]:
    """Yield statements between leading CURIEs; one whose ends become one is told as a problem."""
    for one in statements:
        if isinstance(one, Problem):
            yield one
            continue
        subject, object_ = leaders.of(one.subject), leaders.of(one.object)
        if (subject, object_) == (one.subject, one.object):
            yield one
        elif subject == object_:
            words = f"{one.subject} {one.predicate} {one.object}"
            yield Problem("ends of one concept", words, subject, "equivalents are one node")
        else:
            said = (("original_subject", one.subject), ("original_object", one.object))
            kept = tuple(s for s, new in zip(said, (subject, object_), strict=True) if s[1] != new)
            yield replace(one, subject=subject, object=object_, qualifiers=one.qualifiers + kept)


def one_node(rows: Iterable[NodeRow | Problem], leaders: Leaders) -> Iterator[NodeRow | Problem]:
    """Yield the rows of nodes whose CURIE leads: the vocabulary describes the rest."""
    for one in rows:
        if isinstance(one, Problem) or leaders.of(one.curie) == one.curie:
            yield one
