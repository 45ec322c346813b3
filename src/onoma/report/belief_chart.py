"""How the belief of a triple went, as a small chart: what speaks for it and what against it."""

from __future__ import annotations

from collections.abc import Sequence

from onoma.graph import Belief
from onoma.report.drawing import Picture, label

WIDE, TALL, LEFT, TOP, BEHIND = 360.0, 70.0, 26.0, 8.0, 24.0
APART = 13.0  # pixels between the names of the sides, at the least


def belief_chart(timeline: Sequence[Belief]) -> Picture | None:
    """Return support and denial as steps over the days; None where there is one day alone."""
    known = [one for one in timeline if one.date is not None]
    if len(known) < 2:
        return None
    days = [one.date.toordinal() for one in known if one.date is not None]
    places = [LEFT + WIDE * (day - days[0]) / (days[-1] - days[0]) for day in days]
    out = [part for level in (0.0, 0.5, 1.0) for part in _level(level)]
    support, denial = [one.support for one in known], [one.denial for one in known]
    names = _apart(_height(support[-1]), _height(denial[-1]))
    for kind, values, y in (("pro", support, names[0]), ("contra", denial, names[1])):
        out.append(f'<path class="{kind}" d="{_steps(places, values)}"/>')
        word = "for" if kind == "pro" else "against"
        out.append(label(LEFT + WIDE + BEHIND + 4, y + 4, word, kind=kind))
    first, last = str(known[0].date), str(known[-1].date)
    out.append(label(LEFT, TOP + TALL + 16, first, kind="tick"))
    out.append(label(LEFT + WIDE, TOP + TALL + 16, last, kind="tick", anchor="end"))
    said = "Belief over time: " + "; ".join(f"{one.date} {one.verdict}" for one in known)
    return Picture(LEFT + WIDE + 80, TOP + TALL + 20, said, "".join(out))


def _height(value: float) -> float:
    return TOP + TALL * (1 - value)


def _level(value: float) -> list[str]:
    y = _height(value)
    line = f'<line class="grid" x1="{LEFT}" y1="{y}" x2="{LEFT + WIDE + BEHIND}" y2="{y}"/>'
    return [line, label(LEFT - 6, y + 4, f"{value:g}", kind="tick", anchor="end")]


def _steps(places: Sequence[float], values: Sequence[float]) -> str:
    path = f"M{places[0]:.1f} {_height(values[0]):.1f}"
    for x, value in zip(places[1:], values[1:], strict=True):
        path += f"H{x:.1f}V{_height(value):.1f}"
    return f"{path}h{BEHIND}"


def _apart(one: float, other: float) -> tuple[float, float]:
    """Return two heights moved apart, so that what is written there does not touch."""
    gap = APART - abs(one - other)
    if gap <= 0:
        return one, other
    return (one - gap / 2, other + gap / 2) if one <= other else (one + gap / 2, other - gap / 2)
