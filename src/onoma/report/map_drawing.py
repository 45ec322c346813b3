"""The picture of a map: a sheet of cells, coloured by area, with borders and names."""

from __future__ import annotations

import math

import numpy as np

from onoma.formats.html import escape
from onoma.report.areas import BETWEEN, Area
from onoma.report.drawing import SMALL, Picture, cut, label, text_width
from onoma.report.map import FieldMap

COLOURS = 12  # areas that have a colour of their own; then they come again
WIDE, EDGE, LINE = 960.0, 26.0, 15.0
LONGEST = 24  # letters of a name's line
_CORNERS = [math.pi / 6 + math.pi / 3 * step for step in range(6)]


def draw_map(found: FieldMap, *, kind: str = "areas") -> Picture:
    """Return the map: cells coloured by ``areas``, or shaded by how unlike neighbours are.

    In the page a cell is ``<g class="cell" data-cell="...">``; a darker cell has more documents.
    """
    sheet = found.found.sheet
    scale = (WIDE - 2 * EDGE) / (sheet.wide + 0.5)
    places = (sheet.places() + np.array([0.5, 0.6])) * scale + EDGE
    tall = float(places[-1, 1] + 0.6 * scale + EDGE)
    shades = _shades(found, kind)
    counts = found.counts().tolist()
    out = []
    for cell, (x, y) in enumerate(places.tolist()):
        area = found.areas[int(found.area[cell]) - 1]
        points = " ".join(f"{px:.1f},{py:.1f}" for px, py in _corners(x, y, scale * 0.99))
        colour = f"a{(area.number - 1) % COLOURS}" if kind == "areas" else "border"
        said = f"{counts[cell]:,} documents, area {area.number}: {area.name}"
        out.append(
            f'<g class="cell {colour}" data-cell="{cell}"><title>{escape(said)}</title>'
            f'<polygon points="{points}" fill-opacity="{shades[cell]:.3f}"/></g>'
        )
    out += _borders(found, places, scale)
    out += [part for one in found.areas for part in _named(one, found, places, scale)]
    what = "areas" if kind == "areas" else "borders"
    title = f"Map of {len(found.rows):,} documents: {what}"
    return Picture(WIDE, tall, title, "".join(out), ("chart.css", "map.css"))


def _corners(x: float, y: float, scale: float) -> list[tuple[float, float]]:
    """Return the corners of a cell; of two that touch, two are the same."""
    far = scale / math.sqrt(3)
    return [(x + far * math.cos(turn), y + far * math.sin(turn)) for turn in _CORNERS]


def _shades(found: FieldMap, kind: str) -> list[float]:
    """Return how full each cell's colour is, 0 to 1."""
    if kind != "areas":
        far = found.found.borders()
        return list((0.05 + 0.9 * (far - far.min()) / max(float(np.ptp(far)), 1e-9)).tolist())
    count = np.sqrt(found.counts())
    return list(np.where(count > 0, 0.3 + 0.65 * count / max(count.max(), 1.0), 0.08).tolist())


def _borders(found: FieldMap, places: np.ndarray, scale: float) -> list[str]:
    """Return a line wherever cells of two areas touch."""
    out = []
    for one, two in found.found.sheet.neighbours().tolist():
        if found.area[one] == found.area[two]:
            continue
        (x, y), (u, v) = places[one].tolist(), places[two].tolist()
        mid, across = ((x + u) / 2, (y + v) / 2), (-(v - y), u - x)
        half = scale / math.sqrt(3) / 2 / math.hypot(*across)
        ends = [(mid[0] + sign * across[0] * half, mid[1] + sign * across[1] * half)
                for sign in (-1, 1)]  # fmt: skip
        (a, b), (c, d) = ends
        out.append(f'<line class="edge" x1="{a:.1f}" y1="{b:.1f}" x2="{c:.1f}" y2="{d:.1f}"/>')
    return out


def _named(area: Area, found: FieldMap, places: np.ndarray, scale: float) -> list[str]:
    """Return an area's name over its cells, and its number for narrow screens."""
    counts = found.counts()
    cells = np.array(area.cells)
    weight = counts[cells] + 0.1
    middle = (places[cells] * weight[:, None]).sum(axis=0) / weight.sum()
    near = places[cells[((places[cells] - middle) ** 2).sum(axis=1).argmin()]]
    x, y = (0.6 * middle + 0.4 * near).tolist()
    lines = [cut(line, LONGEST) for line in area.name.split(BETWEEN)]
    half = max(text_width(line, SMALL + 2) for line in lines) / 2
    x_line = min(max(x, half + 2), WIDE - half - 2)
    top = y - LINE * (len(lines) - 1) / 2 + 4
    parts = [
        label(x_line, top + LINE * row, line, kind="name", anchor="middle")
        for row, line in enumerate(lines)
    ]
    return [*parts, label(x, y + 16, str(area.number), kind="name number", anchor="middle")]
