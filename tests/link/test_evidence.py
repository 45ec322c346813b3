"""Pairs of document and concept group as sets."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from onoma.link.evidence import pairs, supported

PAIRS = st.lists(st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 2**32 - 1)), max_size=20)
NEAR = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=20)


def columns(some: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([p[0] for p in some], np.int32), np.array([p[1] for p in some], np.uint32)


@given(PAIRS | NEAR, PAIRS | NEAR)
def test_support_is_membership(known: list[tuple[int, int]], asked: list[tuple[int, int]]) -> None:
    found = supported(pairs(*columns(asked)), pairs(*columns(known))).tolist()
    assert found == [pair in set(known) for pair in asked]


def test_a_pair_is_one_number() -> None:
    assert pairs(np.array([1, 0]), np.array([5, 7])).tolist() == [(1 << 32) | 5, 7]
