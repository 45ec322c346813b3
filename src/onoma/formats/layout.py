"""How the mentions of a text lie over each other: pieces for a page or a terminal to colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onoma.types import Mention


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text under the same mentions; ``mentions`` are their places, outermost first."""

    start: int
    end: int
    mentions: tuple[int, ...]


def iter_pieces(length: int, mentions: Sequence[Mention]) -> Iterator[Piece]:
    """Yield pieces that cover a text of this length from end to end.

    A discontinuous mention lies over its own spans only. Where two mentions cross, the one that
    started first counts as the outer one.
    """
    starts: dict[int, list[tuple[int, int]]] = {}
    for place, mention in enumerate(mentions):
        for start, end in mention.spans or ((mention.start, mention.end),):
            starts.setdefault(start, []).append((end, place))
    edges = {0, length} | starts.keys() | {end for ends in starts.values() for end, _ in ends}
    active: list[tuple[int, int]] = []
    before = 0
    for edge in sorted(edges):
        if edge > before:
            yield Piece(before, edge, tuple(place for _, place in active))
        active = [entry for entry in active if entry[0] > edge]
        active += sorted(starts.get(edge, ()), key=lambda entry: (-entry[0], entry[1]))
        before = edge
