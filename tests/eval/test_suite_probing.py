from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onoma.eval.suite.parts import F32
from onoma.eval.suite.probing import STRENGTHS, clusters_of, probe, v_measure
from onoma.metrics.clusters import contingency
from onoma.metrics.counts import F64, I64


def blobs(count: int, width: int = 5) -> tuple[F32, list[str]]:
    rng = np.random.default_rng(0)
    gold = [i % 3 for i in range(count)]
    points = 4 * np.eye(width)[gold] + 0.1 * rng.standard_normal((count, width))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return points.astype(np.float32), [f"class {one}" for one in gold]


def test_a_probe_tells_classes_apart_that_lie_apart() -> None:
    points, gold = blobs(90)
    labels, scores = probe(points[:60], gold[:60], points[60:])
    assert [labels[place] for place in scores.argmax(axis=1)] == gold[60:]


def test_a_probe_is_ridge_regression_of_the_best_strength_by_leaving_one_out() -> None:
    rng = np.random.default_rng(3)
    train = rng.standard_normal((12, 4)).astype(np.float32)
    gold = ["a", "b"] * 6  # as many of each: weights of 1
    inputs = np.c_[train, np.ones(12)].astype(float)
    targets = np.where(np.array([["a", "b"]]) == np.array(gold)[:, None], 1.0, -1.0)

    def solved(rows: I64, strength: float) -> F64:
        x = inputs[rows]
        found = np.linalg.solve(x.T @ x + strength * np.eye(5), x.T @ targets[rows])
        return np.asarray(found)

    errors = []
    for strength in STRENGTHS:
        gaps = [
            targets[i] - inputs[i] @ solved(np.delete(np.arange(12), i), strength)
            for i in range(12)
        ]
        errors.append(float((np.array(gaps) ** 2).sum()))
    best = solved(np.arange(12), float(STRENGTHS[int(np.argmin(errors))]))
    test = rng.standard_normal((5, 4)).astype(np.float32)
    _, scores = probe(train, gold, test)
    assert scores == pytest.approx(np.c_[test, np.ones(5)] @ best, abs=1e-4)


def test_a_rare_class_weighs_as_much_as_a_common_one() -> None:
    points, gold = blobs(90)
    rare = [i for i, one in enumerate(gold[:60]) if one != "class 2" or i < 6]
    labels, scores = probe(points[rare], [gold[i] for i in rare], points[60:])
    assert [labels[place] for place in scores.argmax(axis=1)] == gold[60:]


@pytest.mark.parametrize("width", [5, 200])
def test_clusters_are_found_again(width: int) -> None:
    points, gold = blobs(60, width)
    found = clusters_of(points, 3, np.random.default_rng(0))
    assert len(contingency(gold, found.tolist())) == 3


def test_clusters_of_equal_texts_are_no_trouble() -> None:
    found = clusters_of(np.ones((5, 3), np.float32), 3, np.random.default_rng(0))
    assert found.shape == (5,)


@settings(deadline=None)  # scikit-learn is imported in the first one
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_v_measure_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    table = np.zeros((4, 4))
    for gold, cluster in pairs:
        table[gold, cluster] += 1
    expected = metrics.v_measure_score(*zip(*pairs, strict=True))
    assert v_measure(table) == pytest.approx(expected, abs=1e-9)
