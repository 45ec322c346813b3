from __future__ import annotations

import string
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.errors import InputError
from onoma.eval.disturbances import DocumentItem, disturbances
from onoma.eval.edits import Edit, apply_edits, fitting
from onoma.eval.gold_documents import GoldMention
from onoma.eval.parts import Item
from onoma.ontology.store import ConceptStore
from onoma.types import Document

TEXT = (
    "Breast cancer and anemia. The patient with breast cancer had alpha-fetoprotein and a tumor; "
    "naïve cells were fluffy. Hemorrhage, type 2 diabetes mellitus and fever followed."
)
MARKS = {
    "Breast cancer": "MONDO:0007254",
    "breast cancer": "MONDO:0007254",
    "anemia": "X:1",
    "tumor": "X:2",
    "Hemorrhage": "X:3",
    "type 2 diabetes mellitus": "MONDO:0005148",
    "fever": "HP:0001945",
}


def item_of(text: str, mentions: tuple[GoldMention, ...]) -> DocumentItem:
    return Item("1", Document("1", text), mentions, text)


def sample() -> DocumentItem:
    mentions = []
    for text, concept in MARKS.items():
        start = TEXT.index(text)
        mentions.append(GoldMention(start, start + len(text), text, "Disease", (concept,)))
    return item_of(TEXT, tuple(sorted(mentions, key=lambda m: m.start)))


CASES: dict[str, list[tuple[dict[str, Any], str]]] = {
    "abbreviation": [({}, "Breast cancer (BC) and anemia. The patient with BC had")],
    "british": [({}, "Haemorrhage"), ({}, "tumour"), ({}, "anaemia")],
    "case": [({"form": "upper"}, "BREAST CANCER AND"), ({"form": "title"}, "Breast Cancer And")],
    "hyphenation": [({"rate": 1.0}, "-\n")],
    "line-breaks": [({"width": 20}, "\n"), ({"width": 20, "indent": 2}, "\n  ")],
    "ocr": [({"rate": 1.0}, "1")],
    "synonym": [({"rate": 1.0}, "pyrexia")],
    "typos": [({"rate": 1.0}, ""), ({"rate": 1.0, "where": "mentions"}, "The patient")],
    "unicode": [
        ({"form": "no-break-space"}, "Breast\u00a0cancer"),
        ({"form": "hyphen"}, "alpha\u2010feto"),
        ({"form": "ligature"}, "\ufb02uffy"),
        ({"form": "greek"}, "α-feto"),
        ({"form": "decomposed"}, "nai\u0308ve"),
    ],
}


@pytest.mark.parametrize("name", disturbances.names())
def test_a_disturbance_changes_the_text_and_keeps_offsets_right(
    name: str, small_core: ConceptStore
) -> None:
    assert name in CASES, f"the disturbance {name!r} has no case here"
    old = sample()
    for options, wanted in CASES[name]:
        new = apply_edits(old, disturbances.get(name)(old, np.random.default_rng(1), options))
        assert new.given.text != TEXT
        assert wanted in new.given.text
        assert new.text == new.given.text
        for mention in new.gold:
            assert new.given.text[mention.start : mention.end] == mention.text
        kept = [m.concepts for m in new.gold]
        assert [m.concepts for m in old.gold if m.concepts not in kept] == []


@pytest.mark.parametrize("name", disturbances.names())
def test_the_same_chance_gives_the_same_text(name: str, small_core: ConceptStore) -> None:
    options = CASES[name][0][0]
    made = [
        apply_edits(sample(), disturbances.get(name)(sample(), np.random.default_rng(5), options))
        for _ in range(2)
    ]
    assert made[0] == made[1]


def test_the_short_form_is_a_mention_too() -> None:
    old = sample()
    new = apply_edits(old, disturbances.get("abbreviation")(old, np.random.default_rng(0), {}))
    short = [m for m in new.gold if m.text == "BC"]
    assert len(short) == 2
    assert {m.concepts for m in short} == {("MONDO:0007254",)}
    assert len(new.gold) == len(old.gold) + 1


def test_a_mention_renamed_keeps_its_concept(small_core: ConceptStore) -> None:
    old = sample()
    options = {"rate": 1.0}
    new = apply_edits(old, disturbances.get("synonym")(old, np.random.default_rng(0), options))
    assert {m.text for m in new.gold if m.concepts == ("HP:0001945",)} == {"pyrexia"}
    assert {m.text for m in new.gold if m.concepts == ("X:1",)} == {"anemia"}


def test_unknown_options_are_told() -> None:
    with pytest.raises(InputError, match="one of: upper, lower, title"):
        disturbances.get("case")(sample(), np.random.default_rng(0), {"form": "loud"})


def test_edits_that_cut_a_mention_or_each_other_are_not_made() -> None:
    marks = (GoldMention(4, 9, "fever", "D"),)
    cutting, inside, overlapping = Edit(7, 11, "x"), Edit(5, 7, "xyz"), Edit(6, 8, "q")
    assert fitting([cutting], marks) == []
    assert fitting([overlapping, inside], marks) == [inside]
    assert fitting([Edit(3, 10, "short")], marks) == []


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]], list[Edit]]:
    text = draw(st.text(string.ascii_letters + " ", min_size=4, max_size=60))
    size = len(text)
    spans = draw(st.lists(st.tuples(st.integers(0, size), st.integers(0, size)), max_size=5))
    edits = draw(
        st.lists(
            st.tuples(st.integers(0, size), st.integers(0, 4), st.text("XYZ", max_size=4)),
            max_size=8,
        )
    )
    made = [Edit(a, min(size, a + length), new) for a, length, new in edits]
    return text, [(min(s), max(s)) for s in spans if s[0] != s[1]], made


@given(edited())
@settings(max_examples=200, deadline=None)
def test_mentions_keep_their_own_letters(
    case: tuple[str, list[tuple[int, int]], list[Edit]],
) -> None:
    """What of a mention's text no edit touches is still in it, in order, and nothing else is."""
    text, spans, edits = case
    marks = tuple(GoldMention(s, e, text[s:e], "D") for s, e in spans)
    made = fitting(edits, marks)
    old = item_of(text, tuple(sorted(marks, key=lambda m: (m.start, m.end))))
    new = apply_edits(old, edits)
    assert len(new.gold) == len(old.gold)
    remaining = sorted((m.start, m.end) for m in old.gold)
    moved = sorted((m.start, m.end) for m in new.gold)
    assert len(remaining) == len(moved)
    for mention in new.gold:
        assert new.given.text[mention.start : mention.end] == mention.text
    untouched = [m for m in old.gold if not any(e.start < m.end and m.start < e.end for e in made)]
    for mention in untouched:
        inner = [e for e in made if e.start == e.end and mention.start < e.start < mention.end]
        if not inner:
            assert any(m.text == mention.text for m in new.gold)
