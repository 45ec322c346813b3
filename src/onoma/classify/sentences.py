"""Documents to columns of sentences, with the words of each as numbers.

Titles, tables and the like (``ASIDE``) are left out. Headings are cut off and kept aside: a model
that reads ``METHODS:`` would learn nothing else. The sentences of an abstract are one sequence; a
heading on a line of its own, as full texts have them, begins another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.classify.headings import PARTS, ROLES, Below, below, find_heading
from onoma.text import characters as ch
from onoma.text.sentences import sentence_spans
from onoma.text.tokens import TextBatch, Tokens, mix, tokenise
from onoma.types import Document, Passage

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]

ASIDE = frozenset({
    "title", "other_title", "keywords", "table", "table_caption", "table_footnote", "caption",
    "figure_caption", "footnote", "label", "formula", "code", "reference",
})  # fmt: skip
"""Kinds of passages whose sentences have no role."""

UNSAID = Below((1 << len(ROLES)) - 1, -1, (1 << len(PARTS)) - 1)

_PAIR = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xC2B2AE3D27D4EB4F)
_LONG = 4  # digits; longer numbers are alike


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of a batch of documents, in order; arrays of one length, int32.

    ``document`` is the number in the batch, ``sequence`` numbers the sequences of all of them,
    ``start`` and ``end`` are offsets into the document's text, ``body`` is where the sentence
    begins behind its heading; ``roles``, ``main`` and ``parts`` are what the heading above it says
    (``headings.Below``).
    """

    document: I32
    sequence: I32
    start: I32
    body: I32
    end: I32
    roles: I32
    main: I32
    parts: I32

    def __len__(self) -> int:
        """Return the number of sentences."""
        return len(self.document)


@dataclass(frozen=True, slots=True)
class Words:
    """Keys of the words and word pairs of sentences: ``key`` (uint32) in ``sentence``, in order."""

    key: U32
    sentence: I64


def read_sentences(documents: Sequence[Document]) -> tuple[Sentences, Words]:
    """Return the sentences of documents and the keys of their words."""
    batch = TextBatch.of([one.text for one in documents])
    starts, ends = sentence_spans(batch.codes, batch.doc_start)
    bounds = np.searchsorted(starts, batch.doc_start).tolist()
    rows: list[tuple[int, ...]] = []
    for number, document in enumerate(documents):
        first, shift = bounds[number], int(batch.doc_start[number])
        last = bounds[number + 1]
        spans = zip(
            (starts[first:last] - shift).tolist(), (ends[first:last] - shift).tolist(), strict=True
        )
        before = rows[-1][1] + 1 if rows else 0
        rows += [(number, before + row[0], *row[1:]) for row in _Walk(document).rows(spans)]
    found = Sentences(*np.array(rows, np.int32).reshape(-1, 8).T.copy())
    shift_of = batch.doc_start[found.document].astype(np.int32)
    words = word_keys(tokenise(batch.codes), found.body + shift_of, found.end + shift_of)
    return found, words


def read_given(texts: Sequence[str]) -> Words:
    """Return the keys of the words of texts that are a sentence each."""
    batch = TextBatch.of(texts)
    bounds = batch.doc_start.astype(np.int32)
    return word_keys(tokenise(batch.codes), bounds[:-1], bounds[1:] - 1)


class _Walk:
    """Goes through the sentences of a document with what the last heading said."""

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._passages = document.passages
        self._place = 0
        self._below = UNSAID
        self._sequence = 0

    def rows(self, spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
        """Yield sequence, start, body, end and what is said of each sentence that counts."""
        for start, end in spans:
            for begin, stop in self._inside(start, end):
                body = begin
                if heading := find_heading(self._text[begin : min(stop, begin + 100)]):
                    self._below, body = heading.below, min(begin + heading.end, stop)
                if body < stop:
                    said = self._below
                    yield self._sequence, begin, body, stop, said.roles, said.main, said.parts

    def _inside(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the parts of a sentence by passage, without those that stand aside."""
        passages = self._passages
        while self._place < len(passages) and passages[self._place].end <= start:
            self._place += 1
        at, place = start, self._place
        while place < len(passages) and passages[place].start < end:
            passage = passages[place]
            is_aside = passage.kind in ASIDE or passage.kind == "heading"
            if is_aside or (passage.end < end and passage.end > at):
                yield from self._trimmed(at, min(passage.start, end) if is_aside else passage.end)
                at = max(at, min(passage.end, end))
            if passage.kind == "heading" and passage.start >= start:
                self._head(passage)
            place += 1
        yield from self._trimmed(at, end)

    def _head(self, passage: Passage) -> None:
        """Take in a heading on a line of its own."""
        said = below(self._text[passage.start : passage.end].strip())
        self._sequence += 1
        self._below = said or self._below

    def _trimmed(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield a span without white space around, unless it is empty."""
        while start < end and self._text[start].isspace():
            start += 1
        while start < end and self._text[end - 1].isspace():
            end -= 1
        if start < end:
            yield start, end


def word_keys(tokens: Tokens, start: I32, end: I32) -> Words:
    """Return the keys of words, of pairs of neighbours and of how sentences begin."""
    if not len(start):
        return Words(np.empty(0, np.uint32), np.empty(0, np.int64))
    sentence = np.searchsorted(start, tokens.start, side="right") - 1
    inside = (sentence >= 0) & (tokens.end <= end[np.maximum(sentence, 0)])
    owner = sentence[inside]
    key = _plain(tokens, inside)
    pair_at = np.flatnonzero(owner[1:] == owner[:-1])
    pair = mix(key[pair_at] * _PAIR + key[pair_at + 1])
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    opening = mix(key[first] ^ _FIRST)
    keys = np.concatenate([key, pair, opening])
    owners = np.concatenate([owner, owner[pair_at], owner[first]])
    order = np.argsort(owners, kind="stable")
    return Words((keys[order] >> np.uint64(32)).astype(np.uint32), owners[order])


def _plain(tokens: Tokens, inside: npt.NDArray[np.bool_]) -> U64:
    """Return the hashes of tokens, those of numbers by their length alone."""
    key = tokens.hash[inside]
    size = np.minimum(tokens.end[inside] - tokens.start[inside], _LONG)
    digits = tokens.kind[inside] == ch.DIGIT
    key[digits] = mix(size[digits].astype(np.uint64) * _FIRST)
    return key
