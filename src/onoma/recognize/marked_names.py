"""The marked names of annotated documents, found again wherever they stand, the longest first.

Letter case counts in short words in capitals alone (AS is not "as"); type and concept are the
commonest of the name. A name that is marked in less than a quarter of the places where it stands is
left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from onoma.errors import DataError
from onoma.formats import read_annotated
from onoma.formats.type_words import type_of
from onoma.types import SEMANTIC_TYPES, AnnotatedDocument, Mention

LEXICON = "lexicon"
SHORT = 5
OFTEN = 0.25
_TOKEN = re.compile(r"\w+|[^\w\s]")
Words = tuple[str, ...]
Meaning = tuple[str, str | None, str | None]
"""Type, concept and label."""


@dataclass(frozen=True, slots=True)
class MarkedNames:
    """Finds names; ``names`` leads from the words of each to its meaning and how often it is one.

    ``longest``: words of the longest name.
    """

    names: Mapping[Words, tuple[Meaning, float]]
    longest: int

    @classmethod
    def of(cls, documents: Iterable[AnnotatedDocument], *, often: float = OFTEN) -> MarkedNames:
        """Return what annotated documents mark."""
        texts: list[str] = []
        counts: dict[Words, Counter[Meaning]] = {}
        for one in documents:
            texts.append(one.text)
            for m in one.mentions:
                meaning = type_of(m.type), m.curie, m.label
                words = tuple(_folded(part) for part in _TOKEN.findall(m.text))
                counts.setdefault(words, Counter())[meaning] += 1
        counts.pop((), None)
        longest = max(map(len, counts), default=0)
        plain = cls({w: (c.most_common(1)[0][0], 1.0) for w, c in counts.items()}, longest)
        met = Counter(words for text in texts for _, _, words in plain.matches(text))
        names = {
            words: (own.most_common(1)[0][0], min(1.0, own.total() / max(met[words], 1)))
            for words, own in counts.items()
        }
        return cls({words: one for words, one in names.items() if one[1] >= often}, longest)

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return the documents with the names found in them."""
        return [replace(one, mentions=tuple(self._mentions(one.text))) for one in documents]

    def _mentions(self, text: str) -> Iterator[Mention]:
        for start, end, words in self.matches(text):
            (type_, curie, label), share = self.names[words]
            yield Mention(
                start, end, text[start:end], type_, curie, label, share, LEXICON, ((start, end),)
            )

    def matches(self, text: str) -> Iterator[tuple[int, int, Words]]:
        """Yield the places of names, with the words by which each is known."""
        tokens = list(_TOKEN.finditer(text))
        words = [_folded(token.group()) for token in tokens]
        place = 0
        while place < len(words):
            sizes = range(min(self.longest, len(words) - place), 0, -1)
            runs = (tuple(words[place : place + size]) for size in sizes)
            found = next((run for run in runs if run in self.names), None)
            if found is not None:
                yield tokens[place].start(), tokens[place + len(found) - 1].end(), found
            place += len(found or " ")


def make_lexicon(said: str) -> MarkedNames:
    """Return the names that a file or folder of annotated documents marks.

    ``train.pubtator``, or ``train.pubtator=disease`` where all that is marked is of this type.
    Raises: DataError: a document could not be read.
    """
    path, _, type_ = said.rpartition("=")
    if type_ not in SEMANTIC_TYPES:
        return MarkedNames.of(map(_checked, read_annotated([said])))
    documents = map(_checked, read_annotated([path]))
    return MarkedNames.of(
        replace(one, mentions=tuple(replace(m, type=type_) for m in one.mentions))
        for one in documents
    )


def _checked(one: AnnotatedDocument) -> AnnotatedDocument:
    if one.error is not None:
        raise DataError(f"{one.id}: {one.error.message}", hint=one.error.hint)
    return one


def _folded(word: str) -> str:
    return word if len(word) <= SHORT and word.isupper() else word.lower()
