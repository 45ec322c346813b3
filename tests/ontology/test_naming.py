"""Other spellings of names, and the traits that guards read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.ontology.naming import (
    ALL_CAPS,
    COMMON,
    HAS_DIGIT,
    MIXED,
    ONE_WORD,
    SHORT,
    SPACED,
    SYMBOL,
    name_traits,
    spellings,
    without_short_form,
)

EVERYDAY = frozenset({"cat", "was", "mole"})


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Neoplasms, Breast", "Breast Neoplasms"),
        ("Muscular Dystrophy, Duchenne", "Duchenne Muscular Dystrophy"),
        ("Diabetes Mellitus, Type 2", "Type 2 Diabetes Mellitus"),
        ("Leukemia, Myeloid, Acute", "Acute Myeloid Leukemia"),
        ("Leukemia, Myeloid, Acute", "Myeloid Acute Leukemia"),
        ("carcinoma of the lung", "lung carcinoma"),
        ("carcinoma in an eye", "eye carcinoma"),
        ("type 2 diabetes 2", "type 2 diabetes type 2"),
        ("diabetes type 2", "type 2 diabetes"),
        ("diabetes 2", "diabetes type 2"),
        ("glycogen storage disease II", "glycogen storage disease type II"),
        ("Asthma, NOS", "Asthma"),
        ("Malaria (disorder)", "Malaria"),
        ("CD4-positive T cell", "CD4+ T cell"),
        ("CD4-negative T cell", "CD4- T cell"),
    ],
)
def test_name_is_also_written(name: str, other: str) -> None:
    assert other in list(spellings(name))


@pytest.mark.parametrize(
    "name",
    [
        "aspirin",
        "2,4-dinitrophenol",
        "Wounds, and Injuries",  # the tail joins, it does not describe
        "Pain, Postoperative, Chronic, Severe, Rare",  # too many parts to be an inversion
    ],
)
def test_name_without_another_order(name: str) -> None:
    assert list(spellings(name)) == []


@given(st.text(max_size=60))
def test_a_name_is_not_its_own_other_spelling_and_none_is_empty(name: str) -> None:
    others = list(spellings(name))
    assert name not in others
    assert all(other.strip() for other in others)


@pytest.mark.parametrize(
    ("name", "other"), [("H. pylori", "H pylori"), ("A. baumannii-like", "A baumannii-like")]
)
def test_a_species_is_written_without_its_full_stop(name: str, other: str) -> None:
    assert list(spellings(name)) == [other]


def test_short_form_in_brackets_is_left_to_the_text() -> None:
    assert without_short_form("hereditary colorectal cancer (HNPCC)") == (
        "hereditary colorectal cancer"
    )
    assert without_short_form("iron(II) oxide") == "iron(II) oxide"
    assert without_short_form("plain name") == "plain name"


@pytest.mark.parametrize(
    ("name", "traits"),
    [
        ("CAT", SYMBOL | SHORT | COMMON | ONE_WORD | ALL_CAPS),
        ("cat", SHORT | COMMON | ONE_WORD),
        ("catalase", ONE_WORD),
        ("Fever", ONE_WORD),
        ("mRNA", SYMBOL | MIXED | ONE_WORD),
        ("Shh", SHORT | ONE_WORD),
        ("IL2", SYMBOL | SHORT | HAS_DIGIT | ONE_WORD | ALL_CAPS),
        ("p53", SYMBOL | SHORT | HAS_DIGIT | ONE_WORD),
        ("IL-2 receptor", SPACED | HAS_DIGIT | MIXED),
        ("breast cancer", SPACED),
        ("HIV infection", SPACED | MIXED),
        ("T-cell", ONE_WORD & 0),
        ("alpha-Fetoproteins", 0),  # in a text as "alpha-fetoprotein"
        ("c-Myc", SYMBOL | MIXED),
        ("", SHORT | ONE_WORD),
    ],
)
def test_traits(name: str, traits: int) -> None:
    assert name_traits(name, EVERYDAY) == traits


@given(st.text(max_size=30))
def test_traits_fit_a_byte(name: str) -> None:
    assert 0 <= name_traits(name, EVERYDAY) < 256
