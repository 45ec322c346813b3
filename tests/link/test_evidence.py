"""Pairs of document and concept group as sets."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from onoma.link.evidence import anchors, supported

PAIRS = st.lists(st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 2**32 - 1)), max_size=20)


def columns(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([p[0] for p in pairs], np.int32), np.array([p[1] for p in pairs], np.uint32)


@given(PAIRS, PAIRS)
def test_support_is_membership(known: list[tuple[int, int]], asked: list[tuple[int, int]]) -> None:
    found = supported(*columns(asked), anchors(*columns(known))).tolist()
    assert found == [pair in set(known) for pair in asked]


def test_anchors_are_distinct_and_sorted() -> None:
    packed = anchors(np.array([1, 0, 1]), np.array([5, 7, 5]))
    assert packed.tolist() == [7, (1 << 32) | 5]


def test_nothing_known_supports_nothing() -> None:
    none = anchors(np.empty(0, np.int32), np.empty(0, np.uint32))
    assert supported(np.array([0]), np.array([0]), none).tolist() == [False]
