from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from onoma.recognize.tagger.training.corpora import Corpus, Marked, MarkedText
from onoma.recognize.tagger.training.swapped import names_of, swapped, with_swapped
from tests.recognize.tagger.sample import corpus

NAMES = {"disease": ["gout", "heart attack", "renal failure"], "sign": ["cough"]}


def test_a_share_of_the_texts_has_other_names_and_a_run_its_length() -> None:
    plain = corpus()
    made = with_swapped([plain], 0.5, store=None, seed=1)[0]
    assert made.train[: len(plain.train)] == plain.train
    assert len(made.train) > 1.5 * len(plain.train)
    assert made.passes * len(made.train) == plain.passes * len(plain.train)
    assert made.dev == plain.dev
    again = with_swapped([plain], 0.5, store=None, seed=1)[0]
    assert again.train == made.train


def test_one_name_stands_for_another_in_a_whole_text() -> None:
    text = "Gout (of b) and Gout with cough."
    marks = (Marked(0, 4, "disease"), Marked(16, 20, "disease"), Marked(26, 31, "sign"))
    for seed in range(20):
        rng = np.random.default_rng(seed)
        found = swapped(MarkedText("1", text, marks), {"disease": ["tumor a"]}, None, rng)
        if found is not None:
            assert found.text == "Tumor a (of b) and Tumor a with cough."
            assert [found.text[m.start : m.end] for m in found.marks] == [
                "Tumor a", "Tumor a", "cough"
            ]  # fmt: skip
            break
    else:
        raise AssertionError("never swapped")


def test_names_in_which_others_are_marked_stay() -> None:
    text = MarkedText("1", "renal failure", (Marked(0, 13, "disease"), Marked(0, 5, "sign")))
    for seed in range(5):
        assert swapped(text, NAMES, None, np.random.default_rng(seed)) is None
    assert names_of(Corpus("a", {"sign": ""}, (text,)))["sign"] == ["renal"]


@given(some.integers(0, 2**32), some.lists(some.sampled_from(["gout", "cough", "of"]), min_size=1))
def test_marks_stand_at_names(seed: int, words: list[str]) -> None:
    starts = np.cumsum([0] + [len(word) + 1 for word in words]).tolist()
    label = {"gout": "disease", "cough": "sign"}
    rows = zip(words, starts, strict=False)
    marks = [Marked(at, at + len(w), label[w]) for w, at in rows if w in label]
    text = MarkedText("1", " ".join(words), tuple(marks))
    found = swapped(text, NAMES, None, np.random.default_rng(seed))
    if found is not None:
        assert len(found.marks) == len(marks)
        for mark in found.marks:
            assert found.text[mark.start : mark.end] in [*NAMES[mark.label], "gout"]
