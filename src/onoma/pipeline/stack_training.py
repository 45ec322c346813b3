"""Whether several recognisers are better together: single, vote and stack on the same documents.

The stack is scored on documents in folds, each judged by trees and a border that have not seen it.
Differences to the best single system have a bootstrap interval over documents; the best single one
is chosen on the same documents, which favours it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from onoma.metrics import Comparison, Score
from onoma.metrics.counts import I64, score
from onoma.metrics.resampling import compare, f1_of
from onoma.metrics.spans import TypedSpan, strict_counts
from onoma.pipeline.stacking import Lesson, Stack, fit, group_of, parts
from onoma.pipeline.voting import Found, vote

VOTE, STACK = "vote", "stack"


@dataclass(frozen=True, slots=True)
class Row:
    """A system's strict score over all types, and by type."""

    name: str
    score: Score
    by_type: Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class StackReport:
    """What each system, their vote and their stack reach, and what the latter two gain."""

    documents: int
    rows: tuple[Row, ...]
    best: str
    gains: Mapping[str, Comparison]
    """Of each vote and the stack over the best single system, in strict F1."""


@dataclass(frozen=True, slots=True)
class _Answers:
    """A system's spans in each document, and their count rows."""

    spans: list[set[TypedSpan]]
    counts: I64


def study(
    lessons: Sequence[Lesson],
    systems: Sequence[str],
    *,
    votes: Mapping[str, Sequence[str]] | None = None,
    seed: int = 1,
) -> StackReport:
    """Return how systems compare with votes of them, and with their stack.

    ``votes``: the voters of each vote by its name; one of all systems unless given.
    Raises: InputError: too few documents.
    """
    gold = [{TypedSpan(*one) for one in lesson.gold} for lesson in lessons]
    told: dict[str, list[set[TypedSpan]]] = {
        name: [_spans(lesson.ballot[name]) for lesson in lessons] for name in systems
    }
    joined = {VOTE: systems} if votes is None else votes
    for name, voters in joined.items():
        told[name] = [
            _spans(vote({who: lesson.ballot[who] for who in voters})) for lesson in lessons
        ]
    told[STACK] = _unseen(lessons, systems, seed)
    answers = {name: _Answers(spans, _counts(gold, spans)) for name, spans in told.items()}
    types = sorted({one.type for some in gold for one in some})
    rows = tuple(_row(name, gold, one, types) for name, one in answers.items())
    best = max(systems, key=lambda name: score(answers[name].counts.sum(axis=0)).f1)
    gains = {
        name: _gain(gold, answers[name], answers[best], seed=seed) for name in (*joined, STACK)
    }
    return StackReport(len(lessons), rows, best, gains)


def train_stack(
    lessons: Sequence[Lesson], systems: Sequence[str], *, seed: int = 1
) -> tuple[Stack, StackReport]:
    """Return a stack learned from all documents, and how well such a one did in folds."""
    report = study(lessons, systems, seed=seed)
    return fit(lessons, systems, seed=seed), report


def _unseen(lessons: Sequence[Lesson], systems: Sequence[str], seed: int) -> list[set[TypedSpan]]:
    """Return what stacks find in documents that they have not learned from."""
    out: list[set[TypedSpan]] = [set() for _ in lessons]
    for held in parts(len(lessons), seed=seed + 1):
        stack = fit([one for i, one in enumerate(lessons) if i not in held], systems, seed=seed)
        for number in held:
            ballot = {name: lessons[number].ballot[name] for name in systems}
            out[number] = _spans(stack.join(lessons[number].text, ballot))
    return out


def _spans(found: Sequence[Found]) -> set[TypedSpan]:
    return {TypedSpan(one.start, one.end, group_of(one.type)) for one in found}


def _counts(gold: Sequence[set[TypedSpan]], found: Sequence[set[TypedSpan]]) -> I64:
    return np.stack([strict_counts(want, got) for want, got in zip(gold, found, strict=True)])


def _row(name: str, gold: Sequence[set[TypedSpan]], answers: _Answers, types: Sequence[str]) -> Row:
    by_type = {}
    for type_ in types:
        pair = ([{one for one in some if one.type == type_} for some in side]
                for side in (gold, answers.spans))  # fmt: skip
        by_type[type_] = score(_counts(*pair).sum(axis=0))
    return Row(name, score(answers.counts.sum(axis=0)), by_type)


def _gain(
    gold: Sequence[set[TypedSpan]], one: _Answers, other: _Answers, *, seed: int
) -> Comparison:
    """Return by how much one system is better than another."""
    marks = [
        (place, span)
        for place in range(len(gold))
        for span in sorted(gold[place] | one.spans[place] | other.spans[place])
    ]
    decisions = np.array(
        [[(span in side.spans[place]) == (span in gold[place]) for place, span in marks]
         for side in (one, other)], np.float64,
    )  # fmt: skip
    return compare(
        f1_of(one.counts), f1_of(other.counts), len(gold), decisions=decisions,
        rng=np.random.default_rng(seed),
    )  # fmt: skip
