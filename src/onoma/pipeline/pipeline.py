"""``load`` and the pipeline that it returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from onoma.errors import OnomaError, UnknownName, VocabularyMissing
from onoma.link.namespaces import namespaces
from onoma.ontology.cache import open_core
from onoma.ontology.store import ConceptStore
from onoma.pipeline.annotator import Annotator
from onoma.types import (
    SEMANTIC_TYPES,
    AnnotatedDocument,
    Candidate,
    Concept,
    Document,
    FailedDocument,
    type_mask,
)

BATCH_CHARACTERS = 1 << 18
Input = str | Document | FailedDocument


class Pipeline:
    """Annotates documents with the concepts of a store."""

    def __init__(self, annotator: Annotator) -> None:
        """Take an annotator."""
        self._annotator = annotator
        self.store: ConceptStore = annotator.store

    @property
    def profile(self) -> dict[str, float]:
        """CPU seconds spent in each stage so far."""
        return dict(self._annotator.seconds)

    def annotate(self, document: str | Document) -> AnnotatedDocument:
        """Return a text or document annotated."""
        return next(self.pipe([document]))

    def pipe(self, documents: Iterable[Input], *, processes: int = 1) -> Iterator[AnnotatedDocument]:
        """Yield each document annotated, in order, lazily."""
        for batch in in_batches(documents):
            yield from annotate_batch(self._annotator, batch)


def annotate_batch(annotator: Annotator, batch: Sequence[Input]) -> Iterator[AnnotatedDocument]:
    """Yield the documents of a batch annotated; one that failed keeps its place."""
    whole = [as_document(one) for one in batch if not isinstance(one, FailedDocument)]
    done = annotator.annotate(whole)
    results = iter(range(len(whole)))
    for one in batch:
        if isinstance(one, FailedDocument):
            yield AnnotatedDocument(document=Document(one.id, ""), error=one)
        else:
            yield done.document(next(results))


def as_document(given: str | Document) -> Document:
    """Return a text as a document."""
    return given if isinstance(given, Document) else Document(id="", text=given)


def in_batches(documents: Iterable[Input]) -> Iterator[list[Input]]:
    """Yield runs of documents of about BATCH_CHARACTERS characters each."""
    batch: list[Input] = []
    size = 0
    for document in documents:
        batch.append(document)
        text = document if isinstance(document, str) else getattr(document, "text", "")
        size += len(text) + 1
        if size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def load(
    vocabulary: str = "core",
    *,
    types: Sequence[str] | None = None,
    ids: Sequence[str] | None = None,
    nested: bool = False,
    kernel: str = "auto",
) -> Pipeline:
    """Return a pipeline over a vocabulary.

    ``types``: semantic types to find (all unless given). ``ids``: prefixes of the namespaces to
    answer in. ``nested``: keep mentions inside longer ones.
    Raises: UnknownName: a type or vocabulary that is none; BadCurie: an unknown prefix.
    """
    if vocabulary != "core":
        raise UnknownName("vocabulary", vocabulary, ["core"])
    for name in types or ():
        if name not in SEMANTIC_TYPES:
            raise UnknownName("semantic type", name, SEMANTIC_TYPES)
    store = open_core()
    wanted = namespaces(store, ids) if ids else None
    mask = expand_types(types or ())
    return Pipeline(Annotator(store, types=mask, ids=wanted, nested=nested))


def expand_types(types: Sequence[str]) -> int:
    """Return the bits of the types asked for; a drug is a chemical already by its own bits."""
    return type_mask(types)


def concept(curie: str) -> Concept:
    """Return a concept of the core vocabulary.

    Raises: BadCurie: not a CURIE; UnknownName: no such concept.
    """
    return open_core().concept(curie)


def ground(term: str, *, k: int = 5) -> list[Candidate]:
    """Return the concepts that a term may mean, best first; empty for NIL."""
    return []
