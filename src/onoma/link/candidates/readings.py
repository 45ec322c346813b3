"""What a term may stand for in its context: abbreviations written out, members of a list apart.

A reading is a string to look up in a term's place. A short form that the context defines is
replaced by its long form ("G6PD deficiency"); one that merely repeats what stands before it is
dropped ("adenomatous polyposis coli (APC) gene"). A list ("colorectal, endometrial and ovarian
cancers") has a slot per member, and a slot has several strings where it is not clear which words
the members share. Source: Schwartz & Hearst 2003 for the definitions (``text.abbreviations``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from onoma.text.abbreviations import find_abbreviations

MOST_MEMBERS = 6
MOST_SHARED = 3  # words that the members of a list share
LONGEST_LIST = 200  # characters
_JOINT = re.compile(
    r"\s*,\s*(?:and/or|and|or)\s+|\s*,\s+|\s+(?:and/or|and|or|&)\s+|\s*/\s*|\s+y\s+"
)
_PREFIX = re.compile(r"^(\w+)-$")  # "pre- and postnatal": no word of its own


@dataclass(frozen=True, slots=True)
class ShortForms:
    """The short forms that a context defines, with their long forms; longest first."""

    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, context: str) -> ShortForms:
        """Read a context; a plural gives its singular, too, and the other way round."""
        found: dict[str, str] = {}
        for one in find_abbreviations(context):
            found.setdefault(one.short, one.long)
        for short, long in list(found.items()):
            if short.endswith("s") and long.endswith("s"):
                found.setdefault(short[:-1], long[:-1])
            elif short.isupper():
                found.setdefault(f"{short}s", long if long.endswith("s") else f"{long}s")
        return cls(tuple(sorted(found.items(), key=lambda pair: -len(pair[0]))))

    def expand(self, term: str) -> str:
        """Return a term with its short forms written out."""
        for short, long in self.pairs:
            if short not in term:
                continue
            if term == short:
                return long
            bare = re.sub(rf"\s*[(\[]{re.escape(short)}[)\]]", "", term)
            if bare != term and bare.strip():
                term = bare
            if long.lower() not in term.lower():
                written = long.replace("\\", r"\\")
                term = re.sub(rf"(?<!\w){re.escape(short)}(?!\w)", written, term)
        return term


def members(term: str) -> list[list[str]]:
    """Return the slots of a list, each with the strings that it may stand for; no list: none.

    >>> members("colorectal, endometrial and ovarian cancers")
    [['colorectal cancers'], ['endometrial cancers'], ['ovarian cancers']]
    >>> members("cleft lip and palate")
    [['cleft lip'], ['cleft palate', 'palate']]
    >>> members("renal failure")
    []
    """
    if len(term) > LONGEST_LIST:
        return []
    parts = [part.strip() for part in _JOINT.split(term) if part.strip()]
    if not 2 <= len(parts) <= MOST_MEMBERS:
        return []
    words = [part.split() for part in parts]
    if any(len(part) == 1 and len(part[0]) < 3 and not part[0].isdigit() for part in words):
        return []
    return [_slot(words, place) for place in range(len(words))]


def _slot(words: Sequence[Sequence[str]], place: int) -> list[str]:
    """Return the strings of a member: with what it may share with the last or first, or alone."""
    own, first, last = words[place], words[0], words[-1]
    out = []
    if place < len(words) - 1 and len(own) < len(last):
        sizes = dict.fromkeys([max(len(last) - len(own), 1), 1])
        out += [" ".join([*own, *last[-size:]]) for size in sizes if size <= MOST_SHARED]
    elif place and len(own) < len(first) and len(last) <= len(first):
        size = min(len(first) - len(own), MOST_SHARED)
        out.append(" ".join([*first[:size], *own]))
        out.append(" ".join(own))
    else:
        out.append(" ".join(own))
    return out
