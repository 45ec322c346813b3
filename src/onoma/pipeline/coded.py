"""What a recogniser of the user's own finds, with codes by a ranker and what the text says of it.

A recogniser's folder may hold a ranker in ``ranking/`` (``onoma train ranking -o DIR/ranking``):
each mention then gets the ranker's best concept. So texts in a language whose names no vocabulary
has go from text to code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from onoma.assertion import assert_spans
from onoma.link.ranking.folder import CARD
from onoma.link.ranking.ranker import Ranker
from onoma.recognize.recognizers import Recognizer
from onoma.types import AnnotatedDocument

RANKING = "ranking"


@dataclass(frozen=True, slots=True)
class Coded:
    """Passes documents to a recogniser without the dictionary's mentions, and links what it finds.

    Without a ranker, mentions stay as the recogniser has them.
    """

    recognizer: Recognizer
    ranker: Ranker | None = None

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return the documents with what is found, and with codes."""
        done = self.recognizer.complete([replace(one, mentions=()) for one in documents])
        return [self._linked(one) for one in done]

    def _linked(self, document: AnnotatedDocument) -> AnnotatedDocument:
        mentions = document.mentions
        if not mentions:
            return document
        said = assert_spans(document.text, [(m.start, m.end) for m in mentions])
        mentions = tuple(
            replace(m, assertion_axes=axes) for m, axes in zip(mentions, said, strict=True)
        )
        if self.ranker is not None:
            texts = [mention.text for mention in mentions]
            found = self.ranker.link(texts, contexts=[document.text] * len(texts), k=1)
            mentions = tuple(
                replace(m, curie=some[0].curie, label=some[0].label or None) if some else m
                for m, some in zip(mentions, found, strict=True)
            )
        return replace(document, mentions=mentions)


def make_coded(recognizer: Recognizer, said: str) -> Coded:
    """Return a recogniser with the ranker of its folder, if it has one.

    ``said`` is what stands behind the recogniser's name: ``DIR`` or ``DIR=TYPE``.
    Raises: BadFile: the ranker is damaged.
    """
    folder = Path(said.partition("=")[0]) / RANKING
    is_there = (folder / CARD).is_file()
    return Coded(recognizer, Ranker.open(folder) if is_there else None)
