"""The concepts that a context names plainly, for the linker to weigh what a term in it may be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from onoma.pipeline.annotator import Annotator
from onoma.types import AnnotatedDocument, Document

I64 = npt.NDArray[np.int64]

MOST_KEPT = 2048  # contexts remembered
LONGEST = 20_000  # characters of a context that are read


class DocumentConcepts:
    """Reads contexts with the dictionary, each once."""

    def __init__(self, annotator: Annotator) -> None:
        """Take the annotator, whose types and namespaces count."""
        self.annotator = annotator
        self._kept: dict[str, dict[int, set[str]]] = {}

    def rows(self, asked: Sequence[tuple[str, str, str]]) -> list[I64]:
        """Return for each (context, term, term written out) the concepts that the context names.

        A concept that it names by the term alone does not count: the term is what is asked.
        """
        contexts = dict.fromkeys(context for context, *_ in asked if context)
        new = [context for context in contexts if context not in self._kept]
        if len(self._kept) + len(new) > MOST_KEPT:
            self._kept.clear()
            new = list(contexts)
        if new:
            done = self.annotator.annotate([Document("", text[:LONGEST]) for text in new])
            for context, document in zip(new, done.documents_annotated(), strict=True):
                self._kept[context] = self._named(document)
        out = []
        for context, *own in asked:
            named = self._kept.get(context, {}) if context else {}
            rows = sorted(row for row, texts in named.items() if not texts.issubset(own))
            out.append(np.array(rows, np.int64))
        return out

    def _named(self, document: AnnotatedDocument) -> dict[int, set[str]]:
        """Return the rows of the concepts that a document names, with the texts that do."""
        store, named = self.annotator.store, dict[int, set[str]]()
        for mention in document.mentions:
            if mention.candidates:
                first = mention.candidates[0]
                row = store.row_of(first.via or first.curie)
                if row >= 0:
                    named.setdefault(row, set()).add(mention.text)
        return named
