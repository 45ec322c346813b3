"""What cues reach: their own clause, no earlier one and no later one."""

from __future__ import annotations

import re

import pytest

from onoma.assertion import assert_spans

# + present, - absent, ? possible
SENTENCES = [
    "She was treated with [amoxicillin+], and [fever-] resolved.",
    "Started on [vancomycin+], [fever-] resolved.",
    "He received [ceftriaxone+] and [doxycycline+], and [fever-] and [headache-] resolved.",
    "[Fever-], [cough-] and [rash-] have resolved.",
    "The [fever-] and the [cough-] resolved.",
    "He had a [rash-], now resolved.",
    "The [pneumonia-] was treated with [levofloxacin+] and resolved.",
    "The [cellulitis-], which was treated with [cefazolin+], has resolved.",
    "The [rash-] was mild but has since resolved.",
    "[Hypotension-] that developed overnight has resolved.",
    "The scan showed [gallstones+], and [cholecystitis-] was ruled out.",
    "CT showed a [liver cyst+] and [malignancy?] was suspected.",
    "He had [chest pain+] and was ruled out for [myocardial infarction-].",
    "[Dyspnea+] on exertion, and [orthopnea-] is denied.",
    "After [dialysis+], the [hyperkalemia-] resolved.",
    "With [furosemide+] the [edema-] resolved.",
    "The [edema-] resolved with [furosemide+].",
    "[Fever-] resolved and [cough+] persisted.",
    "She had [pain+] and the [rash-] was treated with [steroids+] and resolved.",
    "[Dysuria-] and [hematuria-] denied.",
    "[Melena-] and [hematemesis-] were both denied.",
    "Two scans were both negative for [recurrence-].",
]
AHEAD = [
    "In patients without [gout-], [metformin+] caused [lactic acidosis+].",
    "Although there was no [fever-], [pneumonia+] was diagnosed.",
    "With no [fever-], the [cough+] went on.",
    "The patient did not have [fever-], and [cough+] improved with [codeine+].",
    "In a child without [epilepsy-], [fever+] led to [seizures+].",
    "Without [fever-], [cough-], or [rash-], she was sent home on [aspirin+].",
    "On CT, no [hemorrhage-], [mass-], or [hydrocephalus-] was seen.",
    "For the past week she has had no [cough-], [wheezing-], [hemoptysis-].",
    "There was no [fever-], [cough-], [rash-] or [headache-].",
    "The [pneumonia-] was not confirmed on [CT+].",
    "There was no [effusion-] on [ultrasound+].",
    "There was no relief of [pain+] with [ibuprofen+].",
    "He did not receive [heparin-].",
    "He has never been treated with [insulin-].",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_cue_says_something_of_its_own_subject(sentence: str) -> None:
    check(sentence)


@pytest.mark.parametrize("sentence", AHEAD)
def test_a_denial_goes_over_a_list_and_not_into_the_next_clause(sentence: str) -> None:
    check(sentence)


@pytest.mark.parametrize(
    ("text", "name", "leading"),
    [
        ("Given her history of stroke, aspirin was started.", "aspirin", "present"),
        ("In men with a family history of gout, fever was common.", "fever", "present"),
        ("In men with a family history of gout, fever was common.", "gout", "family"),
        ("He has a history of gout, fever, and asthma who came in.", "asthma", "historical"),
        ("The risk of stroke was doubled by gout.", "gout", "present"),
        ("The risk of stroke was doubled by gout.", "stroke", "hypothetical"),
        ("If fever occurs, take aspirin.", "aspirin", "hypothetical"),
    ],
)
def test_the_past_and_others_end_with_their_clause_too(text: str, name: str, leading: str) -> None:
    start = text.index(name)
    (found,) = assert_spans(text, [(start, start + len(name))])
    assert found.leading == leading


def test_a_sentence_is_walked_once_however_many_cues_it_has() -> None:
    words = "without pain, he had no fever " * 20_000
    (found,) = assert_spans(words, [(len(words) - 6, len(words) - 1)])
    assert found.polarity == "absent"


def check(sentence: str) -> None:
    """Compare what is said of the mentions of a sentence with their signs."""
    pieces = re.findall(r"\[([^\]]*)([-+?])\]|([^\[]+)", sentence)
    text, spans, said = "", [], []
    for mention, sign, plain in pieces:
        if sign:
            spans.append((len(text), len(text) + len(mention)))
            said.append({"+": "present", "-": "absent", "?": "possible"}[sign])
        text += mention or plain
    assert [a.polarity for a in assert_spans(text, spans)] == said


def test_a_scope_holds_the_subject_that_stands_farther_off() -> None:
    text = "The rash was treated with steroids and resolved."
    (found,) = assert_spans(text, [(4, 8)])
    assert found.cue == (39, 47)
    assert found.scope is not None
    assert text[slice(*found.scope)].startswith("The rash")
