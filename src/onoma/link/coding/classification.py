"""Coding as classification: weights of the rows, learned from the list itself.

Kernel ridge regression on targets of 1 for the row's own code and -1 for all others, codes weighted
alike (Rifkin and Klautau 2004, "In Defense of One-Vs-All Classification"): solved exactly in one
step, and steady with few rows. The kernel is the cosine of vectors plus a share of those of words
and n-grams. A list of more than ``MOST_ROWS`` rows, whose matrix would take minutes, is answered by
the nearest centroid: the mean over a code's rows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from onoma.link.coding.support import F32, WIDTH, Likeness, Support, half_of

F64 = npt.NDArray[np.float64]

MOST_ROWS = 2000
STRENGTH = 0.3  # of the ridge; this and the shares read on the tuning parts of bench/coding.py
SURFACE = 0.25  # share of words, and of n-grams, beside meaning
PHRASES = 0.3  # share of the phrase that speaks most for a code


def learn(support: Support) -> Ridge | Centroids:
    """Return the scorer for a list of this size."""
    return Ridge(support) if len(support) <= MOST_ROWS else Centroids(support)


class Ridge:
    """Scores by learned weights of the rows."""

    half, width = 0.85, 0.22
    is_centred = False

    def __init__(self, support: Support) -> None:
        """Learn the weights."""
        code, n = support.rows.code, support.n_codes
        balance = np.sqrt(len(code) / (n * np.bincount(code, minlength=n)))[code]
        targets = np.where(code[:, None] == np.arange(n), 1.0, -1.0)
        own = support.own()
        whole = own.meaning + SURFACE * (own.words.astype(np.float64) + own.letters)
        self._weights = _solved(whole, targets, balance)
        self._phrases = _solved(support.own_plain().astype(np.float64), targets, balance)

    def score(self, likeness: Likeness) -> dict[str, F32]:
        """Return the parts of the score; ``prior`` is what a code has before anything is read."""
        prior = self._weights.sum(axis=0)
        return {
            "meaning": likeness.meaning @ self._weights,
            "words": SURFACE * likeness.words @ self._weights,
            "letters": SURFACE * likeness.letters @ self._weights,
            "prior": np.tile(prior, (len(likeness.words), 1)),
        }

    def retrieved(self, likeness: Likeness) -> None:
        """Return nothing: every code may be chosen."""

    def score_phrases(self, plain: F32) -> F32:
        """Return the score of phrases, by weights of their own."""
        return np.asarray((plain + 1) @ self._phrases, np.float32)

    def pool(self, phrases: F32) -> F32:
        """Return a share of the best phrase of each code."""
        return np.asarray(PHRASES * phrases.max(axis=0), np.float32)


def _solved(kernel: F64, targets: F64, balance: F64) -> F32:
    """Return the weights of the rows, (rows, codes); 1 is added for the intercept."""
    weighted = (kernel + 1.0) * balance[:, None] * balance
    weighted[np.diag_indices_from(weighted)] += STRENGTH
    dual = np.linalg.solve(weighted, targets * balance[:, None])
    return np.asarray(dual * balance[:, None], np.float32)


class Centroids:
    """Scores by the mean likeness to the rows of a code."""

    width = WIDTH
    is_centred = True

    def __init__(self, support: Support) -> None:
        """Take the rows."""
        self._support = support
        self.half = half_of(support.n_codes)

    def score(self, likeness: Likeness) -> dict[str, F32]:
        """Return the parts of the score."""
        mean = self._support.mean_by_code
        return {
            "meaning": mean(likeness.meaning),
            "words": SURFACE * mean(likeness.words),
            "letters": SURFACE * mean(likeness.letters),
        }

    def retrieved(self, likeness: Likeness) -> None:
        """Return nothing: every code may be chosen."""

    def score_phrases(self, plain: F32) -> F32:
        """Return the score of phrases."""
        return self._support.mean_by_code(plain)

    def pool(self, phrases: F32) -> F32:
        """Return a share of the best phrase of each code."""
        return np.asarray(PHRASES * phrases.max(axis=0), np.float32)
