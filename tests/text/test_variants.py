"""Word forms: what stands for what, and that both directions agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.text.variants import (
    FUNCTION_WORDS,
    IRREGULAR,
    ROMAN,
    SHORT_NOUNS,
    SINGULAR_IN_S,
    american,
    british,
    canonical_form,
    plurals,
    singular,
    written_forms,
)


@pytest.mark.parametrize(
    ("british_word", "american_word"),
    [
        ("tumour", "tumor"),
        ("oedema", "edema"),
        ("haemorrhage", "hemorrhage"),
        ("anaemia", "anemia"),
        ("leukaemia", "leukemia"),
        ("leucaemia", "leukemia"),
        ("leucocyte", "leukocyte"),
        ("leucine", "leucine"),  # Leukine is a drug
        ("oesophagus", "esophagus"),
        ("diarrhoea", "diarrhea"),
        ("foetal", "fetal"),
        ("paediatric", "pediatric"),
        ("fibre", "fiber"),
        ("sulphate", "sulfate"),
        ("hydrolyse", "hydrolyze"),
        ("ageing", "aging"),
        ("dyspnoea", "dyspnea"),
        ("caecum", "cecum"),
        ("aetiology", "etiology"),
        ("phaeochromocytoma", "pheochromocytoma"),
        ("immunisation", "immunization"),
        ("polarised", "polarized"),
        ("computerised", "computerized"),
    ],
)
def test_british_word_is_read_as_the_american_one(british_word: str, american_word: str) -> None:
    assert american(british_word) == american_word
    assert american(american_word) == american_word


@pytest.mark.parametrize("word", ["tumor", "edema", "anemia", "fetal", "fiber", "goiter", "feces"])
def test_british_forms_lead_back(word: str) -> None:
    forms = list(british(word))
    assert forms
    assert {american(form) for form in forms} == {word}


@pytest.mark.parametrize("word", ["exercise", "rise", "disguise", "raised", "noise", "comprised"])
def test_words_that_are_never_written_with_z(word: str) -> None:
    assert american(word) == word


@pytest.mark.parametrize(
    ("several", "one"),
    [
        ("tumors", "tumor"),
        ("mice", "mouse"),
        ("vertebrae", "vertebra"),
        ("fungi", "fungus"),
        ("bacteria", "bacterium"),
        ("carcinomata", "carcinoma"),
        ("diagnoses", "diagnosis"),
        ("arthritides", "arthritis"),
        ("biopsies", "biopsy"),
        ("reflexes", "reflex"),
        ("corneas", "cornea"),
        ("eyes", "eye"),
        ("rats", "rat"),
        ("indices", "index"),
    ],
)
def test_plural_becomes_singular(several: str, one: str) -> None:
    assert singular(several, {one}) == one


@pytest.mark.parametrize(
    "word",
    ["thes", "lens", "diabetes", "rabies", "virus", "basis", "aids", "abs", "pancreas",
     "physics", "abscess", "species", "gas"],
)  # fmt: skip
def test_no_plural_though_it_ends_so(word: str) -> None:
    assert singular(word, {word[:-1], word[:-2], word}) == word


def test_latin_plural_needs_its_singular_in_the_vocabulary() -> None:
    assert singular("rabbi", set()) == "rabbi"
    assert singular("larva", {"larvum"}) == "larvum"
    assert singular("larva", set()) == "larva"


@pytest.mark.parametrize(
    ("word", "form"),
    [("ii", "2"), ("iv", "4"), ("crohn's", "crohn"), ("tumours", "tumor"), ("d'arc", "darc")],
)
def test_canonical_form(word: str, form: str) -> None:
    assert canonical_form(word, set()) == form


@pytest.mark.parametrize(
    ("word", "several"),
    [
        ("biopsy", "biopsies"),
        ("mass", "masses"),
        ("diagnosis", "diagnoses"),
        ("arthritis", "arthritides"),
        ("bacterium", "bacteria"),
        ("carcinoma", "carcinomata"),
        ("vertebra", "vertebrae"),
        ("fungus", "fungi"),
        ("eye", "eyes"),
        ("mitochondrion", "mitochondria"),
    ],
)
def test_plurals_of_a_singular(word: str, several: str) -> None:
    assert several in list(plurals(word))


@pytest.mark.parametrize("word", ["thes", "ab", "x", "her", "a1b2c"])
def test_short_words_that_are_no_nouns_have_no_plural(word: str) -> None:
    assert list(plurals(word)) == []


WORDS = st.text(alphabet="abcdefghilmnoprstuvyz", min_size=5, max_size=14)


@given(st.from_regex(r"[a-z]{4,10}[bdgklmnrt]", fullmatch=True))
def test_plurals_are_undone(word: str) -> None:
    for form in plurals(word):
        if form not in SINGULAR_IN_S and form not in IRREGULAR:
            assert singular(form, {word}) == word


@given(WORDS)
def test_forms_differ_from_the_word_and_from_each_other(word: str) -> None:
    forms = list(written_forms(word, is_head=True, is_eponym=True))
    assert word not in forms or word in {american(form) for form in forms}
    assert all(forms)


def test_possessive_only_of_persons() -> None:
    assert "huntington's" in list(written_forms("huntington", is_head=False, is_eponym=True))
    assert "chorea's" not in list(written_forms("chorea", is_head=True, is_eponym=False))


def test_inner_words_are_not_met_in_the_plural() -> None:
    assert list(written_forms("mellitus", is_head=False, is_eponym=False)) == []


def test_tables_hold_what_they_say() -> None:
    assert all(3 <= len(noun) <= 4 for noun in SHORT_NOUNS)
    assert all(len(word) >= 5 and word.endswith("s") for word in SINGULAR_IN_S)
    assert not SINGULAR_IN_S & IRREGULAR.keys()
    assert not ROMAN.keys() & SHORT_NOUNS
    assert {"the", "was", "she"} <= FUNCTION_WORDS


@pytest.mark.parametrize(("one", "several"), [("mouse", "mice"), ("foot", "feet"), ("2", "ii")])
def test_irregular_forms_are_met_too(one: str, several: str) -> None:
    assert several in list(written_forms(one, is_head=True, is_eponym=False))
