"""Rank correlation with its significance."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.metrics.counts import F64
from onoma.metrics.distributions import normal_p, student_t_p

_EXACT_UP_TO = 33


@dataclass(frozen=True, slots=True)
class Correlation:
    """A coefficient, -1 to 1, and the two-sided p of there being none; NaN where undefined."""

    value: float
    p: float
    n: int


def mean_ranks(values: npt.ArrayLike) -> F64:
    """Return each value's rank from 1, equal values sharing the mean of theirs."""
    given = np.asarray(values, np.float64)
    _, place, count = np.unique(given, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks: F64 = (last - (count - 1) / 2.0)[place]
    return ranks


def pearson(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Return the linear correlation, NaN where one side does not vary."""
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if len(x) < 2:
        return math.nan
    x, y = x - x.mean(), y - y.mean()
    under = math.sqrt(float(x @ x) * float(y @ y))
    return float(np.clip(x @ y / under, -1.0, 1.0)) if under > 0 else math.nan


def spearman(a: npt.ArrayLike, b: npt.ArrayLike) -> Correlation:
    """Return Spearman's rho; p from Student's t with n - 2 degrees of freedom."""
    x, y = mean_ranks(a), mean_ranks(b)
    rho, n = pearson(x, y), len(x)
    if math.isnan(rho) or n < 3:
        return Correlation(rho, math.nan, n)
    rest = (1.0 - rho) * (1.0 + rho)
    t = rho * math.sqrt((n - 2) / rest) if rest > 0 else math.inf
    return Correlation(rho, student_t_p(t, n - 2), n)


def kendall(a: npt.ArrayLike, b: npt.ArrayLike) -> Correlation:
    """Return Kendall's tau-b.

    p is exact (the number of permutations with that many inversions) for up to 33 values without
    ties, else that of the normal approximation with corrections for ties (Kendall 1970, chapters
    4 and 5).
    """
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    n = len(x)
    order = np.lexsort((y, x))
    x, y = x[order], y[order]
    pairs = n * (n - 1) // 2
    ties_x, ties_y = _tie_sizes(x), _tie_sizes(y)
    same_x, same_y = int(_choose2(ties_x)), int(_choose2(ties_y))
    both = int(_choose2(_run_lengths((np.diff(x) != 0) | (np.diff(y) != 0))))
    under = math.sqrt((pairs - same_x) * (pairs - same_y))
    if under == 0:
        return Correlation(math.nan, math.nan, n)
    discordant = _inversions(y)
    difference = pairs - same_x - same_y + both - 2 * discordant
    tau = max(-1.0, min(1.0, difference / under))
    if same_x == same_y == 0 and n <= _EXACT_UP_TO:
        return Correlation(tau, _exact_p(n, min(discordant, pairs - discordant)), n)
    return Correlation(tau, normal_p(difference / math.sqrt(_variance(n, ties_x, ties_y))), n)


def _tie_sizes(values: F64) -> npt.NDArray[np.int64]:
    """Return how often each value comes."""
    return np.unique(values, return_counts=True)[1]


def _run_lengths(breaks: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return the lengths of the runs between breaks."""
    edges = np.concatenate(([0], np.flatnonzero(breaks) + 1, [len(breaks) + 1]))
    return np.diff(edges)


def _choose2(sizes: npt.NDArray[np.int64]) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _inversions(values: F64) -> int:
    """Return how many pairs stand in falling order."""
    seen: list[float] = []
    count = 0
    for place, value in enumerate(values.tolist()):
        at = bisect.bisect_right(seen, value)
        count += place - at
        seen.insert(at, value)
    return count


def _variance(n: int, *ties: npt.NDArray[np.int64]) -> float:
    """Return the variance of concordant less discordant pairs, ties taken into account."""
    x, y = (t.astype(np.float64) for t in ties)

    def weighed(sizes: F64) -> float:
        return float((sizes * (sizes - 1) * (2 * sizes + 5)).sum())

    def twos(sizes: F64) -> float:
        return float((sizes * (sizes - 1)).sum())

    def threes(sizes: F64) -> float:
        return float((sizes * (sizes - 1) * (sizes - 2)).sum())

    first = (n * (n - 1) * (2 * n + 5) - weighed(x) - weighed(y)) / 18.0
    second = twos(x) * twos(y) / (2.0 * n * (n - 1))
    third = threes(x) * threes(y) / (9.0 * n * (n - 1) * (n - 2)) if n > 2 else 0.0
    return first + second + third


def _exact_p(n: int, few: int) -> float:
    """Return the two-sided chance of at most ``few`` inversions in a permutation of n values."""
    ways = [1]
    for size in range(2, n + 1):
        summed = np.cumsum(np.array([*ways, *[0] * min(size - 1, few)], object))
        ways = [int(v - (summed[i - size] if i >= size else 0)) for i, v in enumerate(summed)]
        ways = ways[: few + 1]
    return min(1.0, 2.0 * sum(ways) / math.factorial(n))
