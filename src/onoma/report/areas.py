"""Areas of a map: cells that touch and are alike, with the concepts that set them apart.

Papers: Ward 1963 (which areas to join); Vesanto and Alhoniemi 2000 (a map's cells are joined in
place of its documents; here only those that touch, then documents settle as in k-means); Monroe et
al. 2008, Fightin' words (log-odds with a prior: which concepts an area has more than the rest).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.report.content import WORTH, Content, Weighed
from onoma.report.som import Map, nearest

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

FEWEST, MOST = 4, 12  # areas, where their number is not given; few documents have few
MOVES = 50  # rounds of documents to the nearest middle, at the most
EMPTY = 0.05  # documents that an empty cell counts for
LISTED, NAMED = 12, 3  # concepts of an area; those that give it its name
BETWEEN = " · "  # concepts of a name
COMMON, OWN = 0.2, 0.6  # a concept of more of all documents names an area that has so much of it
PRIOR = 10.0  # documents that the rest of the corpus counts for in the log-odds
TELLING = 0.5  # what a type counts for at least, to give an area its name
SURE = 1.96  # standard errors that a concept must be above chance


@dataclass(frozen=True, slots=True)
class Mark:
    """A concept that an area has more than the rest, with its documents inside and in all.

    ``z``: the log-odds over its standard error; higher is less by chance.
    """

    curie: str
    label: str
    type: str
    inside: int
    all: int
    z: float


@dataclass(frozen=True, slots=True)
class Area:
    """Cells of a map that belong together; numbered from 1, the largest first."""

    number: int
    name: str
    cells: tuple[int, ...]
    documents: int
    marks: tuple[Mark, ...]


def areas_of(
    found: Map, vectors: F64, content: Content, weighed: Weighed, *, number: int = 0
) -> tuple[Area, ...]:
    """Return the areas of a map; ``number`` 0: as many as part the documents best."""
    groups = _settled(found, vectors, _joined(found, vectors, number))
    size = np.bincount(groups[found.cell], minlength=int(groups.max()) + 1)
    order = sorted(range(len(size)), key=lambda one: (-size[one], one))
    marks = marks_of(groups[found.cell], content, weighed)
    names = _names([marks.get(one, []) for one in order], weighed)
    return tuple(
        Area(
            place,
            name,
            tuple(np.flatnonzero(groups == one).tolist()),
            int(size[one]),
            tuple(marks.get(one, [])[:LISTED]),
        )
        for place, (one, name) in enumerate(zip(order, names, strict=True), 1)
    )


def _joined(found: Map, vectors: F64, number: int) -> I64:
    """Return the group of each cell, joined one by one until as many are left as are wanted."""
    count = np.bincount(found.cell, minlength=len(found.sheet)).astype(np.float64)
    weight, middle = np.maximum(count, EMPTY), found.vectors.copy()
    group = np.arange(len(weight))
    touching: list[set[int]] = [set() for _ in group]
    for one, two in found.sheet.neighbours().tolist():
        touching[one].add(two)
        touching[two].add(one)
    left = set(group.tolist())
    best: tuple[float, I64] = (-math.inf, group)
    last = min(max(number or FEWEST, 1), len(left))
    most = min(MOST, max(FEWEST, round(math.sqrt(len(vectors) / 2))))
    while len(left) > last:
        one, two = _cheapest(left, touching, weight, middle)
        total = weight[one] + weight[two]
        middle[one] = (weight[one] * middle[one] + weight[two] * middle[two]) / total
        weight[one] = total
        group = np.where(group == two, one, group)
        left.discard(two)
        touching[one] |= touching[two]
        touching[one] -= {one, two}
        for three in touching[two]:
            touching[three].discard(two)
            if three != one:
                touching[three].add(one)
        if not number and len(left) <= most:
            best = max(best, (_parted(vectors, group[found.cell]), group), key=lambda b: b[0])
    chosen = group if number or best[0] == -math.inf else best[1]
    return np.unique(chosen, return_inverse=True)[1].astype(np.int64)


def _settled(found: Map, vectors: F64, groups: I64) -> I64:
    """Return the groups after documents moved to the nearest middle, until none does (k-means).

    A cell goes with most of its documents, an empty one to the nearest middle.
    """
    size, own = int(groups.max()) + 1, groups[found.cell]
    middle = np.stack(
        [
            vectors[own == one].mean(axis=0)
            if (own == one).any()
            else found.vectors[groups == one].mean(axis=0)
            for one in range(size)
        ]
    )
    for _ in range(MOVES):
        new = nearest(vectors, middle)
        if np.array_equal(new, own):
            break
        own = new
        for one in np.unique(own).tolist():
            middle[one] = vectors[own == one].mean(axis=0)
    votes = np.zeros((len(found.sheet), size))
    np.add.at(votes, (found.cell, own), 1.0)
    settled = np.where(votes.any(axis=1), votes.argmax(axis=1), nearest(found.vectors, middle))
    return np.unique(settled, return_inverse=True)[1].astype(np.int64)


def _cheapest(
    left: set[int], touching: Sequence[set[int]], weight: F64, middle: F64
) -> tuple[int, int]:
    """Return the two groups that touch whose joining loses least (Ward)."""
    pairs = np.array([(a, b) for a in sorted(left) for b in sorted(touching[a]) if a < b])
    one, two = pairs.T
    gap = ((middle[one] - middle[two]) ** 2).sum(axis=1)
    place = int(np.argmin(gap * weight[one] * weight[two] / (weight[one] + weight[two])))
    return int(one[place]), int(two[place])


def _parted(vectors: F64, group: I64) -> float:
    """Return how well groups part the documents: the silhouette by the middles, -1 to 1."""
    own = np.unique(group, return_inverse=True)[1]
    size = np.bincount(own).astype(np.float64)
    if len(size) < 2:
        return -1.0
    middle = np.stack([np.bincount(own, column) for column in vectors.T], axis=1) / size[:, None]
    far = np.sqrt(np.maximum(
        (vectors**2).sum(axis=1)[:, None] - 2 * vectors @ middle.T + (middle**2).sum(axis=1), 0.0
    ))  # fmt: skip
    rows = np.arange(len(own))
    near = far[rows, own].copy()
    far[rows, own] = np.inf
    other = far.min(axis=1)
    return float(((other - near) / np.maximum(np.maximum(other, near), 1e-12)).mean())


def marks_of(group: I64, content: Content, weighed: Weighed) -> dict[int, list[Mark]]:
    """Return for each group of documents the concepts that set it apart, the clearest first."""
    grid, size = weighed.own, np.bincount(group)
    concepts = np.bincount(grid.column, minlength=grid.shape[1]).astype(np.float64)
    inside = np.zeros((len(size), grid.shape[1]))
    np.add.at(inside, (group[grid.row], grid.column), 1.0)
    labels = _labels(content, weighed)
    found: dict[int, list[Mark]] = {}
    for one in np.flatnonzero(size).tolist():
        z = _log_odds(inside[one], concepts, float(size[one]), float(len(group)))
        worth = np.array([WORTH.get(labels[n][1], 1.0) if n in labels else 0.0
                          for n in range(grid.shape[1])])  # fmt: skip
        rank = np.argsort(-z * worth, kind="stable")[: 4 * LISTED]
        likely = [n for n in rank.tolist() if n in labels and z[n] > 0 and inside[one, n] > 1]
        sure = [n for n in likely if z[n] > SURE]
        found[one] = [
            Mark(
                weighed.hierarchy.curies[n], *labels[n], int(inside[one, n]), int(concepts[n]),
                round(float(z[n]), 2),
            )
            for n in sure or likely[:NAMED]
        ]  # fmt: skip
    return found


def _log_odds(inside: F64, concepts: F64, size: float, documents: float) -> F64:
    """Return the z of each concept's log-odds inside against outside, drawn to the whole."""
    prior = PRIOR * np.clip(concepts / documents, 1e-9, 1.0)
    outside, rest = concepts - inside, documents - size
    yes, no = inside + prior, outside + prior
    odds = np.log(yes / (size + PRIOR - yes + 1e-9)) - np.log(no / (rest + PRIOR - no + 1e-9))
    return np.asarray(odds / np.sqrt(1 / yes + 1 / no))


def _labels(content: Content, weighed: Weighed) -> dict[int, tuple[str, str]]:
    """Return label and type of the meanings that documents name."""
    number = weighed.hierarchy.number
    found: dict[int, tuple[str, str]] = {}
    for curie, label in content.labels.items():
        found.setdefault(number[curie], (label, content.types[curie]))
    return found


def _names(marks: Sequence[Sequence[Mark]], weighed: Weighed) -> list[str]:
    """Return a name for each area: its clearest concepts, none above or below another."""
    number, names = weighed.hierarchy.number, []
    for own in marks:
        chosen: list[Mark] = []
        telling = [
            one
            for one in own
            if WORTH.get(one.type, 1.0) >= TELLING
            and (one.all <= COMMON * weighed.own.shape[0] or one.inside >= OWN * one.all)
        ]
        for one in telling or own:
            above = set(weighed.hierarchy.of(number[one.curie]).tolist())
            is_near = any(
                number[two.curie] in above
                or number[one.curie] in weighed.hierarchy.of(number[two.curie])
                for two in chosen
            )
            if not is_near and len(chosen) < NAMED:
                chosen.append(one)
        names.append(BETWEEN.join(one.label for one in chosen) or "mixed")
    return names
