"""Trains the models of this room, in NumPy.

Optimiser: AdaGrad (Duchi et al. 2011) with an L2 pull, one example at a time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from onoma.relate.saying.linear import SIZE, Linear, numbered, softmax

I64 = npt.NDArray[np.int64]
F32 = npt.NDArray[np.float32]


class _Steps:
    """Weights with the squares of their slopes."""

    def __init__(self, classes: int, rate: float, pull: float) -> None:
        self.weights = np.zeros((SIZE, classes), np.float32)
        self._squares = np.full((SIZE, classes), 1e-2, np.float32)
        self.bias = np.zeros(classes, np.float32)
        self._bias_squares = np.ones(classes, np.float32)
        self._rate, self._pull = rate, pull

    def step(self, rows: I64, slope: F32) -> None:
        """Go down; ``slope`` is (rows, classes) or (classes,)."""
        whole = slope + self._pull * self.weights[rows]
        self._squares[rows] += whole**2
        self.weights[rows] -= self._rate * whole / np.sqrt(self._squares[rows])

    def step_bias(self, slope: F32) -> None:
        """Go down with the biases."""
        self._bias_squares += slope**2
        self.bias -= self._rate * slope / np.sqrt(self._bias_squares)


def fit_choice(
    examples: Sequence[tuple[Sequence[Sequence[str]], Sequence[int]]],
    *,
    rounds: int = 6,
    rate: float = 0.1,
    pull: float = 1e-3,
    seed: int = 1,
) -> Linear:
    """Return a model that chooses one of an example's candidates.

    An example is its candidates' features and the numbers of those that are right; which of
    several right ones is chosen is free (the chance of all of them together is raised).
    """
    rng = np.random.default_rng(seed)
    packed = []
    for candidates, right in examples:
        rows = [numbered(features) for features in candidates]
        owner = np.repeat(np.arange(len(rows)), [len(one) for one in rows])
        begin = np.cumsum([0, *[len(one) for one in rows[:-1]]])
        good = np.zeros(len(rows), bool)
        good[list(right)] = True
        packed.append((np.concatenate(rows), owner, begin, good))
    steps = _Steps(1, rate, pull)
    for _ in range(rounds):
        for number in rng.permutation(len(packed)).tolist():
            flat, owner, begin, good = packed[number]
            chance = softmax(np.add.reduceat(steps.weights[flat, 0], begin))
            inside = chance * good
            slope = chance - inside / max(float(inside.sum()), 1e-9)
            total = np.bincount(flat, slope[owner], minlength=SIZE)
            used = np.unique(flat)
            steps.step(used, total[used, None].astype(np.float32))
    return Linear(steps.weights, steps.bias)


def fit_classes(
    examples: Sequence[Sequence[str]],
    gold: Sequence[int],
    classes: int,
    *,
    weights: Sequence[float] | None = None,
    rounds: int = 8,
    rate: float = 0.1,
    pull: float = 1e-3,
    seed: int = 1,
) -> Linear:
    """Return a model that tells classes apart; ``weights``: how much an example counts."""
    rng = np.random.default_rng(seed)
    rows = [numbered(features) for features in examples]
    steps = _Steps(classes, rate, pull)
    for _ in range(rounds):
        for number in rng.permutation(len(rows)).tolist():
            at = rows[number]
            slope = softmax(steps.weights[at].sum(0) + steps.bias)
            slope[gold[number]] -= 1
            slope *= 1.0 if weights is None else weights[number]
            steps.step(at, slope)
            steps.step_bias(slope)
    return Linear(steps.weights, steps.bias)
