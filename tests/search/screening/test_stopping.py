from __future__ import annotations

import numpy as np
import pytest

from onoma.search.screening import outlook
from onoma.search.screening.stopping import chance_of_less, hypergeometric_tail


def test_the_tail_agrees_with_another_implementation() -> None:
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(0)
    for _ in range(50):
        size = int(rng.integers(1, 500))
        marked, drawn = (int(rng.integers(0, size + 1)) for _ in range(2))
        most = int(rng.integers(0, size + 1))
        expected = stats.hypergeom.cdf(most, size, marked, drawn)
        assert hypergeometric_tail(most, size, marked, drawn) == pytest.approx(expected, abs=1e-8)


def test_a_random_sample_stops_too_early_no_more_often_than_its_chance_says() -> None:
    rng = np.random.default_rng(1)
    records, included = 400, 40
    wrong = runs = 0
    for _ in range(300):
        gold = np.zeros(records, bool)
        gold[rng.choice(records, included, replace=False)] = True
        found = gold[:300]
        if found.sum() < 0.95 * included:
            runs += 1
            wrong += chance_of_less(found, records, 0, recall=0.95) < 0.05
    assert runs > 100
    assert wrong / runs < 0.05


def test_nothing_read_and_nothing_found_is_no_reason_to_stop() -> None:
    assert outlook(np.zeros(0, bool), 100).chance == 1.0
    assert not outlook(np.zeros(99, bool), 100).may_stop


def test_all_read_is_enough() -> None:
    assert outlook(np.array([False, True]), 2).may_stop


def test_a_long_run_without_an_included_one_is_enough() -> None:
    gold = np.zeros(900, bool)
    gold[:30] = True
    found = outlook(gold, 1000)
    assert found.may_stop
    assert found.since_last == 870
    assert not outlook(gold[:60], 1000).may_stop
