"""How far two readers agree."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from onoma.metrics.counts import F64
from onoma.metrics.resampling import Statistic


def cohen_kappa(first: Sequence[str], second: Sequence[str]) -> float:
    """Return Cohen's kappa of two readers' labels of the same things (Cohen 1960).

    1: they agree on all; 0: as often as chance would have it; below 0: less often. NaN where it is
    not defined: nothing was labelled, or both gave everything one same label.
    """
    return float(kappa_of(first, second, [0] * len(first), 1)(np.ones((1, 1)))[0])


def kappa_of(
    first: Sequence[str], second: Sequence[str], units: Sequence[int], count: int
) -> Statistic:
    """Return the statistic that is Cohen's kappa; ``units``: of which unit each thing is."""
    labels = {label: place for place, label in enumerate(sorted({*first, *second}))}
    of, width = np.asarray(units, np.int64), max(1, len(labels))
    told = []
    for given in (first, second):
        cells = of * width + np.array([labels[one] for one in given], np.int64)
        told.append(np.bincount(cells, minlength=count * width).reshape(count, width))
    equal = np.array([one == other for one, other in zip(first, second, strict=True)], np.float64)
    same = np.bincount(of, equal, count)

    def statistic(weights: F64) -> F64:
        left, right = (weights @ table for table in told)
        total = np.maximum(left.sum(axis=1), 1)
        chance = (left * right).sum(axis=1) / total**2
        seen = weights @ same / total
        is_known = (chance < 1 - 1e-12) & (left.sum(axis=1) > 0)
        return np.where(is_known, (seen - chance) / np.where(is_known, 1 - chance, 1), math.nan)

    return statistic
