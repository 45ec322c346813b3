"""Bootstrap intervals and paired comparison, over documents (or whatever else is drawn whole).

A statistic takes weights, shape (samples, n): how often each of the n units was drawn into each
sample, and gives one value a sample. Measures made of sums are one matrix product for all samples.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.metrics.counts import F64, I64, divide, f1, precision, recall
from onoma.metrics.distributions import sign_p

SAMPLES = 1000
_CELLS = 1 << 23  # weights held at a time
Statistic = Callable[[F64], F64]
"""Weights (samples, n) to values (samples,)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure with the percentile interval of its bootstrap; NaN where undefined."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The first system less the second one.

    ``p`` is two-sided, by the paired bootstrap (Koehn 2004): twice the share of samples on the
    other side of zero. ``wins``, ``ties`` and ``losses`` count decisions; ``sign_p`` is the exact
    sign test on them, which is McNemar's where a decision is right or wrong.
    """

    difference: Estimate
    p: float
    wins: int
    ties: int
    losses: int
    sign_p: float


def mean_of(values: npt.ArrayLike) -> Statistic:
    """Return the statistic that is the mean of a value per unit; NaN units are left out."""
    given = np.asarray(values, np.float64)
    is_there = ~np.isnan(given)
    filled = np.where(is_there, given, 0.0)
    return lambda weights: _ratio(weights @ filled, weights @ is_there.astype(np.float64))


def ratio_of(over: npt.ArrayLike, under: npt.ArrayLike) -> Statistic:
    """Return the statistic that is a sum over another sum."""
    above, below = np.asarray(over, np.float64), np.asarray(under, np.float64)
    return lambda weights: _ratio(weights @ above, weights @ below)


def _ratio(over: F64, under: F64) -> F64:
    return np.where(under > 0, divide(over, under), math.nan)


def f1_of(counts: I64) -> Statistic:
    """Return the micro F1 of count rows, one a unit; shape (n, 4)."""
    return lambda weights: f1(weights @ counts.astype(np.float64))


def precision_of(counts: I64) -> Statistic:
    """Return the micro precision of count rows, one a unit; shape (n, 4)."""
    return lambda weights: precision(weights @ counts.astype(np.float64))


def recall_of(counts: I64) -> Statistic:
    """Return the micro recall of count rows, one a unit; shape (n, 4)."""
    return lambda weights: recall(weights @ counts.astype(np.float64))


def macro_f1_of(counts: I64) -> Statistic:
    """Return the mean F1 over types; shape (n, types, 4); types that nobody names are left out."""
    flat = counts.reshape(len(counts), -1).astype(np.float64)

    def statistic(weights: F64) -> F64:
        rows = (weights @ flat).reshape(len(weights), -1, 4)
        named = (rows[..., 1] > 0) | (rows[..., 3] > 0)
        return divide((f1(rows) * named).sum(axis=1), named.sum(axis=1))

    return statistic


def drawn(function: Callable[[I64], float]) -> Statistic:
    """Return a statistic of a function of the units drawn (their numbers, with repeats)."""

    def statistic(weights: F64) -> F64:
        numbers = np.arange(weights.shape[1])
        return np.array([function(np.repeat(numbers, row.astype(np.int64))) for row in weights])

    return statistic


def weight_blocks(n: int, *, samples: int, rng: np.random.Generator) -> Iterator[F64]:
    """Yield the weights of the samples, some at a time."""
    step = max(1, _CELLS // max(1, n))
    for first in range(0, samples, step):
        size = min(step, samples - first)
        picked = rng.integers(0, n, (size, n)) + n * np.arange(size)[:, None]
        counted = np.bincount(picked.ravel(), minlength=size * n)
        yield counted.reshape(size, n).astype(np.float64)


def bootstrap(
    statistics: dict[str, Statistic],
    n: int,
    *,
    rng: np.random.Generator,
    samples: int = SAMPLES,
    level: float = 0.95,
) -> dict[str, Estimate]:
    """Return each statistic of all n units with its interval; all see the same samples."""
    if n == 0:
        return {name: Estimate(math.nan, math.nan, math.nan) for name in statistics}
    whole = np.ones((1, n))
    values: dict[str, list[F64]] = {name: [] for name in statistics}
    for weights in weight_blocks(n, samples=samples, rng=rng):
        for name, statistic in statistics.items():
            values[name].append(statistic(weights))
    return {
        name: _estimate(float(statistic(whole)[0]), values[name], level)
        for name, statistic in statistics.items()
    }


def _estimate(value: float, parts: list[F64], level: float) -> Estimate:
    """Return a value with the percentiles of what its samples gave."""
    drawn_values = np.concatenate(parts) if parts else np.zeros(0)
    known = drawn_values[~np.isnan(drawn_values)]
    if not len(known):
        return Estimate(value, math.nan, math.nan)
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value, float(low), float(high))


def compare(
    first: Statistic,
    second: Statistic,
    n: int,
    *,
    decisions: npt.NDArray[np.float64],
    rng: np.random.Generator,
    samples: int = SAMPLES,
    level: float = 0.95,
) -> Comparison:
    """Return how two systems differ on the same n units (those that are drawn whole).

    ``decisions`` has the score of each single decision by either system (higher is better), which
    may be finer than the units; shape (2, decisions).
    """
    wins, losses = (int((decisions[a] > decisions[1 - a] + 1e-12).sum()) for a in (0, 1))
    ties = decisions.shape[1] - wins - losses
    if n == 0:
        nothing = Estimate(math.nan, math.nan, math.nan)
        return Comparison(nothing, math.nan, wins, ties, losses, sign_p(wins, losses))
    parts = [first(w) - second(w) for w in weight_blocks(n, samples=samples, rng=rng)]
    whole = np.ones((1, n))
    value = float(first(whole)[0] - second(whole)[0])
    gaps = np.concatenate(parts)
    gaps = gaps[~np.isnan(gaps)]
    tail = min((gaps <= 0).sum(), (gaps >= 0).sum()) if len(gaps) else 0
    p = min(1.0, 2.0 * (int(tail) + 1) / (len(gaps) + 1))
    return Comparison(_estimate(value, parts, level), p, wins, ties, losses, sign_p(wins, losses))
