"""What a graph believes of a triple, and since when: repeated and contradicting evidence weighed.

Each document counts once for a triple, with its surest statement, and documents count as
independent: ``support`` is the chance that at least one that affirms is right, ``denial`` the same
of those that deny it or state what contradicts it (treats, causes). ``confidence`` is support
without denial. The belief of a date uses what was dated until then, so that adding documents day by
day gives what one batch gives.
Source: the questions are those of Lu et al. 2025 (MedKGent: confidence that grows with repeated
evidence, conflicts resolved in time); the weighing is noisy-or, not a language model's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from onoma.graph.checking import date_of
from onoma.graph.predicates import are_contrary
from onoma.graph.store import Edge, GraphStore
from onoma.graph.walking import Conditions, Walker

Verdict = Literal["holds", "denied", "disputed", "open"]
BORDER = 0.5  # from which on support or denial counts
RATIO = 2.0  # times the doubt of the weaker side that decide between two that count
MOST_SURE = 0.999  # of one document: none is beyond doubt


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of a triple on a date; None as date: with everything.

    All three numbers are in 0 to 1. ``affirming`` and ``denying`` count documents.
    """

    date: date | None
    support: float
    denial: float
    confidence: float
    affirming: int
    denying: int
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A triple that is contradicted: its edge, the edges that say the contrary, the verdict."""

    edge: Edge
    against: tuple[Edge, ...]
    belief: Belief


@dataclass(frozen=True, slots=True)
class _Said:
    """A saying of a triple; ``document`` is the source where no document is named."""

    day: date | None
    document: str
    sure: float
    is_against: bool


class Beliefs:
    """Weighs the evidence of a graph."""

    def __init__(self, graph: GraphStore) -> None:
        """Take a graph."""
        self._graph = graph

    def of(self, number: int, *, as_of: date | None = None) -> Belief:
        """Return what is believed of an edge, with what was dated until ``as_of``."""
        return weigh(_until(self._said(number), as_of), as_of)

    def timeline(self, number: int) -> list[Belief]:
        """Return what was believed of an edge on each day on which that changed, in order."""
        said = self._said(number)
        days = sorted({one.day for one in said if one.day is not None})
        out: list[Belief] = []
        for day in days:
            belief = weigh(_until(said, day), day)
            if not out or _differs(out[-1], belief):
                out.append(belief)
        return out

    def contrary(self, number: int) -> list[int]:
        """Return the edges between the same ends, in the same direction, that contradict one."""
        graph = self._graph
        tail, head = int(graph.array("tail")[number]), int(graph.array("head")[number])
        own = graph.predicates[graph.array("predicate")[number]]
        return [
            one
            for one in graph.edges_between(tail, head)
            if int(graph.array("tail")[one]) == tail
            and are_contrary(own, graph.predicates[graph.array("predicate")[one]])
        ]

    def conflicts(self, *, k: int = 50, as_of: date | None = None) -> list[Conflict]:
        """Return the triples that something contradicts, the most evenly disputed first."""
        out = []
        for number in self._contested():
            belief = self.of(number, as_of=as_of)
            if belief.affirming and belief.denying:
                against = tuple(self._graph.edge(one) for one in self.contrary(number))
                out.append(Conflict(self._graph.edge(number), against, belief))
        out.sort(key=lambda one: (-min(one.belief.support, one.belief.denial), one.edge.number))
        return out[:k]

    def emerging(self, since: date, *, k: int = 20) -> list[tuple[Edge, Belief]]:
        """Return the triples first told since a date that are believed most, best first."""
        first = self._graph.array("first")
        new = np.flatnonzero(first >= (since - date(1970, 1, 1)).days)
        starts = self._graph.array("evidence_start")
        said = starts[new + 1] - starts[new]
        likely = new[np.lexsort((new, -self._graph.array("confidence")[new], -said))][: 10 * k]
        found = [(self._graph.edge(int(one)), self.of(int(one))) for one in likely]
        found.sort(key=lambda one: (-one[1].affirming, -one[1].confidence, one[0].number))
        return found[:k]

    def _contested(self) -> list[int]:
        """Return the edges with a denying statement, or a contrary edge beside them."""
        graph = self._graph
        tail, head = graph.array("tail"), graph.array("head")
        predicate = graph.array("predicate")
        count = len(graph.predicates)
        contrary = np.array(
            [[are_contrary(a, b) for b in graph.predicates] for a in graph.predicates], np.bool_
        ).reshape(count, count)
        order = np.lexsort((predicate, head, tail))
        pair = tail[order].astype(np.int64) * graph.node_count + head[order]
        found = set(np.flatnonzero(graph.denials() > 0).tolist())
        for apart in range(1, count + 1):
            same = np.flatnonzero(pair[apart:] == pair[:-apart])
            if not len(same):
                break
            one, other = order[same], order[same + apart]
            hit = contrary[predicate[one], predicate[other]]
            found.update(one[hit].tolist(), other[hit].tolist())
        return sorted(found)

    def _said(self, number: int) -> list[_Said]:
        own = [(one, one.negated) for one in self._graph.evidence(number)]
        others = [
            (one, not one.negated)
            for edge in self.contrary(number)
            for one in self._graph.evidence(edge)
            if not one.negated  # that the contrary does not hold says nothing of this
        ]
        return [
            _Said(
                date_of(one.date) if one.date else None,
                one.document or one.source,
                min(one.confidence, MOST_SURE),
                is_against,
            )
            for one, is_against in [*own, *others]
        ]


def _until(said: Sequence[_Said], day: date | None) -> list[_Said]:
    """Return each document's surest word for and against, of what was said until a day.

    What has no date was always said.
    """
    best: dict[tuple[str, bool], _Said] = {}
    for one in said:
        known = best.get((one.document, one.is_against))
        is_known = day is None or one.day is None or one.day <= day
        if is_known and (known is None or one.sure > known.sure):
            best[one.document, one.is_against] = one
    return list(best.values())


def weigh(said: Sequence[_Said], day: date | None) -> Belief:
    """Return what these words come to."""
    support, denial = (
        1 - float(np.prod([1 - one.sure for one in said if one.is_against is side] or [1.0]))
        for side in (False, True)
    )
    affirming = sum(not one.is_against for one in said)
    denying = sum(one.is_against for one in said)
    verdict = _verdict(support, denial)
    reason = _reason(said, verdict, support=support, denial=denial)
    confidence = support * (1 - denial)
    return Belief(day, support, denial, confidence, affirming, denying, verdict, reason)


def _verdict(support: float, denial: float) -> Verdict:
    if max(support, denial) < BORDER:
        return "open"
    if min(support, denial) < BORDER:
        return "holds" if support > denial else "denied"
    if (1 - denial) > RATIO * (1 - support):
        return "holds"
    return "denied" if (1 - support) > RATIO * (1 - denial) else "disputed"


def _reason(said: Sequence[_Said], verdict: Verdict, *, support: float, denial: float) -> str:
    """Return in words why a verdict is what it is."""
    sides = []
    for words, side, strength in (("for", False, support), ("against", True, denial)):
        own = [one for one in said if one.is_against is side]
        if own:
            days = [one.day for one in own if one.day is not None]
            last = f", last {max(days).isoformat()}" if days else ""
            noun = "document" if len(own) == 1 else "documents"
            sides.append(f"{len(own)} {noun} {words} ({strength:.2f}{last})")
    return f"{verdict}: {'; '.join(sides)}" if sides else f"{verdict}: nothing said"


def _differs(one: Belief, other: Belief) -> bool:
    return (one.affirming, one.denying, round(one.support, 6), round(one.denial, 6)) != (
        other.affirming, other.denying, round(other.support, 6), round(other.denial, 6),
    )  # fmt: skip


def known_as_of(graph: GraphStore, curie: str, day: date, *, k: int = 50) -> list[Edge]:
    """Return a node's edges as they were known on a day.

    Raises: UnknownName: no such node.
    """
    return Walker(graph, Conditions(as_of=day)).neighbors(curie, k=k)
