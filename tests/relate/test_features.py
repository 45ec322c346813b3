"""Features of pairs: rows for words, numbers, and rivals."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.relate.features import (
    ALONE,
    agreeing,
    neighbours,
    pair_ends,
    pair_rows,
    rivals,
    stacked,
)
from onoma.relate.page import Page
from onoma.relate.pair_numbers import NAMES
from tests.relate.relation_texts import marked

TEXT = (
    "[Lithium|chemical|C1] and tremor. [Lithium|chemical|C1]-induced [tremor|disease|D1] was not "
    "relieved by [propranolol|chemical|C2]. One [rash|disease|D2]."
)


def _numbers(pair: tuple[int, int], **asked: object) -> dict[str, float]:
    rows = pair_rows(marked("a", TEXT), [pair], **asked)  # type: ignore[arg-type]
    return dict(zip(NAMES, rows.numbers[0].tolist(), strict=True))


def test_a_mention_is_masked_by_its_type() -> None:
    assert Page(marked("a", TEXT)).masked[:3] == ["@chemical", "and", "tremor"]


def test_numbers_say_how_near_and_how_often() -> None:
    near = _numbers((0, 1))
    assert (near["sentences_apart"], near["first_mentions"], near["induce_between"]) == (0, 2, 1)
    assert near["is_hyphened"] == 1
    far = _numbers((0, 3))
    assert far["sentences_apart"] == 1
    assert far["words_between"] == 99


def test_a_more_specific_concept_beside_is_counted() -> None:
    above = {"D1": frozenset({"D2"})}
    assert _numbers((0, 1), above=above)["second_above"] == 1
    assert _numbers((0, 3), above=above)["second_below"] == 1


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(["[a|gene|G]", "[b|gene|H]", "binds", ".", "-", "x"]), max_size=12))
def test_rows_of_any_text_are_finite_and_stack(parts: list[str]) -> None:
    text = marked("a", "[a|gene|G] " + " ".join(parts) + " [b|gene|H]")
    rows = pair_rows(text, [(0, 1), (1, 0)])
    assert np.isfinite(rows.numbers).all()
    both = stacked([rows, pair_rows(text, []), rows])
    assert len(both) == 4
    assert both.start[-1] == len(both.words) == 2 * len(rows.words)


def test_rivals_are_the_pairs_that_share_an_end() -> None:
    ends = np.array([[0, 0, 2], [0, 1, 2], [1, 0, 2]])
    found = rivals(np.array([2.0, -1.0, 0.5]), ends)
    assert found[0].tolist() == [ALONE, 2 - ALONE, 0, 1, -1, 3, 0, 1]
    assert found[1, 4:].tolist() == [2, -3, 1, 1]
    assert found[2, 4] == ALONE


def test_pairs_with_the_same_names_agree() -> None:
    source = (
        "[Iron|chemical|T1] binds [zinc|chemical|T2]. [Zinc|chemical|T3] and [iron|chemical|T4]."
    )
    ends = pair_ends(marked("a", source), [(0, 1), (2, 3), (0, 2)])
    assert ends.tolist() == [[0, 0, 1, 0], [0, 2, 3, 0], [0, 0, 2, 0]]
    ends = pair_ends(marked("a", source), [(0, 1), (2, 3), (0, 3)], 5)
    found = agreeing(np.array([[1.0, -1.0], [0.5, 2.0], [0.0, 0.0]]), ends)
    assert found.tolist() == [[0.5, 2, 1], [1, -1, 1], [ALONE, ALONE, 0]]


def test_neighbours_are_pairs_with_the_entity_beside_an_end() -> None:
    ends = np.array([[0, 0, 1, 0], [0, 0, 2, 1], [1, 0, 2, 0]])
    found = neighbours(np.array([1.0, -2.0, 3.0]), ends)
    assert found[0].tolist() == [ALONE, -2, ALONE, ALONE]
    assert found[1].tolist() == [1, ALONE, ALONE, ALONE]
    assert found[2].tolist() == [ALONE] * 4
