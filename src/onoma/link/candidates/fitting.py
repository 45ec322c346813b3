"""How much each part of a score should count, read from annotations.

A term's candidates and their parts are given as they are under some weights; a factor for each part
is fitted so that the right candidate leads (a softmax over each term's candidates), pulled towards
1 so that few annotations change little. Then the curve from scores to chances is fitted anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.found import PARTS, Found
from onoma.link.candidates.scoring import Weights

F64 = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

STEPS = 300
RATE = 0.05
PULL = 4.0  # as many terms as must speak against it before a factor moves far
SHARP = 6.5  # slope of the softmax: that of ``Weights``
LEAST_TERMS = 30  # with a right and a wrong candidate: fewer are not worth a fit
FACTORS = (0.0, 3.0)


@dataclass(frozen=True, slots=True)
class Lessons:
    """Candidates' parts (rows, len(PARTS)), whose term they are, and whether they are right."""

    parts: F64
    term: npt.NDArray[np.int64]
    right: Bools

    @classmethod
    def of(cls, found: Found, right: Bools) -> Lessons:
        """Return what a linker found with the truth, terms without a choice left out."""
        parts = np.stack([found.parts[name].astype(np.float64) for name in PARTS], axis=1)
        size = int(found.term.max(initial=-1)) + 1
        good = np.bincount(found.term[right], minlength=size) > 0
        bad = np.bincount(found.term[~right], minlength=size) > 0
        keep = (good & bad)[found.term]
        _, term = np.unique(found.term[keep], return_inverse=True)
        return cls(parts[keep], term.astype(np.int64).ravel(), right[keep])

    @classmethod
    def join(cls, several: Sequence[Lessons]) -> Lessons:
        """Return several in one; their terms are other ones."""
        first, terms = 0, []
        for one in several:
            terms.append(one.term + first)
            first += len(one)
        return cls(
            np.concatenate([one.parts for one in several]),
            np.concatenate(terms),
            np.concatenate([one.right for one in several]),
        )

    def __len__(self) -> int:
        """Return the number of terms."""
        return int(self.term.max(initial=-1)) + 1

    def accuracy(self, factors: F64) -> float:
        """Return the share of terms whose first candidate is right."""
        order = np.lexsort((-(self.parts @ factors), self.term))
        _, first = np.unique(self.term[order], return_index=True)
        return float(self.right[order][first].mean()) if len(first) else 0.0


def fit_factors(lessons: Lessons) -> F64:
    """Return a factor for each of ``PARTS``, 1 where nothing speaks for another one."""
    factors = np.ones(len(PARTS))
    if len(lessons) < LEAST_TERMS:
        return factors
    mean, square = np.zeros(len(PARTS)), np.zeros(len(PARTS))
    for step in range(1, STEPS + 1):
        slope = _slope(lessons, factors) - PULL * (factors - 1) / len(lessons)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        steady = mean / (1 - 0.9**step), np.sqrt(square / (1 - 0.99**step)) + 1e-8
        factors = np.clip(factors + RATE * steady[0] / steady[1], *FACTORS)
    return factors


def _slope(lessons: Lessons, factors: F64) -> F64:
    """Return how the mean log chance of the right candidates grows with each factor."""
    raw = SHARP * (lessons.parts @ factors)
    size = len(lessons)
    highest = np.full(size, -np.inf)
    np.maximum.at(highest, lessons.term, raw)
    chance = np.exp(raw - highest[lessons.term])
    whole = np.bincount(lessons.term, weights=chance, minlength=size)
    good = np.bincount(lessons.term, weights=chance * lessons.right, minlength=size)
    gain = chance * lessons.right / np.maximum(good[lessons.term], 1e-12)
    gain -= chance / whole[lessons.term]
    return np.asarray(SHARP * (gain @ lessons.parts) / size)


def with_factors(weights: Weights, factors: F64, lessons: Lessons) -> Weights:
    """Return weights multiplied, with the curve to chances fitted anew."""
    by = dict(zip(PARTS, factors.tolist(), strict=True))
    out = replace(
        weights,
        gram=weights.gram * by["gram"],
        vector=weights.vector * by["vector"],
        same=weights.same * by["same"],
        cover=weights.cover * by["cover"],
        other=weights.other * by["number"],
        scope=weights.scope * by["scope"],
        lossy=weights.lossy * by["namespace"],
        step=weights.step * by["namespace"],
        learned=weights.learned * by["learned"],
    )
    raw = lessons.parts @ factors
    order = np.lexsort((-raw, lessons.term))
    _, first = np.unique(lessons.term[order], return_index=True)
    best = order[first]
    middle, slope = _curve(raw[best], lessons.right[best], weights)
    return replace(out, middle=middle, slope=slope)


def _curve(raw: F64, right: Bools, start: Weights) -> tuple[float, float]:
    """Return middle and slope of the logistic curve from scores to being right."""
    if len(raw) < LEAST_TERMS or right.all() or not right.any():
        return start.middle, start.slope
    slope, shift = start.slope, -start.slope * start.middle
    for _ in range(500):
        chance = 1 / (1 + np.exp(-(slope * raw + shift)))
        error = right - chance
        slope += 0.5 * float((error * raw).mean())
        shift += 0.5 * float(error.mean())
    if slope < 1:  # scores that tell nothing: the curve stays
        return start.middle, start.slope
    return -shift / slope, slope
