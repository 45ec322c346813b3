"""What is asked of frozen vectors: a linear probe, and clusters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from onoma.eval.suite.parts import F32
from onoma.metrics.counts import F64, I64, divide

STRENGTHS = 10.0 ** np.arange(-4, 3)
STARTS = 10
MOST_ROUNDS = 100


def probe(train: F32, gold: Sequence[str], test: F32) -> tuple[tuple[str, ...], F64]:
    """Return the labels, and the score of each for each test vector; (tests, labels).

    Ridge regression on targets of -1 and 1 (Rifkin and Klautau 2004), classes weighted alike, its
    strength the one with the least leave-one-out error on the training part. In the dual form the
    width of the vectors costs nothing.
    """
    labels = tuple(sorted(set(gold)))
    number = {label: place for place, label in enumerate(labels)}
    classes = np.array([number[one] for one in gold])
    targets = np.where(classes[:, None] == np.arange(len(labels)), 1.0, -1.0)
    weights = np.sqrt(len(gold) / (len(labels) * np.bincount(classes)))[classes]
    kernel = (train.astype(np.float64) @ train.T + 1.0) * weights[:, None] * weights
    values, basis = np.linalg.eigh(kernel)
    turned = basis.T @ (targets * weights[:, None])
    best, error = np.zeros_like(targets), np.inf
    for strength in STRENGTHS:
        inverse = 1.0 / (np.maximum(values, 0.0) + strength)
        dual = basis @ (inverse[:, None] * turned)
        left_out = dual / ((basis**2) @ inverse)[:, None]
        if (found := float((left_out**2).sum())) < error:
            best, error = dual, found
    return labels, (test.astype(np.float64) @ train.T + 1.0) @ (best * weights[:, None])


def clusters_of(vectors: F32, k: int, rng: np.random.Generator) -> I64:
    """Return the cluster of each vector: k-means, ten starts (Arthur and Vassilvitskii 2007)."""
    given = vectors.astype(np.float64)
    if given.shape[1] > len(given):  # the same distances in fewer numbers
        values, basis = np.linalg.eigh(given @ given.T)
        given = basis * np.sqrt(np.maximum(values, 0.0))
    found = [_k_means(given, k, rng) for _ in range(STARTS)]
    return min(found, key=lambda one: one[1])[0]


def _k_means(given: F64, k: int, rng: np.random.Generator) -> tuple[I64, float]:
    """Return clusters and the sum of the squared distances to their centres."""
    sizes = (given**2).sum(axis=1)
    centres = given[[int(rng.integers(len(given)))]]
    for _ in range(k - 1):
        gap = np.maximum(_distances(given, sizes, centres).min(axis=1), 0.0)
        chance = gap / gap.sum() if gap.sum() > 0 else None
        centres = np.concatenate([centres, given[[rng.choice(len(given), p=chance)]]])
    places = np.full(len(given), -1)
    for _ in range(MOST_ROUNDS):
        gaps = _distances(given, sizes, centres)
        now = gaps.argmin(axis=1)
        if (now == places).all():
            break
        places = now
        held = np.zeros((k, len(given)))
        held[places, np.arange(len(given))] = 1.0
        count = held.sum(axis=1, keepdims=True)
        centres = np.where(count > 0, divide(held @ given, np.maximum(count, 1.0)), centres)
    return places.astype(np.int64), float(gaps.min(axis=1).sum())


def _distances(given: F64, sizes: F64, centres: F64) -> F64:
    gaps: F64 = sizes[:, None] - 2 * given @ centres.T + (centres**2).sum(axis=1)
    return gaps


def v_measure(table: F64) -> float:
    """Return the harmonic mean of homogeneity and completeness of counts (gold, cluster).

    Rosenberg and Hirschberg 2007; 0 to 1, higher is better.
    """
    total = table.sum()
    if total <= 0:
        return 0.0
    joint = table / total
    gold, cluster = joint.sum(axis=1), joint.sum(axis=0)
    shared = _entropy(gold) + _entropy(cluster) - _entropy(joint.ravel())
    parts = [1.0 if h <= 0 else shared / h for h in (_entropy(gold), _entropy(cluster))]
    return float(divide(2 * parts[0] * parts[1], parts[0] + parts[1]))


def _entropy(shares: F64) -> float:
    some = shares[shares > 0]
    return float(-(some * np.log(some)).sum())
