from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.metrics.classification import accuracy, confusion, label_counts, multilabel_counts
from onoma.metrics.clusters import (
    adjusted_rand,
    b_cubed,
    pairwise,
    shared_information,
)
from onoma.metrics.counts import f1, macro_f1


def test_label_scores_agree_with_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(5)
    labels = ["a", "b", "c", "d"]
    gold = rng.choice(labels, 200).tolist()
    predicted = [g if rng.random() < 0.6 else str(rng.choice(labels)) for g in gold]
    matrix = confusion(gold, predicted, labels)
    assert (matrix == metrics.confusion_matrix(gold, predicted, labels=labels)).all()
    assert accuracy(matrix) == pytest.approx(metrics.accuracy_score(gold, predicted))
    counts = label_counts(matrix)
    wanted = metrics.f1_score(gold, predicted, labels=labels, average=None)
    assert f1(counts) == pytest.approx(wanted)
    assert macro_f1(counts) == pytest.approx(
        metrics.f1_score(gold, predicted, labels=labels, average="macro")
    )


def test_several_labels_an_item_agree_with_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(6)
    labels = ["a", "b", "c"]
    sides = [rng.random((80, 3)) < 0.4 for _ in range(2)]
    gold, predicted = (
        [frozenset(itertools.compress(labels, row.tolist())) for row in side] for side in sides
    )
    counts = multilabel_counts(gold, predicted, labels).sum(axis=0)
    for average, value in (("macro", macro_f1(counts)), ("micro", f1(counts.sum(axis=0)))):
        wanted = metrics.f1_score(sides[0], sides[1], average=average)
        assert float(value) == pytest.approx(wanted)


def test_b_cubed_agrees_with_going_through_all_items() -> None:
    rng = np.random.default_rng(7)
    gold, predicted = rng.integers(0, 6, 50).tolist(), rng.integers(0, 9, 50).tolist()
    p = r = 0.0
    for i in range(50):
        mine = {j for j in range(50) if predicted[j] == predicted[i]}
        theirs = {j for j in range(50) if gold[j] == gold[i]}
        p += len(mine & theirs) / len(mine) / 50
        r += len(mine & theirs) / len(theirs) / 50
    score = b_cubed(gold, predicted)
    assert [score.precision, score.recall] == pytest.approx([p, r])
    assert score.f1 == pytest.approx(2 * p * r / (p + r))


def test_pairs_agree_with_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics.cluster")
    rng = np.random.default_rng(8)
    gold, predicted = rng.integers(0, 6, 50).tolist(), rng.integers(0, 9, 50).tolist()
    ((_, false), (missed, right)) = metrics.pair_confusion_matrix(gold, predicted)
    score = pairwise(gold, predicted)
    assert score.precision == pytest.approx(right / (right + false))
    assert score.recall == pytest.approx(right / (right + missed))
    assert score.f1 == pytest.approx(2 * right / (2 * right + false + missed))


def test_clusters_of_one_and_none() -> None:
    assert b_cubed("abc", "abc").f1 == 1.0
    assert pairwise("abc", "abc").f1 == 0.0  # no pairs at all
    assert b_cubed([], []).f1 == pairwise([], []).f1 == 0.0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_information_and_rand_agree_with_another_implementation(
    rows: list[tuple[int, int]],
) -> None:
    """Against scikit-learn, on any two clusterings."""
    metrics = pytest.importorskip("sklearn.metrics")
    gold, found = (list(side) for side in zip(*rows, strict=True))
    want = metrics.normalized_mutual_info_score(gold, found)
    assert shared_information(gold, found).f1 == pytest.approx(want, abs=1e-9)
    assert adjusted_rand(gold, found) == pytest.approx(metrics.adjusted_rand_score(gold, found))
