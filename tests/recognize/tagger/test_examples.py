from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.recognize.tagger.examples import Example, ReadExamples, tuned_rows
from onoma.recognize.tagger.swapping import (
    Swapper,
    as_written,
    marked,
    outermost,
    replaced,
    unmarked,
    written,
)
from tests.recognize.small_store import Entry, make_store


def read(rows: int = 60) -> ReadExamples:
    """Words of which the first column says whether they begin a mention."""
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(rows, 6)).astype(np.float32)
    labels = (vectors[:, 0] > 0).astype(np.int64)
    return ReadExamples(vectors, labels, np.ones(rows, np.float32))


def test_examples_move_a_head_and_a_strong_pull_keeps_it() -> None:
    start = np.zeros((3, 6), np.float32)
    given_, words = read(), read().vectors
    moved = tuned_rows(start, given_, pull=0.6)
    assert ((words @ moved.T).argmax(1) == given_.labels).mean() > 0.95
    assert np.abs(tuned_rows(start, given_, pull=1e6)).max() < 1e-2


def test_tuning_ends_where_the_gradient_is_nothing() -> None:
    start = np.full((3, 6), 1 / 3, np.float32)
    given_ = read()
    rows = tuned_rows(start, given_, pull=6.0)
    scale = np.sqrt((given_.vectors**2).mean(0))
    words = given_.vectors / scale
    chances = np.exp(words @ (rows * scale).T)
    chances /= chances.sum(1, keepdims=True)
    off = (chances - np.eye(3)[given_.labels]) / len(words)
    gradient = off.T @ words + 0.1 * (rows - start) * scale
    assert np.abs(gradient).max() < 1e-3


def test_what_does_not_weigh_does_not_move_a_head() -> None:
    given_, start = read(), np.zeros((3, 6), np.float32)
    wrong = ReadExamples(given_.vectors, 1 - given_.labels, np.zeros(60, np.float32))
    joined = ReadExamples.join([given_, wrong])
    found = tuned_rows(start, joined, pull=6.0)
    assert np.allclose(found, tuned_rows(start, given_, pull=6.0), atol=1e-3)


TEXT = "Gout and Crohn disease are painful."


def test_swapped_names_keep_all_marks_in_their_places() -> None:
    example = Example(TEXT, ((0, 4), (9, 22), (9, 14), (27, 34)))
    found = replaced(example, [(0, 4, "Rickets"), (9, 22, "flu")])
    assert found.text == "Rickets and flu are painful."
    assert [found.text[a:b] for a, b in found.spans] == ["Rickets", "flu", "painful"]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5), st.text("xyz", max_size=6))))
def test_marks_that_are_not_swapped_say_what_they_said(
    rows: list[tuple[int, int, str]],
) -> None:
    swaps: list[tuple[int, int, str]] = []
    for start, size, name in sorted(rows):
        if start + size <= len(TEXT) and (not swaps or start >= swaps[-1][1]):
            swaps.append((start, start + size, name))
    spans = tuple((at, at + 1) for at in range(len(TEXT)))
    free = [a for a, _ in spans if not any(low <= a < high for low, high, _ in swaps)]
    whole = [a for a, _ in spans if any(low == a and high == a + 1 for low, high, _ in swaps)]
    found = replaced(Example(TEXT, spans), swaps)
    kept = [found.text[a:b] for a, b in found.spans]
    assert len(kept) == len(free) + len(whole)
    assert [TEXT[at] for at in free] == [
        said for at, said in zip(sorted(free + whole), kept, strict=True) if at in free
    ]


def test_a_mention_is_swapped_for_names_of_its_like(tmp_path: Path) -> None:
    entries = [
        Entry("MONDO:1", "sign", "phenotype"),
        Entry("MONDO:2", "fever", "phenotype", (("pyrexia", "exact", ""),), parent="MONDO:1"),
        Entry("MONDO:3", "cough", "phenotype", parent="MONDO:1"),
        Entry("MONDO:4", "gout", "disease", parent="MONDO:1"),
    ]
    swapper = Swapper(make_store(entries, tmp_path))
    assert [swapper.store.labels[row] for row in swapper.concepts("Fever")] == ["fever"]
    assert swapper.concepts("no such thing") == ()
    example = Example("A fever came with wheeziness.", ((2, 7), (18, 28)))
    made = swapper.copies([example], 12, np.random.default_rng(1))[0]
    names = [one.text[start:end] for one in made for start, end in one.spans]
    assert set(names) <= {"fever", "pyrexia", "cough", "wheeziness"}
    assert {"pyrexia", "cough"} <= set(names)
    assert all(one.text.startswith("A ") and " came with " in one.text for one in made)


def test_names_are_written_as_the_text_had_them() -> None:
    assert as_written("Kidney Failure", "gout") == "kidney failure"
    assert as_written("kidney failure", "Gout") == "Kidney failure"
    assert as_written("TNF", "p53") == "TNF"


def test_outer_spans_stay() -> None:
    assert outermost([(3, 5), (0, 9), (9, 12), (10, 14)]) == [(0, 9), (9, 12)]


class Service:
    """A model service that says what it was told to."""

    def __init__(self, answer: str) -> None:
        self.answer, self.asked = answer, ""

    def write(self, request: str) -> str:
        """Return the answer."""
        self.asked = request
        return self.answer


def test_texts_of_a_model_service_are_taken_with_their_marks() -> None:
    service = Service("1. A [[fever]] came.\n- nothing here\nbroken [[mark\n[[Gout]] hurts.")
    found = written(service, "disease", [Example(TEXT, ((0, 4),))], count=5)
    assert [one.text for one in found] == ["A fever came.", "Gout hurts."]
    assert [one.text[a:b] for one in found for a, b in one.spans] == ["fever", "Gout"]
    assert "[[Gout]] and Crohn disease" in service.asked


@pytest.mark.parametrize("text", ["", "a", "[[a]] b [[c]]"])
def test_brackets_come_and_go(text: str) -> None:
    found = unmarked(text)
    assert found is not None
    assert marked(found) == text
