"""What a graph knows of a concept, gathered: facts by relation, evidence, years, contradictions.

A fact is a triple with all its edges: asserted and extracted ones are one fact; what is only
predicted stands apart.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

import numpy as np

from onoma.graph import Belief, Beliefs, Conditions, Edge, Graph, Node, Support, Walker
from onoma.graph.checking import date_of
from onoma.graph.counting import UNKNOWN_DAY, runs
from onoma.graph.predicates import are_contrary, predicates
from onoma.graph.sources import TOGETHER
from onoma.graph.walking import EVERYTHING
from onoma.report.network import Network, choose, is_directed
from onoma.types import Fields, Span

MOST_EDGES = 20_000  # of the concept that are looked at, the surest
READ = 300  # statements of a fact that are read for its sentences
SHORTEST = 4  # letters of a label's word that is marked in a sentence
PLACES = ("subject_location_in_text", "object_location_in_text")
DRAWN = 30  # nodes of the picture


@dataclass(frozen=True, slots=True)
class Sentence:
    """A saying with its words; ``marks`` are the places of both ends in it."""

    text: str
    marks: tuple[Span, ...]
    document: str
    source: str
    date: str
    confidence: float
    negated: bool
    extractor: str = ""
    qualifiers: Fields = ()

    @property
    def novelty(self) -> str:
        """Whether it is a novel finding or background, where an extractor says so."""
        return dict(self.qualifiers).get("novelty", "").lower()


@dataclass(frozen=True, slots=True)
class Fact:
    """A triple of the concept: its edges (surest first), belief, sentences, documents by year.

    ``novelty`` counts statements by what they say of it (novel, background).
    """

    edges: tuple[Edge, ...]
    belief: Belief
    sentences: tuple[Sentence, ...]
    years: dict[int | None, int] = field(default_factory=dict)
    novelty: dict[str, int] = field(default_factory=dict)

    @property
    def edge(self) -> Edge:
        """The surest edge of the triple."""
        return self.edges[0]


@dataclass(frozen=True, slots=True)
class Section:
    """The facts of one relation, best first; ``words`` read from the concept's side.

    ``total`` counts all facts, also those that are not among ``facts``.
    """

    words: str
    predicate: str
    facts: tuple[Fact, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Dispute:
    """A fact that something contradicts: against it stand other facts, or its own denials."""

    fact: Fact
    against: tuple[Fact, ...]
    timeline: tuple[Belief, ...]


@dataclass(frozen=True, slots=True)
class ConceptReport:
    """All of it; ``years`` counts the documents that say something of the concept, by year."""

    concept: Node
    as_of: date | None
    sections: tuple[Section, ...]
    disputes: tuple[Dispute, ...]
    predicted: tuple[Section, ...]
    years: dict[int | None, int]
    network: Network
    facts: int
    documents: int


def report_on(
    graph: Graph, name: str, *, conditions: Conditions = EVERYTHING, k: int = 15, evidence: int = 3
) -> ConceptReport:
    """Return what a graph knows of a concept (a CURIE or a label).

    ``k`` facts of each relation at most, with so many sentences each.
    Raises: UnknownName: the graph has no such node.
    """
    return _Gathering(graph, name, conditions, evidence=evidence).report(k)


class _Gathering:
    """Reads a graph for one concept."""

    def __init__(self, graph: Graph, name: str, conditions: Conditions, *, evidence: int) -> None:
        self._graph, self._as_of, self._sentences = graph, conditions.as_of, evidence
        self._conditions = conditions
        self.concept = graph.node(name)
        self._beliefs = Beliefs(graph.store)
        walker = Walker(graph.store, conditions)
        edges = walker.neighbors(self.concept.curie, k=MOST_EDGES)
        self._stated, self._supposed = ([e for e in edges if (e.level == "predicted") is side]
                                        for side in (False, True))  # fmt: skip

    def report(self, k: int) -> ConceptReport:
        triples = _triples(self._stated)
        known = set(triples)
        guesses = {
            key: edges for key, edges in _triples(self._supposed).items() if key not in known
        }
        disputes = tuple(self._disputes(triples))
        against = {e.number for d in disputes for f in (d.fact, *d.against) for e in f.edges}
        years = self._years([e.number for e in self._stated])
        return ConceptReport(
            concept=self.concept, as_of=self._as_of, sections=tuple(self._sections(triples, k)),
            disputes=disputes, predicted=tuple(self._sections(guesses, k)), years=years,
            network=self._network(against), facts=len(triples), documents=sum(years.values()),
        )  # fmt: skip

    def _sections(self, triples: dict[_Key, list[Edge]], k: int) -> Iterator[Section]:
        """Yield the relations, those of most documents first, mere neighbourhood in texts last."""
        by: dict[tuple[str, bool], list[list[Edge]]] = defaultdict(list)
        for edges in triples.values():
            by[edges[0].predicate, self._is_subject(edges[0])].append(edges)
        order = sorted(
            by, key=lambda one: (one[0] == TOGETHER, -sum(e[0].documents for e in by[one]), one)
        )
        for predicate, is_subject in order:
            found = sorted(by[predicate, is_subject], key=_weight)
            facts = tuple(self._fact(edges) for edges in found[:k])
            yield Section(_phrase(predicate, is_subject), predicate, facts, len(found))

    def _is_subject(self, edge: Edge) -> bool:
        return edge.subject.row == self.concept.row or not is_directed(edge.predicate)

    def _fact(self, edges: Sequence[Edge]) -> Fact:
        ends = edges[0].subject, edges[0].object
        said = [one for edge in edges for one in self._said(edge)]
        said.sort(key=lambda one: (one.negated, -one.confidence, one.date, one.document))
        novelty = Counter(one.qualifier("novelty").lower() for one in said)
        del novelty[""]
        return Fact(
            edges=tuple(edges),
            belief=self._beliefs.of(edges[0].number, as_of=self._as_of),
            sentences=tuple(_sentences(said, ends, self._sentences)),
            years=self._years([edge.number for edge in edges]),
            novelty=dict(sorted(novelty.items())),
        )

    def _said(self, edge: Edge) -> Iterator[Support]:
        for one in self._graph.evidence(edge, k=READ):
            day = date_of(one.date) if one.date else None
            if self._as_of is None or day is None or day <= self._as_of:
                yield one

    def _years(self, numbers: Sequence[int]) -> dict[int | None, int]:
        """Return how many documents say any of these edges, by year."""
        said = self._graph.store.sayings
        rows, _ = runs(said.start, np.asarray(numbers, np.int32))
        day, by = said.day[rows], said.by[rows]
        if self._as_of is not None:
            kept = (day == UNKNOWN_DAY) | (day <= (self._as_of - date(1970, 1, 1)).days)
            day, by = day[kept], by[kept]
        order = np.lexsort((day, by))
        day, by = day[order], by[order]
        is_first = np.ones(len(by), np.bool_)
        is_first[1:] = by[1:] != by[:-1]
        days = day[is_first]
        year = days[days != UNKNOWN_DAY].astype("datetime64[D]").astype("datetime64[Y]")
        names, counts = np.unique(year.astype(np.int64) + 1970, return_counts=True)
        found: dict[int | None, int] = dict(zip(names.tolist(), counts.tolist(), strict=True))
        undated = int((days == UNKNOWN_DAY).sum())
        return found | ({None: undated} if undated else {})

    def _disputes(self, triples: dict[_Key, list[Edge]]) -> Iterator[Dispute]:
        """Yield the facts that are denied, or have a contrary fact beside them."""
        beside: dict[tuple[int, int], list[_Key]] = defaultdict(list)
        for key in triples:
            beside[key[0], key[2]].append(key)
        for key, edges in triples.items():
            against = [o for o in beside[key[0], key[2]] if are_contrary(key[1], o[1])]
            if not against and not any(edge.denied for edge in edges):
                continue
            fact = self._fact(edges)
            if fact.belief.affirming and fact.belief.denying:
                others = tuple(self._fact(triples[one]) for one in against)
                told = self._beliefs.timeline(fact.edge.number)
                known = [
                    b for b in told if self._as_of is None or not b.date or b.date <= self._as_of
                ]
                yield Dispute(fact, others, tuple(known))

    def _network(self, against: set[int]) -> Network:
        """Return the neighbourhood that is drawn: the nearest, and what ties them."""
        focus = [self.concept.curie]
        edges = self._graph.subgraph(focus, most=DRAWN, conditions=self._conditions)
        return choose(edges, against=against, focus=focus)


_Key = tuple[int, str, int]


def _triples(edges: Iterable[Edge]) -> dict[_Key, list[Edge]]:
    """Return the edges by triple, the surest of each first."""
    found: dict[_Key, list[Edge]] = defaultdict(list)
    for one in edges:
        found[one.subject.row, one.predicate, one.object.row].append(one)
    return dict(found)


def _weight(edges: Sequence[Edge]) -> tuple[float, int, str]:
    """Return what orders facts: the best attested and surest first."""
    documents = sum(one.documents for one in edges)
    return (
        -max(one.confidence for one in edges) * (1 + documents) ** 0.25,
        -documents,
        str(edges[0].number),
    )


def _phrase(predicate: str, is_subject: bool) -> str:
    """Return a relation as it reads from the concept's side."""
    known = predicates().get(predicate)
    if is_subject:
        return predicate.replace("_", " ")
    inverse = known.inverse if known is not None else ""
    return (inverse or f"{predicate} (of)").replace("_", " ")


def sentences_of(graph: Graph, edge: Edge, *, most: int) -> list[Sentence]:
    """Return the surest sayings of an edge, of as many documents on each side at most."""
    said = graph.evidence(edge, k=READ)
    return list(_sentences(said, (edge.subject, edge.object), most))


def _sentences(said: Iterable[Support], ends: tuple[Node, Node], most: int) -> Iterator[Sentence]:
    """Yield the surest saying of each document; denying ones have their place too."""
    seen: set[str] = set()
    kept: dict[bool, int] = {False: 0, True: 0}
    for one in said:
        who = one.document or one.source
        if who in seen or kept[one.negated] == most:
            continue
        seen.add(who)
        kept[one.negated] += 1
        yield Sentence(
            one.text, marks_of(one, ends), one.document, one.source, one.date, one.confidence,
            one.negated, one.extractor, tuple(q for q in one.qualifiers if q[0] not in PLACES),
        )  # fmt: skip


def marks_of(one: Support, ends: tuple[Node, Node]) -> tuple[Span, ...]:
    """Return where both ends stand in the words of a statement.

    As the statement tells (Biolink's ``subject_location_in_text``: offsets in the document), else
    where a label, or its first long word, stands.
    """
    found: list[Span] = []
    for name, node in zip(PLACES, ends, strict=True):
        told = one.qualifier(name)
        spans = _told_spans(told, one.start or 0, len(one.text)) or _named(node.label, one.text)
        found += [span for span in spans if not any(_cross(span, other) for other in found)]
    return tuple(sorted(found))


def _told_spans(told: str, base: int, length: int) -> list[Span]:
    numbers = [int(part) - base for part in re.findall(r"\d+", told)]
    pairs = list(zip(numbers[::2], numbers[1::2], strict=False))
    return [(start, end) for start, end in pairs if 0 <= start < end <= length]


def _named(label: str, text: str) -> list[Span]:
    """Return where a label stands, else the longest of its words that does."""
    longest = sorted(re.findall(r"\w+", label), key=len, reverse=True)
    for name in chain([label], (word for word in longest if len(word) >= SHORTEST)):
        if name:
            pattern = rf"(?<!\w){re.escape(name)}"
            found = [(m.start(), m.end()) for m in re.finditer(pattern, text, re.IGNORECASE)]
            if found:
                return found[:3]
    return []


def _cross(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
