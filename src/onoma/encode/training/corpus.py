"""Pairs of texts out of a user's own documents: what an encoder is adapted to a field with.

A title belongs to its text, and a stretch of sentences to the one that follows it; nobody labels.
After CardioEmbed (contrastive, on textbooks of cardiology); next stretches as positives are near to
the inverse cloze task (Lee et al. 2019).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from onoma.text.sentences import sentences
from onoma.types import Document, FailedDocument, Passage

STRETCH = 350  # characters of neighbouring sentences that are one text: some 64 pieces
SHORTEST = 40  # characters; less says little


def corpus_pairs(documents: Iterable[Document | FailedDocument]) -> Iterator[tuple[str, str]]:
    """Yield (title, beginning of the text) and (stretch of sentences, the next one).

    Documents that could not be read are passed over.
    """
    for document in documents:
        if isinstance(document, FailedDocument):
            continue
        title, *others = _split(document)
        for body in others:
            stretches = list(_stretches(body))
            if stretches and len(title) >= SHORTEST // 2:
                yield title, stretches[0]
            yield from pairwise(stretches)


def _split(document: Document) -> list[str]:
    """Return a document's title, empty where it has none, and the texts of its other parts."""
    whole = Passage(0, len(document.text))
    parts = document.passages or (whole,)
    titles = [part for part in parts if part.kind == "title"][:1]
    bodies = [document.text[p.start : p.end] for p in parts if p not in titles]
    return [*(document.text[p.start : p.end].strip() for p in titles or [Passage(0, 0)]), *bodies]


def _stretches(text: str) -> Iterator[str]:
    """Yield neighbouring sentences together, up to ``STRETCH`` characters, the short ones not."""
    start = stop = 0
    for sentence in sentences(text):
        if stop > start and sentence.end - start > STRETCH:
            if stop - start >= SHORTEST:
                yield text[start:stop]
            start = sentence.start
        elif stop == start:
            start = sentence.start
        stop = sentence.end
    if stop - start >= SHORTEST:
        yield text[start:stop]
