"""Coding as candidate selection: retrieve the nearest rows, then choose among their codes.

The candidates of a passage are the codes of the rows that are nearest by vector, by words or by
n-grams. A candidate's score is a soft maximum over its rows, so that one near row counts, and
several count more; the mean of what the passage's phrases are nearest to is added.
"""

from __future__ import annotations

import numpy as np

from onoma.link.coding.support import F32, WIDTH, Bools, Likeness, Support, half_of

CANDIDATES = 50  # codes that each of the three ways retrieves for a passage
SOFT = 0.3  # width of the soft maximum; small: only the nearest row counts
SURFACE = 0.25
PHRASES = 0.3


def choose(support: Support) -> Chooser:
    """Return the scorer of a list."""
    return Chooser(support)


class Chooser:
    """Scores codes by their rows that are nearest."""

    width = WIDTH
    is_centred = True

    def __init__(self, support: Support) -> None:
        """Take the rows."""
        self._support = support
        self.half = half_of(support.n_codes)

    def score(self, likeness: Likeness) -> dict[str, F32]:
        """Return the parts of the score; the surface is what it adds to meaning alone."""
        spelled = likeness.meaning + SURFACE * likeness.words
        meaning, words = self._soft(likeness.meaning), self._soft(spelled)
        both = self._soft(spelled + SURFACE * likeness.letters)
        return {"meaning": meaning, "words": words - meaning, "letters": both - words}

    def retrieved(self, likeness: Likeness) -> Bools | None:
        """Return the codes that any of the three ways retrieves; a short list has them all."""
        if self._support.n_codes <= CANDIDATES:
            return None
        out = np.zeros((len(likeness.words), self._support.n_codes), bool)
        for values in (likeness.meaning, likeness.words, likeness.letters):
            best = self._support.most_by_code(values)
            place = np.argpartition(-best, CANDIDATES - 1, axis=1)[:, :CANDIDATES]
            np.put_along_axis(out, place, True, axis=1)
        return out

    def score_phrases(self, plain: F32) -> F32:
        """Return the score of phrases: the likeness to the nearest row of each code."""
        return self._support.most_by_code(plain)

    def pool(self, phrases: F32) -> F32:
        """Return a share of the mean over phrases."""
        return np.asarray(PHRASES * phrases.mean(axis=0), np.float32)

    def _soft(self, values: F32) -> F32:
        """Return the soft maximum over each code's rows."""
        mean = self._support.mean_by_code(np.exp(values / SOFT))
        return np.asarray(SOFT * np.log(mean), np.float32)
