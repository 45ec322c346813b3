"""The words around a pair of entities: the one view of a text that the models of this room share.

Each mention is one word here, so that what is between the two is told apart from what they are.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onoma.relate.instances import RelationText, Tie
from onoma.text.stemming import stem
from onoma.types import Span

SUBJECT, OBJECT, OTHER = "<subject>", "<object>", "<other>"
BREAK = "<break>"  # stands where sentences between the two are left out
_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*|[^\w\s]|_")
_BESIDE = 40  # words before the first and behind the last of the two that are looked at
_APART = 80  # words between the two that are looked at


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text ties two entities: a stretch of it and the two mentions, as offsets."""

    start: int
    end: int
    subject: Span
    object: Span


@dataclass(frozen=True, slots=True)
class Window:
    """The words of a place, in small letters, with the two mentions as one word each.

    ``subject`` and ``object`` number words; they are equal where one mention is inside the other.
    ``share`` is how far into the text the place is, 0 to 1. ``types`` are those of the two.
    """

    words: tuple[str, ...]
    stems: tuple[str, ...]
    spans: tuple[Span, ...]
    subject: int
    object: int
    types: tuple[str, str]
    share: float
    is_one_sentence: bool

    @property
    def ends(self) -> tuple[int, int]:
        """The places of the two, in text order."""
        return min(self.subject, self.object), max(self.subject, self.object)

    @property
    def is_forward(self) -> bool:
        """Whether the subject stands first."""
        return self.subject <= self.object


def place_of(text: RelationText, tie: Tie) -> Place:
    """Return where a text states a tie: its surest evidence, else the nearest two mentions."""
    if tie.evidence:
        best = tie.evidence[0]
        return Place(best.start, best.end, best.subject, best.object)
    pairs = (
        (one, other)
        for one in text.entities[tie.first].spans
        for other in text.entities[tie.second].spans
    )
    subject, other = min(pairs, key=lambda pair: _apart(text, *pair))
    first, last = sorted((subject, other))
    start = _sentence(text, first)[0]
    return Place(start, max(_sentence(text, last)[1], first[1]), subject, other)


def _apart(text: RelationText, one: Span, other: Span) -> tuple[int, int]:
    """Return how far apart two mentions are: in sentences, then in characters."""
    first, last = sorted((one, other))
    starts = [span[0] for span in text.sentences]
    return (
        bisect_right(starts, last[0]) - bisect_right(starts, first[0]),
        max(last[0] - first[1], 0),
    )


def _sentence(text: RelationText, span: Span) -> Span:
    """Return the sentence in which a mention begins."""
    row = bisect_right([one[0] for one in text.sentences], span[0]) - 1
    return text.sentences[row] if row >= 0 else (0, len(text.text))


def window_of(text: RelationText, tie: Tie) -> Window:
    """Return the words of the place where a text states a tie."""
    place = place_of(text, tie)
    one = _sentence(text, place.subject) == _sentence(text, place.object)
    words: list[str] = []
    spans: list[Span] = []
    at = {SUBJECT: -1, OBJECT: -1}
    for word, span in _marked_words(text, place):
        if word in at and at[word] < 0:
            at[word] = len(words)
        words.append(word)
        spans.append(span)
    known = max(at.values())
    subject, other = (known if at[m] < 0 else at[m] for m in (SUBJECT, OBJECT))
    types = (text.entities[tie.first].type, text.entities[tie.second].type)
    share = place.start / max(len(text.text), 1)
    return _cut(words, spans, max(subject, 0), max(other, 0), types, share, one)


def _marked_words(text: RelationText, place: Place) -> Iterator[tuple[str, Span]]:
    """Yield the words of a place, small, with where they stand; a mention's is its mark, once."""
    names, name = _names(text, place), 0
    last: Span | None = None
    for number, part in enumerate(_parts(text, place)):
        if number and last is not None:
            last = (part[0], part[0])
            yield BREAK, last
        for found in _WORD.finditer(text.text, *part):
            while name < len(names) and names[name][0][1] <= found.start():
                name += 1
            is_named = name < len(names) and names[name][0][0] < found.end()
            if is_named and names[name][0] == last:
                continue
            word, last = names[name][::-1] if is_named else (found.group().lower(), found.span())
            yield word, last


def _parts(text: RelationText, place: Place) -> Iterable[Span]:
    """Return the stretches to read: all of a place, or the two sentences if it is long."""
    first, last = sorted((_sentence(text, place.subject), _sentence(text, place.object)))
    if first == last or last[0] - first[1] < 5:
        return ((place.start, place.end),)
    return (first, last)


def _names(text: RelationText, place: Place) -> list[tuple[Span, str]]:
    """Return the mentions of a place that do not overlap, in text order, with their marks.

    The two that are asked for go first; a mention inside of one of them is left out.
    """
    kept = [(place.subject, SUBJECT)]
    if place.object[0] >= place.subject[1] or place.subject[0] >= place.object[1]:
        kept.append((place.object, OBJECT))
    inside = (
        span
        for entity in text.entities
        for span in entity.spans
        if place.start <= span[0] and span[1] <= place.end
    )
    for span in sorted(set(inside), key=lambda s: (s[0] - s[1], s)):
        if all(span[1] <= other[0] or other[1] <= span[0] for other, _ in kept):
            kept.append((span, OTHER))
    return sorted(kept)


def _cut(
    words: list[str],
    spans: list[Span],
    subject: int,
    other: int,
    types: tuple[str, str],
    share: float,
    is_one_sentence: bool,
) -> Window:
    """Return a window of a bounded number of words."""
    first, last = sorted((subject, other))
    rows = list(range(max(first - _BESIDE, 0), min(last + 1 + _BESIDE, len(words))))
    if last - first > _APART:
        rows = [row for row in rows if not first + _APART // 2 < row < last - _APART // 2]
    return Window(
        tuple(words[row] for row in rows),
        tuple(stem(words[row]) for row in rows),
        tuple(spans[row] for row in rows),
        rows.index(subject) if subject in rows else 0,
        rows.index(other) if other in rows else 0,
        types,
        share,
        is_one_sentence,
    )
