"""A text to the windows that are coded, their pieces, and the phrases that may be evidence.

A window is a section (sentences together, up to ``WINDOW`` words), a sentence, or a clause (what
stands between marks and joining words). Nothing else is cut off: every word belongs to one window
and one piece of it. A piece is a sentence, or a part of one that is longer than an encoder reads; a
phrase is a run of words between function words and marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onoma.text.sentences import sentences
from onoma.types import Sentence

WINDOW = 100  # words of a section, unless its one sentence has more
PIECE = 48  # words of a piece; the encoder reads some 128 word pieces
PIECE_LETTERS = 400  # characters of a piece, for words that are none
PHRASE = 6  # words of a phrase
PHRASE_LETTERS = 120

UNITS = ("section", "sentence", "clause")
"""What a window may be."""

_JOINS = re.compile(
    r"[,;:()\[\]]+(?!\d)|\b(?:and|or|but|with|without|plus|because of|due to|secondary to)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:[-'’/.][^\W_]+)*|[^\w\s]|_")
_SPACED = re.compile(r"\S+")
_FUNCTION_WORDS = frozenset({
    "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because",
    "been", "before", "being", "between", "both", "but", "by", "can", "could", "denied", "denies",
    "did", "do", "does", "due", "during", "each", "either", "few", "for", "from", "had", "has",
    "have", "having", "he", "her", "him", "his", "how", "i", "if", "in", "into", "is", "it",
    "its", "may", "might", "more", "most", "must", "my", "no", "nor", "not", "of", "on", "or",
    "other", "our", "over", "per", "she", "should", "since", "so", "some", "such", "than", "that",
    "the", "their", "them", "then", "there", "these", "they", "this", "those", "through", "to",
    "under", "until", "up", "upon", "very", "via", "was", "we", "were", "what", "when", "where",
    "whether", "which", "while", "who", "whom", "whose", "why", "will", "with", "within",
    "without", "would", "you", "your",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a text that is coded by itself: its span, pieces and phrases, all half-open."""

    start: int
    end: int
    pieces: tuple[Sentence, ...]
    phrases: tuple[Sentence, ...]
    words: int


def windows(text: str, *, by: str = "section") -> list[Window]:
    """Return the windows of a text in order; ``by`` is one of ``UNITS``."""
    spans = sentences(text)
    if by == "clause":
        spans = [part for one in spans for part in clauses(text, one.start, one.end)]
    if by != "section":
        return [_window(text, [one], _size(text, one)) for one in spans]
    out: list[Window] = []
    held: list[Sentence] = []
    count = 0
    for sentence in spans:
        size = _size(text, sentence)
        if held and count + size > WINDOW:
            out.append(_window(text, held, count))
            held, count = [], 0
        held.append(sentence)
        count += size
    if held:
        out.append(_window(text, held, count))
    return out


def whole(text: str) -> list[Window]:
    """Return a text as one window, none where it is blank."""
    held = sentences(text)
    return [_window(text, held, sum(_size(text, one) for one in held))] if held else []


def clauses(text: str, start: int, end: int) -> Iterator[Sentence]:
    """Yield what stands between the marks and joining words of a sentence."""
    cuts = [(match.start(), match.end()) for match in _JOINS.finditer(text, start, end)]
    firsts, stops = [start, *(b for _, b in cuts)], [*(a for a, _ in cuts), end]
    for first, stop in zip(firsts, stops, strict=True):
        words = text[first:stop]
        if words.strip():
            left = len(words) - len(words.lstrip())
            yield Sentence(first + left, first + len(words.rstrip()))


def _size(text: str, span: Sentence) -> int:
    return len(_SPACED.findall(text, span.start, span.end))


def pieces(text: str, start: int, end: int) -> Iterator[Sentence]:
    """Yield a sentence in parts of ``PIECE`` words and ``PIECE_LETTERS`` characters at most."""
    first = last = -1
    count = 0
    for match in _SPACED.finditer(text, start, end):
        for one, stop in _halved(match.start(), match.end(), PIECE_LETTERS):
            if first >= 0 and (count >= PIECE or stop - first > PIECE_LETTERS):
                yield Sentence(first, last)
                first, count = -1, 0
            first, last, count = (one if first < 0 else first), stop, count + 1
    if first >= 0:
        yield Sentence(first, last)


def phrases(text: str, start: int, end: int) -> Iterator[Sentence]:
    """Yield the phrases of a sentence; none where it has only function words and marks."""
    first = last = -1
    count = 0
    for match in _WORD.finditer(text, start, end):
        word = match[0]
        ends = not word[0].isalnum() or word.lower() in _FUNCTION_WORDS
        if first >= 0 and (ends or count == PHRASE or match.end() - first > PHRASE_LETTERS):
            yield Sentence(first, last)
            first, count = -1, 0
        if not ends:
            first, last, count = (match.start() if first < 0 else first), match.end(), count + 1
    if first >= 0:
        yield Sentence(first, last)


def _window(text: str, held: Sequence[Sentence], count: int) -> Window:
    return Window(
        held[0].start, held[-1].end,
        tuple(part for one in held for part in pieces(text, one.start, one.end)),
        tuple(part for one in held for part in phrases(text, one.start, one.end)),
        count,
    )  # fmt: skip


def _halved(start: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """Yield a run of characters in parts of no more than ``most``."""
    for first in range(start, end, most):
        yield first, min(first + most, end)
