"""Whether what a file says of classes goes round in a circle."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from onoma.graph.predicates import canonical_predicate, forward
from onoma.graph.sources import Problem
from onoma.graph.statements import Statement

SUBCLASS = "subclass_of"
TOLD = 5  # circles that are told
I64 = npt.NDArray[np.int64]


class Hierarchy:
    """The edges of a hierarchy, a number a concept."""

    def __init__(self) -> None:
        """Begin without any."""
        self._row: dict[str, int] = {}
        self._below, self._above = array("q"), array("q")

    def add(self, one: Statement) -> None:
        """Take a statement, if it is of a hierarchy."""
        ends = forward(one.subject, canonical_predicate(one.predicate), one.object)
        if ends[1] != SUBCLASS or one.negated or ends[0] == ends[2]:
            return
        for curie, side in ((ends[0], self._below), (ends[2], self._above)):
            side.append(self._row.setdefault(curie, len(self._row)))

    def cycles(self) -> Iterator[Problem]:
        """Yield a problem for the circles that there are, a few at the most, each one told once."""
        below, above = (np.array(one, np.int64) for one in (self._below, self._above))
        below, above = _circular(below, above, len(self._row))
        names = list(self._row)
        up = {int(a): int(b) for a, b in zip(below, above, strict=True)}  # a way up for each
        seen: set[int] = set()
        for start in sorted(up)[: TOLD * 100]:
            way, at = [], start
            while at not in seen and at in up:
                seen.add(at)
                way.append(at)
                at = up[at]
            if at in way:
                circle = [names[one] for one in [*way[way.index(at) :], at]]
                hint = "one of these is not below the next; the graph takes them as they are"
                shown = " < ".join(circle[:6]) + (" ..." if len(circle) > 6 else "")
                yield Problem("circle in a hierarchy", circle[0], shown, hint)


def _circular(below: I64, above: I64, count: int) -> tuple[I64, I64]:
    """Return the edges that are left when what has nothing above or below it is taken away."""
    while len(below):
        has_above, has_below = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        has_above[below] = True
        has_below[above] = True
        kept = has_above[above] & has_below[below]
        if kept.all():
            break
        below, above = below[kept], above[kept]
    return below, above
