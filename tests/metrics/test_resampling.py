from __future__ import annotations

import math

import numpy as np
import pytest

from onoma.metrics import bootstrap, compare, spearman
from onoma.metrics.resampling import drawn, f1_of, macro_f1_of, mean_of, ratio_of, weight_blocks


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_every_sample_draws_as_many_units_as_there_are() -> None:
    blocks = list(weight_blocks(7, samples=50, rng=rng()))
    weights = np.concatenate(blocks)
    assert weights.shape == (50, 7)
    assert (weights.sum(axis=1) == 7).all()


def test_the_interval_of_a_mean_is_that_of_theory() -> None:
    values = rng(1).normal(3.0, 2.0, 400)
    found = bootstrap({"mean": mean_of(values)}, 400, rng=rng(2))["mean"]
    half = 1.96 * values.std() / math.sqrt(400)
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - half, abs=0.03)
    assert found.high == pytest.approx(values.mean() + half, abs=0.03)


def test_the_interval_of_f1_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    draw = rng(3)
    gold, right, extra = draw.poisson(6, 120), None, draw.poisson(2, 120)
    right = draw.binomial(gold, 0.7)
    counts = np.stack([right, right + extra, right, gold], axis=1)
    mine = bootstrap({"f1": f1_of(counts)}, 120, rng=rng(4))["f1"]

    def f1(rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
        r, p, _, g = counts[rows].sum(axis=0)
        return float(2 * r / (p + g))

    theirs = stats.bootstrap(
        (np.arange(120),), f1, n_resamples=1000, method="percentile", rng=rng(5), vectorized=False
    ).confidence_interval
    assert mine.value == pytest.approx(f1(np.arange(120)))
    assert [mine.low, mine.high] == pytest.approx([theirs.low, theirs.high], abs=0.01)


def test_the_same_seed_gives_the_same_interval() -> None:
    statistic = {"share": ratio_of([1, 0, 2, 1], [2, 1, 2, 3])}
    assert bootstrap(statistic, 4, rng=rng(6)) == bootstrap(statistic, 4, rng=rng(6))


def test_a_statistic_may_be_any_function_of_the_units_drawn() -> None:
    x = np.arange(30.0)
    y = x + rng(7).normal(0, 6, 30)
    statistic = drawn(lambda rows: spearman(x[rows], y[rows]).value)
    found = bootstrap({"rho": statistic}, 30, rng=rng(8), samples=200)["rho"]
    assert found.value == pytest.approx(spearman(x, y).value)
    assert found.low < found.value < found.high <= 1.0


def test_types_that_nobody_names_do_not_count_in_the_macro_mean() -> None:
    counts = np.zeros((2, 3, 4), np.int64)
    counts[0, 0], counts[1, 1] = [1, 1, 1, 1], [0, 1, 0, 1]
    whole = np.ones((1, 2))
    assert macro_f1_of(counts)(whole)[0] == pytest.approx(0.5)


def test_nothing_to_draw_from_gives_nan() -> None:
    assert math.isnan(bootstrap({"f1": f1_of(np.zeros((0, 4), np.int64))}, 0, rng=rng())["f1"].low)


def test_two_equal_systems_do_not_differ() -> None:
    values = rng(9).random(50)
    same = compare(
        mean_of(values), mean_of(values), 50, decisions=np.stack([values, values]), rng=rng(10)
    )
    assert (same.difference.value, same.wins, same.ties, same.losses) == (0.0, 0, 50, 0)
    assert same.p == same.sign_p == 1.0


def test_a_better_system_is_told_from_a_worse_one() -> None:
    draw = rng(11)
    worse = draw.random(200)
    better = worse + draw.normal(0.1, 0.1, 200)
    found = compare(
        mean_of(better), mean_of(worse), 200, decisions=np.stack([better, worse]), rng=rng(12)
    )
    assert found.difference.low > 0
    assert found.p < 0.01 > found.sign_p
    assert found.wins + found.ties + found.losses == 200
    assert found.wins > found.losses


def test_right_and_wrong_answers_are_compared_by_mcnemars_exact_test() -> None:
    first, second = np.array([1.0] * 12 + [0.0] * 3 + [1.0] * 9), np.array([0.0] * 12 + [1.0] * 12)
    found = compare(
        mean_of(first), mean_of(second), 24, decisions=np.stack([first, second]), rng=rng(13)
    )
    assert (found.wins, found.losses) == (12, 3)
    below = sum(math.comb(15, k) for k in range(4)) / 2**15
    assert found.sign_p == pytest.approx(2 * below)
