"""Events in the order in which they happened, told from how a text tells them.

A story has a front, the latest event told so far. Each further event is at the front (same time),
moves it on, or looks back; three forests say which, from kinds, distance, tense, words of order and
the expressions of time around. Events that look back stand on steps before the front they
were told from. The idea of a front is that of discourse time (Hitzeman et al. 1995, "Algorithms for
analysing the temporal structure of discourse"); the trees are grown on the reports of MACCROBAT
(Caufield et al. 2020) by ``bench/events.py --grow``.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from onoma.extract.times import KINDS as TIME_KINDS
from onoma.extract.times import TimeExpression
from onoma.link.candidates.forest_files import read_forests, write_forests
from onoma.link.candidates.trees import Forest
from onoma.types import Sentence

KINDS = ("finding", "disorder", "medication", "test", "treatment", "encounter")
"""What happens in the story of a patient: signs and symptoms, diseases, medicines, examinations,
treatments, and what befalls (admission, discharge, death)."""

BACK, SAME, ON = range(3)
"""An event relative to the front: earlier, about the same time, later."""

_WORDS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(one, re.I)
    for one in (
        r"\bhad\s(?:\w+ly\s)?(?:been\s)?\w+(?:ed|en|wn|ne|id)\b|\bhad\sbeen\b",
        r"\b(?:history|previous(?:ly)?|prior|past|known|childhood|earlier|ago|since|before)\b",
        r"\b(?:then|subsequent(?:ly)?|later|after(?:wards?)?|following|next|finally|thereafter|"
        r"eventually|follow-?up|discharged?|days?\safter)\b",
        r"\b(?:is|are|will|planned|recommended|remains?|continues?)\b",
        r"\b(?:reveal|show|demonstrat|disclos|confirm|indicat|detect|found)\w*\b",
        r"\b(?:examination|admission|laborator(?:y|ies)|presentation|arrival|initial(?:ly)?)\b",
        r"\b(?:treated|started|given|underwent|performed|administered|received|commenced|placed|"
        r"initiated|transferred|intubated|prescribed|removed|excised)\b",
    )
)
_BETWEEN: tuple[re.Pattern[str], ...] = tuple(
    re.compile(one, re.I)
    for one in (
        r"\b(?:because\sof|due\sto|for|with|secondary\sto)\b",
        r"\b(?:until|before|prior\sto)\b",
        r"\b(?:after|following|post|since|despite)\b",
        r"\b(?:and|,|or)\b",
        r"\b(?:reveal|show|demonstrat|disclos|confirm)\w*\b",
    )
)
_OPENING = 6  # characters at the beginning of a sentence: a time there dates what follows
_SEEN = 60  # characters before an event that are read for words of order


@dataclass(frozen=True, slots=True)
class Told:
    """An event as its place in the text and its kind (a number of KINDS)."""

    start: int
    end: int
    kind: int


class Story:
    """A text with its events and times, read for what tells of order."""

    def __init__(
        self,
        text: str,
        events: Sequence[Told],
        times: Sequence[TimeExpression],
        sentences: Sequence[Sentence],
    ) -> None:
        """Take events and times in text order."""
        self.text, self.events, self.times = text, events, times
        self._starts = [one.start for one in sentences]
        self._sentences = sentences
        self._time_starts = [one.start for one in times]
        self._said = {n: self._read(n) for n in {self.sentence(e.start) for e in events}}
        self._inside: dict[int, list[int]] = {}
        for number, event in enumerate(events):
            self._inside.setdefault(self.sentence(event.start), []).append(number)

    def sentence(self, place: int) -> int:
        """Return the number of the sentence that holds a place."""
        return max(0, bisect_right(self._starts, place) - 1)

    def times_between(self, low: int, high: int) -> Sequence[TimeExpression]:
        """Return the expressions of time that begin in a stretch."""
        first = bisect_right(self._time_starts, low - 1)
        return self.times[first : bisect_right(self._time_starts, high - 1)]

    def times_around(self, number: int) -> Sequence[TimeExpression]:
        """Return the expressions in an event's sentence."""
        if not self._sentences:
            return ()
        one = self._sentences[self.sentence(self.events[number].start)]
        return self.times_between(one.start, one.end)

    def takes_up_again(self, number: int) -> bool:
        """Whether an event's sentence takes the story up again ("On admission ...")."""
        around = self.times_around(number)
        return bool(around) and around[0].kind == "point" and around[0].toward == 0

    def row(self, number: int, front: int, last: int) -> list[float]:
        """Return what is known of an event beside the front; ``last``: what was said before it."""
        event, ahead = self.events[number], self.events[front]
        before = self.events[number - 1]
        here, there = self.sentence(event.start), self.sentence(ahead.start)
        gap = self.text[before.end : event.start][-160:]
        lead = self.text[max(0, event.start - _SEEN) : event.start]
        around = self.times_around(number)
        near = min(around, key=lambda one: _distance(one, event), default=None)
        passed = self.times_between(ahead.end, event.start)
        inside = self._inside[here]
        return [
            event.kind, ahead.kind, before.kind, here - there,
            here - self.sentence(before.start), np.log1p(max(event.start - ahead.end, 0)),
            number - front, inside.index(number), number / len(self.events), here, last,
            *_sign(near), -1.0 if near is None else _distance(near, event),
            float(near is not None and near.start < event.start), len(passed),
            max((one.toward for one in passed), default=0),
            min((one.toward for one in passed), default=0),
            *_sign(passed[-1] if passed else None),
            *self._said[here],
            *(float(one.search(gap) is not None) for one in _BETWEEN),
            *(float(one.search(lead) is not None) for one in _WORDS[:3]),
            float(one_kind(self.events, inside, 3)), float(one_kind(self.events, inside, 5)),
        ]  # fmt: skip

    def _read(self, sentence: int) -> list[float]:
        if not self._sentences:
            return [0.0] * (len(_WORDS) + 1)
        one = self._sentences[sentence]
        words = self.text[one.start : one.end]
        starts_late = any(
            time.start - one.start < 6 for time in self.times_between(one.start, one.end)
        )
        return [*(float(word.search(words) is not None) for word in _WORDS), float(starts_late)]


def one_kind(events: Sequence[Told], numbers: Iterable[int], kind: int) -> bool:
    """Whether one of these events is of a kind."""
    return any(events[n].kind == kind for n in numbers)


def _distance(time: TimeExpression, event: Told) -> float:
    return float(max(time.start - event.end, event.start - time.end, 0))


def _sign(time: TimeExpression | None) -> tuple[float, float]:
    """Return kind and direction of an expression, -1 and 0 for none."""
    return (-1.0, 0.0) if time is None else (TIME_KINDS.index(time.kind), time.toward)


Decide = Callable[[int, int, list[float]], int]
"""Says where an event stands (BACK, SAME, ON), from its number, the front's, and its row."""


def steps_of(story: Story, decide: Decide, dates: Sequence[str] = ()) -> list[int]:
    """Return the step of each event: events of one step are told as of about one time.

    Steps count from 1 without gaps in the order of time. An event that looks back goes to the step
    before the front at its telling; a run of such events shares it. ``dates`` (ISO 8601, as far as
    known, or empty; one an event) overrule ``decide``.
    """
    if not story.events:
        return []
    known = dates or [""] * len(story.events)
    present = known[0]  # the date of the front, as far as told
    line: list[list[int]] = [[0]]  # the steps in order, each its events
    at, front, last = 0, 0, SAME
    looked: list[int] | None = None  # the step that the present look back fills
    for number in range(1, len(story.events)):
        said = by_date(known[number], present)
        if said is None and last == BACK and story.takes_up_again(number):
            said = SAME
        if said is None:
            said = decide(number, front, story.row(number, front, last))
        if said != BACK:
            present = known[number] or present
        if said == BACK:
            if looked is None or last != BACK:
                looked = []
                line.insert(at, looked)
                at += 1
            looked.append(number)
        elif said == SAME:
            line[at].append(number)
        else:
            line.insert(at + 1, [number])
            at, front = at + 1, number
        if said == SAME:
            front = number
        last = said
    places = {event: place for place, step in enumerate(line, 1) for event in step}
    return [places[number] for number in range(len(story.events))]


def by_date(date: str, present: str) -> int | None:
    """Return where a date stands relative to another; None where their common parts are equal.

    >>> by_date("2011", "2019-03"), by_date("2019-05", "2019-03"), by_date("2019", "2019-03")
    (0, 2, None)
    """
    pairs = zip(date.split("-"), present.split("-"), strict=False)
    for one, other in pairs:
        if not (one.isdigit() and other.isdigit()):
            return None
        if one != other:
            return BACK if int(one) < int(other) else ON
    return None


class Teller:
    """Says where events stand, by forests."""

    def __init__(self, forests: Sequence[Forest]) -> None:
        """Take one forest each for BACK, SAME and ON."""
        self._forests = tuple(forests)

    def __call__(self, number: int, front: int, row: list[float]) -> int:
        """Return the likeliest of the three."""
        table = np.array([row], np.float32)
        return int(np.argmax([float(one.margins(table)[0]) for one in self._forests]))

    @classmethod
    def of(cls, raw: bytes, where: str) -> Teller:
        """Return the teller of a file.

        Raises: BadFile: damaged.
        """
        _, forests = read_forests(raw, where, "install onoma again, or grow it anew")
        return cls([forests[str(one)] for one in (BACK, SAME, ON)])


def write_teller(forests: Sequence[Forest], said: dict[str, object]) -> bytes:
    """Return the bytes of a file that ``Teller.of`` reads."""
    out = io.BytesIO()
    write_forests(out, {str(n): one for n, one in enumerate(forests)}, said)
    return out.getvalue()


@cache
def our_teller() -> Teller:
    """Return the teller that ships."""
    place = files("onoma") / "data" / "extract" / "timeline.npz"
    return Teller.of(place.read_bytes(), str(place))
