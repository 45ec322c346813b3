"""Precision, recall and F1 from counts, one row or many at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

COLUMNS = ("right predicted", "predicted", "right gold", "gold")
"""The columns of a count row; with equivalent concepts the two "right" ones may differ."""


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean, 0 to 1, higher is better, with what they count."""

    precision: float
    recall: float
    f1: float
    right: int
    predicted: int
    gold: int


def divide(over: npt.ArrayLike, under: npt.ArrayLike) -> F64:
    """Return a share, 0 where there is nothing to share."""
    below = np.asarray(under, np.float64)
    share: F64 = np.divide(
        over, below, out=np.zeros(np.broadcast(over, below).shape), where=below > 0
    )
    return share


def precision(counts: npt.ArrayLike) -> F64:
    """Return the precision of each row of counts (``COLUMNS``, last axis)."""
    rows = np.asarray(counts)
    return divide(rows[..., 0], rows[..., 1])


def recall(counts: npt.ArrayLike) -> F64:
    """Return the recall of each row of counts (``COLUMNS``, last axis)."""
    rows = np.asarray(counts)
    return divide(rows[..., 2], rows[..., 3])


def f1(counts: npt.ArrayLike) -> F64:
    """Return the harmonic mean of precision and recall of each row of counts."""
    p, r = precision(counts), recall(counts)
    return divide(2 * p * r, p + r)


def score(counts: npt.ArrayLike) -> Score:
    """Return the score of one row of counts."""
    row = np.asarray(counts)
    return Score(
        float(precision(row)), float(recall(row)), float(f1(row)),
        int(row[0]), int(row[1]), int(row[3]),
    )  # fmt: skip


def micro(counts: I64) -> Score:
    """Return the score of all rows together; shape (n, 4)."""
    return score(counts.sum(axis=0))


def macro_f1(counts: I64) -> float:
    """Return the mean of the F1 of rows, one a type; types that nobody names are left out."""
    named = counts[(counts[:, 1] > 0) | (counts[:, 3] > 0)]
    return float(f1(named).mean()) if len(named) else 0.0


def set_counts(
    gold: set[object] | frozenset[object], predicted: set[object] | frozenset[object]
) -> I64:
    """Return the count row of two sets compared by equality."""
    right = len(gold & predicted)
    return np.array([right, len(predicted), right, len(gold)], np.int64)
