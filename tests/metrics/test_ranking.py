from __future__ import annotations

import math

import numpy as np
import pytest

from onoma.metrics.ranking import (
    average_precision,
    filtered_rank,
    gains_of,
    ndcg,
    precision_at,
    recall_at,
    reciprocal_rank,
    success_at,
)


def test_ndcg_agrees_with_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    for _ in range(20):
        grades = rng.integers(0, 4, 30).astype(float)
        scores = rng.permutation(30).astype(float)
        gains = grades[np.argsort(-scores)]
        for k in (1, 5, 10, 30):
            wanted = metrics.ndcg_score([grades], [scores], k=k)
            assert ndcg(gains, grades, k) == pytest.approx(wanted)


def test_average_precision_agrees_with_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(1)
    for _ in range(20):
        relevant = rng.random(25) < 0.3
        relevant[0] = True
        scores = rng.permutation(25).astype(float)
        gains = relevant[np.argsort(-scores)].astype(float)
        wanted = metrics.average_precision_score(relevant, scores)
        assert average_precision(gains, int(relevant.sum())) == pytest.approx(wanted)


def test_measures_of_one_list_as_trec_eval_has_them() -> None:
    """Relevant: b (grade 2), d, x; retrieved a b c d; the values are worked out by hand."""
    gold = {"b": 2.0, "d": 1.0, "x": 1.0}
    gains = gains_of(["a", "b", "c", "d"], gold)
    assert gains.tolist() == [0, 2, 0, 1]
    assert reciprocal_rank(gains) == 0.5
    assert average_precision(gains, 3) == pytest.approx((1 / 2 + 2 / 4) / 3)
    assert recall_at(gains, 3, 2) == pytest.approx(1 / 3)
    assert precision_at(gains, 5) == pytest.approx(2 / 5)
    assert [success_at(gains, k) for k in (1, 2)] == [0.0, 1.0]
    best = 2 + 1 / math.log2(3) + 1 / math.log2(4)
    found = 2 / math.log2(3) + 1 / math.log2(5)
    assert ndcg(gains, [*gold.values()], 10) == pytest.approx(found / best)


def test_an_answer_given_twice_counts_once() -> None:
    assert gains_of(["a", "a"], {"a": 1.0}).tolist() == [1.0, 0.0]


def test_nothing_relevant_scores_nothing() -> None:
    empty = gains_of(["a"], {})
    assert average_precision(empty, 0) == recall_at(empty, 0, 5) == ndcg(empty, [], 5) == 0.0


def test_filtered_ranks_share_ties_and_leave_known_answers_out() -> None:
    scores = np.array([0.9, 0.5, 0.5, 0.1])
    assert filtered_rank(scores, 1) == 2.5
    assert filtered_rank(scores, 1, {0}) == 1.5
    assert filtered_rank(np.zeros(9), 4) == 5.0  # one score for all is no better than chance
    assert filtered_rank(np.array([math.nan, 0.0]), 0) == 2.0
