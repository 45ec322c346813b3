"""Timelines: events with their times, by a tagger of the test's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

import pytest

from onoma.errors import BadFile, InputError
from onoma.extract.events import HEAD, HEADS, TIMES, EventReader, Timeline, event_cells, record
from onoma.extract.tagging import SpanFinder
from onoma.extract.timeline import (
    BACK,
    KINDS,
    ON,
    SAME,
    Story,
    Teller,
    Told,
    by_date,
    our_teller,
    steps_of,
)
from onoma.pipeline import load
from onoma.text.sentences import sentences
from onoma.types import Document, FailedDocument

TEXT = (
    "She was admitted in March 2019 with fever. Arthritis had been diagnosed in 2011 and had "
    "lasted for eight years. On admission there was no chest pain. Three days later she developed "
    "dyspnoea. Six months later she died."
)
MARKED = {
    "phenotype": ("fever", "pain", "dyspnoea"),
    "maccrobat2020/Disease": ("Arthritis",),
    "maccrobat2020/Clinical_event": ("admitted", "died"),
}


class Marker:
    """Stands in for a tagger: marks what the test says."""

    def need(self, heads: Sequence[str]) -> None:
        if set(heads) - {*HEADS, *TIMES}:
            raise InputError("the tagger has no such head")

    def spans(self, document: Document, head: str) -> list[tuple[int, int, float]]:
        found = [
            match.span()
            for words in MARKED.get(head, ())
            for match in re.finditer(rf"\b{words}\b", document.text)
        ]
        return [(start, end, 0.9) for start, end in found]


def reader(types: Sequence[str]) -> EventReader:
    pipeline = load(types=types, mode="dictionary")
    marker = cast(SpanFinder, Marker())
    return EventReader(pipeline, marker, our_teller())


@pytest.fixture(scope="module")
def timeline() -> Timeline:
    return next(reader(["phenotype", "disease"]).read([Document("case", TEXT)]))


def test_events_quote_the_text_and_stand_in_its_order(timeline: Timeline) -> None:
    assert [one.text for one in timeline.events] == [
        "admitted", "fever", "Arthritis", "chest pain", "dyspnoea", "died",
    ]  # fmt: skip
    assert all(TEXT[one.start : one.end] == one.text for one in timeline.events)


def test_a_date_long_past_puts_an_event_first(timeline: Timeline) -> None:
    steps = {one.text: one.step for one in timeline.events}
    assert steps["Arthritis"] < steps["admitted"] == steps["fever"] < steps["dyspnoea"]
    assert steps["dyspnoea"] < steps["died"]


def test_the_story_is_taken_up_again_behind_a_look_back(timeline: Timeline) -> None:
    steps = {one.text: one.step for one in timeline.events}
    assert steps["chest pain"] == steps["fever"]


def test_an_event_has_its_time_its_length_its_concept_and_assertion(timeline: Timeline) -> None:
    by_text = {one.text: one for one in timeline.events}
    past, pain, late = (by_text[name] for name in ("Arthritis", "chest pain", "dyspnoea"))
    assert past.time is not None
    assert past.time.value == "2011"
    assert past.lasting is not None
    assert past.lasting.value == "P8Y"
    assert (pain.label, pain.assertion_axes.leading) == ("Chest pain", "absent")
    assert late.day == 3


def test_rows_and_records_hold_the_same(timeline: Timeline) -> None:
    rows = [dict(zip(HEAD, row, strict=True)) for row in event_cells(timeline)]
    said = record(timeline)
    assert sorted(row["start"] for row in rows) == [one["start"] for one in said["events"]]
    assert [row["step"] for row in rows] == sorted(row["step"] for row in rows)


def test_a_failed_document_keeps_its_place() -> None:
    lines = list(reader(["phenotype"]).read([FailedDocument("x", "bad", "no"), "It was well."]))
    assert [one.error is None for one in lines] == [False, True]
    assert lines[1].events == ()


def story(text: str, *words: str) -> Story:
    places = [text.index(word) for word in words]
    told = [Told(at, at + len(word), 0) for at, word in zip(places, words, strict=True)]
    return Story(text, told, (), sentences(text))


def test_steps_follow_what_is_said_of_each_event() -> None:
    said = {1: BACK, 2: BACK, 3: SAME, 4: ON, 5: BACK}
    one = story("a b c d e f", *"abcdef")
    assert steps_of(one, lambda number, front, row: said[number]) == [2, 1, 1, 2, 4, 3]


def test_dates_overrule_what_is_said() -> None:
    one = story("a b c", *"abc")
    assert steps_of(one, lambda *_: SAME, ["2019-03", "2011", "2019-05"]) == [2, 1, 3]


@pytest.mark.parametrize(
    ("date", "present", "expected"),
    [("2011", "2019-03", BACK), ("2020", "2019", ON), ("2019", "2019-03", None), ("", "2019", None),
     ("XXXX-03", "2019-05", None)],
)  # fmt: skip
def test_dates_are_compared_as_far_as_both_are_told(
    date: str, present: str, expected: int | None
) -> None:
    assert by_date(date, present) == expected


def test_a_story_without_events_has_no_steps() -> None:
    assert steps_of(story("nothing"), our_teller()) == []
    assert len(KINDS) == 6


def test_a_damaged_file_of_forests_is_one_error() -> None:
    with pytest.raises(BadFile, match="damaged"):
        Teller.of(b"no forest", "timeline.npz")


def test_headings_and_ways_of_giving_are_no_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MARKED, "drug", ("MEDICATIONS", "PO", "aspirin"))
    text = "MEDICATIONS ON ADMISSION: aspirin PO.\nShe had fever."
    (told,) = reader(["chemical", "phenotype"]).read([Document("a", text)])
    assert [(one.text, one.kind) for one in told.events] == [
        ("aspirin", "medication"), ("fever", "finding"),
    ]  # fmt: skip


def test_clinical_shorthand_is_an_event_of_its_own_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MARKED, "test", ("HTN", "PE"))
    text = "PMH: HTN, h/o DVT. No hx of MI.\nPE: no fever."
    (told,) = reader(["disease", "phenotype"]).read([Document("a", text)])
    assert [(one.text, one.label, one.assertion_axes.leading) for one in told.events] == [
        ("HTN", "Hypertension", "historical"),
        ("DVT", "deep vein thrombosis", "historical"),
        ("MI", "myocardial infarction", "absent"),
        ("fever", "Fever", "absent"),
    ]
    assert {one.kind for one in told.events} == {"disorder", "finding"}
