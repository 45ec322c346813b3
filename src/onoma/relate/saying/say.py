"""Puts the readers of this room together: one ``Said`` for a relation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from onoma.assertion import Assertor
from onoma.relate.instances import RelationText, Tie
from onoma.relate.saying.causality import find_causality
from onoma.relate.saying.factuality import find_factuality
from onoma.relate.saying.linear import Linear, shipped
from onoma.relate.saying.senses import READ, meaning_of, senses_of
from onoma.relate.saying.triggers import Trigger, find_trigger
from onoma.relate.saying.words import Window, window_of
from onoma.text.tokens import TextBatch
from onoma.types import Assertion, Span

SURE = 0.5  # a trigger this likely states a relation even if it is no known relation word


@dataclass(frozen=True, slots=True)
class Said:
    """What a text says of a relation.

    ``trigger`` is the span of the words that state it, none where it is only implied.
    ``factuality`` is ``factual``, ``speculated``, ``negated`` or ``unknown`` (asked, not answered).
    ``causality`` is one of ``causes``, ``enables``, ``prevents``, ``hinders``, ``correlates``, or
    empty; ``cause`` tells which end is the cause: ``subject``, ``object``, or empty.
    ``factuality_chance`` is that of the factuality, 0 to 1.
    """

    trigger: Span | None
    factuality: str
    causality: str
    cause: str
    is_explicit: bool
    factuality_chance: float


class Sayer:
    """Says what texts say of relations; safe to use again and again."""

    def __init__(self, models: Mapping[str, Linear] | None = None) -> None:
        """Take models by name, those that ship unless told otherwise."""
        self._models = shipped() if models is None else models
        self._assertor = Assertor()

    def say_all(self, text: RelationText, ties: Sequence[Tie]) -> list[Said]:
        """Return what a text says of each of its relations, in the order given."""
        windows = [window_of(text, tie) for tie in ties]
        triggers = [
            find_trigger(window, tie.kind, self._models["heads"], self._models["reaches"])
            for window, tie in zip(windows, ties, strict=True)
        ]
        asserted = assertions(self._assertor, text, windows, triggers)
        return [self._said(*one) for one in zip(ties, windows, triggers, asserted, strict=True)]

    def _said(
        self, tie: Tie, window: Window, trigger: Trigger | None, asserted: tuple[Assertion, ...]
    ) -> Said:
        factuality, chance = find_factuality(
            window, tie.kind, trigger, asserted, self._models["factuality"]
        )
        causality, cause = self._cause(tie, window)
        explicit = states(window, trigger)
        span = trigger.span(window) if trigger is not None and explicit else None
        return Said(span, factuality, causality, cause, explicit, chance)

    def _cause(self, tie: Tie, window: Window) -> tuple[str, str]:
        """Return class and cause: the kind's own where it settles them, else what is read."""
        meaning = meaning_of(tie.kind)
        if meaning.causality == "correlates":
            return "correlates", ""
        if meaning.causality and meaning.causality != READ:
            return meaning.causality, "object" if meaning.is_backward else "subject"
        if not meaning.causality:
            return "", ""
        return find_causality(window, self._models["causality"])[:2]


def states(window: Window, trigger: Trigger | None) -> bool:
    """Whether a trigger's words state a relation, so that it is explicit."""
    if trigger is None:
        return False
    return trigger.chance >= SURE or bool(senses_of(window.stems[trigger.head]))


def assertions(
    assertor: Assertor,
    text: RelationText,
    windows: Sequence[Window],
    triggers: Sequence[Trigger | None],
) -> list[tuple[Assertion, ...]]:
    """Return what is said of the trigger and the two mentions of each window."""
    spans = []
    for window, trigger in zip(windows, triggers, strict=True):
        subject, other = window.spans[window.subject], window.spans[window.object]
        spans += [subject if trigger is None else trigger.span(window), subject, other]
    rows = assertor.rows(TextBatch.of([text.text]), [(0, span) for span in spans])
    return [tuple(rows[at : at + 3]) for at in range(0, len(rows), 3)]


@cache
def _shipped_sayer() -> Sayer:
    return Sayer()


def say(text: RelationText, tie: Tie) -> Said:
    """Return what a text says of one of its relations."""
    return _shipped_sayer().say_all(text, [tie])[0]
