"""SVG pictures that stand in a page or alone: what all charts share.

A picture has classes in place of colours, so that it follows its page from light to dark; alone it
brings a style sheet of its own, on white, and opens in any editor of vector graphics.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from itertools import count

from onoma.formats.html import escape
from onoma.types import SEMANTIC_TYPES

SMALL = 12.0  # pixels of the letters
EDGE = 16  # pixels around a picture that stands alone
_NARROW, _WIDE = frozenset("iIjlftr.,:;'|!()[]- "), frozenset("mwMWQOGCD@%")


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing: its size, what a screen reader says, and its elements as SVG.

    ``styles``: the style sheets of ``data/report`` that it needs where it stands alone.
    """

    width: float
    height: float
    title: str
    body: str
    styles: tuple[str, ...] = ("chart.css",)

    def inline(self) -> str:
        """Return the picture as an element of a page that has the style sheet."""
        return f"{self._tag('', 0)}{self.body}</svg>"

    def alone(self) -> str:
        """Return the picture as a file."""
        name = 'xmlns="http://www.w3.org/2000/svg" '
        ground = (
            f'<rect class="ground" x="-{EDGE}" y="-{EDGE}" width="{self.width + 2 * EDGE:.0f}" '
            f'height="{self.height + 2 * EDGE:.0f}"/>'
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n{self._tag(name, EDGE)}'
            f"<style>{''.join(map(asset, self.styles))}</style>{ground}{self.body}</svg>\n"
        )

    def _tag(self, more: str, edge: int) -> str:
        wide, tall = self.width + 2 * edge, self.height + 2 * edge
        return (
            f'<svg {more}class="chart" role="img" viewBox="{-edge} {-edge} {wide:.0f} {tall:.0f}" '
            f'width="{wide:.0f}" height="{tall:.0f}"><title>{escape(self.title)}</title>'
        )


def asset(name: str) -> str:
    """Return the text of a file of ``data/report``."""
    return (resources.files("onoma") / "data" / "report" / name).read_text("utf-8")


def type_class(type_: str) -> str:
    """Return the class that gives a type its colour."""
    return f"t-{type_}" if type_ in SEMANTIC_TYPES else "t-other"


def words(name: str) -> str:
    """Return a type's name as it is read."""
    return name.replace("_", " ")


def text_width(text: str, size: float = SMALL) -> float:
    """Return about how wide a text is, in pixels."""
    return size * sum(_letter(c) for c in text)


def _letter(sign: str) -> float:
    if sign in _NARROW:
        return 0.33
    if sign in _WIDE:
        return 0.84
    return 0.64 if sign.isupper() else 0.55 if ord(sign) < 0x2E80 else 1.0


def cut(text: str, most: int) -> str:
    """Return a text, its end cut off if it is longer than this.

    >>> cut("acute kidney injury", 12)
    'acute kidne…'
    """
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def label(x: float, y: float, text: str, *, kind: str = "", anchor: str = "start") -> str:
    """Return a text whose baseline begins (or is centred, or ends) at a point."""
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def ticks(most: float) -> list[int]:
    """Return round whole numbers from 0 to at most ``most``, five steps at the most.

    >>> ticks(37)
    [0, 10, 20, 30]
    """
    if most <= 0:
        return [0, 1]
    sizes = (m * 10**power for power in count() for m in (1, 2, 5))
    step = next(size for size in sizes if size * 5 >= most)
    return list(range(0, int(most) + 1, step))


def legend(types: list[str], x: float, y: float, width: float) -> tuple[str, float]:
    """Return the colours of types with their names, in rows of this width, and their height."""
    parts, left, top = [], x, y
    for type_ in types:
        wide = 26 + text_width(words(type_))
        if left + wide > x + width and left > x:
            left, top = x, top + 20
        parts.append(f'<circle class="{type_class(type_)}" cx="{left + 6:.1f}" cy="{top}" r="5"/>')
        parts.append(label(left + 16, top + 4, words(type_), kind="soft"))
        left += wide + 6
    return "".join(parts), top + 14 - y
