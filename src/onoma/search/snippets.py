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
from onoma.search.windows import windows
from onoma.types import Span

_WORD = re.compile(r"[^\W_]+")
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


def snippet_of(
    shown: Shown, words: Collection[str], concepts: Collection[str], *, best: Span | None = None
) -> Snippet:
    """Return the stretch of a document that says most of what was asked for.

    ``words`` are without endings; ``concepts`` are all CURIEs that count as asked for. ``best`` is
    the window whose meaning is nearest, taken where no word is found.
    """
    text = shown.document.text
    marks = list(highlights(shown, words, concepts))
    parts = windows(shown.document) or [(0, len(text))]
    title = next((p for p in shown.document.passages if p.kind == "title"), None)
    bodies = [one for one in parts if title is None or one[0] >= title.end] or parts
    chosen = max(bodies, key=lambda part: _worth(marks, part, text), default=(0, len(text)))
    if best is not None and not _worth(marks, chosen, text):
        chosen = best
    start, end = _cut(text, chosen, marks)
    inside = tuple(one for one in marks if start <= one.start and one.end <= end)
    return Snippet(start, end, text[start:end], inside)


def highlights(
    shown: Shown, words: Collection[str], concepts: Collection[str]
) -> Iterator[Highlight]:
    """Yield what a document has of what was asked for, in text order, none inside another."""
    text, last = shown.document.text, 0
    found = [Highlight(m.start, m.end, m.curie) for m in shown.marks if m.curie in concepts]
    found += [
        Highlight(match.start(), match.end())
        for match in _WORD.finditer(text)
        if words and not words_of(match[0]).isdisjoint(words)
    ]
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= last:
            yield one
            last = one.end


@lru_cache(maxsize=1 << 16)
def words_of(word: str) -> frozenset[str]:
    """Return a word of a text as the index has it."""
    return frozenset(stem_tokens(word))


def _worth(marks: Sequence[Highlight], part: Span, text: str) -> float:
    """Return how much of what was asked for a stretch says: each thing counts once."""
    start, end = part
    said = {
        one.curie or text[one.start : one.end].lower()
        for one in marks
        if start <= one.start and one.end <= end
    }
    concepts = sum(":" in one for one in said)
    return len(said) + (CONCEPT_WEIGHT - 1) * concepts


def _cut(text: str, part: Span, marks: Sequence[Highlight]) -> Span:
    """Return a stretch cut to the length of a snippet, at blanks, around its first highlight."""
    start, end = part
    if end - start <= LENGTH:
        return part
    first = next((one.start for one in marks if start <= one.start < end), start)
    if first - start > LENGTH // 2:
        start = text.find(" ", first - LENGTH // 3, first) + 1 or first
    if end - start > LENGTH:
        cut = text.rfind(" ", start, start + LENGTH)
        end = cut if cut > start else start + LENGTH
    return start, end
