"""Which part belongs to which medicine: the one that is reached over the fewest other words.

Every word between costs, less where it only joins ("at a dose of"), more where it parts (a comma,
"and", a line end); a medicine is asked for behind ("20 mg of aspirin") as well as before.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from onoma.extract.dosing import DOSE, DURATION, FORM, FREQUENCY, ROUTE, STRENGTH, Part
from onoma.extract.phrases import Tokens
from onoma.types import Span

_JOINS = frozenset({
    "of", "at", "a", "an", "the", "with", "in", "by", "as", "is", "was", "were", "be", "been",
    "being", "given", "taking", "taken", "take", "takes", "dose", "doses", "dosage", "dosed",
    "per", "via", "(", ")", ":", "=", "-", "/", "[", "]", "total", "using", "use", "on", "each",
    "about", "approximately", "only", "bolus", "course", "level", "rate", "then", "followed",
    "his", "her", "her's", "your", "our",
})  # fmt: skip
_PARTS_WORDS = {",": 0.4, "and": 1.2, "or": 1.2, "plus": 1.2, "&": 1.2, ";": 5.0, "but": 3.0,
                "while": 3.0, "to": 0.5, "from": 0.5, "for": 0.8, ".": 0.1,
                "after": 1.5}  # fmt: skip
_AHEAD = {"of": -0.6, "-": 0.0, "/": 0.3, "(": 1.5, ")": 0.6, ",": 2.0, "and": 2.0, "or": 2.0,
          ";": 9.0, "the": 0.2, "a": 0.2, ".": 6.0, ":": 2.0, "oral": 0.0, "iv": 0.0}  # fmt: skip
_LINE, _LINE_AHEAD = 1.5, 4.0  # a line end between
_WIDE, _WRAPPED = 70, 0.1  # a line so wide was wrapped; its end parts nothing
_FILLED = 0.9  # a medicine that has this part already
_BASE_AHEAD = {DOSE: 0.4, STRENGTH: 0.6, ROUTE: 0.1, FORM: 0.7, FREQUENCY: 1.0, DURATION: 0.9}
_MOST = {DOSE: 6.0, STRENGTH: 2.5, ROUTE: 4.0, FORM: 2.0, FREQUENCY: 6.0, DURATION: 5.0}
_MOST_BOUND = {DOSE: 1.0, STRENGTH: 0.5, ROUTE: 0.9, FORM: 1.5, FREQUENCY: 1.4, DURATION: 0.35}
_NEXT_SENTENCE = 2.5
_LEADS = frozenset({
    "take", "apply", "inject", "inhale", "use", "give", "place", "instill", "swallow", "dissolve",
    "chew", "sig", "it", "this", "dose", "dosage", "started", "initially", "insert", "administer",
    "drink", "spray",
})  # fmt: skip


class Gaps:
    """What lies between places of a text, as costs; what belongs to a part or medicine is free."""

    def __init__(self, text: str, tokens: Tokens, taken: Sequence[Span]) -> None:
        """Take a text, its words and the spans that do not count, sorted by start."""
        starts = [start for start, _ in taken]
        reach = list(accumulate((end for _, end in taken), max))
        self._start: list[int] = []
        behind, ahead = [], []
        before = opened = 0
        for word, start, end in zip(tokens.words, tokens.start, tokens.end, strict=True):
            line = 0.0
            if "\n" in (between := text[before:start]):
                is_wrapped = before - opened >= _WIDE and between.count("\n") == 1
                line = _WRAPPED if is_wrapped else _LINE
                opened = start
            before = end
            place = bisect_right(starts, start) - 1
            is_free = place >= 0 and reach[place] >= end
            self._start.append(start)
            if is_free:
                behind.append(line)
                ahead.append(_LINE_AHEAD if line == _LINE else line)
                continue
            joins = 0.05 if word in _JOINS else 1.0
            behind.append(line + _PARTS_WORDS.get(word, joins))
            line = _LINE_AHEAD if line == _LINE else line
            ahead.append(line + _AHEAD.get(word, 1.3))
        self._behind = [0.0, *accumulate(behind)]
        self._ahead = [0.0, *accumulate(ahead)]

    def behind(self, end: int, start: int) -> float:
        """Return the cost of a part that stands behind a medicine."""
        return self._sum(self._behind, end, start)

    def ahead(self, end: int, start: int) -> float:
        """Return the cost of a part that stands before a medicine."""
        return self._sum(self._ahead, end, start)

    def _sum(self, sums: list[float], end: int, start: int) -> float:
        first, last = bisect_left(self._start, end), bisect_left(self._start, start)
        line = 0.0
        if last < len(self._start) and self._start[last] == start and last >= first:
            # a line end right before the place itself counts as well
            line = sums[last + 1] - sums[last]
            line = line if line >= _LINE else 0.0
        return sums[last] - sums[first] + line


def attach(
    parts: Sequence[Part],
    drugs: Sequence[Span],
    *,
    gaps: Gaps,
    sentences: Sequence[Span],
    tokens: Tokens,
) -> list[tuple[int, float]]:
    """Return for each part the place of its medicine in ``drugs`` and the cost; -1 for none.

    ``drugs`` and ``parts`` are sorted by start. A part stands in the sentence of its medicine, or
    in one right behind it that names none and goes on about the last ("Take 1 tablet daily").
    """
    starts = [start for start, _ in drugs]
    opening = [start for start, _ in sentences]
    filled: set[tuple[int, str]] = set()
    out = []
    for part in parts:
        next_ = bisect_left(starts, part.start)
        own = bisect_right(opening, part.start) - 1
        best, cost = -1, 1e9
        if next_ > 0:
            cost = _cost_behind(part, next_ - 1, drugs, gaps=gaps, sentences=sentences, own=own,
                                tokens=tokens)  # fmt: skip
            best = next_ - 1
            cost += _FILLED * ((best, part.kind) in filled and part.kind != DOSE)
            cost += 0.45 * ((best, part.kind) in filled and part.kind == DOSE)
        if next_ < len(drugs) and bisect_right(opening, drugs[next_][0]) - 1 == own:
            other = gaps.ahead(part.end, drugs[next_][0]) + _BASE_AHEAD[part.kind]
            if other < cost:
                best, cost = next_, other
        most = _MOST_BOUND if part.bound else _MOST
        if best >= 0 and cost > most[part.kind]:
            best = -1
        if best >= 0:
            filled.add((best, part.kind))
        out.append((best, cost))
    return out


def _cost_behind(
    part: Part,
    drug: int,
    drugs: Sequence[Span],
    *,
    gaps: Gaps,
    sentences: Sequence[Span],
    own: int,
    tokens: Tokens,
) -> float:
    """Return the cost of reaching back to a medicine, without bound where the sentence forbids."""
    start, end = drugs[drug]
    cost = gaps.behind(end, part.start)
    there = next((n for n in range(own, max(own - 2, -1), -1) if sentences[n][0] <= start), -1)
    if there == own:
        return cost
    if there < 0 or (drug + 1 < len(drugs) and drugs[drug + 1][0] < sentences[own][1]):
        return 1e9  # too far, or the part's own sentence names another
    opening = tokens.between(sentences[own][0], part.start)[:3]
    leads = [word for word in opening if word.isalpha()]
    if leads and leads[0] not in _LEADS and leads[-1] not in _LEADS:
        return 1e9
    inside = gaps.behind(sentences[own][0], part.start)
    return min(inside, _NEXT_SENTENCE) + _NEXT_SENTENCE if not leads else _NEXT_SENTENCE
