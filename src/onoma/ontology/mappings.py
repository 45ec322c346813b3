"""From a concept to its equivalents in other vocabularies, each step with predicate and source.

A step is what a vocabulary states, taken from either side. One step is the rule; chains are taken
only where every step is exact, never twice through the same vocabulary (``MONDO:a = MESH:x =
MONDO:b`` would declare two concepts of one vocabulary the same), and shortest first. Chains that
end in several concepts of one vocabulary are marked: at least one of them is wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from onoma.ontology.curies import canonical_prefix, prefix_of
from onoma.ontology.store import ConceptStore

EXACT = "skos:exactMatch"
REPLACED = "IAO:0100001"  # "term replaced by", of the Information Artifact Ontology
MOST_STEPS = 3
TURNED = {"skos:broadMatch": "skos:narrowMatch", "skos:narrowMatch": "skos:broadMatch"}
_NEARNESS = {EXACT: 0, "skos:closeMatch": 1, "skos:narrowMatch": 2, "skos:broadMatch": 2}

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Step:
    """What a source says of two concepts; ``source`` may be several, joined by ``|``."""

    subject: str
    predicate: str
    object: str
    source: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """A concept reached from another. ``label`` is empty where the store does not hold it.

    ``predicate`` holds from the first to the last; a replaced id's first step is ``IAO:0100001``.
    ``is_ambiguous`` marks chains that end in several concepts of one vocabulary.
    """

    curie: str
    target: str
    label: str
    predicate: str
    steps: tuple[Step, ...]
    is_ambiguous: bool = False

    @property
    def is_chain(self) -> bool:
        """Whether it takes more than one mapping."""
        return sum(step.predicate != REPLACED for step in self.steps) > 1


class Mapper:
    """Answers from one store; what is looked up from the other side is indexed once."""

    def __init__(self, store: ConceptStore) -> None:
        """Take an opened store."""
        self._store = store

    def map(self, curie: str, to: Sequence[str] = (), *, chain: bool = False) -> list[Mapped]:
        """Return the equivalents in the vocabularies ``to`` (all, if none is named), best first.

        Fewer steps come first, then exact ones, then the order of ``to``. With ``chain``, exact
        steps are followed up to ``MOST_STEPS``. A concept that nothing is said of has none.
        Raises: BadCurie: not a CURIE, or an unknown prefix in it or among ``to``.
        """
        prefixes = [self._prefix(prefix) for prefix in to]
        start = self._store.canonical(curie)
        lead = self._replacement(start)
        begin = lead[-1].object if lead else start
        found: dict[tuple[str, str], Mapped] = {}
        for steps in self._paths(begin, chain=chain):
            target = steps[-1].object
            predicate = steps[-1].predicate if len(steps) == 1 else EXACT
            if (not prefixes or prefix_of(target) in prefixes) and target != start:
                whole = Mapped(start, target, self._label(target), predicate, (*lead, *steps))
                found.setdefault((target, predicate), whole)
        if prefix_of(begin) in prefixes and lead:
            found[begin, REPLACED] = Mapped(start, begin, self._label(begin), REPLACED, lead)
        order = {prefix: place for place, prefix in enumerate(prefixes)}
        return sorted(_marked(list(found.values())), key=lambda one: _rank(one, order))

    def _prefix(self, prefix: str) -> str:
        own = {known.lower(): known for known in self._store.prefixes}
        return own.get(prefix.lower()) or canonical_prefix(prefix)

    def _replacement(self, curie: str) -> tuple[Step, ...]:
        """Return the step from a retired id to the one in its place."""
        store = self._store
        if store.curies.find(curie) >= 0 or (row := store.row_of(curie)) < 0:
            return ()
        return (Step(curie, REPLACED, store.curies[row], "retired"),)

    def _paths(self, curie: str, *, chain: bool) -> Iterator[tuple[Step, ...]]:
        """Yield the ways from a concept, shortest first; every target once per predicate."""
        layer: list[tuple[Step, ...]] = []
        reached = {curie}
        for step in self.steps(curie):
            yield (step,)
            if step.predicate == EXACT:
                layer.append((step,))
                reached.add(step.object)
        for _ in range(MOST_STEPS - 1 if chain else 0):
            longer = []
            for path in layer:
                passed = {prefix_of(curie), *(prefix_of(step.object) for step in path)}
                for step in self.steps(path[-1].object):
                    is_new = step.object not in reached and prefix_of(step.object) not in passed
                    if step.predicate == EXACT and is_new:
                        longer.append((*path, step))
            reached.update(path[-1].object for path in longer)
            yield from longer
            layer = longer

    def steps(self, curie: str) -> list[Step]:
        """Return what is said of a concept and others, from its side and from theirs."""
        said: dict[tuple[str, str], dict[str, None]] = {}
        for other, predicate, source in (*self._outward(curie), *self._inward(curie)):
            said.setdefault((other, predicate), {})[source] = None
        return [Step(curie, how, other, "|".join(by)) for (other, how), by in said.items()]

    def _outward(self, curie: str) -> Iterator[tuple[str, str, str]]:
        row = self._store.curies.find(curie)
        if row < 0:
            return
        first, stop = self._store.array("equivalent_start")[row : row + 2].tolist()
        for place in range(first, stop):
            target = int(self._store.array("equivalent_target")[place])
            yield self._store.targets[target], *self._said(place)

    def _inward(self, curie: str) -> Iterator[tuple[str, str, str]]:
        target = self._store.targets.find(curie)
        if target < 0:
            return
        order, sorted_targets = self._by_target
        first, stop = np.searchsorted(sorted_targets, [target, target + 1]).tolist()
        starts = self._store.array("equivalent_start")
        for place in order[first:stop].tolist():
            owner = int(np.searchsorted(starts, place, side="right")) - 1
            predicate, source = self._said(place)
            yield self._store.curies[owner], TURNED.get(predicate, predicate), source

    @cached_property
    def _by_target(self) -> tuple[I64, npt.NDArray[np.uint32]]:
        """The places of all equivalents by what they name, and what they name in that order."""
        targets = self._store.array("equivalent_target")
        order = np.argsort(targets, kind="stable")
        return order, targets[order]

    def _said(self, place: int) -> tuple[str, str]:
        """Return predicate and source of an equivalent."""
        words, store = self._store.equivalences, self._store
        predicate = int(store.array("equivalent_predicate")[place])
        source = int(store.array("equivalent_source")[place])
        return words["predicates"][predicate], words["sources"][source]

    def _label(self, curie: str) -> str:
        row = self._store.curies.find(curie)
        return self._store.labels[row] if row >= 0 else ""


def _rank(one: Mapped, order: dict[str, int]) -> tuple[int, int, int, str]:
    prefix = order.get(prefix_of(one.target), len(order))
    return len(one.steps), _NEARNESS.get(one.predicate, 3), prefix, one.target


def _marked(found: list[Mapped]) -> Iterator[Mapped]:
    """Yield the answers; chains into a vocabulary that has several exact answers are marked."""
    ends = Counter(
        prefix for prefix, _ in {
            (prefix_of(one.target), one.target) for one in found if one.predicate == EXACT
        }
    )  # fmt: skip
    for one in found:
        several = one.is_chain and ends[prefix_of(one.target)] > 1
        yield replace(one, is_ambiguous=True) if several else one
