"""The words that state a relation: its trigger.

First the word that most likely carries it is chosen among all words around the pair, then how far
the trigger reaches to both sides of it. Both choices are linear models over what the word means
(``senses.tsv``), where it stands and what the kind of the relation means. Data and task: DiMB-RE
(Hong et al. 2024).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onoma.relate.saying.linear import Linear, softmax
from onoma.relate.saying.senses import meaning_of, senses_of
from onoma.relate.saying.words import Window
from onoma.types import Span

LONGEST = 6  # words of a trigger
_LEFT, _RIGHT = 4, 3  # words that a trigger reaches beyond its head
LEAST = 0.1  # a head less likely than this is none: nothing states the relation
_STEPS = (0, 1, 2, 3, 5, 8, 13)  # borders of distances


@dataclass(frozen=True, slots=True)
class Trigger:
    """Words that state a relation, as places in a window; ``chance`` is that of its head."""

    first: int
    last: int
    head: int
    chance: float

    def span(self, window: Window) -> Span:
        """Return its offsets in the text."""
        return window.spans[self.first][0], window.spans[self.last][1]


def may_state(window: Window, row: int) -> bool:
    """Whether a word can be (part of) a trigger."""
    return window.words[row].isalpha()


def head_candidates(window: Window) -> list[int]:
    """Return the words that may carry a relation."""
    return [row for row in range(len(window.words)) if may_state(window, row)]


def head_features(window: Window, kind: str, rows: Sequence[int]) -> list[list[str]]:
    """Return what is seen of each of these words, as the carrier of a relation of this kind."""
    sense = meaning_of(kind).sense
    first, last = window.ends
    order = "f" if window.is_forward else "b"
    right = [row for row in rows if sense and sense in senses_of(window.stems[row])]
    nearest = min(right, key=lambda row: _gap(row, first, last), default=-1)
    return [_head(window, row, sense, order, row == nearest) for row in rows]


def _head(window: Window, row: int, sense: str, order: str, is_nearest: bool) -> list[str]:
    stems, first, last = window.stems, *window.ends
    here = stems[row]
    zone = "a" if row < first else "c" if row > last else "b"
    before = stems[row - 1] if row else "^"
    after = stems[row + 1] if row + 1 < len(stems) else "$"
    found = senses_of(here)
    seen = [
        f"w {here}",
        f"w {here} {zone}",
        f"wk {here} {sense}",
        f"end {window.words[row][-3:]} {bool(found)}",
        f"z {zone} {order}",
        f"z {zone} {bool(found)} {sense}",
        f"l {before}",
        f"r {after}",
        f"lk {bool(found)} {before}",
        f"rk {bool(found)} {after}",
        f"near {is_nearest} {zone}",
        f"d1 {zone} {_step(abs(row - window.subject))}",
        f"d2 {zone} {_step(abs(row - window.object))}",
        f"same {sense in found} {zone} {_step(_gap(row, first, last))}",
    ]
    for one in found:
        seen += (f"s {one}", f"sk {one} {sense}", f"sz {one} {zone} {order}")
    return seen


def _gap(row: int, first: int, last: int) -> int:
    """Return how many words lie between a word and the nearer of the two."""
    return min(abs(row - first), abs(row - last))


def _step(distance: int) -> int:
    return sum(distance > border for border in _STEPS)


def reaches(window: Window, head: int) -> list[Span]:
    """Return the runs of words, both ends included, that a trigger with this head may be."""
    lefts = [head]
    while lefts[-1] > max(head - _LEFT, 0) and may_state(window, lefts[-1] - 1):
        lefts.append(lefts[-1] - 1)
    rights = [head]
    while rights[-1] < min(head + _RIGHT, len(window.words) - 1):
        if not may_state(window, rights[-1] + 1):
            break
        rights.append(rights[-1] + 1)
    return [(left, right) for left in lefts for right in rights if right - left < LONGEST]


def reach_features(window: Window, kind: str, head: int, run: Span) -> list[str]:
    """Return what is seen of a trigger's reach."""
    stems = window.stems
    first, last = run
    before = stems[first - 1] if first else "^"
    after = stems[last + 1] if last + 1 < len(stems) else "$"
    sense = meaning_of(kind).sense
    seen = [
        f"size {head - first} {last - head}",
        f"size {head - first} {last - head} {stems[head]}",
        f"size {last - first} {sense}",
        f"cut {before}|{stems[first]}",
        f"cut {stems[last]}|{after}",
        f"out {before}|",
        f"out |{after}",
        f"begin {stems[first]} {first == head}",
        f"end {stems[last]} {last == head}",
    ]
    seen += (f"in {stems[row]}" for row in range(first, last + 1) if row != head)
    seen += (f"in {sense} {stems[row]}" for row in range(first, last + 1) if row != head)
    return seen


def find_trigger(window: Window, kind: str, heads: Linear, reach: Linear) -> Trigger | None:
    """Return the words that state a relation of this kind, or None where none do."""
    rows = head_candidates(window)
    if not rows:
        return None
    chances = softmax(heads.each(head_features(window, kind, rows)))
    best = int(chances.argmax())
    head = rows[best]
    runs = reaches(window, head)
    whole = reach.each([reach_features(window, kind, head, run) for run in runs])
    first, last = runs[int(whole.argmax())]
    return Trigger(first, last, head, float(chances[best]))


def rule_trigger(window: Window, kind: str) -> Trigger | None:
    """Return the relation word that a rule would choose: the baseline.

    That is the nearest word with the kind's sense, else with any sense; between the two first.
    """
    sense = meaning_of(kind).sense
    first, last = window.ends
    known = [row for row in head_candidates(window) if senses_of(window.stems[row])]
    if not known:
        return None
    best = min(
        known,
        key=lambda row: (
            sense not in senses_of(window.stems[row]),
            not first < row < last,
            _gap(row, first, last),
        ),
    )
    return Trigger(best, best, best, 1.0)
