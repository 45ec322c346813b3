"""What flows through Onoma: concepts, documents, mentions, links, assertions.

Offsets are half-open, in code points of ``Document.text``. Identifiers are CURIEs in one spelling.
A mention always quotes its document: ``document.text[m.start:m.end] == m.text`` (a discontinuous
mention quotes its covering span). Bulk work uses Arrow tables with the same field names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from onoma.errors import BadSpan, UnknownName

SEMANTIC_TYPES: tuple[str, ...] = (
    "disease",
    "phenotype",
    "clinical_modifier",
    "gene",
    "protein",
    "chemical",
    "drug",
    "anatomy",
    "cell_type",
    "cell_line",
    "organism",
    "variant",
    "process",
    "component",
    "procedure",
    "test",
    "device",
    "method",
    "food",
    "microbe",
    "population",
    "outcome",
    "intervention",
    "dose",
)
"""The fixed short names of semantic types; a concept's ``types`` bit i stands for entry i."""

TYPE_BIT: dict[str, int] = {name: 1 << place for place, name in enumerate(SEMANTIC_TYPES)}

SCOPES: tuple[str, ...] = (
    "label",
    "exact",
    "layperson",
    "abbreviation",
    "narrow",
    "broad",
    "related",
    "pattern",
)
"""How a name relates to its concept; the order is the linker's preference. ``label`` is the
preferred name; ``pattern`` marks what a rule wrote (a variant, ``E. coli``)."""

Polarity = Literal["present", "absent", "possible"]
Temporality = Literal["current", "historical", "hypothetical"]
Experiencer = Literal["patient", "family", "other"]

POLARITIES: tuple[Polarity, ...] = ("present", "absent", "possible")
TEMPORALITIES: tuple[Temporality, ...] = ("current", "historical", "hypothetical")
EXPERIENCERS: tuple[Experiencer, ...] = ("patient", "family", "other")

Span = tuple[int, int]

Fields = tuple[tuple[str, str], ...]
"""What a source says besides, as (name, value) in its own words; a name may come several times."""


@dataclass(frozen=True, slots=True)
class Name:
    """One string by which a concept is known."""

    text: str
    scope: str = "exact"
    source: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A concept of another vocabulary, with the SKOS predicate and who says so."""

    curie: str
    predicate: str
    source: str

    @property
    def is_exact(self) -> bool:
        """Whether nothing is lost by the step (``skos:exactMatch``)."""
        return self.predicate == "skos:exactMatch"


@dataclass(frozen=True, slots=True)
class Concept:
    """An entry of a vocabulary, known by its CURIE.

    An obsolete concept is kept for its id alone: ``replaced_by`` is the one that took its place,
    ``consider`` are those that may have; ``former`` are retired ids that now mean this concept.
    """

    curie: str
    label: str
    types: tuple[str, ...] = ()
    names: tuple[Name, ...] = ()
    parents: tuple[str, ...] = ()
    equivalents: tuple[Equivalent, ...] = ()
    source: str = ""
    version: str = ""
    definition: str | None = None
    replaced_by: str | None = None
    is_obsolete: bool = False
    consider: tuple[str, ...] = ()
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConceptAnnotation:
    """What a curated source says of two concepts: a disease's phenotype, a gene's disease.

    ``frequency`` and ``onset`` are CURIEs of the HPO or words such as ``3/5``; ``evidence`` is the
    source's code (``PCS``: published study, ``TAS``: author's statement, ``IEA``: by machine).
    """

    subject: str
    predicate: str
    object: str
    negated: bool = False
    frequency: str = ""
    onset: str = ""
    evidence: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a document with its kind (title, abstract, section); offsets index the document."""

    start: int
    end: int
    kind: str = "text"
    metadata: Fields = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole text as it came in; the text is never altered."""

    id: str
    text: str
    passages: tuple[Passage, ...] = ()
    date: str | None = None
    language: str = "en"
    source: str = ""
    metadata: Fields = ()


@dataclass(frozen=True, slots=True)
class FailedDocument:
    """A document that could not be read or annotated; it stands in the stream in its place."""

    id: str
    code: str
    message: str
    hint: str = ""
    offset: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as offsets into its document."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form with the long form that the document gives for it; offsets of both."""

    short: str
    long: str
    start: int
    end: int
    long_start: int
    long_end: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible concept for a mention.

    ``score`` is in 0..1, higher is better; ``why`` gives its parts by name, for ``--explain``.
    """

    curie: str
    label: str
    type: str
    score: float
    name: str = ""
    scope: str = ""
    via: str | None = None  # the CURIE matched before --ids mapped it, if another
    lossy: bool = False  # whether that mapping was broad, narrow or related
    why: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assertion:
    """What the text says of a mention, on independent axes, with the cue and scope that say so."""

    polarity: Polarity = "present"
    temporality: Temporality = "current"
    experiencer: Experiencer = "patient"
    conditional: bool = False
    cue: Span | None = None
    scope: Span | None = None

    @property
    def leading(self) -> str:
        """The one word to show: the first axis that departs from "present, current, patient"."""
        if self.experiencer != "patient":
            return self.experiencer
        if self.polarity != "present":
            return self.polarity
        if self.temporality != "current":
            return self.temporality
        return "conditional" if self.conditional else "present"


@dataclass(frozen=True, slots=True)
class Mention:
    """A span that names something, with its link and assertion; a read-only view.

    ``curie`` is None when no concept fits (NIL). ``candidates`` is best first and starts with the
    chosen concept. ``found_by`` is ``dictionary``, ``abbreviation``, ``coordination``, ``pattern``,
    ``linker``, ``tagger``, two of them joined by ``+``, or ``gold`` for what a file brought with
    it; ``id`` is then the file's own (``T1``).
    """

    start: int
    end: int
    text: str
    type: str
    curie: str | None
    label: str | None
    score: float
    found_by: str
    spans: tuple[Span, ...]
    name: str = ""
    scope: str = ""
    candidates: tuple[Candidate, ...] = ()
    assertion_axes: Assertion = field(default_factory=Assertion)
    id: str = ""
    metadata: Fields = ()

    def __post_init__(self) -> None:
        """Check that the span is one."""
        if not 0 <= self.start < self.end:
            raise BadSpan(f"a mention needs 0 <= start < end, got {self.start}, {self.end}")

    @property
    def assertion(self) -> str:
        """The leading assertion word (``present``, ``absent``, ``family`` ...)."""
        return self.assertion_axes.leading

    @property
    def alternatives(self) -> tuple[str, ...]:
        """The other concepts' CURIEs, best first."""
        return tuple(c.curie for c in self.candidates if c.curie != self.curie)


@dataclass(frozen=True, slots=True)
class Argument:
    """One end of a relation: its role and whom it names (a mention's or relation's id, a CURIE)."""

    role: str
    target: str


@dataclass(frozen=True, slots=True)
class RelationEvidence:
    """Where a text states a relation: a passage of it, and the two mentions that it ties there.

    ``start`` and ``end`` bound the sentence, or the run of sentences, that was read.
    """

    start: int
    end: int
    subject: Span
    object: Span
    score: float


@dataclass(frozen=True, slots=True)
class Relation:
    """A statement that ties mentions or concepts together.

    ``arguments`` stand in the order of the source: subject before object where there are two. An
    event is a relation with a ``trigger``, the id of the mention that expresses it.

    What Onoma finds itself says more. ``predicate`` is Biolink's; ``kind`` the word of the corpus
    that taught it (``chemprot/CPR:4``). ``confidence`` is calibrated, 0 to 1. ``novelty`` is
    ``novel`` or ``background``; ``factuality`` is ``factual``, ``speculated``, ``negated`` or
    ``unknown``; ``causality`` the class of a causal statement (``causes``, ``enables``,
    ``prevents``, ``hinders``, ``correlates``), ``is_explicit`` whether words say so
    (``trigger_span``). ``evidence`` is surest first. All are empty where nothing is known.
    """

    predicate: str
    arguments: tuple[Argument, ...]
    id: str = ""
    trigger: str | None = None
    metadata: Fields = ()
    kind: str = ""
    confidence: float | None = None
    novelty: str = ""
    factuality: str = ""
    causality: str = ""
    is_explicit: bool | None = None
    trigger_span: Span | None = None
    evidence: tuple[RelationEvidence, ...] = ()
    found_by: str = ""

    @property
    def subject(self) -> str:
        """Whom the first argument names."""
        return self.arguments[0].target

    @property
    def object(self) -> str:
        """Whom the second argument names."""
        return self.arguments[1].target


@dataclass(frozen=True, slots=True)
class AnnotatedDocument:
    """A document with everything found in it; ``error`` is set instead when it failed.

    ``models`` names the models that had a say, as (what, which).
    """

    document: Document
    mentions: tuple[Mention, ...] = ()
    abbreviations: tuple[Abbreviation, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    coverage: tuple[Span, ...] = ()
    store: str = ""
    error: FailedDocument | None = None
    relations: tuple[Relation, ...] = ()
    models: Fields = ()

    @property
    def id(self) -> str:
        """The document's id."""
        return self.document.id

    @property
    def text(self) -> str:
        """The document's text, unaltered."""
        return self.document.text

    def __iter__(self) -> Iterator[Mention]:
        """Iterate over the mentions in text order."""
        return iter(self.mentions)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON-lines record of DESIGN.md (schema 1) as plain Python values."""
        if self.error is not None:
            return failed_record(self.error)
        return {
            "schema": 1,
            "id": self.document.id,
            "store": self.store,
            "models": dict(self.models),
            "mentions": [mention_record(m) for m in self.mentions],
            "relations": [relation_record(r) for r in self.relations],
            "abbreviations": [
                {"short": a.short, "long": a.long, "start": a.start} for a in self.abbreviations
            ],
            "coverage": [list(span) for span in self.coverage],
            "error": None,
        }


def mention_record(mention: Mention) -> dict[str, Any]:
    """Return a mention's JSON-lines fields in their fixed order.

    ``id`` stands at the end where there is one, for relations to point to.
    """
    record = {
        "start": mention.start,
        "end": mention.end,
        "spans": [list(span) for span in mention.spans],
        "text": mention.text,
        "type": mention.type,
        "curie": mention.curie,
        "label": mention.label,
        "score": round(mention.score, 4),
        "found_by": mention.found_by,
        "assertion": mention.assertion,
        "alternatives": list(mention.alternatives),
        "name": mention.name,
        "scope": mention.scope,
    }
    return record | {"id": mention.id} if mention.id else record


def relation_record(relation: Relation) -> dict[str, Any]:
    """Return a relation's JSON-lines fields in their fixed order."""
    sure = relation.confidence
    return {
        "id": relation.id,
        "predicate": relation.predicate,
        "arguments": [{"role": a.role, "target": a.target} for a in relation.arguments],
        "trigger": relation.trigger,
        "kind": relation.kind,
        "confidence": None if sure is None else round(sure, 4),
        "novelty": relation.novelty,
        "factuality": relation.factuality,
        "causality": relation.causality,
        "explicit": relation.is_explicit,
        "trigger_span": None if relation.trigger_span is None else list(relation.trigger_span),
        "evidence": [evidence_record(one) for one in relation.evidence],
        "found_by": relation.found_by,
    }


def evidence_record(evidence: RelationEvidence) -> dict[str, Any]:
    """Return the JSON-lines fields of a passage that states a relation."""
    return {
        "start": evidence.start,
        "end": evidence.end,
        "subject": list(evidence.subject),
        "object": list(evidence.object),
        "score": round(evidence.score, 4),
    }


def failed_record(failed: FailedDocument) -> dict[str, Any]:
    """Return the JSON-lines record of a document that failed."""
    error: dict[str, Any] = {"code": failed.code}
    if failed.offset is not None:
        error["offset"] = failed.offset
    error |= {"message": failed.message, "hint": failed.hint}
    return {"schema": 1, "id": failed.id, "error": error}


def type_mask(types: Sequence[str]) -> int:
    """Return the bits of these semantic types.

    Raises: UnknownName: a name that is none of them.
    """
    mask = 0
    for name in types:
        if name not in TYPE_BIT:
            raise UnknownName("semantic type", name, SEMANTIC_TYPES)
        mask |= TYPE_BIT[name]
    return mask


def types_of(mask: int) -> tuple[str, ...]:
    """Return the semantic type names of a bit mask, in the table's order."""
    return tuple(name for name in SEMANTIC_TYPES if mask & TYPE_BIT[name])
