"""Measures of scores: how well they order, and whether they mean what they say."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from onoma.metrics.correlation import mean_ranks
from onoma.metrics.counts import F64


def auroc(gold: npt.ArrayLike, scores: npt.ArrayLike) -> float:
    """Return the chance that a positive scores above a negative, ties by half; NaN without both.

    By the rank sum (Hanley and McNeil 1982).
    """
    positive = np.asarray(gold, bool)
    n, m = int(positive.sum()), int((~positive).sum())
    if not n or not m:
        return math.nan
    ranks = mean_ranks(scores)
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * m))


def auprc(gold: npt.ArrayLike, scores: npt.ArrayLike) -> float:
    """Return the average precision over the positives, equal scores as one step; NaN without any.

    The step-wise sum, not the trapezoid, which is too good (Davis and Goadrich 2006).
    """
    positive = np.asarray(gold, bool)
    given = np.asarray(scores, np.float64)
    if not positive.any():
        return math.nan
    order = np.argsort(-given, kind="stable")
    found = np.cumsum(positive[order])
    falling = given[order]  # may hold infinities, which do not subtract
    ends = np.flatnonzero(np.append(falling[1:] != falling[:-1], True))
    precision = found[ends] / (ends + 1)
    steps = np.diff(found[ends], prepend=0) / positive.sum()
    return float((precision * steps).sum())


def risk_coverage(right: npt.ArrayLike, confidence: npt.ArrayLike) -> F64:
    """Return the share of errors among the i + 1 most confident answers, for each i."""
    wrong = ~np.asarray(right, bool)
    order = np.argsort(-np.asarray(confidence, np.float64), kind="stable")
    risk: F64 = np.cumsum(wrong[order]) / np.arange(1, len(wrong) + 1)
    return risk


def aurc(right: npt.ArrayLike, confidence: npt.ArrayLike) -> float:
    """Return the mean risk over all coverages, 0 to 1, lower is better (Geifman et al. 2019)."""
    risk = risk_coverage(right, confidence)
    return float(risk.mean()) if len(risk) else math.nan


def calibration_error(right: npt.ArrayLike, confidence: npt.ArrayLike, *, bins: int = 10) -> float:
    """Return the mean gap between confidence and accuracy over bins of equal width, 0 to 1.

    Bins weigh by their size (Guo et al. 2017); a confidence of 0 falls in the first bin. Lower is
    better.
    """
    hit = np.asarray(right, np.float64)
    said = np.asarray(confidence, np.float64)
    if not len(said):
        return math.nan
    place = np.clip(np.ceil(said * bins).astype(np.int64) - 1, 0, bins - 1)
    gaps = np.bincount(place, hit - said, minlength=bins)
    return float(np.abs(gaps).sum() / len(said))
