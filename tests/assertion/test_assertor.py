"""Assertion of mentions: own sentences for each rule, and properties that hold for any text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onoma.assertion import AssertionColumns, Assertor, assert_spans
from onoma.errors import BadSpan
from onoma.text.sentences import sentence_spans
from onoma.text.tokens import TextBatch, tokenise
from onoma.types import Assertion

# each mention stands in [brackets] followed by what is said of it
EXAMPLES = [
    "No evidence of [pneumonia|absent].",
    "He denies [fever|absent], [chills|absent], or [cough|absent].",
    "She has no [fever|absent], but her [cough|present] persists.",
    "There is no [edema|absent]; [rash|present] is seen.",
    "[Pneumonia|absent] was ruled out.",
    "[Pneumonia|possible] cannot be ruled out.",
    "Chest film to rule out [pneumonia|possible].",
    "Blood cultures grew gram negative [bacilli|present].",
    "There was no increase in [tumor size|present].",
    "In general, no [change in vision|absent].",
    "Not only [asthma|present] but also [eczema|present] was seen.",
    "The study found no association between coffee and [cancer|present].",
    "Mice without [diabetes|absent] were used.",
    "Lack of [insulin resistance|absent] was noted.",
    "The drug failed to reveal [toxicity|absent].",
    "The [tumor|absent] was absent.",
    "Suspected [pulmonary embolism|possible].",
    "The patient has a history of [asthma|historical].",
    "Status post [appendectomy|historical] in May.",
    "CAD s/p [CABG|historical] x3 (2014), [gout|present], [asthma|present].",
    "Woman hx [gout|historical] p/w [asthma|present].",
    "He had a history of [stroke|historical] and presents with [chest pain|present].",
    "[Leg swelling|present], [dyspnea on exertion|present] and [orthopnea|present].",
    "He has [absent reflexes|present] and [weakness|present] of the left arm.",
    "No [vaginal bleeding|absent], good [fetal movement|present].",
    "Seen today, PMH: [gestational diabetes|historical]. [Cervix|present] 4 cm.",
    "A three day history of [vomiting|present].",
    "Return if you develop [fever|hypothetical].",
    "Aspirin reduces the risk of [stroke|hypothetical].",
    "Heparin was given to prevent [thrombosis|hypothetical].",
    "Family history of [breast cancer|family].",
    "Her mother had [diabetes|family].",
    "There is [diabetes|family] in his father.",
    "No family history of [diabetes|family].",
    "No [recurrence|absent] was seen after surgery for [cancer|present].",
    "HER2-negative [breast cancer|present] was treated.",
    "No cases of [measles|absent] in patients with [HIV infection|present].",
    "She was treated with [furosemide|present] and her [oedema|absent] resolved.",
    "Few of those without [V600E|absent] received [nivolumab|present].",
    "[Osimertinib|present] with or without [savolitinib|present] was given.",
    "Cells grew without [PINK1|absent], so [apoptosis|present] followed.",
    "These were not [fibroblasts|absent] – [T cells|present] prevailed.",
    "None had [uveitis|absent] or [Crohn's disease|absent].",
    "None of them received [carbamazepine|absent].",
    "[Suicidal ideation|absent] did not occur.",
    "With [cisapride|present] stopped, QT time became normal and [syncope|absent] did not recur.",
    "Patients without drug-induced [dyskinesia|absent] were seen.",
    "[Fever|absent] has not recurred since [surgery|present].",
    "Maternal aunt: [lupus|family] with [nephritis|family].",
    "Two brothers with [colour blindness|family] and he has [cataract|present].",
    "We report two brothers with [haemophilia|present].",
    "Return at once for [fever|hypothetical] or [seizures|hypothetical].",
    "Should [hypoglycaemia|hypothetical] occur, tell us.",
    "Patients should take [aspirin|present].",
    "NO production and [iNOS|present] rose in [macrophages|present].",
    "NO2 and [ozone|present] caused [asthma|present].",
    "Plasma NO and [ET-1|present] were measured.",
    "Nitric oxide (NO) relaxes; NO lowers [pressure|present].",
    "NO [fever|absent], NO [cough|absent].",
    "ROS, NO, [ATP|present] and [GSH|present] were measured.",
    "NO EVIDENCE OF [PNEUMONIA|absent].",
    "The lesion is indeterminate, possibly a [hemangioma|possible].",
    "The [spleen|absent] is surgically absent.",
    "[PE|absent] considered unlikely; [gout|possible] not excluded.",
    "He refuses [lithium|absent].",
    "The [tumour|present] was negative for [EGFR|absent] but positive for [KRAS|present].",
    "The biopsy did not show [malignancy|absent], only [inflammation|present].",
    "No [seizures|absent] on [levetiracetam|present]. She is not currently on [warfarin|absent].",
    "[Fever|absent] has subsided.",
    "Prophylaxis for [DVT|hypothetical] with [heparin|present].",
    "A genome-wide CRISPR screen in [HeLa|present] cells found [TP53|present].",
    "A genetic screen for suppressors of [p53|present] was done.",
    "A genetic screen for [cystic fibrosis|hypothetical] was offered.",
    "A genetic screen in [flies|present] found [Notch|present].",
    "Tox screen was positive for [cocaine|present].",
    "She screened positive for [depression|present].",
    "Screen for [depression|hypothetical] at the next visit.",
    "[Childhood obesity|present] is common; he had childhood [asthma|historical].",
    "BRCA1 is a known [tumor|present] suppressor; known [asthma|historical].",
    "Mother alive with [hypertension|family].",
    "Family history: father had [gout|family]. Patient has [asthma|present].",
    "Family history: the patient's aunt had [lupus|family]. The patient has [gout|present].",
    "Seen today. Allergies: [penicillin|historical] (rash). He has [fever|present].",
]


def _read(example: str) -> tuple[str, list[tuple[int, int]], list[str]]:
    text, spans, said = "", [], []
    for part in example.replace("]", "[").split("["):
        if "|" in part:
            mention, word = part.split("|")
            spans.append((len(text), len(text) + len(mention)))
            said.append(word)
            text += mention
        else:
            text += part
    return text, spans, said


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_mention_is_what_its_sentence_says(example: str) -> None:
    text, spans, said = _read(example)
    assert [a.leading for a in assert_spans(text, spans)] == said


def _said(text: str, mention: str) -> Assertion:
    start = text.index(mention)
    return assert_spans(text, [(start, start + len(mention))])[0]


def test_no_family_history_is_two_axes_at_once() -> None:
    found = _said("No family history of diabetes.", "diabetes")
    assert (found.polarity, found.experiencer) == ("absent", "family")


def test_a_condition_is_hypothetical_and_conditional() -> None:
    found = _said("Call us if he develops fever.", "fever")
    assert (found.temporality, found.conditional) == ("hypothetical", True)


def test_pain_on_exertion_is_conditional_and_present() -> None:
    found = _said("He has dyspnea on exertion.", "dyspnea")
    assert (found.polarity, found.conditional) == ("present", True)


def test_cue_and_scope_are_spans_of_the_text() -> None:
    text = "She has no fever or cough, but chills."
    found = _said(text, "cough")
    assert found.cue is not None
    assert found.scope is not None
    assert text[slice(*found.cue)] == "no"
    assert text[slice(*found.scope)].strip() == "no fever or cough,"


NOTE = """Past Medical History:
1. Hypertension
2. Asthma

Family History:
Breast cancer in two aunts. Stroke.

Assessment: Pneumonia
No fever
Chills"""


@pytest.mark.parametrize(
    ("mention", "said"),
    [
        ("Hypertension", "historical"),
        ("Asthma", "historical"),
        ("Breast cancer", "family"),
        ("Stroke", "family"),
        ("Pneumonia", "present"),
        ("fever", "absent"),
        ("Chills", "present"),
    ],
)
def test_headings_hold_to_the_next_and_cues_to_their_line(mention: str, said: str) -> None:
    assert _said(NOTE, mention).leading == said


LETTER = """PAST MEDICAL HISTORY
- Gout
- COPD
- Stroke

MEDICATION
Insulin

SURGICAL HISTORY

Abdomen
Appendectomy

Past history

Measles

Mumps

Hospital course
Sepsis was treated.

PMH: Zoster.

She has pain.

Allergies: latex.

Follow-up
Dizziness is new."""


@pytest.mark.parametrize(
    ("mention", "said"),
    [
        ("Gout", "historical"),
        ("Stroke", "historical"),
        ("Insulin", "present"),
        ("Appendectomy", "historical"),  # a calm line under a heading in capitals is a part
        ("Measles", "historical"),
        ("Mumps", "historical"),
        ("Sepsis", "present"),
        ("Zoster", "historical"),
        ("pain", "present"),
        ("latex", "historical"),
        ("Dizziness", "present"),
    ],
)
def test_headings_without_a_colon_and_paragraphs_end_a_section(mention: str, said: str) -> None:
    assert _said(LETTER, mention).leading == said


def test_spans_may_come_in_any_order() -> None:
    text = "No fever. Cough."
    assert [a.polarity for a in assert_spans(text, [(10, 15), (3, 8)])] == ["present", "absent"]


def test_a_span_outside_of_the_text_is_refused() -> None:
    with pytest.raises(BadSpan):
        assert_spans("fever", [(0, 6)])


def test_no_spans_give_no_assertions() -> None:
    assert assert_spans("No fever.", []) == []


pieces = st.sampled_from(
    [
        "no",
        "fever",
        "denies",
        ",",
        "but",
        ".",
        ";",
        "history",
        "of",
        "Family History:",
        "Past History",
        "PLAN OF CARE",
        "should",
        "–",
        "—",
        "without",
        "received",
        "\n",
        "\n\n",
        "if",
        "mother",
        "had",
        "not",
        "only",
        "ruled out",
        "was",
        "vs",
        "1)",
        "gram",
        "negative",
        "😀",
        "\x1e",
    ]
)
prose = st.lists(pieces, max_size=25).map(" ".join)
anything = st.text(st.characters(exclude_categories=()), max_size=50) | prose


def _columns(batch: TextBatch, spans: list[tuple[int, int]]) -> AssertionColumns:
    starts, ends = sentence_spans(batch.codes, batch.doc_start)
    table = np.array(spans, np.int32).reshape(-1, 2)
    return Assertor().columns(
        tokenise(batch.codes),
        batch.codes,
        sentence_starts=starts,
        sentence_ends=ends,
        span_start=table[:, 0],
        span_end=table[:, 1],
    )


def _word_spans(text: str) -> list[tuple[int, int]]:
    tokens = tokenise(TextBatch.of([text]).codes)
    inside = tokens.end <= len(text)
    return list(zip(tokens.start[inside].tolist(), tokens.end[inside].tolist(), strict=True))


@given(st.lists(anything, max_size=4))
@example(["", "\x7f0:NEG"])
def test_columns_of_a_batch_equal_each_text_alone(texts: list[str]) -> None:
    batch = TextBatch.of(texts)
    alone: list[Assertion] = []
    spans: list[tuple[int, int]] = []
    offsets: list[int] = []
    for text, first in zip(texts, batch.doc_start.tolist(), strict=False):
        mine = _word_spans(text)
        alone.extend(assert_spans(text, mine))
        spans.extend((a + first, b + first) for a, b in mine)
        offsets.extend([first] * len(mine))
    found = _columns(batch, spans)
    assert [found.row(n, offset) for n, offset in enumerate(offsets)] == alone


@given(anything)
def test_cue_and_scope_lie_inside_and_fit_the_mention(text: str) -> None:
    spans = _word_spans(text)
    for (start, end), found in zip(spans, assert_spans(text, spans), strict=True):
        if found.cue is None:
            assert found == Assertion()
            continue
        assert found.scope is not None
        assert 0 <= found.scope[0] <= found.cue[0] < found.cue[1] <= found.scope[1] <= len(text)
        assert found.scope[0] < end
        assert start < found.scope[1]
        assert found.cue[1] <= start or end <= found.cue[0]
