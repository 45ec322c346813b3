"""Signs that a text says in another grammatical form than any name, found and named.

``link.wordings.turned`` turns phrases into the form of names; here the vocabulary is asked which
of them are names, word for word. Nothing is learnt and nothing found is touched: a phrase counts
where there is no mention yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from onoma.assertion import assert_spans
from onoma.link.namespaces import Namespaces, answer_text, namespaces
from onoma.link.wordings.turned import Turned, turned
from onoma.ontology.loading import open_vocabulary
from onoma.pipeline.annotator import Settings
from onoma.recognize.general import general_keys
from onoma.types import TYPE_BIT, AnnotatedDocument, Candidate, Mention, Span

FOUND_BY = "wording"
PHENOTYPE = TYPE_BIT["phenotype"]
SCORE = 0.8  # a name in another form: a little less sure than the name
LEAST_ABOVE = 2  # concepts above one that says anything: roots say nothing
MOST_KEPT = 200_000
Named = tuple[str, str, str]
"""Curie, label, and the name that was turned."""


class Turner:
    """Adds phenotypes that stand in a text in another form than their names; keeps look-ups."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings of the annotator whose documents are to be completed."""
        self._store = open_vocabulary(settings.vocabulary, project=settings.project)
        self._asked: Namespaces | None = (
            namespaces(self._store, settings.ids) if settings.ids else None
        )
        self._general = frozenset(general_keys(self._store)["phenotype"].tolist())
        self._known: dict[str, tuple[str, str] | None] = {}

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return the documents with the phrases that were found among their mentions."""
        return [self._added(one) for one in documents]

    def _added(self, document: AnnotatedDocument) -> AnnotatedDocument:
        text = document.text
        fresh = list(self._found(text, [(m.start, m.end) for m in document.mentions]))
        if not fresh:
            return document
        said = assert_spans(text, [(one.start, one.end) for one in fresh])
        fresh = [replace(m, assertion_axes=axes) for m, axes in zip(fresh, said, strict=True)]
        both = sorted((*document.mentions, *fresh), key=lambda one: (one.start, one.end))
        return replace(document, mentions=tuple(both))

    def _found(self, text: str, taken: list[Span]) -> Iterator[Mention]:
        """Yield mentions; of phrases that overlap the first counts."""
        for one in turned(text):
            if any(one.start < end and start < one.end for start, end in taken):
                continue
            named = self._named(one)
            if named is not None:
                taken.append((one.start, one.end))
                yield _mention(text, one, named)

    def _named(self, phrase: Turned) -> Named | None:
        for name in phrase.names:
            if name not in self._known:
                if len(self._known) > MOST_KEPT:
                    self._known.clear()
                self._known[name] = self._looked_up(name)
            found = self._known[name]
            if found is not None:
                return (*found, name)
        return None

    def _looked_up(self, name: str) -> tuple[str, str] | None:
        """Return the phenotype of a name as it is to be answered, with its label."""
        store = self._store
        if store.key_of(name) in self._general:
            return None
        types = store.array("concept_types")
        for curie in store.concepts_named(name):
            row = store.row_of(curie)
            if not int(types[row]) & PHENOTYPE or len(store.ancestors(curie)) < LEAST_ABOVE:
                continue
            if self._asked is None:
                return curie, store.labels[row]
            (code,) = self._asked.codes(store, np.array([row])).tolist()
            if code >= 0 and not self._asked.lossy[row]:
                answer = answer_text(store, code)
                at = store.row_of(answer)
                return answer, store.labels[at if at >= 0 else row]
        return None


def _mention(text: str, phrase: Turned, named: Named) -> Mention:
    curie, label, name = named
    span = (phrase.start, phrase.end)
    candidate = Candidate(curie=curie, label=label, type="phenotype", score=SCORE, name=name)
    return Mention(
        start=phrase.start, end=phrase.end, text=text[phrase.start : phrase.end], type="phenotype",
        curie=curie, label=label, score=SCORE, found_by=FOUND_BY, spans=(span,), name=name,
        candidates=(candidate,),
    )  # fmt: skip
