"""Whether a text states a relation, guesses at it, denies it, or only asks for it.

In: the words around a pair, its trigger, what the assertion room says of trigger and mentions.
A linear model tells ``factual``, ``negated`` and ``open`` apart (the classes of DiMB-RE, Hong et
al. 2024, which calls the last ``Unknown``); an open one is ``speculated`` if a hedge governs its
trigger (Hyland 1998; Kilicoglu and Bergler 2008) and ``unknown`` if it is what a study set out to
find, or nothing tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from onoma.relate.saying.linear import Linear
from onoma.relate.saying.senses import meaning_of, senses_of
from onoma.relate.saying.triggers import Trigger
from onoma.relate.saying.words import Window
from onoma.types import Assertion

CLASSES: tuple[str, ...] = ("factual", "negated", "open")

_HEDGES = frozenset(
    [
        "may",
        "might",
        "could",
        "would",
        "possible",
        "possibly",
        "possibility",
        "potential",
        "potentially",
        "perhaps",
        "probably",
        "probable",
        "presumably",
        "likely",
        "unlikely",
        "suggest",
        "suggests",
        "suggested",
        "suggesting",
        "appear",
        "appears",
        "appeared",
        "seem",
        "seems",
        "seemed",
        "hypothesize",
        "hypothesized",
        "hypothesis",
        "hypothesise",
        "hypothesised",
        "speculate",
        "speculated",
        "propose",
        "proposed",
        "putative",
        "presumed",
        "suspected",
        "believed",
        "thought",
        "whether",
        "candidate",
    ]
)
_DENIALS = frozenset(
    [
        "no",
        "not",
        "nor",
        "neither",
        "none",
        "without",
        "cannot",
        "never",
        "lack",
        "lacked",
        "lacking",
        "failed",
        "fails",
        "fail",
        "unable",
        "unaffected",
        "unchanged",
        "unaltered",
        "unrelated",
        "insignificant",
        "nonsignificant",
        "absence",
    ]
)
_PURPOSES = frozenset(
    [
        "aim",
        "aimed",
        "aims",
        "objective",
        "objectives",
        "investigate",
        "investigated",
        "investigates",
        "examine",
        "examined",
        "examines",
        "evaluate",
        "evaluated",
        "evaluates",
        "assess",
        "assessed",
        "assesses",
        "determine",
        "determined",
        "explore",
        "explored",
        "test",
        "tested",
        "study",
        "studied",
        "compare",
        "compared",
        "purpose",
        "goal",
        "whether",
        "hypothesis",
        "sought",
        "unclear",
        "unknown",
        "elucidate",
        "analyze",
        "analyzed",
        "understand",
        "efficacy",
        "question",
    ]
)
_NEAR = 5  # words around the trigger where a cue governs it
_REFUSALS = (_DENIALS - {"absence", "insignificant", "nonsignificant"}) | {"ineffective", "lacks"}
"""What denies a verb or a noun that it stands before."""
_OPENING = 9  # words before both mentions where a denial still speaks of them
_NO_DENIAL = frozenset(
    ["only", "just", "merely", "least", "surprisingly", "unexpectedly", "longer"]
)
_LACKS = frozenset(["without", "lack", "lacks", "lacked", "lacking", "unable"])
"""What denies what stands right behind it, not what that does: "lack of iron causes anemia"."""
_CLAUSE = frozenset([";", ":", "but", "although", "though", "whereas", "while", "which", "who"])


def rule_factuality(window: Window, trigger: Trigger | None) -> str:
    """Return what cues alone say: the baseline."""
    near = _near(window, trigger)
    if near & _DENIALS:
        return "negated"
    if near & _HEDGES:
        return "speculated"
    return "unknown" if _is_purpose(window, trigger) else "factual"


def _near(window: Window, trigger: Trigger | None) -> set[str]:
    """Return the words at and before the trigger; without one, those between the two."""
    first, last = window.ends
    if trigger is not None:
        first, last = trigger.first - _NEAR, trigger.last + 1
    return set(window.words[max(first, 0) : last + 1])


def _is_purpose(window: Window, trigger: Trigger | None) -> bool:
    """Whether words of a study's purpose stand before the trigger."""
    until = trigger.first if trigger is not None else window.ends[0]
    return bool(_PURPOSES & set(window.words[:until]))


def _is_asked(window: Window, trigger: Trigger | None) -> bool:
    """Whether the clause of the trigger opens with "whether", "if" or "to"."""
    until = trigger.first if trigger is not None else window.ends[1]
    before = window.words[max(until - 12, 0) : until]
    return "whether" in before or "if" in before or before[-1:] == ("to",)


def _is_question(window: Window, trigger: Trigger | None) -> bool:
    """Whether a study asks it: a verb of purpose, then "whether" or "if", then the trigger.

    Texts to learn from have few of these, and no answer stands in the same sentence.
    """
    until = trigger.first if trigger is not None else window.ends[1]
    before = window.words[max(until - 12, 0) : until]
    asks = [row for row, word in enumerate(before) if word in ("whether", "if")]
    return bool(asks) and bool((_PURPOSES - {"whether"}) & set(before[: asks[-1]]))


def is_denied(window: Window, trigger: Trigger | None) -> bool:
    """Whether a word denies that the two are tied: between them or just before, in their clause.

    What is denied behind both ("caused X in those who did not take Y") is another matter, and so is
    what a comma or a conjunction parts from the verb ("although none died, A caused B").
    """
    first, last = window.ends
    return any(
        window.words[row] in _REFUSALS and _reaches(window, row, trigger)
        for row in range(max(first - _OPENING, 0), last)
    )


def is_misled(window: Window, trigger: Trigger | None) -> bool:
    """Whether all that could deny stands before or between the two, and none of it reaches them."""
    first, last = window.ends
    low, high = max(first - _OPENING, 0), last + _OPENING
    seen = [row for row, word in enumerate(window.words[:high]) if word in _DENIALS and row >= low]
    return bool(seen) and max(seen) < last and not is_denied(window, trigger)


def _reaches(window: Window, row: int, trigger: Trigger | None) -> bool:
    """Whether a denial's clause goes on to the mentions, or to what ties them."""
    words, (first, last) = window.words, window.ends
    if words[row + 1] in _NO_DENIAL or words[max(row - 1, 0)] == "but":
        return False
    if row < first:
        rest = words[row + 1 : first]
        return words[row] not in _LACKS and not {",", *_CLAUSE}.intersection(rest)
    rest = words[row + 1 : last]
    if _CLAUSE.intersection(rest):
        return False
    until = max((trigger.head if trigger is not None else 0) - row - 1, 0)
    return "," not in rest[:until]


def _is_modal(window: Window, trigger: Trigger | None) -> bool:
    """Whether "may" or "might" governs the trigger, or "possible that" opens its clause."""
    if trigger is None:
        return False
    before = window.words[max(trigger.first - 2, 0) : trigger.head + 1]
    opening = window.words[max(trigger.first - 6, 0) : trigger.first]
    return bool({"may", "might"} & set(before)) or ("possible", "that") in pairwise(opening)


def features(
    window: Window, kind: str, trigger: Trigger | None, said: tuple[Assertion, ...]
) -> list[str]:
    """Return what is seen of a statement; ``said`` is of the trigger and the two mentions."""
    sense = meaning_of(kind).sense
    words, stems = window.words, window.stems
    near = _near(window, trigger)
    purpose = _is_purpose(window, trigger)
    denied, hedged = bool(near & _DENIALS), bool(near & _HEDGES)
    rule = rule_factuality(window, trigger)
    asked = _is_asked(window, trigger)
    seen = [
        f"kind {kind.rpartition('/')[2]}",
        f"sense {sense}",
        f"denied {denied} {sense}",
        f"hedged {hedged} {sense}",
        f"purpose {purpose} {sense}",
        f"cues {denied} {hedged} {purpose}",
        f"title {window.share == 0}",
        f"title {window.share == 0} {sense}",
        f"share {int(window.share * 5)} {sense}",
        f"figures {any(word[0].isdigit() for word in words)} {sense}",
        f"rule {rule}",
        f"rule {rule} {sense}",
        f"asked {asked}",
        f"asked {asked} {words[-1] == '?'}",
        *(f"in {one}" for one in set(stems)),
    ]
    for name, one in zip(("t", "s", "o"), said, strict=False):
        seen += (f"{name} {one.polarity}", f"{name} {one.temporality} {one.conditional}")
    if trigger is not None:
        seen += _around(window, trigger, sense)
    return seen


def _around(window: Window, trigger: Trigger, sense: str) -> Iterator[str]:
    stems = window.stems
    head = stems[trigger.head]
    yield f"head {head}"
    yield f"form {window.words[trigger.head]}"
    yield f"fits {sense in senses_of(head)}"
    for row in range(trigger.first, trigger.last + 1):
        yield f"tr {stems[row]}"
    for step in range(1, _NEAR):
        if trigger.first - step >= 0:
            yield f"b {stems[trigger.first - step]}"
            yield f"b{step} {stems[trigger.first - step]}"
        if trigger.last + step < len(stems):
            yield f"a {stems[trigger.last + step]}"
            yield f"a{step} {stems[trigger.last + step]}"
    for row in range(trigger.first):
        if window.words[row] in _PURPOSES or window.words[row] in _HEDGES:
            yield f"before {stems[row]}"


def find_factuality(
    window: Window,
    kind: str,
    trigger: Trigger | None,
    said: tuple[Assertion, ...],
    model: Linear,
) -> tuple[str, float]:
    """Return what a text says of a relation and the chance that it does."""
    chances = model.chances(features(window, kind, trigger, said))
    best = int(chances.argmax())
    name = CLASSES[best]
    if window.is_one_sentence and name == "factual" and is_denied(window, trigger):
        return "negated", float(1 - chances[best])
    if window.is_one_sentence and name == "negated" and is_misled(window, trigger):
        return "factual", float(1 - chances[best])
    if name == "factual" and _is_question(window, trigger):
        return "unknown", float(chances[CLASSES.index("open")])
    if name == "factual" and _is_modal(window, trigger):
        return "speculated", float(chances[CLASSES.index("open")])
    if name == "open":
        name = "speculated" if _near(window, trigger) & _HEDGES else "unknown"
    return name, float(chances[best])
