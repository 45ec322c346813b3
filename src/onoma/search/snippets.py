"""The part of a document that shows why it was found, with what was asked for marked in it.

Offsets are those of the document's own text, in code points, so that a snippet can be shown in its
place; words are compared as the index compares them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from onoma.search.fields import stem_tokens
from onoma.search.texts import Shown
from onoma.types import Span

_WORD = re.compile(r"[^\W_]+")
_FOREIGN = re.compile(r"(?<![^\W_])[^\W_]*[^\x00-\x7f][^\W_]*")
_START = re.compile(r"[.!?;:]\s+(?=[A-Z0-9(\[])|\n+")
HEAD = 3  # letters of a word that no ending reaches
LENGTH = 320  # characters that a snippet has at most
CONCEPT_WEIGHT = 1.5


@dataclass(frozen=True, slots=True)
class Highlight:
    """A span of the document that a query asks for: by a word, or as a concept (its CURIE)."""

    start: int
    end: int
    curie: str | None = None


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of a document's text; highlights lie inside it, in text order."""

    start: int
    end: int
    text: str
    highlights: tuple[Highlight, ...]


def snippet_of(shown: Shown, marks: Sequence[Highlight], *, best: Span | None = None) -> Snippet:
    """Return the stretch of a document that says most of what was asked for.

    ``marks``: all that it has of it, in text order. ``best`` is the window whose meaning is
    nearest, taken where nothing is marked. A title is shown apart: it is taken where it is all.
    """
    text, begin = shown.document.text, 0
    for passage in shown.document.passages:
        if passage.kind == "title" and text[passage.end :].strip():
            begin = max(begin, passage.end)
    inside = [one for one in marks if one.start >= begin]
    start = _start(text, begin, inside)
    if best is not None and not inside:
        start = best[0]
    end = _end(text, start)
    own = tuple(one for one in marks if start <= one.start and one.end <= end)
    return Snippet(start, end, text[start:end], own)


def _start(text: str, begin: int, marks: Sequence[Highlight]) -> int:
    """Return where the stretch begins: at the sentence from which most is said."""
    starts = [begin + len(text[begin:]) - len(text[begin:].lstrip())]
    starts += [match.end() for match in _START.finditer(text, begin)]
    said = [one.curie or text[one.start : one.end].lower() for one in marks]
    worth = [CONCEPT_WEIGHT if one.curie else 1.0 for one in marks]
    chosen, most, low, high, before = starts[0], 0.0, 0, 0, (0, 0)
    for start in starts:
        while low < len(marks) and marks[low].start < start:
            low += 1
        while high < len(marks) and marks[high].end <= start + LENGTH:
            high += 1
        if (low, high) == before:  # the same marks as from the sentence before
            continue
        before = low, high
        total = sum(dict(zip(said[low:high], worth[low:high], strict=True)).values())
        if total > most:
            chosen, most = start, total
    first = next((one.start for one in marks), chosen)
    if not most and first > chosen + LENGTH:  # one sentence without an end
        return text.find(" ", first - LENGTH // 3, first) + 1 or first
    return chosen


def _end(text: str, start: int) -> int:
    if len(text) - start <= LENGTH:
        return len(text)
    cut = text.rfind(" ", start, start + LENGTH)
    return cut if cut > start else start + LENGTH


class Marker:
    """Finds in documents what a query asks for."""

    def __init__(self, words: Collection[str], concepts: Collection[str]) -> None:
        """Take words without endings, and all CURIEs that count as asked for."""
        self._words = frozenset(words)
        self._concepts = concepts
        self._heads = tuple(dict.fromkeys(word[:HEAD] for word in words))
        self._known: dict[str, frozenset[str]] = {}

    def mark(self, shown: Shown) -> tuple[list[Highlight], dict[str, str]]:
        """Return what a document has of it, in text order, none inside another; and its words.

        The words are told as the document first writes each, by the word without ending.
        """
        text = shown.document.text
        there: dict[str, str] = {}
        asked = shown.marks if self._concepts else ()
        found = [Highlight(m.start, m.end, m.curie) for m in asked if m.curie in self._concepts]
        for start, end, own in self._said(text):
            for word in own:
                there.setdefault(word, text[start:end])
            found.append(Highlight(start, end))
        out: list[Highlight] = []
        for one in sorted(found, key=lambda one: (one.start, -one.end)):
            if not out or one.start >= out[-1].end:
                out.append(one)
        return out, there

    def _said(self, text: str) -> Iterator[tuple[int, int, frozenset[str]]]:
        """Yield where a text has words that are asked for, and which they are.

        Looked at are words that begin like one of those, and words of other than plain letters.
        """
        small = text.lower()
        if len(small) != len(text):  # a few letters become two
            small = text
        for head in self._heads:
            at = small.find(head)
            while at >= 0:
                if (at == 0 or not small[at - 1].isalnum()) and (word := _WORD.match(text, at)):
                    own = self._own(word[0])
                    if own:
                        yield at, word.end(), own
                at = small.find(head, at + 1)
        if self._heads and not text.isascii():
            for match in _FOREIGN.finditer(text):
                own = self._own(match[0])
                if own:
                    yield match.start(), match.end(), own

    def _own(self, word: str) -> frozenset[str]:
        """Return which of the words asked for a word of a text is."""
        own = self._known.get(word)
        if own is None:
            own = self._known[word] = words_of(word) & self._words
        return own


@lru_cache(maxsize=1 << 16)
def words_of(word: str) -> frozenset[str]:
    """Return a word of a text as the index has it."""
    return frozenset(stem_tokens(word))
