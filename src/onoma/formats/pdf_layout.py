"""From the characters of a PDF page to its lines in reading order, two columns included.

A PDF has no lines, only characters at places. Those that follow each other on a level make a line;
a gap wider than a blank parts it. Where most lines keep to one side of a gutter, the left side is
read before the right, between one line across the whole page and the next (title, figure, footer).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

HYPHENS = "\x02\ufffe"  # PDFium's signs for a hyphen at a line's end, break included
_GAP = 1.2  # of the line's height: wider than any blank in justified text
_SIDE = 5  # lines that a column has at least
_ACROSS = 0.25  # lines across the gutter, as a share of those beside it
_WIDTH = 0.45  # of its column that a line usually fills; the cells of a table fill less
_STEP = 2.0  # points between the places tried for a gutter

Char = tuple[str, float, float, float, float]
"""A character with its box: left, bottom, right, top, in points from the lower left corner."""


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of a page with its box."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    row: int  # lines of one row were one line, parted by wide gaps

    @property
    def height(self) -> float:
        """The line's height."""
        return self.top - self.bottom


def lines_of(chars: Iterable[Char], width: float) -> list[PageLine]:
    """Return the lines of a page in reading order; ``width`` is the page's."""
    parts = list(_parts(chars))
    gutter = _gutter(parts, width)
    if gutter is None:
        return _joined(parts)
    ordered: list[PageLine] = []
    sides: tuple[list[PageLine], list[PageLine]] = ([], [])
    for part in sorted(parts, key=lambda part: (-part.top, part.left)):
        if part.left < gutter < part.right:
            ordered += [*sides[0], *sides[1], part]
            sides = ([], [])
        else:
            sides[part.left >= gutter].append(part)
    return _joined([*ordered, *sides[0], *sides[1]])


def _parts(chars: Iterable[Char]) -> Iterator[PageLine]:
    """Yield runs of characters on one level without a wide gap."""
    run: list[Char] = []
    row = 0
    for char in chars:
        sign = char[0]
        if sign in "\r\n" or sign in HYPHENS:
            if sign in HYPHENS:
                run.append(("-", *char[1:]))
            yield from _part(run, row)
            run, row = [], row + 1
        elif sign.isspace():
            run.append(char)
        else:
            before = next((one for one in reversed(run) if not one[0].isspace()), None)
            if before is not None and _is_apart(before, char):
                yield from _part(run, row)
                run = []
                row += not _is_level(before, char)
            run.append(char)
    yield from _part(run, row)


def _is_level(before: Char, char: Char) -> bool:
    return min(before[4], char[4]) - max(before[2], char[2]) > 0


def _is_apart(before: Char, char: Char) -> bool:
    """Say whether a character begins another line than the one before it stands in."""
    height = max(before[4] - before[2], char[4] - char[2])
    gap = char[1] - before[3]
    return not _is_level(before, char) or gap > _GAP * height or gap < -2 * height


def _part(run: Sequence[Char], row: int) -> Iterator[PageLine]:
    """Yield the line of a run of characters, unless it is blank."""
    text = "".join(char[0] for char in run).strip()
    boxes = [char for char in run if not char[0].isspace()]
    if text and boxes:
        yield PageLine(
            text,
            min(box[1] for box in boxes),
            min(box[2] for box in boxes),
            max(box[3] for box in boxes),
            max(box[4] for box in boxes),
            row,
        )


def _gutter(parts: Sequence[PageLine], width: float) -> float | None:
    """Return where the gutter between two columns is, None if the page has one column."""
    if len(parts) < 2 * _SIDE:
        return None
    steps = [0.3 * width + n * _STEP for n in range(int(0.4 * width / _STEP) + 1)]
    across = [sum(part.left < x < part.right for part in parts) for x in steps]
    least = min(across)
    best = [x for x, count in zip(steps, across, strict=True) if count == least]
    gutter = best[len(best) // 2]
    left = [part for part in parts if part.right <= gutter]
    right = [part for part in parts if part.left >= gutter]
    if min(len(left), len(right)) < _SIDE or least > _ACROSS * (len(left) + len(right)):
        return None
    return gutter if _is_filled(left) and _is_filled(right) and _overlap(left, right) else None


def _is_filled(side: Sequence[PageLine]) -> bool:
    """Say whether lines usually fill their column, as running text does."""
    room = max(part.right for part in side) - min(part.left for part in side)
    return median(part.right - part.left for part in side) >= _WIDTH * room


def _overlap(left: Sequence[PageLine], right: Sequence[PageLine]) -> bool:
    """Say whether two columns stand beside each other."""
    top = min(max(part.top for part in side) for side in (left, right))
    bottom = max(min(part.bottom for part in side) for side in (left, right))
    lowest = min(
        max(part.top for part in side) - min(part.bottom for part in side) for side in (left, right)
    )
    return top - bottom > 0.3 * lowest


def _joined(parts: Sequence[PageLine]) -> list[PageLine]:
    """Return lines; what follows in one row belongs to one line, a tab between its parts."""
    lines: list[PageLine] = []
    for part in parts:
        last = lines[-1] if lines else None
        if last is not None and last.row == part.row and part.left >= last.right:
            lines[-1] = PageLine(
                f"{last.text}\t{part.text}",
                last.left,
                min(last.bottom, part.bottom),
                part.right,
                max(last.top, part.top),
                part.row,
            )
        else:
            lines.append(part)
    return lines
