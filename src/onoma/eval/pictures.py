"""Pictures of results as SVG that stands in a page: intervals, and what is taken for what."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping

from onoma.eval.parts import MADE_UP, Confusion
from onoma.metrics import Estimate

_ROW, _LEFT, _WIDTH = 22, 230, 420
_CELL, _MOST = 40, 16


def interval_picture(measures: Mapping[str, Estimate]) -> str:
    """Return a dot and its interval per measure, on an axis from 0 to 100."""
    known = {name: one for name, one in measures.items() if not math.isnan(one.value)}
    if not known:
        return ""
    height = _ROW * len(known) + 30
    out = [_opening(_LEFT + _WIDTH + 60, height, "measures with their 95% intervals")]
    for tick in range(0, 101, 20):
        x = _LEFT + _WIDTH * tick / 100
        out.append(f'<line class="grid" x1="{x}" y1="4" x2="{x}" y2="{height - 22}"/>')
        out.append(
            f'<text class="tick" x="{x}" y="{height - 6}" text-anchor="middle">{tick}</text>'
        )
    for row, (name, one) in enumerate(known.items()):
        y = _ROW * row + 16
        x, low, high = (_x(edge) for edge in (one.value, one.low, one.high))
        out.append(
            f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end">{html.escape(name)}</text>'
        )
        out.append(f'<line class="bar" x1="{low:.1f}" y1="{y}" x2="{high:.1f}" y2="{y}"/>')
        out.append(f'<circle class="dot" cx="{x:.1f}" cy="{y}" r="4"/>')
        out.append(f'<text x="{_LEFT + _WIDTH + 12}" y="{y + 4}">{100 * one.value:.1f}</text>')
    return "".join([*out, "</svg>"])


def _x(share: float) -> float:
    return _LEFT + _WIDTH * (0.0 if math.isnan(share) else min(1.0, max(0.0, share)))


def confusion_picture(confusion: Confusion) -> str:
    """Return a square per gold (row) and predicted (column) label; darker is a larger share.

    The commonest labels are shown; the others would be too small to read.
    """
    counts = confusion.counts
    order = sorted(
        range(len(confusion.labels)), key=lambda i: -int(counts[i].sum() + counts[:, i].sum())
    )
    shown = sorted(order[:_MOST])
    names = [confusion.labels[i] for i in shown]
    left = 14 + 7 * max(len(name) for name in names)
    top = 26 + int(5.2 * max(len(name) for name in names))
    size = _CELL * len(shown)
    title = "gold labels (rows) against predicted ones (columns)"
    out = [_opening(left + size + 60, top + size + 10, title)]
    for column, name in enumerate(names):
        x, y = left + _CELL * column + _CELL / 2, top - 6
        out.append(
            f'<text x="{x}" y="{y}" transform="rotate(-45 {x} {y})">{html.escape(name)}</text>'
        )
    for row, i in enumerate(shown):
        y = top + _CELL * row
        name = html.escape(names[row])
        out.append(f'<text x="{left - 8}" y="{y + _CELL / 2 + 4}" text-anchor="end">{name}</text>')
        total = max(1, int(counts[i].sum()))
        for column, j in enumerate(shown):
            count = int(counts[i, j])
            x = left + _CELL * column
            kind = "right" if i == j and names[row] != MADE_UP else "wrong"
            shade = round(0.08 + 0.72 * count / total, 3) if count else 0
            out.append(
                f'<rect class="{kind}" x="{x}" y="{y}" width="{_CELL - 2}" height="{_CELL - 2}" '
                f'fill-opacity="{shade}" rx="3"><title>gold {name}, predicted '
                f"{html.escape(names[column])}: {count}</title></rect>"
            )
            if count:
                out.append(
                    f'<text x="{x + _CELL / 2 - 1}" y="{y + _CELL / 2 + 4}" '
                    f'text-anchor="middle">{_short(count)}</text>'
                )
    return "".join([*out, "</svg>"])


def _short(count: int) -> str:
    return str(count) if count < 10_000 else f"{count / 1000:.0f}k"


def _opening(width: float, height: float, title: str) -> str:
    return (
        f'<svg role="img" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}"><title>{title}</title>'
    )
