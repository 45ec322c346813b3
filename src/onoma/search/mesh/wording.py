"""The words by which a searcher asks for a concept: its names as phrases, cut at their ends.

A name that holds another one finds nothing more and is left out ("chronic heart failure" beside
"heart failure*").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from onoma.search.mesh.headings import Headings
from onoma.search.mesh.made_clauses import straight
from onoma.search.mesh.name_table import plain_words
from onoma.search.query.tree import Node, Phrase, Prefix, Term
from onoma.text.characters import common_words
from onoma.text.variants import plurals, singular

TITLE_ABSTRACT = ("title", "abstract")
MOST_NAMES = 40  # of a block
LONGEST = 5  # words of a name
SHORTEST = 4  # letters of a name of one word, unless it was written so
SHORTEST_CUT = 7  # letters of a word that is cut: "concor*" would find concordance
SHORTEST_OWN = 5  # of one of the searcher's own
_PLAIN = re.compile(r"[\w\s'’/-]+")

Words = tuple[tuple[str, bool], ...]
"""A name: each word, and whether it stands for all words that begin so."""


def worded(
    texts: Iterable[str], headings: Headings, *, own: Iterable[str] = ()
) -> tuple[Node, ...]:
    """Return the leaves that ask for these names in titles and abstracts.

    ``own`` are the searcher's words, which stand whatever they look like.
    """
    wanted: dict[Words, None] = {}
    for text in own:
        if words := _words(text, headings, shortest=SHORTEST_OWN):
            wanted[words] = None
    for text in texts:
        name = straight(text)
        if is_usable(name) and (words := _words(name, headings)):
            wanted[words] = None
    return tuple(_leaf(words) for words in _needed(list(wanted))[:MOST_NAMES])


def is_usable(name: str) -> bool:
    """Return whether a searcher would write a name: plain words, neither long nor very short."""
    many = len(name.split())
    if not _PLAIN.fullmatch(name) or many > LONGEST:
        return False
    if many == 1 and name.casefold() in common_words():  # COLD is no way to ask for COPD
        return False
    return many > 1 or (len(name) >= SHORTEST and any(sign.isalpha() for sign in name))


def _words(name: str, headings: Headings, *, shortest: int = SHORTEST_CUT) -> Words:
    plain = plain_words(name)
    if not plain:
        return ()
    last = singular(plain[-1], headings.table.known)
    if last.endswith("ics") and last[:-1] in headings.table.known:
        last = last[:-1]  # antipsychotics, diuretics: the word table leaves them as they stand
    return (*((word, False) for word in plain[:-1]), _ending(last, plain[-1], shortest))


def _ending(one: str, written: str, shortest: int) -> tuple[str, bool]:
    """Return the last word, cut where its plural goes on from it."""
    if len(one) >= shortest and one.isalpha() and any(p.startswith(one) for p in plurals(one)):
        return one, True
    return written, False


def _needed(names: Sequence[Words]) -> list[Words]:
    """Return the names that no other one finds already, in the order given."""
    by_size = sorted(set(names), key=len)
    kept: list[Words] = []
    for words in by_size:
        if not any(_finds(short, words) for short in kept):
            kept = [old for old in kept if not _finds(words, old)] + [words]
    return [words for words in names if words in kept]


def _finds(short: Words, long: Words) -> bool:
    """Return whether a text with the long name always has the short one."""
    return any(
        all(_covers(*a, *b) for a, b in zip(short, long[first : first + len(short)], strict=True))
        for first in range(len(long) - len(short) + 1)
    )


def _covers(word: str, is_cut: bool, other: str, other_cut: bool) -> bool:
    return other.startswith(word) if is_cut else other == word and not other_cut


def _leaf(words: Words) -> Node:
    parts = tuple(Prefix(text) if is_cut else Term(text) for text, is_cut in words)
    if len(parts) > 1:
        return Phrase(parts, TITLE_ABSTRACT)
    text, is_cut = words[0]
    return Prefix(text, TITLE_ABSTRACT) if is_cut else Term(text, TITLE_ABSTRACT)
