from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.recognize.tagger.decoding import BEGIN, INSIDE, OUTSIDE, best_labels, decode, log_chances

F32 = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


def allowed(labels: tuple[int, ...]) -> bool:
    before = (OUTSIDE, *labels)
    return all(b != INSIDE or a in (BEGIN, INSIDE) for a, b in zip(before, labels, strict=False))


def test_labels_are_the_best_allowed_ones() -> None:
    rng = np.random.default_rng(0)
    sizes = rng.integers(1, 7, 40)
    runs = np.append(0, np.cumsum(sizes))
    chances = log_chances(rng.normal(0, 2, (int(runs[-1]), 3)).astype(np.float32))
    labels = best_labels(chances, runs)
    for low, high in itertools.pairwise(runs.tolist()):
        own = chances[low:high]
        every = [c for c in itertools.product(range(3), repeat=high - low) if allowed(c)]
        best = max(every, key=lambda c: sum(own[k, label] for k, label in enumerate(c)))
        assert labels[low:high].tolist() == list(best)


def scores_of(labels: list[list[int]]) -> F32:
    """Return scores (words, heads, 3) that are sure of these labels, (heads, words)."""
    return np.asarray(np.eye(3)[np.array(labels).T] * 20, np.float32)


def test_spans_of_heads_may_overlap_and_touch() -> None:
    spans = decode(scores_of([[1, 2, 1, 2, 0, 1], [0, 1, 2, 2, 2, 0]]), np.array([0, 6]))
    found = list(zip(spans.head.tolist(), spans.first.tolist(), spans.behind.tolist(), strict=True))
    assert found == [(0, 0, 2), (0, 2, 4), (0, 5, 6), (1, 1, 5)]
    assert spans.score == pytest.approx(1.0, abs=1e-4)


def test_no_span_crosses_documents_or_begins_inside() -> None:
    spans = decode(scores_of([[0, 1, 2, 2, 0]]), np.array([0, 3, 3, 5]))
    assert (spans.first[0], spans.behind[0]) == (1, 3)
    assert all(b <= 3 or f >= 3 for f, b in zip(spans.first, spans.behind, strict=True))


@given(st.integers(0, 12), st.integers(1, 3), st.integers(0, 5))
def test_any_scores_give_spans_within_the_words(n: int, heads: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cut = int(rng.integers(n + 1))
    scores = rng.normal(0, 3, (n, heads, 3)).astype(np.float32)
    spans = decode(scores, np.array([0, cut, n]))
    assert ((spans.first < spans.behind) & (spans.behind <= n)).all()
    assert ((spans.score > 0) & (spans.score <= 1.0001)).all()
    alone = decode(scores[:cut], np.array([0, cut]))
    assert alone.first.tolist() == spans.first[spans.behind <= cut].tolist() or heads > 1
