"""Logistic regression of several labels at once, over sparse rows.

Optimiser: Nesterov 1983 with restarts (O'Donoghue and Candès 2015); L2 penalty.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from onoma.classify.ngrams import SIZE, Rows

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

STEPS = 60


def fit_rows(rows: Rows, gold: Bools, *, pull: float, steps: int = STEPS) -> tuple[F32, F32]:
    """Return weights (SIZE, labels) and biases (labels,) that give log odds.

    ``gold`` is (rows, labels); ``pull`` draws the weights to zero: it is the penalty for one text.
    """
    used, column = np.unique(rows.column, return_inverse=True)
    own = Rows(rows.start, column.astype(np.int64), rows.value)
    order = np.argsort(own.column, kind="stable")
    begin = np.searchsorted(own.column[order], np.arange(len(used)))
    turned_row, turned_value = own.row[order], own.value[order][:, None]
    want = gold.astype(np.float32)
    length = float(np.bincount(own.row, own.value**2, minlength=len(own)).max(initial=0.0))
    step = np.float32(1 / (0.25 * (length + 1) * len(own) * 0.25 + pull))
    shares = want.mean(0)
    weights = np.zeros((len(used), want.shape[1]), np.float32)
    bias = np.log((shares + 1e-3) / (1 - shares + 1e-3))
    ahead, ahead_bias, turn, before = weights, bias, 1.0, np.inf
    for _ in range(steps):
        margin = own.times(ahead) + ahead_bias
        gap = (1 / (1 + np.exp(-margin)) - want).astype(np.float32)
        loss = float(np.logaddexp(0, margin).sum() - (want * margin).sum())
        loss += 0.5 * pull * float((ahead * ahead).sum())
        slope = np.add.reduceat(turned_value * gap[turned_row], begin) + pull * ahead
        new, new_bias = ahead - step * slope, ahead_bias - step * gap.sum(0)
        if loss > before:
            turn = 1.0
        after = (1 + (1 + 4 * turn * turn) ** 0.5) / 2
        push = np.float32((turn - 1) / after)
        ahead, ahead_bias = new + push * (new - weights), new_bias + push * (new_bias - bias)
        weights, bias, turn, before = new, new_bias, after, loss
    whole = np.zeros((SIZE, want.shape[1]), np.float32)
    whole[used] = weights
    return whole, bias.astype(np.float32)


def fit_columns(columns: F64, gold: Bools, *, pull: float = 1.0) -> tuple[F64, float]:
    """Return weights and bias of one label over a few columns, by Newton's method.

    The columns should be of about unit size.
    """
    table = np.column_stack([columns, np.ones(len(columns))])
    penalty = np.diag([pull] * columns.shape[1] + [1e-6])
    weights = np.zeros(table.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(table @ weights, -30, 30)))
        slope = table.T @ (chance - gold) + penalty @ weights
        bend = (table * (chance * (1 - chance))[:, None]).T @ table + penalty
        move = np.linalg.solve(bend, slope)
        weights = weights - move / max(1.0, float(np.abs(move).max()))
        if np.abs(move).max() < 1e-7:
            break
    return weights[:-1], float(weights[-1])
