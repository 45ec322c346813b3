"""Lists of phrases, and where their phrases stand in a text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from onoma.errors import BadLine

_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*|[^\w\s]|_")
_ALIKE = str.maketrans("–—−‐‑’`", "-----''")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Words, numbers and signs of a text: as they are compared, and where they stand."""

    words: list[str]
    start: list[int]
    end: list[int]

    @classmethod
    def of(cls, text: str) -> Tokens:
        """Read a text."""
        found = [(m[0].lower().translate(_ALIKE), *m.span()) for m in _TOKEN.finditer(text)]
        return cls([w for w, _, _ in found], [s for _, s, _ in found], [e for _, _, e in found])

    def between(self, start: int, end: int) -> list[str]:
        """Return the words that stand wholly between two places."""
        first = bisect_left(self.start, start)
        behind = bisect_left(self.start, end, first)
        return [self.words[n] for n in range(first, behind) if self.end[n] <= end]


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase of a list where it stands in a text, with the other cells of its row."""

    start: int
    end: int
    cells: tuple[str, ...]


class Phrases:
    """A list of phrases, found without regard to letter case; of several at a place the longest."""

    def __init__(self, rows: Sequence[tuple[str, ...]]) -> None:
        """Take rows whose first cell is a pattern of phrases."""
        table: dict[str, dict[tuple[str, ...], tuple[str, ...]]] = {}
        for pattern, *cells in rows:
            for phrase in written_out(pattern):
                first, *rest = Tokens.of(phrase).words
                table.setdefault(first, {}).setdefault(tuple(rest), tuple(cells))
        self._table = {
            first: sorted(rests.items(), key=lambda one: -len(one[0]))
            for first, rests in table.items()
        }

    def find(self, tokens: Tokens) -> Iterator[Found]:
        """Yield the phrases in text order; none overlaps another."""
        words, place = tokens.words, 0
        while place < len(words):
            step = 1
            for rest, cells in self._table.get(words[place], ()):
                behind = place + 1 + len(rest)
                if not rest or tuple(words[place + 1 : behind]) == rest:
                    yield Found(tokens.start[place], tokens.end[behind - 1], cells)
                    step = 1 + len(rest)
                    break
            place += step

    def row(self, phrase: str) -> tuple[str, ...] | None:
        """Return the cells of a phrase, None if it is not in the list."""
        words = Tokens.of(phrase).words
        known = self._table.get(words[0], ()) if words else ()
        return next((cells for rest, cells in known if list(rest) == words[1:]), None)


def written_out(pattern: str) -> list[str]:
    """Return the phrases of a pattern; ``(a|b|)`` stands for one of several words, or none.

    >>> written_out("per (g|j|) (tube|tubes)")[:3]
    ['per g tube', 'per g tubes', 'per j tube']
    """
    phrases, behind = _choices(pattern, 0, closing="")
    if behind != len(pattern):
        raise ValueError(f"a bracket is closed that was not opened: {pattern}")
    return list(dict.fromkeys(" ".join(phrase.split()) for phrase in phrases if phrase.strip()))


def _choices(pattern: str, place: int, *, closing: str) -> tuple[list[str], int]:
    """Return what may stand from a place to the bracket that closes, and where that is."""
    every: list[str] = []
    here = [""]
    while place < len(pattern) and pattern[place] != ")":
        sign = pattern[place]
        if sign == "(":
            inner, place = _choices(pattern, place + 1, closing=")")
            here = [left + right for left in here for right in inner]
        elif sign == "|" and closing:
            every, here = every + here, [""]
        else:
            here = [left + sign for left in here]
        place += 1
    if closing and place >= len(pattern):
        raise ValueError(f"a bracket is not closed: {pattern}")
    return every + here, place


@cache
def read_rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a list that ships; the line behind the remarks names the columns.

    Raises: BadLine: a row of another width.
    """
    path = resources.files("onoma") / "data" / "extract" / f"{name}.tsv"
    rows: list[tuple[str, ...]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("# "):
            continue
        rows.append(tuple(line.split("\t")))
        if len(rows[-1]) != len(rows[0]):
            raise BadLine(str(path), number, line, f"needs {len(rows[0])} cells")
    return tuple(rows[1:])


@cache
def phrase_list(name: str) -> Phrases:
    """Return a list that ships, ready to find."""
    return Phrases(read_rows(name))
