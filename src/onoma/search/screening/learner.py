"""Logistic regression on the records decided so far, warm from the last time; NumPy alone.

Included records are few: each class counts by a power of how rare it is (``balance``). The weights
are found by accelerated gradient steps (Nesterov 1983) on the columns that decided records use.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.classify.ngrams import Rows
from onoma.search.screening.features import F32, SIZE

Bools = npt.NDArray[np.bool_]

STEPS = 40
PULL = 1.0  # of the weights towards zero
BALANCE = 1.0  # 0: each record counts alike; 1: both classes together do


@dataclass(frozen=True, slots=True)
class Decided:
    """Rows of records and whether each is included."""

    rows: Rows
    included: Bools


def fit(decided: Decided, *, pull: float = PULL, balance: float = BALANCE) -> tuple[F32, float]:
    """Return a weight for each feature (SIZE,) and a bias: log odds of being included.

    Without records of both kinds the weights are zero.
    """
    whole = np.zeros(SIZE, np.float32)
    want = decided.included.astype(np.float32)
    many = int(want.sum())
    if not 0 < many < len(want):
        return whole, 0.0
    rows = decided.rows
    used, column = np.unique(rows.column, return_inverse=True)
    row = rows.row
    counts = np.where(decided.included, ((len(want) - many) / many) ** balance, 1.0)
    counts = counts.astype(np.float32)
    length = np.bincount(row, rows.value**2, minlength=len(want))
    rate = np.float32(1 / (0.25 * float((counts * (length + 1)).sum()) + pull))
    weights = np.zeros(len(used), np.float32)
    bias, turn = 0.0, 1.0
    ahead, ahead_bias = weights, bias
    for _ in range(STEPS):
        margin = np.bincount(row, rows.value * ahead[column], minlength=len(want)) + ahead_bias
        gap = (counts * (1 / (1 + np.exp(-margin)) - want)).astype(np.float32)
        slope = np.bincount(column, rows.value * gap[row], minlength=len(used)) + pull * ahead
        new, new_bias = ahead - rate * slope.astype(np.float32), ahead_bias - rate * gap.sum()
        after = (1 + (1 + 4 * turn * turn) ** 0.5) / 2
        push = (turn - 1) / after
        ahead = new + np.float32(push) * (new - weights)
        ahead_bias = new_bias + push * (new_bias - bias)
        weights, bias, turn = new, float(new_bias), after
    whole[used] = weights
    return whole, bias


def scores(rows: Rows, weights: F32, bias: float) -> F32:
    """Return the log odds of being included for every record."""
    out = np.full(len(rows), bias, np.float32)
    filled = np.flatnonzero(np.diff(rows.start))
    if len(filled):
        out[filled] += np.add.reduceat(rows.value * weights[rows.column], rows.start[filled])
    return out
