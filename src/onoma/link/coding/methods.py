"""The methods that score codes for passages, and what a method must do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from onoma.link.coding.support import F32, Bools, Likeness, Support
from onoma.registry import Registry


class Scorer(Protocol):
    """Scores the codes of a list for passages, from how like its rows they are.

    Scores are raw: higher is better, and only differences between codes count. A code whose score
    is ``half`` above the mean of the others is as likely right as wrong; ``width`` is the scale of
    the logistic curve about it (both read on the tuning parts of bench/coding.py).
    """

    half: float
    width: float
    is_centred: bool
    """Whether the cosine of vectors is asked for as seen from the mean of the rows."""

    def score(self, likeness: Likeness) -> dict[str, F32]:
        """Return the parts of the score, each (passages, codes); their sum is the score."""

    def retrieved(self, likeness: Likeness) -> Bools | None:
        """Return which codes may be chosen for passages, (passages, codes); None: all."""

    def score_phrases(self, plain: F32) -> F32:
        """Return a score of phrases by ``Support.plain``; (phrases, codes)."""

    def pool(self, phrases: F32) -> F32:
        """Return what the phrases of a passage, (phrases, codes), add to its score; (codes,)."""


Method = Callable[[Support], Scorer]

methods: Registry[Method] = Registry(
    "coding method",
    group="onoma.coding_methods",
    builtin={
        "candidates": "onoma.link.coding.candidates:choose",
        "classification": "onoma.link.coding.classification:learn",
    },
)
