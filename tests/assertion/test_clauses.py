"""What cues behind their subject reach: their own clause, and no earlier one."""

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


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_cue_says_something_of_its_own_subject(sentence: str) -> None:
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
