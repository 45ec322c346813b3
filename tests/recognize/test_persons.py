"""Names of persons that are words besides."""

from __future__ import annotations

import pytest

from onoma import load
from onoma.pipeline.pipeline import Pipeline


@pytest.fixture(scope="module")
def nlp() -> Pipeline:
    return load(mode="dictionary")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Mr. Eugene Walker has gout.", "Walker"),
        ("Seen by Dr. White for gout.", "White"),
        ("Brian White is a 58-year-old man with gout.", "White"),
        ("Anna B. Brace, a 30 year old with gout.", "Brace"),
    ],
)
def test_a_surname_is_no_mention(nlp: Pipeline, text: str, word: str) -> None:
    found = [one.text for one in nlp.annotate(text).mentions]
    assert word not in found
    assert "gout" in found


def test_the_same_words_elsewhere_are(nlp: Pipeline) -> None:
    found = [one.text for one in nlp.annotate("He walks with a walker and wears a brace.").mentions]
    assert found == ["walker", "brace"]


def test_titles_end_with_their_sentence(nlp: Pipeline) -> None:
    text = "Seen by Dr. Stone. Asthma is well. Dr.  \n\nDiabetes is not."
    found = [one.text for one in nlp.annotate(text).mentions]
    assert {"Asthma", "Diabetes"} <= set(found)
