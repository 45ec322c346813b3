"""Links that a graph lacks: ranked answers to ``(head, relation, ?)``, with why.

A completion is trained on one state of a graph (its generation). Popularity, neighbours, path
counts, rules and propagation always read the graph as it is now; factors know the nodes of then,
and nodes that came later get vectors from their names, if names were trained on, else none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from onoma.errors import InputError, UnknownName
from onoma.graph.completion.aligning import aligned
from onoma.graph.completion.baselines import DAMPING
from onoma.graph.completion.model import Completion
from onoma.graph.completion.ranking import slot_candidates
from onoma.graph.completion.rules import Rule, RuleScorer
from onoma.graph.completion.triples import I64, Bools, Links, Terms
from onoma.graph.nodes import Node
from onoma.graph.predicates import ANY, CATEGORIES, canonical_predicate, predicates
from onoma.graph.statements import LEVELS, Statement
from onoma.graph.store import Edge, GraphStore

BELIEVED = 0.5  # confidence from which on an extracted edge is learnt from
MOST_PATHS = 2000  # of one rule that are compared for an explanation
EXTRACTOR = "onoma graph predict"


@dataclass(frozen=True, slots=True)
class Prediction:
    """A link that is supposed.

    ``chance`` is in 0 to 1, calibrated on held-out links of the graph: it says how often answers of
    this share were among those, so that what no graph holds yet counts as wrong. ``score`` orders
    the answers of one question, higher is better; ``parts``: each scorer's own score.
    """

    subject: Node
    predicate: str
    object: Node
    rank: int
    score: float
    chance: float
    parts: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that leads to a prediction, in words, with the edges of its best path."""

    rule: str
    confidence: float
    support: int
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class GraphTriples:
    """A graph as triples: what is asserted, or extracted and believed; nothing predicted."""

    terms: Terms
    triples: I64


def triples_of(graph: GraphStore, *, least: float = BELIEVED) -> GraphTriples:
    """Return a graph's triples; entities are its nodes, in their order.

    A symmetric predicate ties both ways.
    """
    level, sure = graph.array("level"), graph.array("confidence")
    kept = (level != LEVELS.index("predicted")) & (np.asarray(sure) >= least)
    columns = [graph.array(name)[kept] for name in ("tail", "predicate", "head")]
    triples = np.stack(columns, axis=1).astype(np.int64)
    known = predicates()
    symmetric = [name in known and known[name].is_symmetric for name in graph.predicates]
    both = triples[np.array(symmetric, np.bool_)[triples[:, 1]]] if len(triples) else triples
    whole = np.unique(np.concatenate([triples, both[:, [2, 1, 0]]]), axis=0)
    return GraphTriples(Terms(tuple(graph.nodes.curies()), graph.predicates), whole)


class Completer:
    """Answers questions over a graph by a trained completion."""

    def __init__(self, graph: GraphStore, completion: Completion) -> None:
        """Take a graph and what was trained on it, or on an earlier state of it.

        Raises: Inconsistent: they have no relation in common.
        """
        self._graph, self._trained = graph, completion
        found = triples_of(graph)
        self._terms = found.terms
        learnt, weights = aligned(completion, found.terms)
        self._links = Links(
            found.triples, entities=len(found.terms.entities), relations=len(found.terms.relations)
        )
        candidates = slot_candidates(
            found.triples, entities=self._links.entities, relations=self._links.relations
        )
        made = Completion(found.terms, learnt, weights)
        self._rules = learnt.rules
        self._fusion = made.fusion(self._links, candidates)
        self._slots = candidates

    @property
    def is_stale(self) -> bool:
        """Whether the graph has changed since the completion was trained."""
        return self._trained.generation != self._graph.manifest.generation

    @property
    def staleness(self) -> str:
        """What to tell of a graph that has changed; empty if it has not."""
        if not self.is_stale:
            return ""
        known = set(self._trained.terms.entities)
        new = sum(one not in known for one in self._terms.entities)
        return (
            f"trained on generation {self._trained.generation} of a graph, this one is generation"
            f" {self._graph.manifest.generation} ({new:,} nodes are new to it): onoma train kge"
        )

    @cached_property
    def _firing(self) -> RuleScorer:
        return RuleScorer(self._links, self._rules)

    def relation(self, predicate: str) -> int:
        """Return a relation's number.

        Raises: UnknownName: the graph has no such predicate.
        """
        name = canonical_predicate(predicate)
        if name not in self._terms.relation_number:
            raise UnknownName("predicate", predicate, self._terms.relations)
        return self._terms.relation_number[name]

    def predict(
        self,
        head: str | None,
        predicate: str,
        tail: str | None,
        *,
        k: int = 20,
        types: Sequence[str] = (),
    ) -> list[Prediction]:
        """Return the best answers that the graph does not hold; one of head and tail is None.

        ``types`` are semantic types or Biolink categories of the answers; without them answers are
        nodes that stand in this place of the relation somewhere.
        Raises: UnknownName: no such node, predicate or type. InputError: both ends are given, or
        none.
        """
        if (head is None) == (tail is None):
            raise InputError("one end is asked for", hint="write ? for the head or for the tail")
        number = self.relation(predicate)
        asked = self._graph.row_of(head if head is not None else str(tail))
        relation = number if head is not None else number + self._links.relations
        row = np.array([asked]), np.array([relation])
        scores = self._fusion.scores(*row)
        chances = self._fusion.chances(scores, row[1])[0]
        allowed = self._allowed(relation, types)
        allowed[asked] = False
        allowed[self._links.tails(asked, relation)] = False
        places = np.flatnonzero(allowed)
        best = places[np.lexsort((places, -scores[0, places]))][:k]
        parts = [(one.name, one.scores(*row)[0]) for one in self._fusion.parts]
        out = []
        for rank, place in enumerate(best.tolist(), 1):
            ends = self._graph.node(asked), self._graph.node(place)
            subject, object_ = ends if head is not None else ends[::-1]
            told = tuple((name, round(float(values[place]), 4)) for name, values in parts)
            out.append(
                Prediction(
                    subject,
                    self._terms.relations[number],
                    object_,
                    rank,
                    float(scores[0, place]),
                    float(chances[place]),
                    told,
                )
            )
        return out

    def _allowed(self, relation: int, types: Sequence[str]) -> Bools:
        if not types:
            slots = self._slots.allowed
            return np.array(slots[relation]) if slots is not None else np.ones(0, np.bool_)
        names, codes = self._graph.nodes.categories
        wanted = {CATEGORIES.get(one, one) for one in types}
        unknown = wanted - {*names, *CATEGORIES.values(), ANY}
        if unknown:
            raise UnknownName("category", sorted(unknown)[0], (*CATEGORIES, *names))
        return np.asarray(np.array([name in wanted for name in names])[codes], np.bool_)

    def explain(self, one: Prediction, *, k: int = 3) -> list[Reason]:
        """Return the surest rules that lead to a prediction, each with its best path's edges.

        Rules for the question's direction and for its inverse both count.
        """
        number = self.relation(one.predicate)
        found: list[tuple[Rule, int, int]] = []
        ends = one.subject.row, one.object.row
        inverse = number + self._links.relations
        for relation, head, answer in ((number, *ends), (inverse, *ends[::-1])):
            found += [(rule, head, answer) for rule in self._firing.firing(head, relation, answer)]
        found.sort(key=lambda each: (-each[0].confidence, each[0].body))
        reasons = []
        for rule, head, answer in found[:k]:
            nodes = self._best_path(head, answer, rule.body)
            edges = tuple(
                self._edge(here, there, relation)
                for here, there, relation in zip(nodes, nodes[1:], rule.body, strict=False)
            )
            words = rule.words(self._terms)
            reasons.append(Reason(words, rule.confidence, rule.support, edges))
        return reasons

    def _best_path(self, head: int, answer: int, body: tuple[int, ...]) -> list[int]:
        """Return the nodes of the most telling path of a body: of sure edges, by rare nodes.

        Of very many only the first are compared.
        """
        ways = [[head]]
        links, count = self._links, self._links.relations
        near = [{answer}]  # from the far end: nodes from which the rest of the body can be walked
        for relation in reversed(body[1:]):
            back = (relation + count) % (2 * count)
            near.append({int(n) for place in near[-1] for n in links.tails(place, back)})
        for relation, rest in zip(body, reversed(near), strict=True):
            longer = []
            for way in ways:
                for other in links.tails(way[-1], relation).tolist():
                    is_passed = other in way or (other == answer and len(way) < len(body))
                    if other in rest and not is_passed:
                        longer.append([*way, other])
            ways = longer[:MOST_PATHS]
        return max(ways, key=lambda way: (self._worth(way, body), [-n for n in way]))

    def _worth(self, way: Sequence[int], body: Sequence[int]) -> float:
        """Return the product of the edges' confidence, damped by the degrees of nodes between."""
        out = float(np.prod(self._links.degrees[:, way[1:-1]].sum(0) ** -DAMPING))
        for here, there, relation in zip(way, way[1:], body, strict=False):
            out *= self._confidence(here, there, relation)
        return out

    def _numbers(self, here: int, there: int, relation: int) -> list[int]:
        graph = self._graph
        wanted = relation % self._links.relations
        return [
            number
            for number in graph.edges_between(here, there)
            if int(graph.array("predicate")[number]) == wanted
        ]

    def _confidence(self, here: int, there: int, relation: int) -> float:
        sure = self._graph.array("confidence")
        return max(float(sure[one]) for one in self._numbers(here, there, relation))

    def _edge(self, here: int, there: int, relation: int) -> Edge:
        sure = self._graph.array("confidence")
        numbers = self._numbers(here, there, relation)
        return self._graph.edge(max(numbers, key=lambda one: float(sure[one])))

    def statements(self, found: Sequence[Prediction]) -> list[Statement]:
        """Return predictions as statements of the level ``predicted``."""
        version = f"{EXTRACTOR} generation-{self._trained.generation}"
        return [
            Statement(
                one.subject.curie, one.predicate, one.object.curie, level="predicted",
                source=EXTRACTOR, extractor=version, confidence=min(1.0, max(0.0, one.chance)),
                qualifiers=(("rank", str(one.rank)),),
            )
            for one in found
        ]  # fmt: skip
