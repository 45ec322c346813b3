"""Spans of a tagger, one document at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.errors import InputError
from onoma.ontology.store import ConceptStore
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.tagger import Gazetteer, Marks, Tagger, load_tagger
from onoma.recognize.tagger.decoding import OUTSIDE, log_chances
from onoma.text.tokens import TextBatch
from onoma.types import Document

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]


OURS = "ours"
"""The name of the tagger that ships."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of words that a head of a tagger takes in; ``score`` is their mean chance."""

    head: str
    start: int
    end: int
    score: float


class SpanFinder:
    """Asks a tagger for the spans of some of its heads."""

    def __init__(self, tagger: Tagger) -> None:
        """Take a tagger."""
        self._tagger = tagger

    @classmethod
    def of(cls, place: str | Path | None, store: ConceptStore) -> SpanFinder:
        """Open a tagger's folder (None or OURS: the one that ships) with a store's names beside it.

        Raises: what ``load_tagger`` raises.
        """
        place = None if place == OURS else place
        return cls(load_tagger(place, gazetteer=Gazetteer(DictionaryRecognizer(store))))

    def need(self, heads: Sequence[str]) -> None:
        """Check that the tagger has these heads.

        Raises: InputError: it does not.
        """
        missing = [head for head in heads if head not in self._tagger.heads.names]
        if missing:
            raise InputError(
                f"the tagger has no head {', '.join(missing)}",
                hint=f"it has {', '.join(self._tagger.heads.names)}",
            )

    def spans(self, document: Document, head: str) -> list[tuple[int, int, float]]:
        """Return start, end and score (0 to 1) of the spans of a head, in text order."""
        found = self._tagger.tag([document], [head])
        columns = zip(found.start.tolist(), found.end.tolist(), found.score.tolist(), strict=True)
        return [(start, end, score) for start, end, score in columns]

    def stretches(
        self, document: Document, heads: Sequence[str], *, least: float = 0.5
    ) -> list[Stretch]:
        """Return the runs of words that are rather in than out, head by head, in text order.

        ``least`` is the chance from which on a word is in. Long spans without fixed borders
        (populations, outcomes) are found better so than as names: it does not matter where one
        begins.
        """
        words, chances = self.chances(document, heads)
        return stretches_of(words, chances, heads, least=least)

    def chances(self, document: Document, heads: Sequence[str]) -> tuple[I64, F32]:
        """Return the places of a document's words (n, 2), and each word's chances (n, heads)."""
        batch = TextBatch.of([document.text])
        gazetteer = self._tagger.gazetteer
        marks = Marks.none() if gazetteer is None else gazetteer.marks(batch)
        page = self._tagger.read(batch, marks)
        scores = self._tagger.scores(page, self._tagger.heads.pick(heads))
        places = np.stack([page.words.start, page.words.end], axis=1)
        if not len(places):
            return places, np.zeros((0, len(heads)), np.float32)
        return places, np.asarray(1 - np.exp(log_chances(scores)[:, :, OUTSIDE]), np.float32)


def stretches_of(
    words: I64, chances: F32, heads: Sequence[str], *, least: float = 0.5
) -> list[Stretch]:
    """Return the runs of words with a chance of ``least`` and more, head by head, in text order.

    ``words`` are places (n, 2), ``chances`` (n, heads).
    """
    found: list[Stretch] = []
    for head, chance in zip(heads, chances.T, strict=True):
        edges = np.flatnonzero(np.diff(chance >= least, prepend=False, append=False))
        for first, behind in edges.reshape(-1, 2).tolist():
            start, end = int(words[first, 0]), int(words[behind - 1, 1])
            found.append(Stretch(head, start, end, float(chance[first:behind].mean())))
    return found
