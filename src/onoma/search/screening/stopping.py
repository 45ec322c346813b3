"""When to stop: how sure it is that a share of all that is to be included has been found.

The test of Callaghan and Müller-Hansen 2020 ("Statistical stopping criteria for automated screening
in systematic reviews"): suppose that less than the wanted share has been found; how likely were it
then to have drawn so few included records since some point? The records decided since that point
are taken for a random sample of those that were open then. They were ranked, the likeliest first,
and hold more included records than a random sample would, so that the chance is, at any one point,
no smaller than the true one. ``chance`` is the least over all points, as in the paper, which
makes it somewhat too hopeful; ``sampled`` takes only records drawn by chance at the end, and is
exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

MOST_POINTS = 400  # starting points that are looked at, evenly spread


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known of how much has been found.

    ``chance``: how likely the decisions so far would be if less than ``recall`` of what is to be
    included had been found (0 to 1); below 0.05 stopping is usual. ``since_last``: records read
    since the last included one.
    """

    records: int
    decided: int
    included: int
    since_last: int
    recall: float
    chance: float

    @property
    def may_stop(self) -> bool:
        """Whether the chance is below one in twenty."""
        return self.chance < 0.05


def outlook(included: Bools, records: int, *, recall: float = 0.95) -> Outlook:
    """Return what decisions, in their order, say of ``records`` in all."""
    found = int(included.sum())
    where = np.flatnonzero(included)
    since = len(included) - (int(where[-1]) + 1 if found else 0)
    points = np.unique(np.linspace(0, len(included), MOST_POINTS).astype(np.int64))
    chance = 1.0
    if found and len(included):
        chances = [chance_of_less(included, records, at, recall=recall) for at in points.tolist()]
        chance = min(chances)
    if len(included) >= records:
        chance = 0.0
    return Outlook(records, len(included), found, since, recall, chance)


def chance_of_less(included: Bools, records: int, start: int, *, recall: float) -> float:
    """Return the chance of so few included ones since ``start``, were less than ``recall`` found.

    Exact where the records decided since ``start`` were drawn by chance from those open then.
    """
    open_then = records - start
    drawn = len(included) - start
    seen = int(included[start:].sum())
    found = int(included.sum())
    if not drawn or not found:
        return 1.0
    least = int(np.floor(found / recall + 1e-9)) + 1 - (found - seen)  # included ones open then
    return hypergeometric_tail(seen, open_then, least, drawn)


def hypergeometric_tail(most: int, size: int, marked: int, drawn: int) -> float:
    """Return the chance of at most ``most`` marked ones among ``drawn`` of ``size``.

    >>> round(hypergeometric_tail(0, 10, 1, 5), 6)
    0.5
    """
    if marked > size:
        return 0.0
    low, high = max(0, drawn - (size - marked)), min(most, marked, drawn)
    if high < low:
        return 0.0
    logs = _log_factorials(1 << size.bit_length())
    k = np.arange(low, high + 1)
    values = (
        _choose(logs, marked, k)
        + _choose(logs, size - marked, drawn - k)
        - _choose(logs, size, np.array([drawn]))
    )
    return float(min(1.0, np.exp(values).sum()))


@lru_cache(maxsize=4)
def _log_factorials(most: int) -> F64:
    logs: F64 = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, most + 1)))])
    return logs


def _choose(logs: F64, size: int, taken: I64) -> F64:
    """Return the logarithm of in how many ways some can be taken."""
    ways: F64 = logs[size] - logs[taken] - logs[size - taken]
    return ways
