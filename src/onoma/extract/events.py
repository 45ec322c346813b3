"""What happened to a patient, with when, in order: texts to timelines.

The events are spans of a tagger (heads of MACCROBAT and of the standard types); concept and
assertion come from the dictionary and the rules that ``annotate`` uses; expressions of time are
read by rules (``times``) beside the tagger's, tied to the events they date, and the events put on
steps (``timeline``).
Source: Caufield et al. 2020 (MACCROBAT): the events and what is asked of their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from onoma.assertion import assert_spans
from onoma.extract.ordered import Ordered
from onoma.extract.tagging import SpanFinder
from onoma.extract.timeline import KINDS, Decide, Story, Told, our_teller, steps_of
from onoma.extract.times import Kind, TimeExpression, beside, find_times
from onoma.ontology.loading import Names
from onoma.pipeline import Pipeline, load
from onoma.recognize.columns import FOUND_BY, SHORTHAND
from onoma.types import AnnotatedDocument, Assertion, Document, FailedDocument, Mention, Sentence

HEADS = {
    "phenotype": "finding", "maccrobat2020/Disease": "disorder", "drug": "medication",
    "test": "test", "procedure": "treatment", "maccrobat2020/Clinical_event": "encounter",
}  # fmt: skip
TIMES: dict[str, Kind] = {"maccrobat2020/Date": "date", "maccrobat2020/Duration": "duration"}
LINKED: dict[str, tuple[str, ...]] = {
    "finding": ("phenotype", "disease"),
    "disorder": ("disease", "phenotype"),
    "medication": ("drug", "chemical"),
    "test": ("test", "procedure", "chemical", "gene", "protein"),
    "treatment": ("procedure", "device", "drug", "chemical"),
    "encounter": ("procedure",),
}
"""The types of the concepts that an event of each kind may be."""

OF_SHORTHAND = {"disease": "disorder", "phenotype": "finding"}
"""The kinds of events that clinical shorthand names."""

_CLAUSE = re.compile(r";|,\s(?:and|but|which|when|while|where)\s|\b(?:but|whereas|while)\b")
DATING = ("date", "shift", "day", "age", "point")

_HEADING = re.compile(
    r"^(?:[A-Z][A-Z &/()-]{3,60}|CC|PE|HPI|PMH|PSH|FH|SH|ROS|A/P|VS|Labs?|Meds|Plan):|\bNKD?A\b",
    re.M,
)
_DOSING = re.compile(
    r"(?:(?:po|iv|im|sc|sl|bid|tid|qid|qd|qhs|prn|daily|weekly|oral(?:ly)?|twice|once|p\.o\.|i\.v\.)"
    r"[\s,]*)+", re.I,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, with its place in time.

    ``step`` counts from 1 in the order of time; events of a step are told as of about one time.
    ``time`` is what dates the event in its own sentence, ``lasting`` how long it went on. ``day``
    is the day of the story, counted from its beginning (0), where the text says enough: of a shift
    or day of the course; None else. ``curie`` is None for what the vocabulary does not have.
    """

    start: int
    end: int
    text: str
    kind: str
    step: int
    score: float
    curie: str | None = None
    label: str | None = None
    assertion_axes: Assertion = Assertion()  # noqa: RUF009 - frozen
    time: TimeExpression | None = None
    lasting: TimeExpression | None = None
    day: float | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The events of a document in text order; ``error`` is set instead when it failed."""

    document: Document
    events: tuple[Event, ...] = ()
    times: tuple[TimeExpression, ...] = ()
    error: FailedDocument | None = None

    def steps(self) -> Iterator[tuple[int, tuple[Event, ...]]]:
        """Yield the steps in the order of time, each with its events in text order."""
        for step in sorted({one.step for one in self.events}):
            yield step, tuple(one for one in self.events if one.step == step)


class EventReader:
    """Reads timelines out of documents; safe to use again and again."""

    def __init__(self, pipeline: Pipeline, finder: SpanFinder, decide: Decide) -> None:
        """Take a pipeline, a tagger's spans, and who says where an event stands.

        Raises: InputError: the tagger has no heads for the events.
        """
        finder.need((*HEADS, *TIMES))
        self._pipeline, self._finder, self._decide = pipeline, finder, decide

    def read(self, documents: Iterable[str | Document | FailedDocument]) -> Iterator[Timeline]:
        """Yield the timeline of each document, in order; a failed one keeps its place."""
        for found in self._pipeline.pipe(documents):
            if found.error is not None:
                yield Timeline(found.document, error=found.error)
            else:
                yield self._timeline(found)

    def _timeline(self, found: AnnotatedDocument) -> Timeline:
        text, document = found.text, found.document
        marked = [
            (start, end, kind)
            for head, kind in TIMES.items()
            for start, end, _ in self._finder.spans(document, head)
        ]
        times = beside(find_times(text), marked, text)
        mentions = Ordered(found.mentions)
        spans = _with_shorthand(self._spans(document, times), found.mentions)
        spans = _with_concepts(spans, mentions)
        said = assert_spans(text, [(one.start, one.end) for one in spans])
        told = [Told(one.start, one.end, KINDS.index(one.kind)) for one in spans]
        story = Story(text, told, times, found.sentences)
        dated = Dater(text, times, found.sentences)
        steps = steps_of(story, self._decide, [dated.date_of(one.start, one.end) for one in told])
        days = _days(story, steps, dated)
        events = tuple(
            replace(
                one,
                text=text[one.start : one.end],
                step=step,
                assertion_axes=axes,
                time=dated.time_of(one.start, one.end),
                lasting=dated.lasting(one.start, one.end),
                day=day,
            )
            for one, axes, step, day in zip(spans, said, steps, days, strict=True)
        )
        return Timeline(document, events, tuple(times))

    def _spans(self, document: Document, times: Sequence[TimeExpression]) -> list[Event]:
        """Return the events' places, kinds and scores, in order; the surer of two that overlap.

        Headings are none, nor is how often and by which way something was given.
        """
        taken = bytearray(len(document.text))
        for one in times:
            if one.kind not in ("point", "vague"):
                taken[one.start : one.end] = b"\1" * (one.end - one.start)
        every = [
            (start, end, kind, score)
            for head, kind in HEADS.items()
            for start, end, score in self._finder.spans(document, head)
        ]
        for heading in _HEADING.finditer(document.text):
            taken[heading.start() : heading.end()] = b"\1" * len(heading[0])
        kept = []
        for start, end, kind, score in sorted(every, key=lambda one: (-one[3], one[0])):
            is_word = not _DOSING.fullmatch(document.text, start, end)
            if is_word and not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                kept.append(Event(start, end, "", kind, 0, score))
        return sorted(kept, key=lambda one: one.start)


class Dater:
    """Ties expressions of time to the events that they date."""

    def __init__(
        self, text: str, times: Sequence[TimeExpression], sentences: Sequence[Sentence]
    ) -> None:
        """Take a text's expressions and sentences in order."""
        self._text, self._sentences = text, Ordered(sentences)
        self._dating = Ordered(one for one in times if one.kind in DATING)
        self._lasting = Ordered(one for one in times if one.kind == "duration")

    def time_of(self, start: int, end: int) -> TimeExpression | None:
        """Return what dates an event: the nearest in its clause, else the one before it."""
        around = self._around(start, end, self._dating)
        near = [one for one in around if self._is_of_clause(one, start, end)]
        if near:
            return min(near, key=lambda one: _gap(one, start, end))
        leading = [one for one in around if one.end <= start]
        return leading[-1] if leading else None

    def date_of(self, start: int, end: int) -> str:
        """Return the date of an event as its sentence says; empty where it says none."""
        time = self.time_of(start, end)
        return time.value if time is not None and time.kind == "date" else ""

    def lasting(self, start: int, end: int) -> TimeExpression | None:
        """Return how long an event went on, as its clause says."""
        near = [
            one
            for one in self._around(start, end, self._lasting)
            if self._is_of_clause(one, start, end)
        ]
        return min(near, key=lambda one: _gap(one, start, end), default=None)

    def _around(self, start: int, end: int, times: Ordered[TimeExpression]) -> list[TimeExpression]:
        return [
            time
            for one in self._sentences.touching(start, end)
            for time in times.within(one.start, one.end)
        ]

    def _is_of_clause(self, time: TimeExpression, start: int, end: int) -> bool:
        between = self._text[min(end, time.end) : max(start, time.start)]
        return _CLAUSE.search(between) is None


def _gap(time: TimeExpression, start: int, end: int) -> int:
    return max(time.start - end, start - time.end, 0)


def _with_shorthand(events: Sequence[Event], mentions: Sequence[Mention]) -> list[Event]:
    """Return events with those that clinicians write short: HTN is a disorder, whoever sees a test.

    The tagger has learnt from published cases, which hardly have such forms.
    """
    short = [
        one for one in mentions if one.found_by == FOUND_BY[SHORTHAND] and one.type in OF_SHORTHAND
    ]
    places = Ordered(short)
    kept = [one for one in events if not places.touching(one.start, one.end)]
    kept += [Event(one.start, one.end, "", OF_SHORTHAND[one.type], 0, one.score) for one in short]
    return sorted(kept, key=lambda one: one.start)


def _with_concepts(events: Sequence[Event], mentions: Ordered[Mention]) -> list[Event]:
    """Return events with their concepts; one that is a part of its concept's name takes the whole.

    The annotators mark "pain" where the name is "chest pain". Of two events with one name ("dry"
    and "cough") one is left.
    """
    out: list[Event] = []
    for one in events:
        named = _concept(mentions.touching(one.start, one.end), one)
        if named is None:
            out.append(one)
        elif not (out and out[-1].curie == named.curie and out[-1].end >= one.end):
            start, end = min(one.start, named.start), max(one.end, named.end)
            start = max(start, out[-1].end) if out else start
            out.append(replace(one, start=start, end=end, curie=named.curie, label=named.label))
    return out


def _concept(mentions: Sequence[Mention], event: Event) -> Mention | None:
    """Return the longest mention in an event that is of its kind and most of it, or holds it."""
    fitting = [
        one
        for one in mentions
        if one.curie is not None
        and one.type in LINKED[event.kind]
        and (one.end - one.start) * 2 > event.end - event.start
    ]
    return max(fitting, key=lambda one: one.end - one.start, default=None)


def _days(story: Story, steps: Sequence[int], dated: Dater) -> list[float | None]:
    """Return the day of each event, from the first told one that is neither before nor after.

    A shift forward counts from the day of the front, a day of the course and a shift backward from
    the beginning; events of a step share what one of them says.
    """
    by_step: dict[int, float] = {}
    now = 0.0
    for number, event in enumerate(story.events):
        time = dated.time_of(event.start, event.end)
        if time is None or time.days is None or time.kind not in ("shift", "day"):
            continue
        if steps[number] not in by_step:
            is_forward = time.kind == "shift" and time.toward > 0 and not time.anchor
            by_step[steps[number]] = now + time.days if is_forward else time.days
            now = max(now, by_step[steps[number]])
    if story.events:
        by_step.setdefault(steps[0], 0.0)
    return [by_step.get(step) for step in steps]


HEAD = (
    "id", "step", "start", "end", "kind", "text", "curie", "label", "assertion", "time",
    "time_value", "lasting", "lasting_value", "day", "score",
)  # fmt: skip
"""The columns of a timeline as plain values, a row an event."""


def event_cells(timeline: Timeline) -> Iterator[list[Any]]:
    """Yield the events in the order of time, as plain values in the order of ``HEAD``."""
    for step, events in timeline.steps():
        for one in events:
            yield [
                timeline.document.id, step, one.start, one.end, one.kind,
                " ".join(one.text.split()), one.curie or "", one.label or "",
                one.assertion_axes.leading, *_time_cells(one.time), *_time_cells(one.lasting),
                "" if one.day is None else f"{one.day:g}", f"{one.score:.4f}",
            ]  # fmt: skip


def _time_cells(time: TimeExpression | None) -> tuple[str, str]:
    return ("", "") if time is None else (" ".join(time.text.split()), time.value)


def record(timeline: Timeline) -> dict[str, Any]:
    """Return a timeline as the JSON object of one line."""
    return {
        "id": timeline.document.id,
        "events": [
            {
                "start": one.start, "end": one.end, "text": one.text, "kind": one.kind,
                "step": one.step, "curie": one.curie, "label": one.label,
                "assertion": one.assertion_axes.leading, "time": _time_record(one.time),
                "lasting": _time_record(one.lasting), "day": one.day,
                "score": round(one.score, 4),
            }
            for one in timeline.events
        ],
        "times": [_time_record(one) for one in timeline.times],
    }  # fmt: skip


def _time_record(time: TimeExpression | None) -> dict[str, Any] | None:
    if time is None:
        return None
    return {
        "start": time.start, "end": time.end, "text": time.text, "kind": time.kind,
        "value": time.value or None, "toward": time.toward, "days": time.days,
        "anchor": time.anchor or None,
    }  # fmt: skip


def make_reader(
    vocabulary: Names = "core", *, tagger: str | None = None, project: str | None = None
) -> EventReader:
    """Return a reader of timelines; ``tagger`` is a folder, the tagger that ships unless given.

    Raises: what ``load`` and ``load_tagger`` raise; InputError: a tagger without the heads.
    """
    types = sorted({one for kinds in LINKED.values() for one in kinds})
    pipeline = load(vocabulary, types=types, project=project, mode="dictionary")
    return EventReader(pipeline, SpanFinder.of(tagger, pipeline.store), our_teller())
