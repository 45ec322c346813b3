"""Documents as sets of concepts, asserted or denied, compared by a weighted Tversky index.

A document affirms the concepts it names, and with each all that stands above it; what it denies
("no pleural effusion") is kept apart. A concept weighs its information: how rare it is in the
collection, smoothed by its place in the hierarchy; one above weighs only what it says itself, so
that two concepts share exactly what their nearest common ancestor says (for two single concepts,
and both sides alike, the index is Lin's similarity). A concept affirmed on one side and denied,
itself or anything above it, on the other counts against the two.

Papers: Tversky 1977, Features of similarity; Lin 1998, An information-theoretic definition of
similarity; Pesquita et al. 2008 (weights of ancestors in a set, simGIC); Nützel et al. 2025,
Ontology-based concept distillation for radiology report retrieval and labeling (the index over
concepts with synonymy, negation and hierarchy). Departures: ancestors stand in the sets, in place
of a bonus for pairs; denied concepts share a space of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import InputError, UnknownName
from onoma.ontology.store import ConceptStore
from onoma.search.asserted import Asserted, Statements
from onoma.search.hierarchy import Hierarchy
from onoma.types import AnnotatedDocument

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

PRIOR = 5.0  # documents that the hierarchy's own estimate of how common a concept is counts for
LEAST = 1e-9  # information below which a concept says nothing
HALF = 0.5  # of a concept's information that the nearest one above must have to be named as shared


@dataclass(frozen=True, slots=True)
class Tversky:
    """How two sets are weighed against each other.

    ``here`` and ``there``: what only the query or only the document affirms; ``denied``: the share
    that what is denied has beside what is affirmed; ``against``: contradictions.
    """

    here: float = 1.0
    there: float = 0.3
    denied: float = 0.1
    against: float = 0.5


@dataclass(frozen=True, slots=True)
class Shared:
    """Two concepts that say something in common: the nearest one above both, and its weight."""

    here: str
    there: str
    common: str
    weight: float


@dataclass(frozen=True, slots=True)
class Alike:
    """A document that is like the query, with the reason.

    ``score``: from 0 (nothing in common) to 1 (the same). ``only_here`` and ``only_there`` are
    affirmed on one side; ``contradicted`` are (affirmed, denied); ``denied``: by both.
    """

    id: str
    score: float
    shared: tuple[Shared, ...] = ()
    only_here: tuple[str, ...] = ()
    only_there: tuple[str, ...] = ()
    contradicted: tuple[tuple[str, str], ...] = ()
    denied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Set:
    """A document's concepts by number, with how certain each is: own ones, all above, denied.

    ``strange``: what the collection has above each concept that it has not itself; ``beyond``: the
    information that these have over that.
    """

    own: dict[int, float]
    affirmed: dict[int, float]
    denied: dict[int, float]
    strange: dict[str, list[int]] = field(default_factory=dict)
    beyond: float = 0.0


@dataclass(frozen=True, slots=True)
class _Runs:
    """Rows of (key, other, value), sorted by key: the rows of key i are a run."""

    start: I64
    other: npt.NDArray[np.int32]
    value: npt.NDArray[np.float32]

    @classmethod
    def of(cls, key: I64, other: I64, value: F64, size: int) -> _Runs:
        """Return the runs; of rows for one key and other the largest value counts."""
        width = int(other.max(initial=0)) + 1
        packed = key * width + other
        order = np.argsort(packed, kind="stable")
        packed = packed[order]
        first = np.flatnonzero(np.diff(packed, prepend=-1))
        most = np.maximum.reduceat(value[order], first) if len(first) else value
        key, other = np.divmod(packed[first], width)
        start = np.searchsorted(key, np.arange(size + 1)).astype(np.int64)
        return cls(start, other.astype(np.int32), most.astype(np.float32))

    def turned(self, size: int) -> _Runs:
        """Return the same rows by what was the other."""
        return _Runs.of(self.other.astype(np.int64), self.keys(), self.value.astype(float), size)

    def at(self, key: int) -> slice:
        """Return the run of a key."""
        return slice(int(self.start[key]), int(self.start[key + 1]))

    def row(self, key: int) -> dict[int, float]:
        """Return the others of a key with their values."""
        run = self.at(key)
        return dict(zip(self.other[run].tolist(), self.value[run].tolist(), strict=True))

    def keys(self) -> I64:
        """Return the key of each row."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))


@dataclass(frozen=True, slots=True)
class ConceptSets:
    """All documents of a collection as sets of concepts, ready to be compared."""

    ids: tuple[str, ...]
    hierarchy: Hierarchy
    index: Tversky
    asserted: Asserted
    store: ConceptStore | None = field(repr=False)
    _own: _Runs  # by document
    _refused: _Runs  # by document: denied
    _affirmed: _Runs  # by concept, all above included
    _denied: _Runs  # by concept
    _information: F64
    _weight: F64
    _denial: F64
    _whole: F64
    _place: dict[str, int] = field(repr=False)

    @classmethod
    def build(
        cls,
        documents: Iterable[AnnotatedDocument] | Statements,
        store: ConceptStore | None = None,
        *,
        asserted: Asserted | None = None,
        index: Tversky | None = None,
    ) -> ConceptSets:
        """Return the sets of these documents; ``store`` has the hierarchy.

        Without a store a concept is like itself alone.
        """
        said = documents if isinstance(documents, Statements) else Statements.of(documents)
        asserted, index = asserted or Asserted(), index or Tversky()
        hierarchy = Hierarchy.over(said.curies, store)
        number = np.array([hierarchy.number[one] for one in said.curies], np.int64)
        concept = number[said.concept] if len(said.concept) else np.zeros(0, np.int64)
        value, size, documents_ = asserted.values(said), len(hierarchy), len(said.ids)
        up, down = value > 0, value < 0
        own = _Runs.of(said.document[up], concept[up], value[up], documents_)
        above, owner = hierarchy.spread(concept[up])
        affirmed = _Runs.of(above, said.document[up][owner], value[up][owner], size)
        down &= ~_is_affirmed(affirmed, concept, said.document)
        denied = _Runs.of(concept[down], said.document[down], -value[down], size)
        share = _shares(hierarchy, number)
        information = _information(affirmed, share, documents_)
        weight = _own_weights(hierarchy, information)
        denial = _information(denied, share, documents_) * index.denied
        whole = np.zeros(documents_)
        for part, weights in ((affirmed, weight), (denied, denial)):
            each = weights[part.keys()] * part.value
            whole += np.bincount(part.other, each, minlength=documents_)
        return cls(
            said.ids, hierarchy, index, asserted, store, own, denied.turned(documents_), affirmed,
            denied, information, weight, denial, whole,
            {one: row for row, one in enumerate(said.ids)},
        )  # fmt: skip

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.ids)

    def similar(self, query: AnnotatedDocument | str, k: int = 10) -> list[Alike]:
        """Return the ``k`` documents most like a document, or one of these by id, best first.

        A document of these is not its own answer. Those with nothing in common are left out.
        Raises: UnknownName: no document has this id.
        """
        if k < 1:
            raise InputError(f"k is {k}", hint="give 1 or more")
        asked = self._asked(query)
        scores = self._scores(asked)
        own = self._place.get(query if isinstance(query, str) else query.id, -1)
        if own >= 0:
            scores[own] = 0.0
        best: Any = np.argpartition(-scores, min(k, len(scores)) - 1)[:k] if len(scores) else []
        ranked = sorted((row for row in best if scores[row] > 0), key=lambda r: (-scores[r], r))
        return [self._told(asked, int(row), float(scores[row])) for row in ranked]

    def scores(self, query: AnnotatedDocument | str) -> F64:
        """Return how like the query each document is, 0 to 1, in the order of ``ids``."""
        return self._scores(self._asked(query))

    def _scores(self, asked: _Set) -> F64:
        common, against = np.zeros(len(self.ids)), np.zeros(len(self.ids))
        whole = _gather(common, self._affirmed, asked.affirmed, self._weight) + asked.beyond
        whole += _gather(common, self._denied, asked.denied, self._denial)
        if self.index.against:
            _gather(against, self._denied, asked.affirmed, self._information)
            _gather(against, self._affirmed, asked.denied, self._information)
        apart = self.index.here * (whole - common) + self.index.there * (self._whole - common)
        under = common + np.maximum(apart, 0.0) + self.index.against * against
        return np.divide(common, under, out=np.zeros_like(common), where=under > LEAST)

    def _asked(self, query: AnnotatedDocument | str) -> _Set:
        """Return the set of one of these documents, or of one from outside.

        Raises: UnknownName: no document has this id.
        """
        if isinstance(query, str):
            if query not in self._place:
                raise UnknownName("document", query, ())
            return self._set_of(self._place[query])
        said = Statements.of([query])
        own: dict[int, float] = {}
        denied: dict[int, float] = {}
        strange: dict[str, float] = {}
        values = self.asserted.values(said).tolist()
        for concept, value in zip(said.concept.tolist(), values, strict=True):
            curie = said.curies[concept]
            number = self.hierarchy.number.get(curie, -1)
            if number >= 0 and value:
                kept = own if value > 0 else denied
                kept[number] = max(kept.get(number, 0.0), abs(value))
            elif value > 0:
                strange[curie] = max(strange.get(curie, 0.0), value)
        return self._with_above(own, denied, strange)

    def _set_of(self, row: int) -> _Set:
        """Return the set of one of these documents."""
        return self._with_above(self._own.row(row), self._refused.row(row), {})

    def _with_above(
        self, own: dict[int, float], denied: dict[int, float], strange: Mapping[str, float]
    ) -> _Set:
        """Return a set with all above its concepts, those that the collection has not too."""
        affirmed: dict[int, float] = {}
        met = {curie: self._known_above(curie) for curie in strange}
        above = [(self.hierarchy.of(number).tolist(), value) for number, value in own.items()]
        above += [(met[curie], value) for curie, value in strange.items()]
        beyond = sum((self._most - self._said(met[curie])) * n for curie, n in strange.items())
        for numbers, value in above:
            for one in numbers:
                affirmed[one] = max(affirmed.get(one, 0.0), value)
        left = {one: value for one, value in denied.items() if one not in affirmed}
        return _Set(own, affirmed, left, met, beyond)

    @property
    def _most(self) -> float:
        """The information of a concept that no document names."""
        return float(np.log((len(self.ids) + PRIOR) / PRIOR * (len(self.hierarchy) + 1)))

    def _said(self, numbers: Iterable[int]) -> float:
        """Return the most information that one of these concepts has."""
        return max((float(self._information[one]) for one in numbers), default=0.0)

    def _known_above(self, curie: str) -> list[int]:
        """Return what the collection has of all above a concept that it has not itself."""
        if self.store is None or self.store.row_of(curie) < 0:
            return []
        known = self.hierarchy.number
        met = {known[one] for one in self.store.ancestors(curie) if one in known}
        return sorted({above for one in met for above in self.hierarchy.of(one).tolist()})

    def _told(self, asked: _Set, row: int, score: float) -> Alike:
        """Return a document with the reason why it is like the query."""
        there, name = self._set_of(row), self.hierarchy.curies
        here_own, there_own = self._nearest(asked.own), self._nearest(there.own)
        shared, matched, met = [], set[str](), set[int]()
        under: dict[int, int] = {}
        for two in there_own:
            for one in self.hierarchy.of(two).tolist():
                under.setdefault(one, two)
        here = [(name[one], self.hierarchy.of(one).tolist()) for one in here_own]
        for curie, numbers in (*here, *asked.strange.items()):
            whole = self._most if curie in asked.strange else self._said(numbers)
            above = [one for one in numbers if one in under]
            common = max(above, key=lambda one: self._information[one], default=-1)
            if above and self._information[common] > HALF * whole:
                said = round(float(self._information[common]), 4)
                shared.append(Shared(curie, name[under[common]], name[common], said))
                matched.add(curie)
                met.add(under[common])
        shared.sort(key=lambda one: (-one.weight, one.here))
        return Alike(
            self.ids[row],
            round(score, 6),
            tuple(shared),
            tuple(one for one, _ in (*here, *asked.strange.items()) if one not in matched),
            tuple(name[one] for one in there_own if one not in met),
            tuple(self._contradictions(asked, there)),
            tuple(name[one] for one in sorted(asked.denied) if one in there.denied),
        )

    def _nearest(self, own: Iterable[int]) -> list[int]:
        """Return concepts without those above others of them, those that say most first."""
        numbers = set(own)
        covered = {
            above for one in numbers for above in self.hierarchy.of(one).tolist() if above != one
        }
        return sorted(numbers - covered, key=lambda one: (-self._information[one], one))

    def _contradictions(self, asked: _Set, there: _Set) -> list[tuple[str, str]]:
        name, found = self.hierarchy.curies, []
        for side, other in ((asked, there), (there, asked)):
            own = [(name[one], self.hierarchy.of(one).tolist()) for one in self._nearest(side.own)]
            for curie, above in (*own, *side.strange.items()):
                found += [(curie, name[no]) for no in above if no in other.denied]
        return found


def _gather(into: F64, postings: _Runs, asked: Mapping[int, float], weights: F64) -> float:
    """Add what each document has in common with the query; return what the query has in all."""
    whole = 0.0
    for number, value in asked.items():
        weight = float(weights[number])
        if weight > LEAST:
            run = postings.at(number)
            into[postings.other[run]] += weight * np.minimum(postings.value[run], value)
            whole += weight * value
    return whole


def _is_affirmed(affirmed: _Runs, concept: I64, document: I64) -> npt.NDArray[np.bool_]:
    """Return for each row whether its document affirms the concept, or anything below it."""
    width = int(document.max(initial=0)) + 1
    known = affirmed.keys() * width + affirmed.other
    asked = concept * width + document
    place = np.minimum(np.searchsorted(known, asked), max(len(known) - 1, 0))
    return known[place] == asked if len(known) else np.zeros(len(asked), bool)


def _shares(hierarchy: Hierarchy, number: I64) -> F64:
    """Return which share of the concepts named stands at or below each."""
    named = np.unique(number)
    above, _ = hierarchy.spread(named)
    return np.bincount(above, minlength=len(hierarchy)) / max(len(named), 1)


def _information(postings: _Runs, share: F64, documents: int) -> F64:
    """Return the information of each concept: the negative logarithm of how common it is."""
    count = np.diff(postings.start)
    common = (count + PRIOR * share) / (documents + PRIOR)
    return np.asarray(np.maximum(-np.log(np.maximum(common, 1e-12)), 0.0), np.float64)


def _own_weights(hierarchy: Hierarchy, information: F64) -> F64:
    """Return what each concept says beyond the most that one above it says."""
    owner = np.repeat(np.arange(len(hierarchy)), np.diff(hierarchy.start))
    above = information[hierarchy.above]
    below = np.where(above < information[owner] - LEAST, above, 0.0)
    most = np.zeros(len(hierarchy))
    np.maximum.at(most, owner, below)
    return information - most
