"""Counts of spans found: exactly, or by any character in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from onoma.metrics.counts import I64


@dataclass(frozen=True, slots=True, order=True)
class TypedSpan:
    """A half-open span that is of a type."""

    start: int
    end: int
    type: str


def strict_counts(gold: Iterable[TypedSpan], predicted: Iterable[TypedSpan]) -> I64:
    """Return the count row of a document: start, end and type must be equal; repeats count once."""
    want, got = set(gold), set(predicted)
    right = len(want & got)
    return np.array([right, len(got), right, len(want)], np.int64)


def overlap_counts(gold: Iterable[TypedSpan], predicted: Iterable[TypedSpan]) -> I64:
    """Return the count row of a document where a pair of one type need only share a character.

    Pairs are one to one: each gold span in turn takes the free span that shares most with it.
    """
    want, got = sorted(set(gold)), sorted(set(predicted))
    taken: set[TypedSpan] = set()
    for span in want:
        best = _best_match(span, got, taken)
        if best is not None:
            taken.add(best)
    return np.array([len(taken), len(got), len(taken), len(want)], np.int64)


def _best_match(
    span: TypedSpan, among: Sequence[TypedSpan], taken: set[TypedSpan]
) -> TypedSpan | None:
    """Return the first of the free spans that share most characters with this one, if any does."""
    best, most = None, 0
    for other in among:
        if other.start >= span.end:
            break
        shared = min(span.end, other.end) - max(span.start, other.start)
        if shared > most and other.type == span.type and other not in taken:
            best, most = other, shared
    return best


def counts_by_type(
    gold: Sequence[Iterable[TypedSpan]], predicted: Sequence[Iterable[TypedSpan]]
) -> dict[str, I64]:
    """Return per type the strict count row over all documents, types sorted."""
    out: dict[str, I64] = {}
    for want, got in zip(gold, predicted, strict=True):
        wanted, found = set(want), set(got)
        for side, spans in ((3, wanted), (1, found)):
            for span in spans:
                out.setdefault(span.type, np.zeros(4, np.int64))[side] += 1
        for span in wanted & found:
            out[span.type][[0, 2]] += 1
    return dict(sorted(out.items()))
