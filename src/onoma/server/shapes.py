"""Shapes that several operations take or give; their names stand in the API's description."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from onoma.formats.jsonl import candidate_record
from onoma.server.declare import Asked, Given, Meta
from onoma.types import Candidate, Concept

Count = Annotated[int, Meta(ge=1, le=1000)]
Few = Annotated[int, Meta(ge=1, le=100)]
Share = Annotated[float, Meta(ge=0, le=1)]
Term = Annotated[str, Meta(min_length=1, max_length=1000)]
Names = list[Annotated[str, Meta(min_length=1, max_length=100)]]
Short = Annotated[str, Meta(max_length=200)]
Cursor = Annotated[str, Meta(max_length=200, description="From ``next`` of the page before.")]


class CandidateShape(Given, frozen=True, kw_only=True):
    """A concept that may be meant, with the parts of its score."""

    rank: int
    curie: str
    label: str
    type: str
    score: float
    name: str
    scope: str
    via: str | None
    lossy: bool
    why: dict[str, float]


class NameShape(Given, frozen=True, kw_only=True):
    """A name of a concept."""

    text: str
    scope: str
    source: str


class EquivalentShape(Given, frozen=True, kw_only=True):
    """The same, or nearly the same, in another vocabulary."""

    curie: str
    predicate: str
    source: str


class Labelled(Given, frozen=True, kw_only=True):
    """A concept's CURIE with its label (empty: it is of another vocabulary)."""

    curie: str
    label: str


class AnnotationShape(Given, frozen=True, kw_only=True):
    """What a curated source says of two concepts: a disease's phenotype, a gene's disease."""

    subject: Labelled
    predicate: str
    object: Labelled
    negated: bool
    frequency: str
    onset: str
    evidence: str
    reference: str


class ConceptShape(Given, frozen=True, kw_only=True):
    """A concept with what its vocabulary holds of it.

    ``is_obsolete``: the CURIE that was asked for is retired; ``replaced_by`` is then the concept
    that took its place, which is the one shown. ``former``: retired CURIEs that now mean it.
    """

    curie: str
    label: str
    is_obsolete: bool
    replaced_by: str | None
    former: list[str]
    types: list[str]
    names: list[NameShape]
    parents: list[Labelled]
    children: list[Labelled]
    equivalents: list[EquivalentShape]
    definition: str | None
    source: str
    version: str


class VocabularyAsked(Asked, frozen=True, kw_only=True):
    """In which vocabulary: ``core``, one of the server's, or several between commas."""

    vocabulary: Short = "core"


class HighlightedSnippet(Given, frozen=True, kw_only=True):
    """A part of a text; ``highlights``: start, end and the CURIE, if it is a concept."""

    start: int
    end: int
    text: str
    highlights: list[tuple[int, int, str]]


Record = dict[str, Any]
Direction = Literal["both", "out", "in"]


def candidate_shape(rank: int, candidate: Candidate) -> CandidateShape:
    """Return a candidate as it is given."""
    return CandidateShape(rank=rank, **candidate_record(candidate))


def names_of(concept: Concept) -> list[NameShape]:
    """Return a concept's names, each text once."""
    seen = {(one.text, one.scope): one for one in concept.names}
    return [NameShape(text=n.text, scope=n.scope, source=n.source) for n in seen.values()]
