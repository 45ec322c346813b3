from __future__ import annotations

from pathlib import Path

import pytest

from onoma.recognize import DictionaryRecognizer
from onoma.recognize.tagger import Gazetteer
from onoma.recognize.tagger.training import silver
from onoma.recognize.tagger.training.corpora import MarkedText
from onoma.recognize.tagger.training.descriptions import Description, Meanings
from onoma.recognize.tagger.training.silver import Silver
from tests.recognize.small_store import Entry, make_store

MEANINGS = Meanings({"disease": Description(("disease",), "disorder")})
TEXTS = (
    MarkedText("1", "Patients with malaria or dengue had gout."),
    MarkedText("2", "Zyxomab did not help in malaria and cholera."),
)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Silver:
    monkeypatch.setattr(silver, "LEAST_SEEN", 1)
    entries = [
        Entry("MONDO:1", "infection", "disease", (("infectious disease", "exact", ""),)),
        Entry("MONDO:2", "malaria", "disease", parent="MONDO:1"),
        Entry("MONDO:3", "dengue", "disease", parent="MONDO:1"),
        Entry("MONDO:4", "bacterial infection", "disease", parent="MONDO:1"),
        Entry("MONDO:5", "cholera", "disease", parent="MONDO:4"),
        Entry("MONDO:6", "gout", "disease"),
    ]
    store = make_store(entries, tmp_path)
    return Silver(TEXTS, Gazetteer(DictionaryRecognizer(store)), MEANINGS, seed=1)


def test_names_are_marked_by_the_classes_above_them(made: Silver) -> None:
    (corpus,) = made.corpora()
    said = made.meanings().descriptions
    found: dict[str, set[str]] = {}
    for text in corpus.train:
        for mark in text.marks:
            names = found.setdefault(said[mark.label].phrases[0], set())
            names.add(text.text[mark.start : mark.end])
    assert found["disease"] == {"malaria", "dengue", "gout", "cholera"}
    assert found["infection"] == {"malaria", "dengue", "cholera"}
    assert found["bacterial infection"] == {"cholera"}


def test_of_words_that_nobody_knows_nothing_is_said(made: Silver) -> None:
    (corpus,) = made.corpora()
    unsure = [text.text[a:b] for text in corpus.train for a, b in text.unsure]
    assert unsure == ["Zyxomab"]


def test_of_a_kind_left_out_nothing_is_asked(made: Silver) -> None:
    assert made.corpora(without=("disorder",)) == []


def test_a_text_is_asked_for_what_is_marked_in_it_and_some_others(made: Silver) -> None:
    (corpus,) = made.corpora()
    for text in corpus.train:
        assert text.asked is not None
        assert {mark.label for mark in text.marks} <= text.asked <= set(corpus.labels)
