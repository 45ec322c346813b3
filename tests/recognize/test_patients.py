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
        ("", False, False),
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
