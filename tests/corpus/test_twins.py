"""Doubles are found by what identifies them, and by their text."""

from __future__ import annotations

import random

import pytest

from onoma.corpus import Corpus, Plan
from onoma.corpus.doubles import find_doubles
from onoma.corpus.sketches import shared_triples
from onoma.pipeline import Pipeline
from onoma.types import Document

RNG = random.Random(11)  # noqa: S311 - no secret
WORDS = [f"word{n}" for n in range(400)]


def text(changed: int = 0, seed: int = 0) -> str:
    """Return 200 words of which so many are others than in the first text of the seed."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    words = rng.choices(WORDS, k=200)
    for place in RNG.sample(range(200), changed):
        words[place] = f"other{place}"
    return " ".join(words)


def doubles(corpus: Corpus) -> list[tuple[str, str, str]]:
    return [(one.id, one.of, one.by) for one in find_doubles(corpus)]


def test_documents_of_nearly_the_same_text_are_doubles(corpus: Corpus, nlp: Pipeline) -> None:
    items = [Document("one", text()), Document("near", text(3)), Document("far", text(60))]
    items += [Document(f"other {n}", text(seed=n + 1)) for n in range(20)]
    assert corpus.add(items, pipeline=nlp).doubles == 1
    found = list(find_doubles(corpus))
    assert [(one.id, one.of, one.by) for one in found] == [("near", "one", "text")]
    assert found[0].score == pytest.approx(shared_triples(items[0].text, items[1].text))
    assert corpus.info().duplicates == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("doi", "10.1000/ABC.5"), ("DO", "https://doi.org/10.1000/abc.5"),
     ("LID", "10.1000/abc.5 [doi]")],
)  # fmt: skip
def test_documents_of_one_doi_are_doubles(
    corpus: Corpus, nlp: Pipeline, field: str, value: str
) -> None:
    first = Document("123", "Gout.", metadata=(("doi", "10.1000/abc.5"),))
    corpus.add([first, Document("x", "Fever.", metadata=((field, value),))], pipeline=nlp)
    assert doubles(corpus) == [("x", "123", "doi")]


def test_documents_of_one_pmid_or_of_one_short_text_are_doubles(
    corpus: Corpus, nlp: Pipeline
) -> None:
    corpus.add([Document("123", "Gout.")], pipeline=nlp)
    corpus.add(
        [Document("x", "Fever.", metadata=(("PMID", "123"),)), Document("y", "Gout.")],
        pipeline=nlp,
    )
    assert doubles(corpus) == [("x", "123", "pmid"), ("y", "123", "text")]


def test_an_update_is_no_double_of_what_it_replaces(corpus: Corpus, nlp: Pipeline) -> None:
    corpus.add([Document("one", text())], pipeline=nlp)
    added = corpus.add([Document("one", text(2))], pipeline=nlp)
    assert (added.updated, added.doubles) == (1, 0)


def test_doubles_are_left_out_if_that_is_wanted(corpus: Corpus, nlp: Pipeline) -> None:
    items = [Document("one", text()), Document("two", text()), Document("three", text(1))]
    plan = Plan(duplicates="skip")
    added = corpus.add(items, pipeline=nlp, plan=plan)
    assert (added.new, added.skipped) == (1, 2)
    assert corpus.add(items, pipeline=nlp, plan=plan).skipped == 2


def test_a_double_is_found_in_a_later_run_too(corpus: Corpus, nlp: Pipeline) -> None:
    corpus.add([Document("short", "Gout."), Document("one", text())], pipeline=nlp)
    corpus.remove(["short"])
    corpus.add([Document("two", text(2)), Document("three", "Gout.")], pipeline=nlp)
    assert doubles(corpus) == [("two", "one", "text")]
