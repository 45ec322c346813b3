"""Boosted regression trees in plain NumPy: asked, and grown from examples.

Trees have one depth, so that a forest is three arrays (feature, threshold, value) and all trees are
asked at once. They are grown by the second-order rule over histograms of binned columns (Chen and
Guestrin 2016, XGBoost), for a chance per row (logistic loss); they may go on from the margins of
other trees. A number that is missing goes where the smallest go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]

BLOCK = 1 << 11  # rows asked at once
MOST_BINS = 48


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees of one depth: arrays (trees, nodes) level by level; ``values`` (trees, leaves).

    At each node a row goes right if its number of the ``feature`` is above the ``threshold``.
    ``base`` is the margin before any tree.
    """

    feature: npt.NDArray[np.uint8]
    threshold: F32
    values: F32
    base: float = 0.0

    def __len__(self) -> int:
        """Return the number of trees."""
        return len(self.values)

    def margins(self, table: F32) -> F32:
        """Return the sum of the trees' values for each row of a table."""
        out = np.full(len(table), self.base, np.float32)
        if not len(self):
            return out
        nodes, leaves, wide = self.feature.shape[1], self.values.shape[1], table.shape[1]
        feature, threshold = self.feature.ravel().astype(np.int32), self.threshold.ravel()
        values, trees = self.values.ravel(), np.arange(len(self), dtype=np.int32)
        for first in range(0, len(table), BLOCK):
            part = np.nan_to_num(table[first : first + BLOCK], nan=-np.inf)
            begin = (np.arange(len(part), dtype=np.int32) * wide)[:, None]
            node = np.zeros((len(part), len(self)), np.int32)
            for _ in range(leaves.bit_length() - 1):
                at = node + trees * nodes
                number = part.take(begin + feature.take(at))
                node = 2 * node + 1 + (number > threshold.take(at))
            out[first : first + BLOCK] += values.take(node - nodes + trees * leaves).sum(axis=1)
        return out

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays of a forest by name, as ``of_arrays`` takes them."""
        return {
            "feature": self.feature,
            "threshold": self.threshold,
            "values": self.values,
            "base": np.array(self.base, np.float32),
        }

    @classmethod
    def of_arrays(cls, arrays: dict[str, npt.NDArray[Any]]) -> Forest:
        """Return a forest from its arrays.

        Raises: ValueError, KeyError: arrays that do not fit each other.
        """
        feature, threshold = arrays["feature"], arrays["threshold"]
        values = arrays["values"]
        leaves = values.shape[1] if values.ndim == 2 else 0
        if feature.shape != (len(values), leaves - 1) or feature.shape != threshold.shape:
            raise ValueError("trees whose arrays do not fit")
        if leaves & leaves - 1 or leaves < 2:
            raise ValueError("trees that are not of one depth")
        return cls(
            feature.astype(np.uint8), threshold.astype(np.float32), values.astype(np.float32),
            float(arrays["base"]),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Growth:
    """How trees are grown.

    ``rate``: share of each tree's answer that counts; ``pull``: as many rows' worth of doubt in
    each leaf; ``least``: rows in a leaf; ``share``: of the columns that a tree may ask.
    """

    trees: int = 150
    depth: int = 5
    rate: float = 0.07
    pull: float = 5.0
    least: int = 30
    share: float = 0.5
    seed: int = 1


@dataclass(frozen=True, slots=True)
class _Binned:
    """Columns as bins, (columns, rows), with the upper edges of each column's bins."""

    bins: U8
    edges: list[F32]

    @classmethod
    def of(cls, table: F32) -> _Binned:
        bins = np.zeros(table.shape[::-1], np.uint8)
        edges = []
        for number, column in enumerate(np.nan_to_num(table, nan=-np.inf).T):
            finite = np.unique(column[np.isfinite(column)])
            if len(finite) > MOST_BINS:
                ranks = np.linspace(0, 1, MOST_BINS)[:-1]
                finite = np.unique(np.quantile(column[np.isfinite(column)], ranks))
            middle = (finite[1:] + finite[:-1]) / 2
            edge = middle.astype(np.float32)
            if np.isneginf(column).any() and len(finite):
                below = np.float32(finite[0] - max(abs(float(finite[0])), 1.0))
                edge = np.concatenate([[below], edge]).astype(np.float32)
            bins[number] = np.searchsorted(edge, column, side="left")
            edges.append(edge)
        return cls(bins, edges)


def grow(
    table: F32,
    right: npt.NDArray[np.bool_],
    *,
    weight: F64 | None = None,
    start: F64 | None = None,
    growth: Growth | None = None,
) -> Forest:
    """Return trees whose margins are log odds of ``right``.

    ``weight`` of each row (1); ``start``: margins that the trees go on from, to be added by whoever
    asks them (none: the rows' own odds are the forest's ``base``).
    """
    chosen = growth or Growth()
    rng = np.random.default_rng(chosen.seed)
    binned = _Binned.of(table)
    gain = np.ones(len(table)) if weight is None else weight
    base = 0.0
    if start is None:
        share = float(np.clip((right * gain).sum() / max(gain.sum(), 1e-9), 1e-4, 1 - 1e-4))
        base = float(np.log(share / (1 - share)))
    margin = np.full(len(table), base) if start is None else start.astype(np.float64)
    grown = list(_trees(binned, right, gain, margin, (chosen, rng)))
    nodes = 2**chosen.depth - 1
    if not grown:
        none = np.zeros((0, nodes))
        return Forest(none.astype(np.uint8), none.astype(np.float32),
                      np.zeros((0, nodes + 1), np.float32), base)  # fmt: skip
    feature, threshold, values = (np.stack(part) for part in zip(*grown, strict=True))
    return Forest(
        feature.astype(np.uint8), threshold.astype(np.float32), values.astype(np.float32), base
    )


def _trees(
    binned: _Binned,
    right: npt.NDArray[np.bool_],
    weight: F64,
    margin: F64,
    how: tuple[Growth, np.random.Generator],
) -> Iterator[tuple[I64, F32, F64]]:
    """Yield the trees, each fitted to what the ones before left; ``margin`` is moved on."""
    growth, rng = how
    columns = np.array([n for n, edges in enumerate(binned.edges) if len(edges)], np.int64)
    for _ in range(growth.trees):
        chance = 1 / (1 + np.exp(-margin))
        slope, bend = (right - chance) * weight, np.maximum(chance * (1 - chance), 1e-6) * weight
        asked = np.sort(rng.permutation(columns)[: max(int(len(columns) * growth.share), 1)])
        feature, place, leaf = _tree(binned, asked, slope, bend, growth)
        leaves = 2**growth.depth
        up = np.bincount(leaf, weights=slope, minlength=leaves)
        down = np.bincount(leaf, weights=bend, minlength=leaves)
        values = growth.rate * up / (down + growth.pull)
        margin += values[leaf]
        limit = np.array(
            [binned.edges[f][p] if p >= 0 else np.inf
             for f, p in zip(feature.tolist(), place.tolist(), strict=True)], np.float32,
        )  # fmt: skip
        yield feature, limit, values


def _tree(
    binned: _Binned, asked: I64, slope: F64, bend: F64, growth: Growth
) -> tuple[I64, I64, I64]:
    """Return feature and edge (-1: all go left) of each node of a tree, and each row's leaf."""
    nodes = 2**growth.depth - 1
    feature, place = np.zeros(nodes, np.int64), np.full(nodes, -1, np.int64)
    node = np.zeros(len(slope), np.int64)  # within its level
    for level in range(growth.depth):
        first, size = 2**level - 1, 2**level
        best = np.full(size, 1e-6)
        for column in asked.tolist():
            gain, at = _best_cut(binned, column, (node, size), (slope, bend), growth)
            better = gain > best
            best[better] = gain[better]
            feature[first : first + size][better] = column
            place[first : first + size][better] = at[better]
        own, cut = feature[first + node], place[first + node]
        goes = (binned.bins[own, np.arange(len(node))] > cut) & (cut >= 0)
        node = 2 * node + goes
    return feature, place, node


def _best_cut(
    binned: _Binned,
    column: int,
    level: tuple[I64, int],
    sums: tuple[F64, F64],
    growth: Growth,
) -> tuple[F64, I64]:
    """Return for each node of a level what the best cut of a column gains, and its edge."""
    node, size = level
    wide = len(binned.edges[column]) + 1
    key = node * wide + binned.bins[column]
    slope, bend, rows = (
        np.bincount(key, weights=part, minlength=size * wide).reshape(size, wide)
        for part in (*sums, None)
    )
    left = [np.cumsum(part, axis=1)[:, :-1] for part in (slope, bend, rows)]
    whole = [part.sum(axis=1, keepdims=True) for part in (slope, bend, rows)]
    rest = [all_ - part for all_, part in zip(whole, left, strict=True)]
    gain = left[0] ** 2 / (left[1] + growth.pull) + rest[0] ** 2 / (rest[1] + growth.pull)
    gain -= whole[0] ** 2 / (whole[1] + growth.pull)
    gain[(left[2] < growth.least) | (rest[2] < growth.least)] = -1
    at = gain.argmax(axis=1)
    return gain[np.arange(size), at], at
