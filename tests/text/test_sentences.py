"""Sentence splitting: own examples of each rule, and properties that hold for any text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.text.sentences import sentence_spans, sentences

CUT = "‖"

EXAMPLES = [
    "Metformin lowers glucose.‖It does not cause hypoglycaemia.",
    "Several statins, e.g. Lipitor and i.e. Zocor, were compared.‖None failed.",
    "As Smith et al. reported, levels fell.‖Jones et al. [4] disagreed.",
    "Expression rose (Fig. 2A, cf. Table 1).‖See Eq. 3 and Ref. 12 for details.",
    "He saw Dr. Miller vs. Prof. Adams.‖Mrs. Lee was absent.",
    "The dose was approx. 5 mg.‖Weight was 71.5 kg.",
    "Sample no. 12 grew.‖The answer was no.‖We stopped.",
    "Growth of E. coli and S. aureus was slow.‖B. subtilis died.",
    "Spores of Bacillus sp. grew well, as did Candida spp. in broth.",
    "A P value of .05 was used.‖Values of 0.5 and 1.25 were low.",
    "The work was done by J. R. Smith and A. Jones.‖It ended in May.",
    "They lacked vitamin D.‖Supplements helped.",
    "This is seen in diabetes type I.‖The cause is unknown.",
    "It is a common disease.12‖Next we show why.",
    "It was shown before.[3,4]‖Others agree [5].‖We do not.",
    "It was shown before. [3-5]‖Others agree.",
    "BACKGROUND: Asthma is common.‖METHODS: We treated 40 patients.‖RESULTS: All improved.",
    "Well ...‖The end was near.",
    "The level rose... and then fell.",
    "“The drug failed.”‖She stopped it (after a week.)‖He did not.",
    "Is it cancer?‖No!‖It is a cyst.",
    "We asked ? pneumonia and found none.",
    "Cells were lysed.‖p53 was absent.‖mRNA was not.‖α-synuclein was high.",
    "The patient is a 50-year-old man who was admitted with chest pain and a history of\n"
    "Crohn disease, which had been treated with steroids for some years before he came.",
    "Impression\n\n‖Acute stroke",
    "Medications:\n‖1. Aspirin 81 mg daily\n‖2. Metformin 500 mg\n‖3) Insulin",
    "Problems\n‖- heart failure\n‖- no fever\n‖* cough",
    "Family History: Mother had breast cancer\n‖Allergies: none known\n‖Plan: discharge",
    "Lisinopril 10 mg daily\n‖Furosemide 40 mg\n‖Potassium",
    "A study of breast cancer in women\n‖"
    "We studied breast cancer in women and found that it is more common than it was thought.",
    "Given i.v. 5 mg and s.c. 10 mg daily.‖Rats were fed.",
    "The U.S. Food and Drug Administration agreed.‖We did too.",
    "Born in Jan. 1990.‖Seen in Feb. 2001 at St. Mary.",
    "癌は治った。‖熱はない。",
    "Values ranged from 0. 6 to 8.2%.‖None was high.",
    "The tumour regressed.Treatment was stopped.",
    "One.\r\n‖Two.\r\n\r\n‖Three",
]
GLUED = {
    "The tumour regressed.Treatment was stopped.": [
        "The tumour regressed.",
        "Treatment was stopped.",
    ]
}


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e not in GLUED])
def test_sentences_end_where_a_reader_ends_them(example: str) -> None:
    expected = [part.strip() for part in example.split(CUT)]
    spaced = example.replace("\n" + CUT, "\n").replace(CUT, "" if "。" in example else " ")
    assert [spaced[s.start : s.end] for s in sentences(spaced)] == expected


@pytest.mark.parametrize("text", sorted(GLUED))
def test_a_missing_space_after_a_stop_is_no_obstacle(text: str) -> None:
    assert [text[s.start : s.end] for s in sentences(text)] == GLUED[text]


@pytest.mark.parametrize("text", ["", " ", "\n\n\t ", "\x1e"])
def test_nothing_gives_no_sentences(text: str) -> None:
    assert sentences(text) == []


def test_no_documents_give_no_sentences() -> None:
    starts, ends = sentence_spans(np.empty(0, np.uint32), np.zeros(1, np.int64))
    assert len(starts) == len(ends) == 0


def _batch(texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    joined = "".join(text + "\x1e" for text in texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)])
    return codes, starts.astype(np.int64)


anything = st.text(st.characters(exclude_categories=()), max_size=60)
prose = st.lists(
    st.sampled_from(
        [
            "Dr.",
            "fever",
            "E.",
            "coli",
            ".",
            "?",
            "\n",
            "\n\n",
            "- ",
            "1.",
            " ",
            "  ",
            "No",
            "[12]",
            '"',
            ")",
            "…",
            "。",
            "A:",
        ]
    ),
    max_size=30,
).map("".join)


@given(st.lists(anything | prose, max_size=5))
def test_a_batch_gives_what_each_text_gives_alone(texts: list[str]) -> None:
    codes, doc_start = _batch(texts)
    starts, ends = sentence_spans(codes, doc_start)
    alone = [
        (s.start + int(first), s.end + int(first))
        for text, first in zip(texts, doc_start, strict=False)
        for s in sentences(text)
    ]
    assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == alone


@given(anything | prose)
def test_sentences_are_ordered_trimmed_and_lose_nothing(text: str) -> None:
    spans = [(s.start, s.end) for s in sentences(text)]
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert (
            not text[last:start].strip("\x1c\x1d\x1e\x1f" + "".join(map(chr, range(0x21)))).strip()
        )
        last = end
    rest = text[last:]
    assert not rest.strip("".join(map(chr, range(0x21)))).strip()


class _Counted(np.ndarray):
    """An array that counts the elements read from it by index."""

    reads = 0

    def __getitem__(self, key):  # type: ignore[no-untyped-def]
        """Count, then read."""
        result = np.ndarray.__getitem__(self.view(np.ndarray), key)
        _Counted.reads += int(np.size(result))
        return result


@pytest.mark.parametrize(
    "unit", [". ", ".", "a.b", "\n", "1. ", "J. ", "[1].", "? \n", ".    ", "\n \n- "]
)
def test_work_grows_in_step_with_the_text(unit: str) -> None:
    def work(size: int) -> int:
        codes, doc_start = _batch([unit * size])
        _Counted.reads = 0
        sentence_spans(codes.view(_Counted), doc_start)
        return _Counted.reads

    assert work(4000) <= 4.2 * work(1000) + 1000


def test_a_long_run_of_spaces_is_crossed_at_once() -> None:
    text = "One." + " " * 200_000 + "Two." + "\n" * 200_000 + "Three."
    assert [text[s.start : s.end] for s in sentences(text)] == ["One.", "Two.", "Three."]
