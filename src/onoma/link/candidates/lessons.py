"""What annotations teach a ranker: judged candidates, and the trees grown from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.ranker import Ranker
from onoma.link.candidates.trees import Growth, grow

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST_TERMS = 60  # with a right candidate and a wrong one: fewer teach nothing
MANY_TERMS = 600
MOST_USES = 3  # of a term that weigh


@dataclass(frozen=True, slots=True)
class Lessons:
    """Candidates as the ranker's table has them, whose term they are, whether they are right.

    ``uses``: how often each candidate's term was seen; ``raw``: the sums of the parts.
    """

    table: F32
    term: npt.NDArray[np.int64]
    right: Bools
    uses: F64
    raw: F32

    @classmethod
    def join(cls, several: Sequence[Lessons]) -> Lessons:
        """Return several in one; their terms are other ones."""
        first, terms = 0, []
        for one in several:
            terms.append(one.term + first)
            first += int(one.term.max(initial=-1)) + 1
        return cls(
            np.concatenate([one.table for one in several]),
            np.concatenate(terms),
            np.concatenate([one.right for one in several]),
            np.concatenate([one.uses for one in several]),
            np.concatenate([one.raw for one in several]),
        )

    @property
    def open_terms(self) -> int:
        """How many terms have a right candidate and a wrong one."""
        size = int(self.term.max(initial=-1)) + 1
        good = np.bincount(self.term[self.right], minlength=size) > 0
        bad = np.bincount(self.term[~self.right], minlength=size) > 0
        return int((good & bad).sum())

    def accuracy(self, ranker: Ranker | None) -> float:
        """Return the share of terms, by their uses, whose first candidate is right."""
        score = self.raw if ranker is None else ranker.margins(self.table)
        order = np.lexsort((-score, self.term))
        _, first = np.unique(self.term[order], return_index=True)
        best = order[first]
        return float((self.right[best] * self.uses[best]).sum() / max(self.uses[best].sum(), 1))

    def grown(self, start: Ranker | None, encoder: str) -> Ranker:
        """Return a ranker grown from these, on top of another one or from nothing."""
        is_many = self.open_terms >= MANY_TERMS
        growth = Growth() if is_many else Growth(trees=60, depth=4, least=10, pull=10.0)
        weight = np.sqrt(np.minimum(self.uses, MOST_USES))
        margins = None if start is None else start.margins(self.table).astype(np.float64)
        forest = grow(self.table, self.right, weight=weight, start=margins, growth=growth)
        return Ranker((*(start.forests if start else ()), forest), encoder)
