"""Phrases of a text that may be keyphrases: runs of words between stop words, and concepts.

Forms of one phrase (plural and singular) are one candidate, told by the stems of its words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from onoma.text.stemming import stem
from onoma.types import AnnotatedDocument, Mention

LONGEST = 4  # words of a phrase that is no concept
LONGEST_CONCEPT = 7
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*|[^\w\s]")
_PART = re.compile(r"[^\W_]+")


@dataclass(slots=True)
class Phrase:
    """A candidate: the stems it goes by, its forms, and where it stands.

    ``places`` are (start, end) in the text; ``wholes`` counts the places where no further word of
    its run stands beside it; ``mentions`` are concepts that cover just it.
    """

    key: tuple[str, ...]
    forms: Counter[str] = field(default_factory=Counter)
    places: list[tuple[int, int]] = field(default_factory=list)
    wholes: int = 0
    mentions: list[Mention] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The form to show: the most frequent one, of those the first."""
        return max(self.forms, key=lambda form: self.forms[form])


def key_of(text: str) -> tuple[str, ...]:
    """Return the stems of a phrase's words.

    >>> key_of("Beta-Blockers")
    ('beta', 'blocker')
    """
    return tuple(stem(part) for part in _PART.findall(text))


def find_phrases(found: AnnotatedDocument) -> dict[tuple[str, ...], Phrase]:
    """Return the candidates of an annotated document by their stems, in order of appearance."""
    out: dict[tuple[str, ...], Phrase] = {}
    text = found.text
    for start, end, is_whole in _spans(text, (found.sentences and _ends(found)) or ()):
        _add(out, text, start, end).wholes += is_whole
    for mention in found.mentions:
        key = key_of(mention.text)
        if not key or len(key) > LONGEST_CONCEPT:
            continue
        if key not in out or (mention.start, mention.end) not in out[key].places:
            _add(out, text, mention.start, mention.end).wholes += 1
        out[key].mentions.append(mention)
    return dict(sorted(out.items(), key=lambda item: item[1].places[0]))


def _ends(found: AnnotatedDocument) -> Sequence[int]:
    return [sentence.end for sentence in found.sentences]


def _add(out: dict[tuple[str, ...], Phrase], text: str, start: int, end: int) -> Phrase:
    form = " ".join(text[start:end].split())
    key = key_of(form)
    phrase = out.setdefault(key, Phrase(key))
    phrase.forms[form] += 1
    phrase.places.append((start, end))
    return phrase


def _spans(text: str, ends: Sequence[int]) -> Iterator[tuple[int, int, bool]]:
    """Yield the parts of each run of words: start, end, and whether it is the whole run."""
    for run in _runs(text, frozenset(ends)):
        for first in range(len(run)):
            for last in range(first, min(first + LONGEST, len(run))):
                start, end = run[first][0], run[last][1]
                if end - start > 2 and not text[start:end].isdigit():
                    yield start, end, last - first + 1 == len(run)


def _runs(text: str, ends: frozenset[int]) -> Iterator[list[tuple[int, int]]]:
    """Yield runs of words without stop words, numbers and signs between them."""
    stop = stop_words()
    run: list[tuple[int, int]] = []
    for match in _WORD.finditer(text):
        word = match[0].lower()
        is_word = word[0].isalnum() and word not in stop and not word.isdigit()
        if is_word:
            run.append(match.span())
        if run and (not is_word or match.end() in ends):
            yield run
            run = []
    if run:
        yield run


@cache
def stop_words() -> frozenset[str]:
    """Return the words that part phrases: those of the language, and of abstracts."""
    place = resources.files("onoma") / "data" / "extract" / "stop_words.txt"
    return frozenset(place.read_text(encoding="utf-8").split())
