"""Which texts tell of one patient, and that the dictionary is believed in them."""

from __future__ import annotations

import pytest

from onoma import load
from onoma.recognize.patients import is_a_note, tells_of_a_patient

NOTE = """CHIEF COMPLAINT

Burn.

PHYSICAL EXAM

Examination of the right hand shows redness. The finger is stiff. The skin of the forearm is intact.

ASSESSMENT AND PLAN

Continue Augmentin.
"""


@pytest.mark.parametrize(
    ("text", "is_told", "note"),
    [
        (NOTE, True, True),
        ("A 6-year-old girl presented with a burn. Her hand was red.", True, False),
        ("PMH: HTN\nROS: negative", True, True),
        ("Of 54 patients with burns, 20 had red hands. The patient group was old.", False, False),
        ("He looked at the hands of his patients.", False, False),
        ("The patient underwent colonoscopy; physical examination was normal.", True, False),
        ("The patient underwent colonoscopy. " + "It was long. " * 60, False, False),
        ("", False, False),
        ("IOP 14/28. Assessment: dry AMD, cataract. Plan: timolol 0.5% at night.", True, False),
        ("Gingival recession. Amoxicillin 500 mg TID for 7 days.", True, False),
        ("Patient prefers extraction of the molar.", True, False),
        ("We compared TID with BID. Plan: a second trial in 80 patients.", False, False),
    ],
)
def test_patients_are_told_by_headings_or_several_cues(
    text: str, is_told: bool, note: bool
) -> None:
    assert tells_of_a_patient(text) is is_told
    assert is_a_note(text) is note


def test_what_the_dictionary_has_is_kept_in_a_note() -> None:
    found = [one.text for one in load().annotate(NOTE).mentions]
    assert {"right hand", "finger", "skin of the forearm", "Augmentin"} <= set(found)
    assert "PLAN" not in found


@pytest.mark.parametrize(
    ("text", "name", "type_"),
    [
        ("Burn, right arm.", "arm", "anatomy"),
        ("We studied BRCA1 here.", "BRCA1", "gene"),
        ("We studied Lactobacillus here.", "Lactobacillus", "organism"),
        ("She has a history of ivermectin.", "ivermectin", "chemical"),  # the tagger: a gene
        ("She is allergic to latex.", "latex", "chemical"),
        ("She got the influenza vaccine.", "influenza vaccine", "intervention"),
    ],
)
def test_a_sentence_keeps_what_the_dictionary_has(text: str, name: str, type_: str) -> None:
    mentions = load().annotate(text).mentions
    assert [one.type for one in mentions if one.text == name and one.curie] == [type_]


def test_laboratory_findings_of_a_patient_are_kept() -> None:
    text = (
        "Physical examination revealed hepatomegaly. Laboratory tests showed elevated C-reactive "
        "protein. A 2D echo and cardiac MRI were done. The patient was extubated and got fresh "
        "frozen plasma. Genetic analysis by Sanger sequencing. Fine needle aspiration cytology."
    )
    found = {one.text: one.type for one in load().annotate(text).mentions}
    assert found["C-reactive protein"] == "protein"
    assert found["Fine needle aspiration cytology"] == "procedure"
    assert {"2D echo", "cardiac MRI", "Sanger sequencing"} <= set(found)
