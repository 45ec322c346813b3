"""Scores of labels: a confusion matrix, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from onoma.metrics.counts import I64, divide


def confusion(gold: Sequence[str], predicted: Sequence[str], labels: Sequence[str]) -> I64:
    """Return the counts of gold label (row) against predicted label (column)."""
    place = {label: number for number, label in enumerate(labels)}
    rows = [place[label] for label in gold]
    columns = [place[label] for label in predicted]
    size = len(labels)
    flat = np.array(rows, np.int64) * size + np.array(columns, np.int64)
    return np.bincount(flat, minlength=size * size).reshape(size, size)


def label_counts(matrix: I64) -> I64:
    """Return the count row of each label of a confusion matrix; shape (labels, 4)."""
    right = np.diagonal(matrix)
    return np.stack([right, matrix.sum(axis=0), right, matrix.sum(axis=1)], axis=1)


def accuracy(matrix: I64) -> float:
    """Return the share on the diagonal."""
    return float(divide(np.trace(matrix), matrix.sum()))


def multilabel_counts(
    gold: Sequence[frozenset[str]], predicted: Sequence[frozenset[str]], labels: Sequence[str]
) -> I64:
    """Return the count row of each item and label; shape (items, labels, 4)."""
    want = np.array([[label in one for label in labels] for one in gold], bool)
    got = np.array([[label in one for label in labels] for one in predicted], bool)
    right = want & got
    return np.stack([right, got, right, want], axis=-1).astype(np.int64)
