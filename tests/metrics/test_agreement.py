"""Cohen's kappa."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.metrics.agreement import cohen_kappa, kappa_of

LABELS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=30)


def test_the_example_of_the_paper() -> None:
    # Cohen 1960, table 1: proportions of 200 cases
    table = {("A", "A"): 50, ("A", "B"): 26, ("A", "C"): 24, ("B", "A"): 24, ("B", "B"): 4,
             ("B", "C"): 32, ("C", "A"): 16, ("C", "B"): 10, ("C", "C"): 14}  # fmt: skip
    pairs = [pair for pair, count in table.items() for _ in range(count)]
    seen, chance = 68 / 200, (100 * 90 + 60 * 40 + 40 * 70) / 200**2
    expected = (seen - chance) / (1 - chance)
    assert cohen_kappa(*zip(*pairs, strict=True)) == pytest.approx(expected)


def test_all_alike_is_undefined_and_opposite_is_below_chance() -> None:
    assert math.isnan(cohen_kappa("aaa", "aaa"))
    assert math.isnan(cohen_kappa("", ""))
    assert cohen_kappa("abab", "abab") == 1
    assert cohen_kappa("abab", "baba") == -1


@settings(deadline=None)
@given(LABELS)
def test_kappa_agrees_with_another_implementation(pairs: list[tuple[str, str]]) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    first, second = [one for one, _ in pairs], [two for _, two in pairs]
    own = cohen_kappa(first, second)
    if len({*first, *second}) > 1:
        assert own == pytest.approx(metrics.cohen_kappa_score(first, second))


def test_weights_draw_units_whole() -> None:
    statistic = kappa_of("abab", "abba", [0, 0, 1, 1], 2)
    assert statistic(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])).tolist() == [1, -1, 0]
