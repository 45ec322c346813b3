"""A relation text as words: where its mentions stand among them, and which mentions are near."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import NamedTuple

from onoma.relate.instances import RelationText

WORD = re.compile(r"[^\W_]+|[^\w\s]")
MOST = 12  # mentions of an entity that are looked at


class Place(NamedTuple):
    """A mention: its entity, its offsets, its sentence, and its words (``last`` is excluded)."""

    entity: int
    start: int
    end: int
    sentence: int
    first: int
    last: int


class Meeting(NamedTuple):
    """A mention of the first and one of the second entity: how far apart, nearest first."""

    sentences: int
    characters: int
    first: Place
    second: Place

    @property
    def is_turned(self) -> bool:
        """Whether the second entity's mention comes first in the text."""
        return self.second.start < self.first.start


class Page:
    """The words of a text in small letters, with mentions known by their entities' types.

    ``words`` are the text's own; in ``masked`` a mention's words are its type (``@gene``).
    """

    def __init__(self, text: RelationText) -> None:
        """Cut a text into words."""
        self.text = text
        found = [(m.group().lower(), m.start(), m.end()) for m in WORD.finditer(text.text)]
        self.words = [word for word, _, _ in found]
        self.starts = [start for _, start, _ in found]
        self._ends = [end for _, _, end in found]
        begins = [start for start, _ in text.sentences]
        self.first_words = [bisect_left(self.starts, start) for start in begins] or [0]
        self.bounds = [*self.first_words[1:], len(self.words)]
        self.places: list[tuple[Place, ...]] = []
        self.masked = list(self.words)
        for number, entity in enumerate(text.entities):
            own = []
            for start, end in entity.spans:
                first = bisect_right(self._ends, start)
                last = max(first + 1, bisect_left(self.starts, end))
                sentence = max(0, bisect_right(begins, start) - 1)
                own.append(Place(number, start, end, sentence, first, last))
                self.masked[first:last] = [f"@{entity.type}"] * (
                    min(last, len(self.masked)) - min(first, len(self.masked))
                )
            self.places.append(tuple(own))

    def sentence_words(self, sentence: int) -> range:
        """Return the places of a sentence's words."""
        return range(self.first_words[sentence], self.bounds[sentence])

    def meetings(self, first: int, second: int) -> list[Meeting]:
        """Return the pairs of mentions of two entities, nearest first."""
        out = [
            Meeting(abs(a.sentence - b.sentence), max(a.start, b.start) - min(a.end, b.end), a, b)
            for a in self.places[first][:MOST]
            for b in self.places[second][:MOST]
        ]
        out.sort()
        return out

    def between(self, meeting: Meeting) -> range:
        """Return the places of the words between two mentions."""
        left, right = meeting.first, meeting.second
        if meeting.is_turned:
            left, right = right, left
        return range(left.last, max(left.last, right.first))

    @cached_property
    def by_sentence(self) -> list[list[int]]:
        """The entities that have mentions in each sentence, a mention an entry."""
        out: list[list[int]] = [[] for _ in self.first_words]
        for own in self.places:
            for place in own:
                out[place.sentence].append(place.entity)
        return out

    @cached_property
    def ranks(self) -> list[int]:
        """The rank of each entity among those of its type by number of mentions, 0 the first."""
        order: dict[str, list[int]] = {}
        for number, entity in enumerate(self.text.entities):
            order.setdefault(entity.type, []).append(number)
        out = [0] * len(self.text.entities)
        for numbers in order.values():
            for rank, number in enumerate(sorted(numbers, key=lambda n: -len(self.places[n]))):
                out[number] = rank
        return out
