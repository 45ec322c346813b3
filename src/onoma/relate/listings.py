"""Sentences in which mentions that stand in a row are read as one: "A, B and C" is one thing.

What a sentence says of a list it says of each member, so that the words that tie two mentions are
those between their lists. No parser: a list is mentions of one type with commas, brackets or
conjunctions between them, and neither a verb nor a preposition.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from onoma.relate.page import Page, Place

GAP = 5  # words between two mentions of a list at most
SEPARATING = frozenset({",", ";", "and", "or", "/", "&", "("})
_PLAIN = frozenset(
    {*SEPARATING, "-", ")", ".", "as", "well", "both", "either", "plus", "nor", "also", "other"}
    | {"e", "g", "eg", "such", "including", "like", "to"}
)
_ENDING = re.compile(
    r"(?:is|are|was|were|be|been|being|has|have|had|may|can|could|will|would|should|might|do|did"
    r"|does|in|of|with|by|on|to|for|from|than|when|which|that|not|but|while|into|at|during|after"
    r"|before|via|between|against|through|due|\w{3,}ed)$"
)
ENDS = ("#1", "#2", "#12")
"""How the lists of a pair's first end, its second end, and one list of both are written."""


class Joined(NamedTuple):
    """A sentence's words with lists as one word; the places of the two ends' lists in it.

    The list of an end is ``#1`` or ``#2``, that of both ``#12``, another ``@`` and its type.
    """

    words: list[str]
    first: int
    second: int


class _List(NamedTuple):
    """Mentions in a row: the words they take (``last`` is excluded), and their type."""

    first: int
    last: int
    type: str


class Listings:
    """The lists of a page's sentences; a mention that stands alone is a list of one."""

    def __init__(self, page: Page) -> None:
        """Find them."""
        self._page = page
        self._number: dict[Place, int] = {}
        self._lists: dict[int, list[_List]] = {}
        by_sentence: dict[int, list[Place]] = {}
        for place in sorted(one for own in page.places for one in own):
            by_sentence.setdefault(place.sentence, []).append(place)
        for sentence, places in by_sentence.items():
            self._lists[sentence] = self._found(sorted(places, key=lambda p: (p.first, p.last)))

    def _found(self, places: list[Place]) -> list[_List]:
        """Return the lists of a sentence's mentions, in order."""
        out: list[_List] = []
        for place in places:
            kind = self._page.text.entities[place.entity].type
            if out and out[-1].type == kind and self._goes_on(out[-1].last, place.first):
                out[-1] = out[-1]._replace(last=max(out[-1].last, place.last))
            else:
                out.append(_List(place.first, place.last, kind))
            self._number[place] = len(out) - 1
        return out

    def _goes_on(self, end: int, start: int) -> bool:
        """Say whether the words from ``end`` to ``start`` leave two mentions in one list."""
        words = self._page.masked[end:start]
        if start < end:
            return True
        if len(words) > GAP or SEPARATING.isdisjoint(words):
            return False
        return not any(_ENDING.match(word) for word in words if word not in _PLAIN)

    def joined(self, one: Place, two: Place) -> Joined | None:
        """Return the sentence of two mentions; none where one stands inside another list."""
        lists, words = self._lists[one.sentence], self._page.masked
        ends = self._number[one], self._number[two]
        out: list[str] = []
        place_of: dict[int, int] = {}
        inside = self._page.sentence_words(one.sentence)
        at, number = inside.start, 0
        while at < inside.stop:
            while number < len(lists) and lists[number].first < at:
                number += 1
            begin = at
            while number < len(lists) and lists[number].first == begin:
                place_of[number] = len(out)
                out.append(_name(number, ends, lists[number].type))
                at = max(at, lists[number].last)
                number += 1
            if at == begin:
                out.append(words[at])
                at += 1
        if not place_of.keys() >= set(ends):
            return None
        return Joined(out, place_of[ends[0]], place_of[ends[1]])


def _name(number: int, ends: tuple[int, int], kind: str) -> str:
    if number not in ends:
        return f"@{kind}"
    return ENDS[2] if ends[0] == ends[1] else ENDS[ends.index(number)]
