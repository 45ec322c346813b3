"""Counts of concepts found, where an id may be answered by an equivalent one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from onoma.metrics.counts import I64
from onoma.metrics.spans import TypedSpan

Equivalents = Mapping[str, Collection[str]]
"""Per CURIE those that mean the same; one step, so that no chain runs through a broad mapping."""

Marks = Mapping[TypedSpan, Collection[str]]
"""Per span of a document its concepts; none: NIL, or not said."""


def is_any_same(predicted: Iterable[str], gold: Collection[str], equivalents: Equivalents) -> bool:
    """Say whether one of the predicted concepts is, or is equivalent to, one of the gold ones."""
    return any(p == g or p in equivalents.get(g, ()) for p in predicted for g in gold)


def set_counts(gold: Collection[str], predicted: Collection[str], equivalents: Equivalents) -> I64:
    """Return the count row of the concepts of a document, each once.

    A gold concept is found if any predicted one answers it; a predicted one is right if it answers
    any gold one.
    """
    want, got = set(gold), set(predicted)
    found = sum(is_any_same(got, (g,), equivalents) for g in want)
    right = sum(is_any_same((p,), want, equivalents) for p in got)
    return np.array([right, len(got), found, len(want)], np.int64)


def linked_counts(gold: Marks, predicted: Marks, equivalents: Equivalents) -> I64:
    """Return the count row of a document's mentions: span, type and one concept must be right.

    A gold mention without a concept can be neither found nor missed; nor can a prediction at it be
    wrong.
    """
    wanted = sum(bool(ids) for ids in gold.values())
    given = sum(bool(ids) and (bool(gold.get(s)) or s not in gold) for s, ids in predicted.items())
    right = sum(
        is_any_same(predicted[s], gold[s], equivalents) for s in gold.keys() & predicted.keys()
    )
    return np.array([right, given, right, wanted], np.int64)
