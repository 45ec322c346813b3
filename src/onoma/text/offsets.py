"""Offsets in code points, UTF-8 bytes and UTF-16 units of one text, converted many at a time.

Inside Onoma an offset counts code points. Files and browsers count otherwise: brat and older BioC
tools in C++ count UTF-8 bytes, Java and JavaScript UTF-16 units. A lone surrogate (half of a pair,
which a Python string may hold) counts as one unit, and as three bytes, as in WTF-8.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from onoma.errors import BadSpan

Unit = Literal["code points", "UTF-8 bytes", "UTF-16 units"]

UNITS: tuple[Unit, ...] = ("code points", "UTF-8 bytes", "UTF-16 units")

I64 = npt.NDArray[np.int64]


def to_unit(text: str, offsets: npt.ArrayLike, unit: Unit) -> I64:
    """Return code point offsets of a text in another unit, one for one.

    >>> to_unit("naïve 🧬 cell", [3, 7, 8], "UTF-8 bytes").tolist()
    [4, 11, 12]
    >>> to_unit("naïve 🧬 cell", [3, 7, 8], "UTF-16 units").tolist()
    [3, 8, 9]

    Raises: BadSpan: an offset lies outside the text.
    """
    places = _checked(offsets, len(text))
    if unit == "code points" or text.isascii():
        return places
    return _starts(text, unit)[places]


def from_unit(text: str, offsets: npt.ArrayLike, unit: Unit) -> I64:
    """Return the code point offsets of offsets in another unit, one for one.

    An offset inside a character, or outside the text, gives -1.

    >>> from_unit("naïve 🧬 cell", [4, 11, 3, 99], "UTF-8 bytes").tolist()
    [3, 7, -1, -1]
    """
    places = np.asarray(offsets, dtype=np.int64)
    if unit == "code points" or text.isascii():
        return np.where((places >= 0) & (places <= len(text)), places, -1)
    starts = _starts(text, unit)
    found = np.searchsorted(starts, places).astype(np.int64)
    found[found == len(starts)] = 0
    return np.where(starts[found] == places, found, -1)


def unit_length(text: str, unit: Unit) -> int:
    """Return the length of a text in this unit.

    >>> unit_length("µg", "UTF-8 bytes")
    3
    """
    if unit == "code points" or text.isascii():
        return len(text)
    return int(_widths(text, unit).sum())


def _checked(offsets: npt.ArrayLike, length: int) -> I64:
    places = np.asarray(offsets, dtype=np.int64)
    outside = places[(places < 0) | (places > length)]
    if len(outside):
        raise BadSpan(f"offset {outside[0]} lies outside a text of {length} characters")
    return places


def _widths(text: str, unit: Unit) -> I64:
    """Return how many units each character takes: (len(text),) int64."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    widths = 1 + (codes >= 0x10000).astype(np.int64)
    if unit == "UTF-8 bytes":
        widths += (codes >= 0x80).astype(np.int64) + (codes >= 0x800)
    return widths


def _starts(text: str, unit: Unit) -> I64:
    """Return where each character starts, and the text's end: (len(text) + 1,) int64."""
    return np.concatenate(([0], np.cumsum(_widths(text, unit)))).astype(np.int64)
