"""Curves over steps as an SVG picture, without a drawing library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, TOP = 640, 300, 46, 34
COLOURS = ("#1f6f8b", "#c05621", "#5b8c2a", "#7b4b94", "#b7791f", "#c53030")
SMOOTH = 9  # rows that a point is the mean of, where there are many


def draw_curves(rows: Sequence[Mapping[str, float]], *, title: str) -> str:
    """Return a picture of every column but ``step``, which is the axis to the right."""
    names = [name for name in rows[0] if name != "step"]
    steps = [row["step"] for row in rows]
    columns = {name: _smoothed([row[name] for row in rows]) for name in names}
    values = [value for column in columns.values() for value in column]
    low, high = min(0.0, *values), max(values) or 1.0
    last = max(steps) or 1.0

    def point(step: float, value: float) -> str:
        x = LEFT + (WIDTH - LEFT - 12) * step / last
        y = HEIGHT - 26 - (HEIGHT - TOP - 26) * (value - low) / (high - low or 1.0)
        return f"{x:.1f},{y:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="14" font-weight="bold">{escape(title)}</text>',
    ]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        value = low + share * (high - low)
        y = point(0, value).split(",")[1]
        parts.append(f'<path d="M{LEFT} {y}H{WIDTH - 12}" stroke="#ddd"/>')
        parts.append(f'<text x="4" y="{y}">{value:.2f}</text>')
    for place, (name, column) in enumerate(columns.items()):
        colour = COLOURS[place % len(COLOURS)]
        line = " ".join(point(*pair) for pair in zip(steps, column, strict=True))
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.6"/>'
        )
        x = LEFT + 130 * place
        parts.append(f'<text x="{x}" y="28" fill="{colour}">{escape(name)}</text>')
    parts.append(f'<text x="{WIDTH - 90}" y="{HEIGHT - 8}">step {int(last):,}</text></svg>')
    return "\n".join(parts) + "\n"


def _smoothed(values: Sequence[float]) -> list[float]:
    if len(values) < 5 * SMOOTH:
        return list(values)
    half = SMOOTH // 2
    windows = (values[max(i - half, 0) : i + half + 1] for i in range(len(values)))
    return [sum(window) / len(window) for window in windows]
