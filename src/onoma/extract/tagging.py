"""Spans of a tagger, one document at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from onoma.errors import InputError
from onoma.ontology.store import ConceptStore
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.tagger import Gazetteer, Tagger, load_tagger
from onoma.types import Document


class SpanFinder:
    """Asks a tagger for the spans of some of its heads."""

    def __init__(self, tagger: Tagger) -> None:
        """Take a tagger."""
        self._tagger = tagger

    @classmethod
    def of(cls, place: str | Path | None, store: ConceptStore) -> SpanFinder:
        """Open a tagger's folder (None: the one that ships) with a store's names beside it.

        Raises: what ``load_tagger`` raises.
        """
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
