"""Strategies of numbered lines: which line is which, and what each refers to.

A line begins with its number: ``1.``, ``#1``, ``1``; the numbers rise. What follows without a
number belongs to the line before. In Ovid every line counts, numbered or not, as its history does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from onoma.search.query.building import MOST_LEAVES
from onoma.search.query.scanning import MOST_CHARACTERS, Source
from onoma.search.query.tree import Line, LineRef, Node, Strategy, Tree, leaves

_NO_OPERATOR = r"(?!(?:AND|OR|NOT|and|or|not)(?:[\s(]|$))"
_LABEL = re.compile(
    rf"[ \t]*(?:\#?([0-9]{{1,4}})[.:)=][ \t]+(?=\S)|\#([0-9]{{1,4}})[ \t]+{_NO_OPERATOR}(?=\S))"
)
_BARE = re.compile(
    r"[ \t]*([0-9]{1,4})[ \t]+(?!(?:and|or|not|adj)(?:[\s(]|$))(?=\S)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Cut:
    """A line before it is read: its number and its characters."""

    number: int
    start: int
    end: int


def read_lines(text: str, read: Callable[[Source], Node], *, each_line: bool = False) -> Tree:
    """Return the tree of a query, or the strategy that its lines make.

    ``read`` makes the tree of one line. ``each_line``: lines without numbers count as well.
    Raises: UnparsableQuery: as ``read`` does; a reference to a line that does not come before.
    """
    whole = Source(text, 0, len(text))
    if len(text) > MOST_CHARACTERS:
        raise whole.error(
            (MOST_CHARACTERS, len(text)),
            f"the query has {len(text)} characters, at most {MOST_CHARACTERS} are read",
            "cut it into several",
        )
    cuts = _cuts(text, each_line=each_line)
    if not cuts:
        tree = read(whole)
        _check_references(whole, tree, {})
        return tree
    lines: list[Line] = []
    sizes: dict[int, int] = {}
    for cut in cuts:
        tree = read(Source(text, cut.start, cut.end))
        sizes[cut.number] = _check_references(whole, tree, sizes)
        lines.append(Line(cut.number, tree, (cut.start, cut.end)))
    return Strategy(tuple(lines), (0, len(text)))


def _cuts(text: str, *, each_line: bool) -> list[_Cut]:
    """Return the lines of a strategy, none where the text is one query."""
    rows = [(m.start(), m.end()) for m in re.finditer(r"[^\r\n]+", text) if m[0].strip()]
    if not rows or (len(rows) == 1 and not _LABEL.match(text, *rows[0])):
        return []
    labels = [_label(text, row, loose=each_line and len(rows) > 1) for row in rows]
    if labels[0] is None:
        if not each_line:
            return []
        return [_Cut(number, *row) for number, row in enumerate(rows, 1)]
    cuts: list[_Cut] = []
    for (_, end), label in zip(rows, labels, strict=True):
        if label is not None and (not cuts or label[0] > cuts[-1].number):
            cuts.append(_Cut(label[0], label[1], end))
        else:
            cuts[-1] = _Cut(cuts[-1].number, cuts[-1].start, end)
    return cuts


def _label(text: str, row: tuple[int, int], *, loose: bool) -> tuple[int, int] | None:
    """Return the number at the head of a row and where what it says begins."""
    found = _LABEL.match(text, *row) or (_BARE.match(text, *row) if loose else None)
    if found is None:
        return None
    return int(next(group for group in found.groups() if group)), found.end()


def _check_references(source: Source, tree: Node, known: dict[int, int]) -> int:
    """Return how many leaves a tree has with those of the lines that it refers to."""
    size = 0
    for leaf in leaves(tree):
        if not isinstance(leaf, LineRef):
            size += 1
        elif leaf.number in known:
            size += known[leaf.number]
        else:
            shown = ", ".join(f"#{number}" for number in list(known)[-8:]) or "none"
            raise source.error(
                leaf.span,
                f"there is no line {leaf.number} before this one",
                f"lines so far: {shown}; a line is written: #1 asthma",
            )
    if size > MOST_LEAVES:
        raise source.error(
            tree.span,
            f"with the lines it refers to, this has more than {MOST_LEAVES} parts",
            "refer to fewer lines",
        )
    return size
