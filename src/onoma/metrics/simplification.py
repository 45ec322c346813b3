"""SARI: what a rewriter adds, keeps and deletes, against the source and its references."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

ORDER = 4


def sari(source: str, prediction: str, references: Sequence[str]) -> float:
    """Return the mean of F1 of keeping and of adding and precision of deleting, 0 to 1.

    n-grams of words, n = 1 to 4, letter case aside. Source: Xu et al. 2016, TACL 4, equations 3 to
    8, with their published program's one departure: a sum over no n-grams counts as 0. Higher is
    better.
    """
    words = [text.lower().split() for text in (source, prediction)]
    others = [text.lower().split() for text in references]
    totals = [0.0, 0.0, 0.0]
    for n in range(1, ORDER + 1):
        parts = _parts(_grams(words[0], n), _grams(words[1], n), [_grams(r, n) for r in others])
        totals = [total + part for total, part in zip(totals, parts, strict=True)]
    return sum(totals) / (3 * ORDER)


def _grams(words: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))


def _parts(
    source: Counter[tuple[str, ...]],
    prediction: Counter[tuple[str, ...]],
    references: Sequence[Counter[tuple[str, ...]]],
) -> list[float]:
    """Return the scores of keeping, deleting and adding n-grams of one length."""
    size = len(references)
    wanted: Counter[tuple[str, ...]] = Counter()
    for grams in references:
        wanted.update(grams)
    old = Counter({gram: count * size for gram, count in source.items()})
    new = Counter({gram: count * size for gram, count in prediction.items()})

    kept, keepable = old & new, old & wanted
    right = kept & wanted
    precision = _mean([right[g] / kept[g] for g in kept])
    # as published, recall divides by the number of counts rather than of n-grams
    recall = sum(right[g] / keepable[g] for g in keepable) / len(keepable) if keepable else 0.0
    keep = 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    dropped = old - new
    rightly = dropped - wanted
    delete = _mean([rightly[g] / dropped[g] for g in dropped])

    added = prediction.keys() - source.keys()
    addable = wanted.keys() - source.keys()
    good = len(added & wanted.keys())
    p, r = good / len(added) if added else 0.0, good / len(addable) if addable else 0.0
    add = 2 * p * r / (p + r) if p + r else 0.0
    return [keep, delete, add]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
