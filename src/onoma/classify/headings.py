"""Headings inside abstracts: ``METHODS:`` at the start of a sentence, and the roles below it.

A heading is cut into pieces ("METHODS AND RESULTS"); each is looked up in
``data/classify/roles/headings.tsv`` and the roles add up. What is not wholly known is no heading.
The mapping follows the NLM's categories of section labels (as in PubMed RCT, Dernoncourt and Lee
2017), but leaves open what the label leaves open: below BACKGROUND there is often an aim.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

ROLES: tuple[str, ...] = ("background", "objective", "method", "result", "conclusion", "other")
"""What a sentence of an abstract says; ``other``: registration, funding and the like."""

PARTS: tuple[str, ...] = (
    "background", "population", "intervention", "outcome", "study_design", "other",
)  # fmt: skip
"""What a sentence says of a trial (PIBOSO, Kim et al. 2011; aims count as background)."""

LONGEST = 70  # characters of a heading

_PARTS_OF: dict[str, tuple[str, ...]] = {
    "background": ("background", "other"),
    "objective": ("background", "other"),
    "method": ("population", "intervention", "study_design", "other"),
    "result": ("outcome",),
    "conclusion": ("outcome", "background"),
    "other": ("other",),
}
"""The parts that sentences of a role mostly are: what headings teach of parts."""

_COLON = re.compile(r"([A-Z][^:\n]{2,70}?)\s*:(?!\d)\s*")
_CAPITALS = re.compile(r"([A-Z][A-Z ,/&()'-]{2,70})(?:\.\s+|\s*\n\s*|\s+[-–—]\s*|$)")
_PREFIX = re.compile(r"^(?:(?:expanded )?abstract|summary)\s*[.:/]\s*")
_PIECES = re.compile(r"\s*(?:/|&|,|;|\band\b|\bor\b)\s*")


@dataclass(frozen=True, slots=True)
class Below:
    """What a heading says of the sentences below it.

    ``roles`` has bit i for ``ROLES[i]``; ``main`` is the place of the one that the label itself
    names, -1 where it names several. ``parts`` has bit i for ``PARTS[i]``: what the label names
    where it names it ("PARTICIPANTS"), else what may stand below such a label.
    """

    roles: int
    main: int
    parts: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading at the start of a text: where what it stands over begins, and what it says."""

    end: int
    below: Below


def find_heading(text: str, start: int = 0) -> Heading | None:
    """Return the heading that begins at ``start``, if one does.

    >>> found = find_heading("METHODS AND RESULTS: We saw none.")
    >>> found.end, [role for bit, role in enumerate(ROLES) if found.below.roles >> bit & 1]
    (21, ['method', 'result'])
    >>> find_heading("Fever: a sign.") is None
    True
    """
    match = _COLON.match(text, start)
    found = below(match[1]) if match else None
    if not found:
        match = _CAPITALS.match(text, start, start + LONGEST + 4)
        found = below(match[1]) if match else None
    return Heading(match.end(), found) if match and found else None


_ANY = Below((1 << len(ROLES)) - 1, -1, (1 << len(PARTS)) - 1)


@cache
def below(heading: str) -> Below | None:
    """Return what a heading says of the sentences below it; None if it is not known.

    >>> below("Background"), below("Fever")
    (Below(roles=3, main=0, parts=33), None)
    """
    words = " ".join(heading.casefold().replace("’", "'").strip(" .:[]").split())
    while _PREFIX.match(words):
        words = _PREFIX.sub("", words)
    known = _known()
    pieces = [words] if words in known else [p for p in _PIECES.split(words) if p]
    found = [known[piece] for piece in pieces if piece in known]
    if not found or len(found) < len(pieces):
        return None
    own = [one for one in found if one.roles != _ANY.roles] or found
    mains = {one.main for one in own}
    return Below(
        sum({1 << bit for one in own for bit in range(len(ROLES)) if one.roles >> bit & 1}),
        mains.pop() if len(mains) == 1 else -1,
        sum({1 << bit for one in own for bit in range(len(PARTS)) if one.parts >> bit & 1}),
    )


@cache
def _known() -> dict[str, Below]:
    """Return what the table says of each heading."""
    path = resources.files("onoma") / "data" / "classify" / "roles" / "headings.tsv"
    out: dict[str, Below] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            heading, roles, part = line.split("\t")
            out[heading] = _ANY if roles == "any" else _below(roles.split(), part)
    return out


def _below(roles: list[str], part: str) -> Below:
    """Return what a line of the table says."""
    allowed = {name for role in roles for name in _PARTS_OF[role]}
    parts = [part] if part else [name for name in PARTS if name in allowed]
    return Below(
        sum(1 << ROLES.index(role) for role in roles),
        ROLES.index(roles[0]),
        sum(1 << PARTS.index(name) for name in parts),
    )
