"""Measures of ranked lists: each takes the gains of one list, best answer first.

A gain is 0 for what is not wanted, and positive (1, or a grade) for what is. All are 0 to 1, higher
is better. As in trec_eval: a list without any relevant answer scores 0.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence, Set
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from onoma.metrics.counts import F64

Answer = TypeVar("Answer", bound=Hashable)


def gains_of(ranked: Sequence[Answer], gold: Mapping[Answer, float]) -> F64:
    """Return the gain at each rank; an answer that comes again counts only at its best rank."""
    seen: set[Answer] = set()
    out = np.zeros(len(ranked))
    for place, answer in enumerate(ranked):
        if answer not in seen:
            out[place] = gold.get(answer, 0.0)
            seen.add(answer)
    return out


def success_at(gains: F64, k: int) -> float:
    """Return 1 if a right answer is among the first k (Acc@k, Hits@k), else 0."""
    return float((gains[:k] > 0).any())


def recall_at(gains: F64, n_relevant: int, k: int) -> float:
    """Return the share of the relevant answers that is among the first k."""
    return float((gains[:k] > 0).sum() / n_relevant) if n_relevant else 0.0


def precision_at(gains: F64, k: int) -> float:
    """Return the share of relevant answers among the first k places (empty places are wrong)."""
    return float((gains[:k] > 0).sum() / k)


def reciprocal_rank(gains: F64) -> float:
    """Return 1 / rank of the first right answer, 0 without one; its mean is MRR."""
    right = np.flatnonzero(gains > 0)
    return 1.0 / (right[0] + 1) if len(right) else 0.0


def average_precision(gains: F64, n_relevant: int) -> float:
    """Return the mean over all relevant answers of the precision at their rank (mean: MAP)."""
    if not n_relevant:
        return 0.0
    right = np.flatnonzero(gains > 0)
    return float((np.arange(1, len(right) + 1) / (right + 1)).sum() / n_relevant)


def ndcg(gains: F64, all_gains: npt.ArrayLike, k: int) -> float:
    """Return the discounted gain of the first k over that of the best possible order.

    ``all_gains`` are those of every relevant answer, found or not. The gain is taken as it is, as
    in trec_eval (Järvelin and Kekäläinen 2002), not raised to a power of two.
    """
    best = np.sort(np.asarray(all_gains, np.float64))[::-1][:k]
    ideal = _discounted(best)
    return _discounted(gains[:k]) / ideal if ideal > 0 else 0.0


def _discounted(gains: F64) -> float:
    return float((gains / np.log2(np.arange(2, len(gains) + 2))).sum())


def filtered_rank(scores: F64, target: int, known: Set[int] = frozenset()) -> float:
    """Return the rank of one answer by its score, other known answers aside.

    Ties are shared: the mean of the best and the worst rank it could have (Sun et al. 2020, so that
    a model that gives everything one score does not win). NaN counts as the worst.
    """
    return Ranks(scores).filtered(target, known)


class Ranks:
    """Ranks by scores that are the same for many queries: sorted once, then looked up."""

    def __init__(self, scores: F64) -> None:
        """Take the score of each answer."""
        self._scores: F64 = np.where(np.isnan(scores), -np.inf, scores)
        self._sorted = np.sort(self._scores)

    def filtered(self, target: int, known: Set[int] = frozenset()) -> float:
        """Return the rank of one answer as ``filtered_rank`` does."""
        own = self._scores[target]
        aside = self._scores[list(known)]
        first, last = (int(self._sorted.searchsorted(own, side)) for side in ("left", "right"))
        above = len(self._sorted) - last - np.count_nonzero(aside > own)
        equal = last - first - 1 - np.count_nonzero(aside == own)
        return float(1.0 + above + equal / 2.0)
