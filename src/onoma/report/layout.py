"""Where the nodes of a graph go, and where their names: no two names over each other if it can be.

Source: Fruchterman and Reingold 1991, Graph drawing by force-directed placement; departures: a pull
to the middle keeps what is not tied together in the picture, dense parts are spread, and of several
beginnings the one with the fewest crossings is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

STEPS, BEGINNINGS = 300, 12
MANY = 720  # nodes times beginnings, about, so that large pictures do not take long
PULL = 0.9  # to the middle
EVEN = 0.45  # how far places go towards even steps from side to side and from top to bottom
NEAR, PUSHES = 56.0, 80  # pixels between two nodes, at the least; how often they are pushed apart


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that a name takes."""

    x: float
    y: float
    width: float
    height: float

    def shared(self, other: Box) -> float:
        """Return the area that two boxes share."""
        wide = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        tall = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(wide, 0.0) * max(tall, 0.0)


def place_nodes(
    nodes: int, edges: I64, weights: F64, *, size: tuple[float, float], seed: int = 1
) -> F64:
    """Return the places of nodes in a rectangle of this size; (nodes, 2), from its corner.

    ``edges`` are pairs of nodes, (edges, 2); a heavier one (``weights`` from 0 to 1) is shorter.
    """
    rng = np.random.default_rng(seed)
    shape = np.array(size)
    tries = max(2, min(BEGINNINGS, MANY // max(nodes, 1)))
    found = [_settled(nodes, edges, weights, shape, rng) for _ in range(tries)]
    return min(found, key=lambda places: _crossings(places, edges))


def _settled(nodes: int, edges: I64, weights: F64, shape: F64, rng: np.random.Generator) -> F64:
    """Return where the forces leave the nodes that began somewhere, spread over the rectangle."""
    ideal = 0.9 / np.sqrt(max(nodes, 1))
    places = rng.uniform(0.25, 0.75, (nodes, 2))
    pull = (0.4 + weights)[:, None]
    for step in range(STEPS):
        gap = places[:, None] - places[None]
        far = np.maximum(np.sqrt((gap**2).sum(axis=2)), 1e-4)
        move = (gap * (ideal**2 / far**2)[:, :, None]).sum(axis=1)
        span = places[edges[:, 1]] - places[edges[:, 0]]
        force = span * np.sqrt((span**2).sum(axis=1, keepdims=True)) / ideal * pull
        np.add.at(move, edges[:, 0], force)
        np.add.at(move, edges[:, 1], -force)
        move -= PULL * (places - 0.5) * ideal
        long = np.maximum(np.sqrt((move**2).sum(axis=1, keepdims=True)), 1e-9)
        places = places + move / long * np.minimum(long, 0.12 * (1 - step / STEPS) + 0.002)
    low, high = places.min(axis=0), places.max(axis=0)
    spread = (places - low) / np.maximum(high - low, 1e-6)
    even = places.argsort(axis=0, kind="stable").argsort(axis=0) / max(nodes - 1, 1)
    return _apart(((1 - EVEN) * spread + EVEN * even) * shape, shape)


def _apart(places: F64, shape: F64) -> F64:
    """Return the places with those that are too near each other moved apart."""
    for _ in range(PUSHES):
        gap = places[:, None] - places[None]
        far = np.maximum(np.sqrt((gap**2).sum(axis=2)), 1e-6)
        short = np.where(far < NEAR, NEAR - far, 0.0)
        np.fill_diagonal(short, 0.0)
        places = places + 0.3 * (gap / far[:, :, None] * short[:, :, None]).sum(axis=1)
        places = np.clip(places, 0.0, shape)
    return places


def _crossings(places: F64, edges: I64) -> float:
    """Return how many edges cross, and how near nodes come to each other as a small part."""
    a, b = places[edges[:, 0]], places[edges[:, 1]]

    def side(p: F64, q: F64, r: F64) -> F64:
        made: F64 = np.sign(
            (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1])
            - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])
        )
        return made

    first, second, third, fourth = a[:, None], b[:, None], a[None], b[None]
    crossed = (side(first, second, third) * side(first, second, fourth) < 0) & (
        side(third, fourth, first) * side(third, fourth, second) < 0
    )
    gap = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))
    np.fill_diagonal(gap, np.inf)
    return float(crossed.sum() / 2 + 0.1 * (gap < 40).sum())


def place_names(
    places: F64, radii: Sequence[float], widths: Sequence[float], *, size: tuple[float, float],
    height: float = 14.0, taken: F64 | None = None,
) -> list[Box]:  # fmt: skip
    """Return a box beside each node for a name of this width, few of them over anything else.

    ``taken``: further boxes (x, y, width, height) that names avoid.
    """
    r = np.asarray(radii, np.float64)
    nodes = np.column_stack([places - r[:, None], 2 * r, 2 * r])  # (nodes, 4): x, y, width, height
    choices = (
        np.stack([_around(node, width, height) for node, width in zip(nodes, widths, strict=True)])
        if len(nodes)
        else np.zeros((0, 8, 4))
    )  # (nodes, 8, 4)
    fixed = nodes if taken is None else np.concatenate([nodes, taken])
    standing = np.stack([_costs(some, fixed, size) for some in choices]) if len(nodes) else fixed
    names = choices[:, 0].copy()
    for _ in range(6):
        for one in sorted(range(len(nodes)), key=lambda place: -radii[place]):
            others = names[np.arange(len(nodes)) != one]
            costs = standing[one] + _shared(choices[one], others)
            names[one] = choices[one][costs.argmin()]
    return [Box(*one) for one in names.tolist()]


def _around(node: F64, width: float, height: float) -> F64:
    """Return the boxes around a node that may hold its name, the best first; (8, 4)."""
    r = node[2] / 2
    x, y = node[0] + r, node[1] + r
    near = r * 0.75 + 2
    above, below = y - near - height, y + near
    corners = [
        (x + r + 4, y - height / 2), (x - r - 4 - width, y - height / 2),
        (x - width / 2, y - r - height - 2), (x - width / 2, y + r + 2),
        (x + near, above), (x + near, below), (x - near - width, above), (x - near - width, below),
    ]  # fmt: skip
    return np.array([(*corner, width, height) for corner in corners])


def _shared(boxes: F64, others: F64) -> F64:
    """Return the area that each box shares with others."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    ends, far = boxes[:, :2] + boxes[:, 2:], others[:, :2] + others[:, 2:]
    both = np.maximum(np.minimum(ends[:, None], far[None]) - low, 0.0)
    area: F64 = (both[..., 0] * both[..., 1]).sum(axis=1)
    return area


def _costs(boxes: F64, others: F64, size: tuple[float, float]) -> F64:
    """Return what each box covers, and how far it stands outside the picture."""
    far = boxes[:, :2] + boxes[:, 2:] - np.array(size)
    beyond = np.maximum(-boxes[:, :2], 0.0) + np.maximum(far, 0.0)
    costs: F64 = _shared(boxes, others) + 100 * beyond.sum(axis=1) + np.arange(len(boxes))
    return costs
