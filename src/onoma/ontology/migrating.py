"""Results made with an old version of a vocabulary, brought to a new one; what changes comes first.

An id that was replaced leads to its replacement, through further ones if need be. An id that is
obsolete with nothing but suggestions, or that the vocabulary does not know, is a matter for a
person: it is listed and never changed. Lines in which nothing changes stay as they are (every
line ends in a line feed afterwards). The change set can be edited and given back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from onoma.errors import BadCurie, BadLine, InputError
from onoma.formats.lines import iter_lines
from onoma.formats.opening import open_stream
from onoma.ontology.curies import canonical_curie, prefix_of
from onoma.ontology.listing import Listing
from onoma.ontology.result_files import EDITORS, Swap, detect

COLUMNS = ("action", "old", "new", "label", "mentions", "others", "documents", "why")
REPLACE, REVIEW = "replace", "review"


@dataclass(frozen=True, slots=True)
class Move:
    """What becomes of an id in the results.

    ``action`` is ``replace`` or ``review``; ``new`` and ``label`` are the replacement's, empty if
    there is none. ``mentions`` counts the mentions linked to it, ``others`` its other places
    (alternatives, candidates, relations), ``documents`` where it occurs.
    """

    action: str
    old: str
    new: str
    label: str
    mentions: int
    others: int
    documents: int
    why: str


class Successors:
    """What a version of a vocabulary says of ids, old and new."""

    def __init__(self, listing: Listing) -> None:
        """Go through the vocabulary once."""
        self.version = listing.version
        self._retired = listing.retired
        self._labels: dict[str, str] = {}
        self._consider: dict[str, tuple[str, ...]] = {}
        for concept in listing.heads():
            if concept.is_obsolete:
                self._consider[concept.curie] = concept.consider
            else:
                self._labels[concept.curie] = concept.label
        self._prefixes = {prefix_of(curie).lower(): prefix_of(curie) for curie in self._labels}

    def label(self, curie: str) -> str:
        """Return the label of a living concept, empty for others."""
        return self._labels.get(curie, "")

    def spelt(self, text: str) -> str:
        """Return a CURIE in the vocabulary's spelling."""
        try:
            return canonical_curie(text, own=tuple(self._prefixes.values()))
        except BadCurie:
            return text

    def fate(self, curie: str) -> tuple[str, str, str] | None:
        """Return (action, new CURIE, why) of an id, None if it stays as it is."""
        if curie in self._labels or prefix_of(curie).lower() not in self._prefixes:
            return None
        way = [curie]
        while (following := self._retired.get(way[-1])) is not None and following not in way:
            way.append(following)
            if following in self._labels:
                passed = f", through {' and '.join(way[1:-1])}" if way[2:] else ""
                return REPLACE, following, f"replaced in {self.version}{passed}"
        if way[1:]:
            return REVIEW, "", f"its replacement {way[-1]} is not in {self.version}"
        if curie not in self._consider:
            return REVIEW, "", f"not known in {self.version}"
        others = ", ".join(f"{one} {self.label(one)}".strip() for one in self._consider[curie])
        hint = f"; consider {others}" if others else ", without replacement"
        return REVIEW, "", f"obsolete in {self.version}{hint}"


@dataclass(slots=True)
class _Tally:
    """How often an id occurs."""

    mentions: int = 0
    others: int = 0
    documents: int = 0
    last: str | None = None


def change_set(
    path: Path,
    successors: Successors,
    *,
    format: str | None = None,
    prefix: str = "",
) -> list[Move]:
    """Return what a migration of a results file would change, and what a person must look at.

    ``prefix`` is that of ids without one (PubTator's). Replacements come first, the frequent
    ones before others.
    Raises: InputError: the file is in none of the formats; BadLine: a line that cannot be read.
    """
    tallies: dict[str, _Tally] = {}
    fates: dict[str, tuple[str, str, str] | None] = {}

    def look(text: str, document: str, is_mention: bool) -> None:
        curie = successors.spelt(text)
        if curie not in fates:
            fates[curie] = successors.fate(curie)
        if fates[curie] is None:
            return
        tally = tallies.setdefault(curie, _Tally())
        tally.mentions += is_mention
        tally.others += not is_mention
        tally.documents += tally.last != document
        tally.last = document

    for _ in edited_lines(path, Swap(look, prefix=prefix), format=format):
        pass
    moves = []
    for curie, tally in tallies.items():
        action, new, why = fates[curie] or ("", "", "")
        counts = (tally.mentions, tally.others, tally.documents)
        moves.append(Move(action, curie, new, successors.label(new), *counts, why))
    return sorted(moves, key=lambda move: (move.action, -move.mentions, -move.others, move.old))


def apply_moves(
    path: Path,
    moves: Iterable[Move],
    stream: BinaryIO,
    *,
    format: str | None = None,
    prefix: str = "",
) -> int:
    """Write the results with their replacements made; return how many lines changed."""
    chosen = {move.old: (move.new, move.label) for move in moves if move.action == REPLACE}
    changed = 0
    swap = Swap(None, chosen, prefix=prefix)
    for line, is_changed in edited_lines(path, swap, format=format):
        stream.write(line)
        changed += is_changed
    return changed


def edited_lines(
    path: Path,
    swap: Swap,
    *,
    format: str | None = None,
) -> Iterator[tuple[bytes, bool]]:
    """Yield a results file's lines with their ids swapped, and whether each changed."""
    name = format or detect(path)
    if name not in EDITORS:
        known = ", ".join(EDITORS)
        raise InputError(f"results cannot be {name!r}", hint=f"known: {known}")
    edit = EDITORS[name](swap)
    with open_stream(path.open("rb"), str(path)) as stream:
        for line in iter_lines(stream):
            if line.is_cut:
                raise BadLine(str(path), line.number, "", "the line is too long")
            edited = edit(line.data, line.number, str(path))
            yield (line.data if edited is None else edited) + b"\n", edited is not None


def read_change_set(lines: Iterable[str], name: str) -> list[Move]:
    """Return a change set from its table, as it was printed and perhaps edited.

    Raises: BadLine: another head line, a wrong number of cells, or a replacement without new id.
    """
    moves = []
    for number, line in enumerate(lines, 1):
        cells = line.rstrip("\r\n").split("\t")
        if number == 1:
            if tuple(cells) != COLUMNS:
                raise BadLine(name, 1, line, "no head line", hint="write: " + "<TAB>".join(COLUMNS))
            continue
        if len(cells) != len(COLUMNS) or cells[0] not in (REPLACE, REVIEW):
            hint = f"the first is {REPLACE} or {REVIEW}"
            raise BadLine(name, number, line, f"{len(COLUMNS)} cells are expected", hint=hint)
        texts = ["" if cell == "-" else cell for cell in cells]
        if texts[0] == REPLACE and not texts[2]:
            raise BadLine(name, number, line, "a replacement without its new id")
        mentions, others, documents = (int(t) if t.isdigit() else 0 for t in texts[4:7])
        moves.append(
            Move(texts[0], texts[1], texts[2], texts[3], mentions, others, documents, texts[7])
        )
    return moves


def counted(moves: Iterable[Move]) -> Mapping[str, int]:
    """Return how many mentions each action concerns."""
    found = {REPLACE: 0, REVIEW: 0}
    for move in moves:
        found[move.action] += move.mentions
    return found
