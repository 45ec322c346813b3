"""Measures of a clustering against gold clusters; each item stands in one cluster of each."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from onoma.metrics.counts import F64, I64, Score, divide


def contingency(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> I64:
    """Return one row per non-empty meeting of clusters: its size, the predicted's, the gold's."""
    want, got = _numbered(gold), _numbered(predicted)
    both = want * (int(got.max(initial=0)) + 1) + got
    _, first, meeting = np.unique(both, return_index=True, return_counts=True)
    sizes = np.bincount(got)[got[first]], np.bincount(want)[want[first]]
    return np.stack([meeting, *sizes], axis=1)


def _numbered(labels: Sequence[Hashable]) -> I64:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(label, len(numbers)) for label in labels], np.int64)


def b_cubed(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> Score:
    """Return the mean over items of the precision and recall of their own cluster.

    Bagga and Baldwin 1998. ``right`` counts items whose two clusters are the same set.
    """
    items = b_cubed_items(gold, predicted)
    p, r = (float(column.mean()) if len(items) else 0.0 for column in items.T)
    f = float(divide(2 * p * r, p + r))
    same = int((items == 1.0).all(axis=1).sum())
    return Score(p, r, f, same, len(items), len(items))


def b_cubed_items(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> F64:
    """Return each item's own precision and recall; shape (items, 2)."""
    want, got = _numbered(gold), _numbered(predicted)
    if not len(want):
        return np.zeros((0, 2))
    both = want * (int(got.max()) + 1) + got
    _, place, meeting = np.unique(both, return_inverse=True, return_counts=True)
    shared = meeting[place]
    return np.stack([shared / np.bincount(got)[got], shared / np.bincount(want)[want]], axis=1)


def pairwise(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> Score:
    """Return precision, recall and F1 over the pairs of items that stand in one cluster."""
    rows = contingency(gold, predicted)
    right = int((rows[:, 0] * (rows[:, 0] - 1) // 2).sum())
    together = [_pairs(side) for side in (predicted, gold)]
    p, r = (float(divide(right, n)) for n in together)
    return Score(p, r, float(divide(2 * p * r, p + r)), right, *together)


def _pairs(labels: Sequence[Hashable]) -> int:
    size = np.bincount(_numbered(labels)) if len(labels) else np.zeros(0, np.int64)
    return int((size * (size - 1) // 2).sum())


def shared_information(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> Score:
    """Return homogeneity, completeness and their harmonic mean, the V-measure, 0 to 1.

    Rosenberg and Hirschberg 2007; the V-measure is the mutual information over the mean of both
    entropies (NMI). ``right`` counts the meetings of clusters.
    """
    rows = contingency(gold, predicted).astype(np.float64)
    n = rows[:, 0].sum()
    if not n:
        return Score(0.0, 0.0, 0.0, 0, 0, 0)
    mutual = float((rows[:, 0] / n * np.log(rows[:, 0] * n / (rows[:, 1] * rows[:, 2]))).sum())
    want, got = (_entropy(side) for side in (gold, predicted))
    p, r = (max(mutual, 0.0) / part if part > 0 else 1.0 for part in (want, got))
    return Score(p, r, float(divide(2 * p * r, p + r)), len(rows), int(n), int(n))


def _entropy(labels: Sequence[Hashable]) -> float:
    size = np.bincount(_numbered(labels))
    share = size / size.sum()
    return float(-(share * np.log(share)).sum()) if len(size) > 1 else 0.0


def adjusted_rand(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> float:
    """Return the share of pairs that both treat alike, over chance: 1 the same, 0 as by chance.

    Hubert and Arabie 1985.
    """
    found = pairwise(gold, predicted)
    n = len(gold)
    pairs = n * (n - 1) / 2
    if not pairs:
        return 1.0
    chance = found.predicted * found.gold / pairs
    most = (found.predicted + found.gold) / 2
    return float((found.right - chance) / (most - chance)) if most != chance else 1.0
