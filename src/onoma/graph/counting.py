"""What the statements of edges come to on a date: the one place where evidence is counted.

The confidence of an edge is the chance that at least one document is right, as if documents were
independent, the surest affirming statement of each counted (noisy-or); what is asserted keeps its
own. What has no date was always said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
F32 = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

UNKNOWN_DAY = np.iinfo(np.int32).min
MOST_SURE = 0.999  # of one document: none is beyond doubt


@dataclass(frozen=True, slots=True)
class Sayings:
    """The statements of edges as arrays, those of an edge in one run.

    ``start``: (edges + 1,), where each edge's run begins. A row a statement: ``day`` (days since
    1970-01-01, or ``UNKNOWN_DAY``), ``sure`` (0 to 1), ``denies``, ``by`` (a number of its
    document, or of its source where it names none).
    """

    start: I64
    day: I32
    sure: F32
    denies: Bools
    by: npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Counts:
    """What the statements of edges come to, a row an edge; without any, all is zero."""

    confidence: F32
    statements: I32
    documents: I32
    denied: I32
    first: I32
    last: I32


def count_sayings(
    said: Sayings, edges: I32, asserted: Bools, *, until: int | None = None
) -> Counts:
    """Return what is said of edges, counted until a day; ``asserted`` tells which edges are."""
    rows, place = runs(said.start, edges)
    day = said.day[rows]
    if until is not None:
        kept = (day == UNKNOWN_DAY) | (day <= until)
        rows, place, day = rows[kept], place[kept], day[kept]
    count = len(edges)
    denies = said.denies[rows]
    best_place, best = _by_document(
        place, said.by[rows], np.where(denies, 0.0, said.sure[rows].astype(np.float64))
    )
    doubt = np.bincount(best_place, np.log1p(-np.minimum(best, MOST_SURE)), minlength=count)
    surest = np.zeros(count)
    np.maximum.at(surest, best_place, best)
    dated = day != UNKNOWN_DAY
    first, last = (
        np.full(count, bound, np.int32) for bound in (np.iinfo(np.int32).max, UNKNOWN_DAY)
    )
    np.minimum.at(first, place[dated], day[dated])
    np.maximum.at(last, place[dated], day[dated])
    first[last == UNKNOWN_DAY] = UNKNOWN_DAY
    return Counts(
        confidence=np.where(asserted, surest, -np.expm1(doubt)).astype(np.float32),
        statements=np.bincount(place, minlength=count).astype(np.int32),
        documents=np.bincount(best_place, minlength=count).astype(np.int32),
        denied=np.bincount(place, denies, minlength=count).astype(np.int32),
        first=first,
        last=last,
    )


def _by_document(place: I64, by: npt.NDArray[np.uint64], sure: npt.NDArray[np.float64]) -> Any:
    """Return for each edge and document the place of the edge, and the surest word."""
    order = np.lexsort((-sure, by, place))
    place, by = place[order], by[order]
    is_new = np.ones(len(order), np.bool_)
    is_new[1:] = (place[1:] != place[:-1]) | (by[1:] != by[:-1])
    return place[is_new], sure[order][is_new]


def runs(starts: I64, rows: npt.NDArray[Any]) -> tuple[I64, I64]:
    """Return the places of the runs of rows, one behind the other, with each one's row."""
    low, high = starts[rows], starts[rows + 1]
    sizes = high - low
    place = np.repeat(np.arange(len(rows)), sizes)
    begin = np.cumsum(sizes) - sizes
    return np.arange(int(sizes.sum())) + np.repeat(low - begin, sizes), place
