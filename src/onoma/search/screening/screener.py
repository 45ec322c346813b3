"""The loop: decisions in, the next records out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from onoma.classify.ngrams import Rows
from onoma.errors import UnknownName
from onoma.search.screening.features import F32, I64, SIZE
from onoma.search.screening.learner import Decided, fit, scores

STRATEGIES = ("likely", "unsure", "mixed")
"""Which records come next: the likeliest first (what is read is found soonest), those of which the
learner knows least, or of both in turn."""

UNDECIDED, EXCLUDED, INCLUDED = -1, 0, 1


class Screener:
    """Ranks records by the decisions made so far.

    Without any it ranks by likeness to the protocol; with included records alone, by likeness to
    their mean; with both kinds it learns. The protocol counts as an included record.
    """

    def __init__(self, rows: Rows, protocol: Rows | None = None) -> None:
        """Take the rows of records (``features.record_rows``) and, if there is one, a protocol's.

        ``protocol`` is a single row.
        """
        self.rows = rows
        self.decisions = np.full(len(rows), UNDECIDED, np.int8)
        self._protocol = protocol
        self._order: list[int] = []

    def decide(self, places: Sequence[int], included: Sequence[bool]) -> None:
        """Take in decisions, in the order in which they were made; a later one replaces one."""
        for place, is_in in zip(places, included, strict=True):
            if self.decisions[place] == UNDECIDED:
                self._order.append(place)
            self.decisions[place] = INCLUDED if is_in else EXCLUDED

    @property
    def order(self) -> list[int]:
        """The decided records, in the order in which they were decided first."""
        return list(self._order)

    def scores(self) -> F32:
        """Return a number for every record, decided ones too; higher is likelier to be included.

        Log odds where the learner has both kinds, else likeness (0 to 1), or zeros.
        """
        chosen = np.flatnonzero(self.decisions != UNDECIDED)
        included = self.decisions[chosen] == INCLUDED
        taught = self.rows.keep(chosen)
        if self._protocol is not None:
            taught, included = _with(taught, self._protocol), np.append(included, True)
        if included.any() and not included.all():
            return scores(self.rows, *fit(Decided(taught, included)))
        if not included.any():
            return np.zeros(len(self.rows), np.float32)
        mean = np.bincount(taught.column, taught.value, minlength=SIZE).astype(np.float32)
        return scores(self.rows, mean / np.float32(np.linalg.norm(mean) or 1.0), 0.0)

    def next(self, count: int, *, strategy: str = "likely") -> I64:
        """Return the places of the undecided records to read next, first one first.

        Raises: UnknownName: no such strategy.
        """
        if strategy not in STRATEGIES:
            raise UnknownName("strategy", strategy, STRATEGIES)
        found = self.scores()
        open_ones = np.flatnonzero(self.decisions == UNDECIDED)
        likely = open_ones[np.argsort(-found[open_ones], kind="stable")]
        if strategy == "likely":
            return likely[:count]
        unsure = open_ones[np.argsort(np.abs(found[open_ones]), kind="stable")]
        if strategy == "unsure":
            return unsure[:count]
        both = np.stack([likely, unsure], axis=1).ravel()
        _, first = np.unique(both, return_index=True)
        return both[np.sort(first)][:count]


def _with(rows: Rows, more: Rows) -> Rows:
    """Return rows and others behind them."""
    return Rows(
        np.concatenate([rows.start, rows.start[-1] + more.start[1:]]),
        np.concatenate([rows.column, more.column]),
        np.concatenate([rows.value, more.value]),
    )
