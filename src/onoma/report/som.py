"""A self-organising map: cells on a sheet, each with a vector, neighbours alike.

Source: Kohonen 2001, Self-organizing maps, chapter 3 (batch map, hexagonal sheet, beginning along
the two leading principal components); Ultsch 2003 (U-matrix); Vesanto and Alhoniemi 2000 (size of
the sheet). No chance is in it: the same vectors give the same map.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

ROUNDS = 40
LAST = 0.6  # how far neighbours still pull at the end, in cells
LARGEST = 600  # cells
LONGEST = 2.2  # times as wide as high, at the most
ROWS_AT_A_TIME = 4096


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a map: row by row, every other row half a cell to the right."""

    high: int
    wide: int

    def __len__(self) -> int:
        """Return the number of cells."""
        return self.high * self.wide

    def places(self) -> F64:
        """Return the middle of each cell, (cells, 2): x, y; neighbours are 1 apart."""
        row, column = np.divmod(np.arange(len(self)), self.wide)
        return np.stack([column + 0.5 * (row % 2), row * math.sqrt(0.75)], axis=1)

    def neighbours(self) -> I64:
        """Return the pairs of cells that touch, each once, (pairs, 2)."""
        places = self.places()
        gap = ((places[:, None] - places[None]) ** 2).sum(axis=2)
        return np.argwhere(np.triu(gap < 1.1, 1))


@dataclass(frozen=True, slots=True)
class Map:
    """Cells with their vectors, (cells, dimensions), and the cell of each document."""

    sheet: Cells
    vectors: F64
    cell: I64

    def borders(self) -> F64:
        """Return how unlike each cell is to those around it: the U-matrix, one value a cell."""
        pairs = self.sheet.neighbours()
        far = np.linalg.norm(self.vectors[pairs[:, 0]] - self.vectors[pairs[:, 1]], axis=1)
        both = np.concatenate([pairs[:, 0], pairs[:, 1]])
        total = np.bincount(both, np.concatenate([far, far]), minlength=len(self.sheet))
        return np.asarray(total / np.maximum(np.bincount(both, minlength=len(self.sheet)), 1))


def fit(vectors: F64, *, cells: int = 0) -> Map:
    """Return the map of these vectors; ``cells`` 0: five times the root of their number."""
    axes, spread = _components(vectors)
    wanted = cells or min(max(round(5 * math.sqrt(len(vectors))), 6), LARGEST)
    sheet = _sheet(wanted, spread)
    places = sheet.places()
    middle = vectors.mean(axis=0)
    centred = places - places.mean(axis=0)
    centred /= np.maximum(np.abs(centred).max(axis=0), 1.0)
    code = middle + (centred * spread) @ axes
    gap = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    first = max(sheet.high, sheet.wide) / 2
    for step in range(ROUNDS):
        radius = first * (LAST / first) ** (step / (ROUNDS - 1))
        pull = np.exp(-gap / (2 * radius**2))
        cell = nearest(vectors, code)
        count = np.bincount(cell, minlength=len(sheet)).astype(np.float64)
        total = np.stack(
            [np.bincount(cell, column, minlength=len(sheet)) for column in vectors.T], axis=1
        )
        weight = pull @ count
        code = np.where(
            weight[:, None] > 1e-9, (pull @ total) / np.maximum(weight, 1e-9)[:, None], code
        )
    return Map(sheet, code, nearest(vectors, code))


def nearest(vectors: F64, code: F64) -> I64:
    """Return the cell nearest to each vector."""
    length = (code**2).sum(axis=1)
    parts = [
        (length - 2 * vectors[first : first + ROWS_AT_A_TIME] @ code.T).argmin(axis=1)
        for first in range(0, len(vectors), ROWS_AT_A_TIME)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _components(vectors: F64) -> tuple[F64, F64]:
    """Return the two leading axes, (2, dimensions), and how far the vectors spread along them."""
    centred = vectors - vectors.mean(axis=0)
    values, axes = np.linalg.eigh(centred.T @ centred / max(len(vectors), 1))
    axes = axes[:, ::-1].T[:2]
    axes = axes * np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]
    return axes, np.sqrt(np.maximum(values[::-1][:2], 1e-12))


def _sheet(cells: int, spread: F64) -> Cells:
    """Return a sheet of about so many cells, as much wider than high as the vectors spread."""
    ratio = min(max(float(spread[0] / spread[1]), 1.2), LONGEST)
    high = max(round(math.sqrt(cells / ratio)), 2)
    return Cells(high, max(round(cells / high), 2))
