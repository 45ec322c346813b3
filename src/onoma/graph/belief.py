"""What a graph believes of a triple, and since when: repeated and contradicting evidence weighed.

Each document counts once for a triple, with its surest statement, and documents count as
independent: ``support`` is the chance that at least one that affirms is right, ``denial`` the same
of those that deny it or state what contradicts it (treats, causes). ``confidence`` is support
without denial. A statement is as sure as its extractor's confidence times its stability, the share
of repeated samplings (dropout, or the members of an ensemble) that say the same, where the
qualifier ``stability`` tells it. What is only predicted is no evidence. The belief of a date uses
what was dated until then, so that adding documents day by day gives what one batch gives.
Source: the questions are those of Lu et al. 2025 (MedKGent: confidence by repeated sampling, raised
by repeated evidence, conflicts resolved in time); the weighing is noisy-or, not a language model's.
Sampling: Gal and Ghahramani 2016 (dropout), Lakshminarayanan et al. 2017 (ensembles).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from onoma.graph.counting import MOST_SURE
from onoma.graph.predicates import are_contrary
from onoma.graph.statements import LEVELS
from onoma.graph.store import EPOCH, Edge, GraphStore, day_of
from onoma.graph.walking import Conditions, Walker

Verdict = Literal["holds", "denied", "disputed", "open"]
BORDER = 0.5  # from which on support or denial counts
RATIO = 2.0  # times the doubt of the weaker side that decide between two that count
PREDICTED = LEVELS.index("predicted")


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
    """A saying of a triple; ``by`` is a number of its document, or source where none is named."""

    day: date | None
    by: int
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
        own = self._predicate(number)
        return [one for one in self._beside(number) if are_contrary(own, self._predicate(one))]

    def conflicts(self, *, k: int = 50, as_of: date | None = None) -> list[Conflict]:
        """Return the triples that something contradicts, the most evenly disputed first."""
        found = []
        for number in self._contested():
            belief = self.of(number, as_of=as_of)
            if belief.affirming and belief.denying:
                found.append((number, belief))
        found.sort(key=lambda one: (-min(one[1].support, one[1].denial), one[0]))
        return [
            Conflict(
                self._graph.edges([number], as_of=as_of)[0],
                tuple(self._graph.edges(self.contrary(number), as_of=as_of)),
                belief,
            )
            for number, belief in found[:k]
        ]

    def emerging(self, since: date, *, k: int = 20) -> list[tuple[Edge, Belief]]:
        """Return the triples first told since a date that are believed most, best first."""
        first = self._graph.array("first")
        new = np.flatnonzero(first >= (since - EPOCH).days)
        starts = self._graph.array("evidence_start")
        said = starts[new + 1] - starts[new]
        likely = new[np.lexsort((new, -self._graph.array("confidence")[new], -said))][: 10 * k]
        found = [(self._graph.edge(int(one)), self.of(int(one))) for one in likely]
        found.sort(key=lambda one: (-one[1].affirming, -one[1].confidence, one[0].number))
        return found[:k]

    def _contested(self) -> list[int]:
        """Return an edge of each triple that is denied, or has a contrary edge beside it."""
        graph = self._graph
        tail, head = graph.array("tail"), graph.array("head")
        predicate = graph.array("predicate")
        count = len(graph.predicates)
        contrary = np.array(
            [[are_contrary(a, b) for b in graph.predicates] for a in graph.predicates], np.bool_
        ).reshape(count, count)
        counted = np.flatnonzero(graph.array("level") != PREDICTED)
        order = counted[np.lexsort((predicate[counted], head[counted], tail[counted]))]
        pair = tail[order].astype(np.int64) * graph.node_count + head[order]
        found = set(np.flatnonzero(graph.array("denied") > 0).tolist())
        for apart in range(1, len(LEVELS) * count + 1):
            same = np.flatnonzero(pair[apart:] == pair[:-apart])
            if not len(same):
                break
            one, other = order[same], order[same + apart]
            hit = contrary[predicate[one], predicate[other]]
            found.update(one[hit].tolist(), other[hit].tolist())
        triples: dict[tuple[int, ...], int] = {}
        for number in sorted(found):
            ends = (int(tail[number]), int(predicate[number]), int(head[number]))
            triples.setdefault(ends, number)
        return list(triples.values())

    def _predicate(self, number: int) -> str:
        return self._graph.predicates[int(self._graph.array("predicate")[number])]

    def _beside(self, number: int) -> list[int]:
        """Return the edges with evidence between the ends of an edge, in its direction."""
        graph = self._graph
        tail, head = int(graph.array("tail")[number]), int(graph.array("head")[number])
        low, high = graph.array("out_start")[tail : tail + 2]
        is_beside = (graph.array("head")[low:high] == head) & (
            graph.array("level")[low:high] != PREDICTED
        )
        return [int(low) + int(one) for one in np.flatnonzero(is_beside)]

    def _said(self, number: int) -> list[_Said]:
        """Return what is said for and against the triple of an edge, on all levels of evidence."""
        predicate = self._predicate(number)
        same = [one for one in self._beside(number) if self._predicate(one) == predicate]
        out = [one for edge in same or [number] for one in self._words(edge)]
        for edge in self.contrary(number):
            # That the contrary does not hold says nothing of this.
            out += [_Said(one.day, one.by, one.sure, True)
                    for one in self._words(edge) if not one.is_against]  # fmt: skip
        return out

    def _words(self, number: int) -> list[_Said]:
        said = self._graph.sayings
        low, high = (int(one) for one in said.start[number : number + 2])
        columns = (part[low:high].tolist() for part in (said.day, said.by, said.sure, said.denies))
        return [
            _Said(day_of(day), by, min(sure, MOST_SURE), denies)
            for day, by, sure, denies in zip(*columns, strict=True)
        ]


def _until(said: Sequence[_Said], day: date | None) -> list[_Said]:
    """Return each document's surest word for and against, of what was said until a day.

    What has no date was always said.
    """
    best: dict[tuple[int, bool], _Said] = {}
    for one in said:
        known = best.get((one.by, one.is_against))
        is_known = day is None or one.day is None or one.day <= day
        if is_known and (known is None or one.sure > known.sure):
            best[one.by, one.is_against] = one
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
