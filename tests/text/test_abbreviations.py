"""Abbreviation pairs: own examples of each form, and properties that hold for any text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onoma.text.abbreviations import abbreviation_columns, find_abbreviations
from onoma.types import Abbreviation

FOUND = [
    ("We saw multiple sclerosis (MS) often.", "MS", "multiple sclerosis"),
    ("the estrogen receptors (ERs) of mice", "ERs", "estrogen receptors"),
    ("Loss of quality of life (QoL) followed.", "QoL", "quality of life"),
    ("a rise in tumour necrosis factor α (TNF-α) was seen", "TNF-α", "tumour necrosis factor α"),
    ("tumor necrosis factor-alpha (TNFα)", "TNFα", "tumor necrosis factor-alpha"),
    ("given interleukin-6 (IL-6) and rest", "IL-6", "interleukin-6"),
    ("by two-dimensional (2D) imaging", "2D", "two-dimensional"),
    ("an electrocardiogram (ECG) was taken", "ECG", "electrocardiogram"),
    ("heart rate in beats per minute (bpm)", "bpm", "beats per minute"),
    ("MAPK (mitogen activated protein kinase) was low", "MAPK", "mitogen activated protein kinase"),
    ("fetal bovine serum (FBS; 10%)", "FBS", "fetal bovine serum"),
    ("coronary artery disease (CAD, n = 12)", "CAD", "coronary artery disease"),
    ("body mass index (BMI = weight / height)", "BMI", "body mass index"),
    ("an odds ratio [OR] of 2", "OR", "odds ratio"),
    ("in tissue (blood-brain barrier, BBB)", "BBB", "blood-brain barrier"),
    ("rise of 1,3-diaminobenzidine (DAB) stain", "DAB", "1,3-diaminobenzidine"),
    ("a low tidal volume (V(T)) was set", "V(T)", "tidal volume"),
    (
        "free intracellular Ca2+ concentration ([Ca2+]i)",
        "[Ca2+]i",
        "intracellular Ca2+ concentration",
    ),
    ('an "acute lung injury" (ALI) score', "ALI", "acute lung injury"),
    ("human telomerase RNA ( hTR) was high", "hTR", "human telomerase RNA"),
]

NOTHING = [
    "Men were included (n = 5).",
    "The difference was small (P < .05).",
    "as shown before (1) and again (2, 3)",
    "the dose was low (5 mg) and then high (10 mg)",
    "the patients (men) were old",
    "the plates (a) and bowls (b) were cold",
    "seen in the past (see Fig. 2)",
    "an apple (XYZ) fell",
    "the DNA polymerase (DNA) moved",
    "",
    "(",
    "()[]((((",
    "a) b] (c",
]


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(a.short, a.long) for a in find_abbreviations(text)]


@pytest.mark.parametrize(("text", "short", "long"), FOUND)
def test_a_definition_gives_its_pair(text: str, short: str, long: str) -> None:
    assert _pairs(text) == [(short, long)]


@pytest.mark.parametrize("text", NOTHING)
def test_what_defines_nothing_gives_nothing(text: str) -> None:
    assert _pairs(text) == []


def test_a_long_form_does_not_cross_a_sentence() -> None:
    assert _pairs("He had cancer. Rest helped (CRH).") == []


def test_a_lone_letter_is_short_only_for_the_word_before_it() -> None:
    assert _pairs("plasma of progesterone (P) rose") == [("P", "progesterone")]
    assert _pairs("patients in the first group (F)") == []


words = st.sampled_from(
    [
        "tumor",
        "necrosis",
        "factor",
        "(TNF)",
        "(",
        ")",
        "[",
        "]",
        "of",
        "TNF",
        "α",
        "(n = 3)",
        ",",
        ";",
        "(a, TN)",
        "\n",
        "(2D)",
        "İ",
        "[K+]o",
    ]
)
prose = st.lists(words, max_size=25).map(" ".join)
anything = st.text(st.characters(exclude_categories=()), max_size=60) | prose


@given(anything)
@example("A:(AAAAA ;)")
@example("A (alpha beta , AB)")
def test_offsets_quote_the_text(text: str) -> None:
    for found in find_abbreviations(text):
        assert text[found.start : found.end] == found.short
        assert text[found.long_start : found.long_end] == found.long
        assert found.end <= found.long_start or found.long_end <= found.start
        assert found.long == found.long.strip()


@given(st.lists(anything, max_size=5))
def test_a_batch_gives_what_each_text_gives_alone(texts: list[str]) -> None:
    joined = "".join(text + "\x1e" for text in texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    doc_start = np.cumsum([0, *(len(text) + 1 for text in texts)]).astype(np.int64)
    columns = abbreviation_columns(codes, doc_start, joined)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    assert rows == sorted(rows)
    alone: list[tuple[int, ...]] = []
    for text, first in zip(texts, doc_start.tolist(), strict=False):
        alone.extend(tuple(p + first for p in _offsets(a)) for a in find_abbreviations(text))
    assert rows == alone


def _offsets(found: Abbreviation) -> tuple[int, int, int, int]:
    return found.start, found.end, found.long_start, found.long_end


def test_many_brackets_cost_no_more_than_their_number() -> None:
    text = "tumor necrosis factor " + "(" * 20_000 + "TNF" + ")" * 20_000
    assert find_abbreviations(text) == []
