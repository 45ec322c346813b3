"""Terms and concepts: ground, look up, walk the hierarchy, compare."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import onoma
from onoma.errors import UnknownName
from onoma.ontology.annotations import open_annotations
from onoma.ontology.beginnings import open_beginnings
from onoma.ontology.store import ConceptStore
from onoma.pipeline.clustering import similar as similar_to
from onoma.pipeline.grounding import GroundOptions, ground_terms
from onoma.server.cursors import Page, page_of
from onoma.server.declare import Asked, Call, Given, Meta, Struct, operation
from onoma.server.shapes import (
    AnnotationShape,
    CandidateShape,
    ConceptShape,
    Count,
    Cursor,
    EquivalentShape,
    Few,
    Labelled,
    Names,
    Short,
    Term,
    VocabularyAsked,
    candidate_shape,
    names_of,
)
from onoma.types import ConceptAnnotation

Mode = Literal["full", "dictionary"]
CHILDREN = 1000


class GroundAsked(VocabularyAsked, frozen=True, kw_only=True):
    """A term and where it may lead."""

    term: Term
    k: Few = 5
    types: Names = []
    ids: Names = []
    context: Annotated[str, Meta(max_length=20_000)] = ""
    mode: Mode = "full"


class Grounded(Given, frozen=True, kw_only=True):
    """A term with the concepts that it may mean, best first; none: NIL."""

    term: str
    candidates: list[CandidateShape]


class TermGiven(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A term with the text around it."""

    term: Term
    context: Annotated[str, Meta(max_length=20_000)] = ""


class GroundBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Terms, and how to ground them."""

    terms: Annotated[list[Term | TermGiven], Meta(min_length=1, max_length=1000)]
    k: Few = 5
    types: Names = []
    ids: Names = []
    mode: Mode = "full"
    vocabulary: Short = "core"


class GroundedTerms(Given, frozen=True, kw_only=True):
    """The terms in the order given."""

    results: list[Grounded]


@operation("GET", "/v1/ground", of="store", tag="concepts")
def ground(call: Call, asked: GroundAsked) -> Grounded:
    """Find the concepts that a term names, best first; an empty list where none fits."""
    return _ground(call, [(asked.term, asked.context)], asked)[0]


@operation("POST", "/v1/ground", tag="concepts")
def ground_many(call: Call, body: GroundBody) -> GroundedTerms:
    """Find the concepts that each of many terms names."""
    pairs = [(t, "") if isinstance(t, str) else (t.term, t.context) for t in body.terms]
    return GroundedTerms(results=_ground(call, pairs, body))


def _ground(call: Call, pairs: list[tuple[str, str]], asked: Any) -> list[Grounded]:
    options = GroundOptions(types=tuple(asked.types), ids=tuple(asked.ids), mode=asked.mode)
    names = call.service.names(asked.vocabulary)
    project = call.service.settings.project or None
    found = ground_terms(pairs, k=asked.k, options=options, vocabulary=names, project=project)
    return [
        Grounded(term=term, candidates=[candidate_shape(*one) for one in enumerate(candidates, 1)])
        for (term, _), candidates in zip(pairs, found, strict=True)
    ]


class ConceptAsked(VocabularyAsked, frozen=True, kw_only=True):
    """A concept."""

    curie: Short


class RelativesAsked(ConceptAsked, frozen=True, kw_only=True):
    """A concept whose relatives are asked for, page by page."""

    k: Count = 100
    cursor: Cursor = ""


class Concepts(Page, frozen=True, kw_only=True):
    """Concepts in order; ``total`` counts all pages."""

    total: int
    concepts: list[Labelled]


class Equivalents(Given, frozen=True, kw_only=True):
    """What is the same, or nearly so, in other vocabularies."""

    curie: str
    equivalents: list[EquivalentShape]


class Annotations(Page, frozen=True, kw_only=True):
    """What curated sources say of a concept; ``total`` counts all pages."""

    total: int
    annotations: list[AnnotationShape]


class SuggestAsked(VocabularyAsked, frozen=True, kw_only=True):
    """The beginning of a name."""

    q: Term
    k: Few = 10
    types: Names = []


class Suggestion(Given, frozen=True, kw_only=True):
    """A concept and the name that begins so."""

    curie: str
    label: str
    name: str
    scope: str
    types: list[str]


class Suggestions(Given, frozen=True, kw_only=True):
    """Concepts with a name that begins so, the likeliest first."""

    q: str
    suggestions: list[Suggestion]


class CuriesBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """CURIEs to look up together."""

    curies: Annotated[list[Short], Meta(min_length=1, max_length=1000)]
    vocabulary: Short = "core"


class FoundConcept(Given, frozen=True, kw_only=True):
    """A CURIE that was asked for; ``concept`` is null where there is none."""

    curie: str
    concept: ConceptShape | None


class FoundConcepts(Given, frozen=True, kw_only=True):
    """One row a CURIE, in the order given."""

    results: list[FoundConcept]


@operation("GET", "/v1/concepts", of="store", tag="concepts")
def find_concepts(call: Call, asked: SuggestAsked) -> Suggestions:
    """Find concepts with a name that begins with some letters, for a box that completes."""
    store = call.service.vocabulary(asked.vocabulary)
    found = open_beginnings(store).complete(asked.q, k=asked.k, types=asked.types)
    return Suggestions(
        q=asked.q,
        suggestions=[
            Suggestion(curie=one.curie, label=one.label, name=one.name, scope=one.scope,
                       types=list(one.types))
            for one in found
        ],
    )  # fmt: skip


@operation("POST", "/v1/concepts", tag="concepts")
def concepts(call: Call, body: CuriesBody) -> FoundConcepts:
    """Show many concepts at once; one that is unknown has null in its place."""
    store = call.service.vocabulary(body.vocabulary)
    rows = []
    for curie in body.curies:
        try:
            rows.append(FoundConcept(curie=curie, concept=concept_shape(store, curie)))
        except UnknownName:
            rows.append(FoundConcept(curie=curie, concept=None))
    return FoundConcepts(results=rows)


@operation("GET", "/v1/concepts/{curie}", of="store", tag="concepts")
def concept(call: Call, asked: ConceptAsked) -> ConceptShape:
    """Show a concept: label, types, names, parents, children, equivalents, definition."""
    return concept_shape(call.service.vocabulary(asked.vocabulary), asked.curie)


@operation("GET", "/v1/concepts/{curie}/ancestors", of="store", tag="concepts")
def ancestors(call: Call, asked: RelativesAsked) -> Concepts:
    """List the concepts above one, nearest first; itself not included."""
    store = call.service.vocabulary(asked.vocabulary)
    return _listed(store, store.ancestors(asked.curie), asked)


@operation("GET", "/v1/concepts/{curie}/descendants", of="store", tag="concepts")
def descendants(call: Call, asked: RelativesAsked) -> Concepts:
    """List the concepts below one, nearest first; itself not included."""
    store = call.service.vocabulary(asked.vocabulary)
    return _listed(store, store.descendants(asked.curie), asked)


@operation("GET", "/v1/concepts/{curie}/equivalents", of="store", tag="concepts")
def equivalents(call: Call, asked: ConceptAsked) -> Equivalents:
    """List the concepts of other vocabularies that are the same or nearly so, exact ones first."""
    shape = concept_shape(call.service.vocabulary(asked.vocabulary), asked.curie)
    return Equivalents(curie=shape.curie, equivalents=shape.equivalents)


@operation("GET", "/v1/concepts/{curie}/annotations", of="store", tag="concepts")
def concept_annotations(call: Call, asked: RelativesAsked) -> Annotations:
    """List what curated sources say of a concept: phenotypes and genes of a disease, and back."""
    store = call.service.vocabulary(asked.vocabulary)
    found = open_annotations(store).of(asked.curie)
    part, following = page_of(found, asked.cursor, asked.k, version=store.version)
    return Annotations(
        total=len(found), annotations=[_annotation(store, one) for one in part], next=following
    )


def _annotation(store: ConceptStore, one: ConceptAnnotation) -> AnnotationShape:
    return AnnotationShape(
        subject=_labelled(store, one.subject), predicate=one.predicate,
        object=_labelled(store, one.object), negated=one.negated, frequency=one.frequency,
        onset=one.onset, evidence=one.evidence, reference=one.reference,
    )  # fmt: skip


def _labelled(store: ConceptStore, curie: str) -> Labelled:
    row = store.row_of(curie)
    return Labelled(curie=curie, label=store.labels[row] if row >= 0 else "")


def concept_shape(store: ConceptStore, curie: str) -> ConceptShape:
    """Return a concept as it is given.

    Raises: BadCurie, UnknownName.
    """
    found = store.concept(curie)
    row = store.row_of(found.curie)
    is_obsolete = store.canonical(curie) != found.curie
    return ConceptShape(
        curie=found.curie, label=found.label, types=list(found.types), names=names_of(found),
        is_obsolete=is_obsolete, replaced_by=found.curie if is_obsolete else None,
        former=list(found.former),
        parents=labelled(store, store.parents.of(row).tolist()),
        children=labelled(store, store.children.of(row)[:CHILDREN].tolist()),
        equivalents=[
            EquivalentShape(curie=one.curie, predicate=one.predicate, source=one.source)
            for one in found.equivalents
        ],
        definition=found.definition, source=found.source, version=found.version,
    )  # fmt: skip


def labelled(store: ConceptStore, rows: list[int]) -> list[Labelled]:
    """Return the concepts of rows with their labels."""
    pairs = zip(store.curies.take(rows), store.labels.take(rows), strict=True)
    return [Labelled(curie=curie, label=label) for curie, label in pairs]


def _listed(store: ConceptStore, curies: list[str], asked: RelativesAsked) -> Concepts:
    part, following = page_of(curies, asked.cursor, asked.k, version=store.version)
    rows = [store.row_of(one) for one in part]
    return Concepts(total=len(curies), concepts=labelled(store, rows), next=following)


class SimilarAsked(VocabularyAsked, frozen=True, kw_only=True):
    """A term for which concepts with a like name are wanted."""

    term: Term
    k: Few = 10
    types: Names = []
    ids: Names = []


class SimilarShape(Given, frozen=True, kw_only=True):
    """A concept with a like name; ``relation`` to the best one, ``difference`` in words."""

    rank: int
    curie: str
    label: str
    name: str
    score: float
    relation: str
    difference: str


class SimilarConcepts(Given, frozen=True, kw_only=True):
    """The nearest first."""

    term: str
    concepts: list[SimilarShape]


@operation("GET", "/v1/similar", of="store", tag="concepts")
def similar(call: Call, asked: SimilarAsked) -> SimilarConcepts:
    """Show the concepts whose names are spelled or meant most like a term, near misses told."""
    found = similar_to(
        asked.term, k=asked.k, types=tuple(asked.types), ids=tuple(asked.ids), encoder="",
        vocabulary=call.service.names(asked.vocabulary),
        project=call.service.settings.project or None,
    )  # fmt: skip
    return SimilarConcepts(
        term=asked.term,
        concepts=[
            SimilarShape(rank=rank, curie=c.curie, label=c.label, name=c.name,
                         score=round(c.score, 4), relation=one.relation, difference=one.difference)
            for rank, (one, c) in enumerate(((one, one.candidate) for one in found), 1)
        ],
    )  # fmt: skip


class SimilarityAsked(Asked, frozen=True, kw_only=True):
    """Two texts."""

    a: Annotated[str, Meta(max_length=20_000)]
    b: Annotated[str, Meta(max_length=20_000)]


class SimilarityShape(Given, frozen=True, kw_only=True):
    """How near two texts are in meaning: their cosine, -1 to 1."""

    a: str
    b: str
    score: float


class PairsBody(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Pairs of texts."""

    pairs: Annotated[list[tuple[Term, Term]], Meta(min_length=1, max_length=200)]


class Similarities(Given, frozen=True, kw_only=True):
    """The pairs in the order given."""

    results: list[SimilarityShape]


@operation("GET", "/v1/similarity", of="store", tag="concepts")
def similarity(call: Call, asked: SimilarityAsked) -> SimilarityShape:
    """Say how near two texts are in meaning."""
    score = round(float(onoma.similarity(asked.a, asked.b)), 4)
    return SimilarityShape(a=asked.a, b=asked.b, score=score)


@operation("POST", "/v1/similarity", tag="concepts")
def similarity_many(call: Call, body: PairsBody) -> Similarities:
    """Say how near the texts of many pairs are in meaning."""
    rows = []
    for a, b in body.pairs:
        call.check()
        score = round(float(onoma.similarity(a, b)), 4)
        rows.append(SimilarityShape(a=a, b=b, score=score))
    return Similarities(results=rows)
