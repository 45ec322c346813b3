"""Which concepts rise or fall over the years: a test of trend for each, and how many are chance.

For each concept that stands in enough documents of enough years: the Cochran-Armitage test of trend
in its share of the year's documents. As many concepts are tested at once, what is called rising
keeps the rate of false ones below a level (Benjamini-Hochberg). A year with few documents weighs
little, so that a last year that is not over does no harm.

Papers: Armitage 1955, Tests for linear trends in proportions; Benjamini and Hochberg 1995.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.metrics.distributions import normal_p
from onoma.report.results import Entity, Report

F64 = npt.NDArray[np.float64]

LEAST = 10  # documents of a concept that is tested
YEARS = 3  # years with documents, at the least
LEVEL = 0.05  # share of those called rising or falling that may be chance


@dataclass(frozen=True, slots=True)
class Trend:
    """A concept over the years: its share of the documents in the earlier and the later half.

    ``z``: above 0 it rises; ``p``: two-sided; ``q``: the rate of false ones if this one and all
    that are clearer are called rising or falling.
    """

    entity: Entity
    early: float
    late: float
    z: float
    p: float
    q: float


@dataclass(frozen=True, slots=True)
class Trends:
    """The concepts that rise, those that fall, the rest, the clearest first; how many in all."""

    rising: tuple[Trend, ...]
    falling: tuple[Trend, ...]
    unclear: tuple[Trend, ...]
    tested: int
    years: tuple[int, ...]


def trends_of(report: Report, *, aside: frozenset[str] = frozenset(), least: int = LEAST) -> Trends:
    """Return the trends of a report's concepts that stand in ``least`` documents or more."""
    totals = {year: n for year, (n, _) in report.years().items() if year is not None and n}
    years = tuple(sorted(totals))
    if len(years) < YEARS:
        return Trends((), (), (), 0, years)
    tested: list[tuple[Entity, Mapping[int, int]]] = []
    for one in report.entities(aside=aside):
        if one.documents < least:
            break  # they come by documents
        own = {year: n for year, (n, _) in report.yearly(one.rank).items() if year is not None}
        if sum(own.values()) >= least:
            tested.append((one, own))
    made = [trend_of(own, totals) for _, own in tested]
    rates = false_rates([normal_p(z) for z, *_ in made])
    found = [
        Trend(one, early, late, z, normal_p(z), q)
        for (one, _), (z, early, late), q in zip(tested, made, rates, strict=True)
    ]
    found.sort(key=lambda one: (one.p, one.entity.rank))
    clear = [one for one in found if one.q <= LEVEL]
    rising = tuple(one for one in clear if one.z > 0)
    falling = tuple(one for one in clear if one.z < 0)
    return Trends(rising, falling, tuple(found[len(clear) :]), len(tested), years)


def trend_of(own: Mapping[int, int], totals: Mapping[int, int]) -> tuple[float, float, float]:
    """Return the z of the trend, and the shares in the earlier and the later half.

    The halves part the documents as evenly as whole years can.
    """
    years = np.array(sorted(totals), np.float64)
    every = np.array([totals[int(year)] for year in years], np.float64)
    some = np.array([own.get(int(year), 0) for year in years], np.float64)
    half = int(np.argmin(np.abs(every.cumsum() - every.sum() / 2))) + 1
    half = min(max(half, 1), len(years) - 1)
    early = float(some[:half].sum() / every[:half].sum())
    late = float(some[half:].sum() / every[half:].sum())
    share = some.sum() / every.sum()
    middle = (every * years).sum() / every.sum()
    spread = share * (1 - share) * (every * (years - middle) ** 2).sum()
    lean = ((some - every * share) * (years - middle)).sum()
    return (float(lean / math.sqrt(spread)) if spread > 0 else 0.0), early, late


def false_rates(p: Sequence[float]) -> list[float]:
    """Return for each p the rate of false ones among all that are as small (Benjamini-Hochberg).

    >>> false_rates([0.01, 0.02, 0.9])
    [0.03, 0.03, 0.9]
    """
    order = np.argsort(p, kind="stable")
    ranked = np.asarray(p, np.float64)[order] * len(p) / np.arange(1, len(p) + 1)
    least = np.minimum.accumulate(ranked[::-1])[::-1]
    out = np.empty(len(p))
    out[order] = np.minimum(least, 1.0)
    return list(out.tolist())
