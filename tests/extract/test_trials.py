"""PICO: spans by a tagger of the test's own, their parts, and the summary."""

from __future__ import annotations

import pytest

from onoma.errors import InputError
from onoma.extract.numbers import whole
from onoma.extract.participants import find_age, find_sex, find_size
from onoma.extract.tagging import Stretch
from onoma.extract.trial_words import HEADS
from onoma.extract.trials import HEAD, Trial, TrialReader, record, span_cells, summary
from onoma.pipeline import Pipeline, load
from onoma.text.sentences import sentences
from onoma.types import Document, FailedDocument

TEXT = (
    "Metformin versus placebo in women with type 2 diabetes. A total of one hundred and twenty "
    "postmenopausal women aged 50 to 70 years were randomised to metformin (n = 60) or usual care. "
    "The primary outcome was weight loss; hypoglycemia was recorded."
)
MARKED = {
    "population": ("women with type 2 diabetes", "one hundred and twenty postmenopausal women"),
    "intervention": ("Metformin versus placebo", "metformin", "usual care"),
    "outcome": ("weight loss", "hypoglycemia"),
}


class Marker:
    """Stands in for a tagger: marks what the test says."""

    def __init__(self, heads: tuple[str, ...] = HEADS) -> None:
        self._heads = heads

    def need(self, heads: tuple[str, ...]) -> None:
        if set(heads) - set(self._heads):
            raise InputError("the tagger has no such head")

    def stretches(
        self, document: Document, heads: tuple[str, ...], *, least: float
    ) -> list[Stretch]:
        found = []
        for head in heads:
            for words in MARKED[head]:
                start = document.text.find(words)
                if start >= 0:
                    found.append(Stretch(head, start, start + len(words), 0.9))
        return found


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return load(types=["disease", "phenotype", "chemical"], mode="dictionary")


@pytest.fixture(scope="module")
def trial(pipeline: Pipeline) -> Trial:
    reader = TrialReader(pipeline, Marker())  # type: ignore[arg-type]  # answers alike
    return next(reader.read([Document("t1", TEXT)]))


def test_spans_quote_the_text_and_stand_in_order(trial: Trial) -> None:
    assert all(TEXT[s.start : s.end] == s.text for s in trial.spans)
    assert [s.start for s in trial.spans] == sorted(s.start for s in trial.spans)


def test_what_is_tested_against_is_a_comparator(trial: Trial) -> None:
    kinds = [(s.kind, s.text) for s in trial.spans if s.kind in ("intervention", "comparator")]
    assert kinds == [
        ("intervention", "Metformin"),
        ("comparator", "placebo"),
        ("intervention", "metformin"),
        ("comparator", "usual care"),
    ]


def test_a_trial_is_summed_up(trial: Trial) -> None:
    found = dict(zip(HEAD, summary(trial), strict=True))
    assert found["id"] == "t1"
    assert (found["size"], found["age"], found["sex"]) == ("120", "aged 50 to 70 years", "female")
    assert found["conditions"] == "type 2 diabetes mellitus"
    assert found["interventions"] == "metformin"
    assert "usual care" in found["comparators"]
    assert record(trial)["spans"][0]["kind"] == "intervention"
    assert len(list(span_cells(trial))) == len(trial.spans)


def test_a_failed_document_keeps_its_place(pipeline: Pipeline) -> None:
    reader = TrialReader(pipeline, Marker())  # type: ignore[arg-type]  # answers alike
    failed = FailedDocument("x", "bad", "cannot be read")
    found = list(reader.read([failed, Document("t1", TEXT), Document("empty", "")]))
    assert found[0].error == failed
    assert found[1].size is not None
    assert found[2].spans == ()


def test_a_tagger_without_the_heads_is_refused(pipeline: Pipeline) -> None:
    with pytest.raises(InputError):
        TrialReader(pipeline, Marker(("disease",)))  # type: ignore[arg-type]  # answers alike


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("Sixty-four patients were enrolled.", 64),
        ("We randomized 1,204 adults (602 per arm).", 1204),
        ("In 2009, patients were randomly assigned (n=31 and n=29).", 31),
        ("Two groups of 20 healthy male volunteers participated.", 20),
        ("One hundred and six children were included in 12 clinics.", 106),
        ("A trial in which thirty overweight women were randomised.", 30),
        ("The drug works.", None),
    ],
)
def test_how_many_took_part(text: str, size: int | None) -> None:
    found = find_size(text, [], [(s.start, s.end) for s in sentences(text)])
    assert (None if found is None else int(found.value)) == size
    if found is not None:
        assert text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("patients aged 18 to 65 years with gout", "aged 18 to 65 years"),
        ("mean age 54.3 years", "mean age 54.3 years"),
        ("65 years or older", "65 years or older"),
        ("6-12-year-old boys", "6-12-year-old"),
        ("no years are told", None),
    ],
)
def test_how_old_they_were(text: str, age: str | None) -> None:
    found = find_age(text, [(0, len(text))])
    assert (None if found is None else found.text) == age


def test_of_which_sex_they_were() -> None:
    for text, value in (("men and women", "both"), ("boys", "male"), ("pregnant", "female")):
        found = find_sex(text, [(0, len(text))])
        assert found is not None
        assert found.value == value
    assert find_sex("patients", [(0, 8)]) is None


def test_numbers_in_words() -> None:
    assert whole("two thousand three hundred and five") == 2305
    assert whole("12 000") == 12000
