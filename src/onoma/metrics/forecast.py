"""Errors of forecasts; lower is better unless said."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from onoma.metrics.counts import F64, divide


def absolute_errors(gold: npt.ArrayLike, predicted: npt.ArrayLike) -> F64:
    """Return the distance of each prediction from what came."""
    return np.abs(np.asarray(predicted, np.float64) - np.asarray(gold, np.float64))


def mean_absolute_error(gold: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    """Return the mean distance, in the series' own unit."""
    return float(absolute_errors(gold, predicted).mean())


def root_mean_squared_error(gold: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    """Return the root of the mean squared distance, in the series' own unit."""
    return math.sqrt(float((absolute_errors(gold, predicted) ** 2).mean()))


def symmetric_percentage_error(gold: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    """Return the mean distance over the mean size of both values, 0 to 2 (sMAPE); 0/0 is 0."""
    size = (np.abs(np.asarray(gold, np.float64)) + np.abs(np.asarray(predicted, np.float64))) / 2
    return float(divide(absolute_errors(gold, predicted), size).mean())


def naive_error(history: npt.ArrayLike, season: int = 1) -> float:
    """Return the mean distance of a past value from the one a season before; NaN if too short."""
    past = np.asarray(history, np.float64)
    return float(np.abs(past[season:] - past[:-season]).mean()) if len(past) > season else math.nan


def scaled_errors(
    gold: npt.ArrayLike, predicted: npt.ArrayLike, history: npt.ArrayLike, season: int = 1
) -> F64:
    """Return the errors over those of the naive forecast in the past (Hyndman and Koehler 2006).

    Their mean is MASE: below 1 is better than naive. NaN where the past does not vary.
    """
    scale = naive_error(history, season)
    errors = absolute_errors(gold, predicted)
    return errors / scale if scale and scale > 0 else np.full(len(errors), math.nan)


def interval_coverage(gold: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> float:
    """Return the share of values inside their forecast interval; good is its stated level."""
    came = np.asarray(gold, np.float64)
    return float(((np.asarray(low) <= came) & (came <= np.asarray(high))).mean())


def pinball(gold: npt.ArrayLike, predicted: npt.ArrayLike, quantile: float) -> float:
    """Return the mean loss of forecasts of a quantile (Koenker and Bassett 1978)."""
    above = np.asarray(gold, np.float64) - np.asarray(predicted, np.float64)
    return float(np.maximum(quantile * above, (quantile - 1.0) * above).mean())
