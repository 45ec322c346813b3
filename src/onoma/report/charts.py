"""Charts of counts: bars of entities and types, documents by year, entities over the years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onoma.formats.html import escape
from onoma.report.drawing import (
    Picture,
    cut,
    label,
    legend,
    text_width,
    ticks,
    type_class,
    words,
)

WIDTH, ROW, BAR = 720, 22, 14
LONGEST = 42  # letters of a name
CELL, MOST_CELLS = 34, 16
_HEAD = 44

Counts = dict[int | None, tuple[int, int]]
"""Documents and mentions by year; those without a year under None."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its name, its type (for the colour), its documents and mentions (0: not told)."""

    name: str
    type: str
    documents: int
    mentions: int


def bar_chart(bars: Sequence[Bar], title: str) -> Picture:
    """Return a horizontal bar of documents for each row; the mentions stand behind it."""
    names = [cut(one.name, LONGEST) for one in bars]
    left = max((text_width(name) for name in names), default=0) + 14
    tail = max((text_width(_told(one)) for one in bars), default=0) + 12
    most = max((one.documents for one in bars), default=1)
    wide, height = WIDTH - left - tail, _HEAD + ROW * len(bars) + 30
    told = "documents (mentions)" if any(one.mentions for one in bars) else "documents"
    out = [label(0, 14, title, kind="head"), label(0, 31, told, kind="soft")]
    for mark in ticks(most):
        x = left + wide * mark / most
        out.append(
            f'<line class="grid" x1="{x:.1f}" y1="{_HEAD - 4}" x2="{x:.1f}" y2="{height - 24}"/>'
        )
        out.append(label(x, height - 8, f"{mark:,}", kind="tick", anchor="middle"))
    for row, (one, name) in enumerate(zip(bars, names, strict=True)):
        y = _HEAD + ROW * row
        long = wide * one.documents / most
        out.append(f"<g><title>{escape(one.name)}: {_said(one)}</title>")
        out.append(label(left - 8, y + BAR - 3, name, anchor="end"))
        out.append(
            f'<rect class="{type_class(one.type)}" x="{left:.1f}" y="{y}" '
            f'width="{max(long, 1):.1f}" height="{BAR}" rx="2"/>'
        )
        out.append(label(left + long + 6, y + BAR - 3, _told(one), kind="soft") + "</g>")
    key = 0.0
    if any(one.name != words(one.type) for one in bars) and len({one.type for one in bars}) > 1:
        types = list(dict.fromkeys(one.type for one in bars))
        shown, key = legend(types, 0, height + 8, WIDTH)
        out.append(shown)
    return Picture(WIDTH, height + key, title, "".join(out))


def _told(one: Bar) -> str:
    return f"{one.documents:,}" + (f" ({one.mentions:,})" if one.mentions else "")


def _said(one: Bar) -> str:
    more = f", {one.mentions:,} mentions" if one.mentions else ""
    return f"{words(one.type)}, {one.documents:,} documents{more}"


def year_chart(years: Counts, title: str) -> Picture:
    """Return a column of documents for each year from the first to the last."""
    known = {year: documents for year, (documents, _) in years.items() if year is not None}
    span = spans_of(sorted(known), most=60)
    counts = [sum(known.get(year, 0) for year in range(low, high + 1)) for low, high in span]
    most = max(counts, default=0) or 1
    left, height, bottom = text_width(f"{most:,}") + 12, 230, 200
    step = (WIDTH - left) / max(len(span), 1)
    out = [label(0, 14, title, kind="head"), label(0, 31, "documents", kind="soft")]
    for mark in ticks(most):
        y = bottom - (bottom - _HEAD) * mark / most
        out.append(f'<line class="grid" x1="{left:.1f}" y1="{y:.1f}" x2="{WIDTH}" y2="{y:.1f}"/>')
        out.append(label(left - 7, y + 4, f"{mark:,}", kind="tick", anchor="end"))
    free = -(-44 // max(int(step), 1))  # columns from one name to the next, so that none touch
    for place, ((low, high), count) in enumerate(zip(span, counts, strict=True)):
        tall = (bottom - _HEAD) * count / most
        x, wide = left + step * place, min(step * 0.78, 44)
        out.append(
            f'<rect class="column" x="{x + (step - wide) / 2:.1f}" y="{bottom - tall:.1f}" '
            f'width="{wide:.1f}" height="{tall:.1f}" rx="2"><title>{_years(low, high)}: '
            f"{count:,} documents</title></rect>"
        )
        if place % free == 0:
            out.append(label(x + step / 2, bottom + 18, str(low), kind="tick", anchor="middle"))
    return Picture(WIDTH, height, title, "".join(out))


def spans_of(years: Sequence[int], *, most: int) -> list[tuple[int, int]]:
    """Return runs of years, of one length, that cover all these; as many as ``most``.

    >>> spans_of([2001, 2004], most=2)
    [(2001, 2002), (2003, 2004)]
    """
    if not years:
        return []
    first, last = years[0], years[-1]
    size = next(n for n in (1, 2, 5, 10, 20, 50, 100, 1000) if (last - first) // n + 1 <= most)
    return [(low, low + size - 1) for low in range(first, last + 1, size)]


def _years(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}-{high}"


def year_table(rows: Sequence[tuple[Bar, Counts]], years: Counts, title: str) -> Picture:
    """Return a cell for each entity and year: its share of the year's documents, in percent.

    A darker cell is a larger share; the largest of the picture is the darkest.
    """
    known = sorted(year for year in years if year is not None)
    span = spans_of(known, most=MOST_CELLS)
    totals = [_sum(years, low, high) for low, high in span]
    shares = [
        [_sum(own, low, high) / total if total else 0.0
         for (low, high), total in zip(span, totals, strict=True)]
        for _, own in rows
    ]  # fmt: skip
    most = max((share for row in shares for share in row), default=0) or 1.0
    names = [cut(one.name, LONGEST) for one, _ in rows]
    left = max((text_width(name) for name in names), default=0) + 14
    cell = max(CELL, min(64, (WIDTH - left) / max(len(span), 1)))
    height = _HEAD + 18 + ROW * len(rows) + 8
    out = [
        label(0, 14, title, kind="head"),
        label(0, 31, "share of the year's documents, in percent", kind="soft"),
    ]
    for place, (low, high) in enumerate(span):
        x = left + cell * place + cell / 2
        out.append(label(x, _HEAD + 10, _short_years(low, high), kind="tick", anchor="middle"))
    for row, ((one, own), name) in enumerate(zip(rows, names, strict=True)):
        y = _HEAD + 18 + ROW * row
        out.append(label(left - 8, y + 15, name, anchor="end"))
        for place, ((low, high), share) in enumerate(zip(span, shares[row], strict=True)):
            x, n = left + cell * place, _sum(own, low, high)
            shade = 0.06 + 0.54 * share / most if share else 0.03
            out.append(
                f"<g><title>{escape(one.name)}, {_years(low, high)}: {n:,} of {totals[place]:,} "
                f'documents</title><rect class="{type_class(one.type)}" x="{x:.1f}" y="{y}" '
                f'width="{cell - 2:.1f}" height="{ROW - 2}" fill-opacity="{shade:.2f}" rx="2"/>'
            )
            if share:
                shown = f"{100 * share:.0f}" if share >= 0.01 else "<1"
                out.append(label(x + cell / 2 - 1, y + 14, shown, kind="cell", anchor="middle"))
            out.append("</g>")
    return Picture(max(WIDTH, left + cell * len(span)), height, title, "".join(out))


def _sum(counts: Counts, low: int, high: int) -> int:
    return sum(counts.get(year, (0, 0))[0] for year in range(low, high + 1))


def _short_years(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}-{high % 100:02d}"


def sparkline(years: Counts, own: Counts) -> str:
    """Return an entity's documents by year as a small element of a page; nothing without years."""
    known = sorted(year for year in years if year is not None)
    if len(known) < 2:
        return ""
    span = spans_of(known, most=24)
    counts = [_sum(own, low, high) for low, high in span]
    most, step = max(counts) or 1, min(6.0, 96 / len(span))
    columns = "".join(
        f'<rect x="{step * place:.1f}" y="{18 - 17 * n / most:.1f}" width="{step - 1:.1f}" '
        f'height="{17 * n / most:.1f}"/>'
        for place, n in enumerate(counts)
        if n
    )
    wide = step * len(span)
    return (
        f'<svg class="spark" viewBox="0 0 {wide:.0f} 18" width="{wide:.0f}" height="18" role="img">'
        f"<title>{known[0]} to {known[-1]}, at most {max(counts):,}</title>{columns}</svg>"
    )
