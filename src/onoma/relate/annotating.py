"""Relations of annotated documents: the concepts that were found, asked for what ties them.

An entity is a concept with all its mentions; a mention without a concept is one of its own, known
by its id (``T3``), so that every mention of a document with relations has an id. Mentions that the
text denies or doubts count too: the relation's factuality says so. A long text is read in windows
of whole sentences, and what they say of one pair is joined. Mentions that a file brought
(``found_by`` is ``gold``) may have several concepts, and types in the file's words.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from types import MappingProxyType

from onoma.formats.concept_fields import split_ids
from onoma.formats.type_words import semantic_type
from onoma.relate.guarding import restated, tells_prevention
from onoma.relate.instances import Entity, Relater, RelationText, Tie
from onoma.relate.saying import Said, Sayer
from onoma.relate.stating import Reading, predicate_of, relations_of
from onoma.text.sentences import sentences
from onoma.types import (
    SEMANTIC_TYPES,
    AnnotatedDocument,
    Assertion,
    Mention,
    RelationEvidence,
    Sentence,
    Span,
)

RELATIONS = "relations"
"""What ``AnnotatedDocument.models`` calls the reader of relations."""
WINDOW = 4096  # characters read together; an abstract has some 1,600
NO_FLOORS: Mapping[str, float] = MappingProxyType({})
GOLD = "gold"
DOUBTED = ("conditional", "hypothetical")

DRUG_CLASSES = "MESH:"  # the interventions of the core vocabulary are MeSH's actions of drugs


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a document as a text of its own; ``start`` is where it begins in the document."""

    start: int
    text: RelationText


class Relating:
    """Adds to annotated documents the relations that a reader finds in them."""

    def __init__(
        self, relater: Relater, *, least: float = 0.0, floors: Mapping[str, float] = NO_FLOORS
    ) -> None:
        """Take the reader, and the least confidence of a relation that is kept.

        ``floors``: the least confidence of single predicates (``causes``), where that is more; they
        are for mentions that were found, not for those that a file brought.
        """
        self.relater = relater
        self.least = least
        self.floors = floors
        self._sayer = Sayer()
        self._model = f"{relater.name} {version('onoma')}"

    def complete(self, documents: Sequence[AnnotatedDocument]) -> list[AnnotatedDocument]:
        """Return the documents with their relations; one that failed stays as it is."""
        ready = [one if one.error is not None else with_ids(prepared(one)) for one in documents]
        parts = [[] if one.error is not None else list(windows(one)) for one in ready]
        found = iter(self.relater.relate([part.text for own in parts for part in own]))
        done = []
        for document, own in zip(ready, parts, strict=True):
            if document.error is not None:
                done.append(document)
                continue
            said = said_of(document)
            floors = NO_FLOORS if is_given(document) else self.floors
            readings = [
                reading
                for part in own
                for reading in self._readings(part, next(found), (said, floors))
            ]
            relations = relations_of(readings, found_by=self.relater.name)
            models = (*document.models, (RELATIONS, self._model))
            done.append(replace(document, relations=relations, models=models))
        return done

    def _readings(
        self,
        part: Window,
        found: Sequence[Tie],
        beside: tuple[dict[Span, Assertion], Mapping[str, float]],
    ) -> Iterator[Reading]:
        """Yield what ties say, with what the text says of their ends; some need to be surer."""
        said, floors = beside
        ties = [
            tie if tie.evidence else replace(tie, evidence=(nearest(part.text, tie),))
            for tie in restated(part.text, found)
            if tie.score >= max(self.least, floors.get(_predicate(part.text, tie), 0.0))
        ]
        sayings = self._sayer.say_all(part.text, ties) if ties else []
        for tie, one in zip(ties, sayings, strict=True):
            yield _reading(part, tie, one, said)


def is_given(document: AnnotatedDocument) -> bool:
    """Say whether a file brought the mentions of a document."""
    return all(mention.found_by == GOLD for mention in document.mentions)


def prepared(document: AnnotatedDocument) -> AnnotatedDocument:
    """Return a document with its sentences, and CURIEs for single ids that a file brought."""
    cut = document.sentences or tuple(
        Sentence(one.start, one.end) for one in sentences(document.text)
    )
    mentions = []
    for mention in document.mentions:
        keys = concepts_of(mention)
        is_one = len(keys) == 1 and mention.curie is not None
        mentions.append(replace(mention, curie=keys[0]) if is_one else mention)
    return replace(document, sentences=cut, mentions=tuple(mentions))


def concepts_of(mention: Mention) -> tuple[str, ...]:
    """Return the concepts of a mention: of one that a file brought there may be several."""
    if mention.found_by == GOLD:
        return split_ids(mention.curie, mention.type)
    return (mention.curie,) if mention.curie else ()


def with_ids(document: AnnotatedDocument) -> AnnotatedDocument:
    """Return the document with an id on each mention: its own, or ``T`` and a number."""
    if all(mention.id for mention in document.mentions):
        return document
    taken = {mention.id for mention in document.mentions}
    mentions, number = [], 0
    for mention in document.mentions:
        number += 1
        if not mention.id:
            while f"T{number}" in taken:
                number += 1
            mention = replace(mention, id=f"T{number}")
        mentions.append(mention)
    return replace(document, mentions=tuple(mentions))


def windows(document: AnnotatedDocument) -> Iterator[Window]:
    """Yield the document as texts to read relations from: one, or windows of a long one."""
    sentences = document.sentences or (Sentence(0, len(document.text)),)
    low = 0
    while low < len(sentences):
        start, high = sentences[low].start, low + 1
        if low == 0 and len(document.text) <= WINDOW:
            start, high = 0, len(sentences)
        while high < len(sentences) and sentences[high].end - start <= WINDOW:
            high += 1
        end = len(document.text) if high == len(sentences) else sentences[high].start
        yield Window(start, relation_text(document, sentences[low:high], start, end))
        low = high


def relation_text(
    document: AnnotatedDocument, sentences: Sequence[Sentence], start: int, end: int
) -> RelationText:
    """Return a part of a document with its entities, in the order of their first mentions."""
    inside = [one for one in ends_of(document) if start <= one.start and one.end <= end]
    spans: dict[str, list[Span]] = {}
    first: dict[str, Mention] = {}
    for mention in inside:
        for key in concepts_of(mention) or (mention.id,):
            first.setdefault(key, mention)
            spans.setdefault(key, []).append((mention.start - start, mention.end - start))
    entities = tuple(
        _entity(key, one, tuple(sorted(set(spans[key])))) for key, one in first.items()
    )
    bounds = tuple((one.start - start, one.end - start) for one in sentences)
    text = document.text[start:end]
    return RelationText(document.id, text, bounds, entities, document.document.date or "")


def ends_of(document: AnnotatedDocument) -> Sequence[Mention]:
    """Return the mentions that can be tied.

    Where a file gives concepts to what it marks, its mentions without one are left aside, as
    curated corpora count; where it gives none at all, each mention is an entity.
    """
    if not is_given(document) or not any(map(concepts_of, document.mentions)):
        return document.mentions
    return [one for one in document.mentions if concepts_of(one)]


def _entity(key: str, mention: Mention, spans: tuple[Span, ...]) -> Entity:
    """Return an entity by its first mention; a type that is none of ours is the corpus's word.

    Classes of drugs (SSRIs, NSAIDs) are read as the chemicals that they are made of.
    """
    own = mention.type if mention.type in SEMANTIC_TYPES else ""
    if own == "intervention" and key.startswith(DRUG_CLASSES):
        own = "chemical"
    label = mention.label or mention.text
    return Entity(
        key, own or semantic_type(mention.type), spans, label, "" if own else mention.type
    )


def said_of(document: AnnotatedDocument) -> dict[Span, Assertion]:
    """Return what the text says of what stands at each span, where that is out of the ordinary.

    What is prevented may never have been there, but that it is prevented is told as a fact.
    """
    return {
        (one.start, one.end): one.assertion_axes
        for one in document.mentions
        if one.assertion_axes.leading != "present"
        and not tells_prevention(document.text, one.assertion_axes)
    }


def _reading(part: Window, tie: Tie, saying: Said, said: dict[Span, Assertion]) -> Reading:
    """Return a tie in the document's own offsets, with what words and mentions say of it."""
    first, second = part.text.entities[tie.first], part.text.entities[tie.second]
    moved = tuple(_moved(one, part.start) for one in tie.evidence)
    found = tie.trigger or saying.trigger
    trigger = None if found is None else _span(found, part.start)
    return Reading(
        first.key,
        second.key,
        (first.type, second.type),
        tie.kind,
        tie.score,
        novelty=tie.novelty,
        factuality=held(tie.factuality or saying.factuality, moved[0], said),
        causality=saying.causality,
        is_explicit=saying.is_explicit,
        trigger=trigger,
        evidence=moved,
        agreement=tie.agreement,
    )


def _moved(one: RelationEvidence, by: int) -> RelationEvidence:
    return RelationEvidence(
        one.start + by, one.end + by, _span(one.subject, by), _span(one.object, by), one.score
    )


def _span(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by


def held(factuality: str, evidence: RelationEvidence, said: dict[Span, Assertion]) -> str:
    """Return how a relation holds: what is absent is not related, what is possible perhaps."""
    if factuality not in ("", "factual"):
        return factuality
    ends = [said[span] for span in (evidence.subject, evidence.object) if span in said]
    if any(one.polarity == "absent" for one in ends):
        return "negated"
    if any(one.polarity == "possible" or one.leading in DOUBTED for one in ends):
        return "speculated"
    return factuality


def _predicate(text: RelationText, tie: Tie) -> str:
    return predicate_of(tie.kind, (text.entities[tie.first].type, text.entities[tie.second].type))


def nearest(text: RelationText, tie: Tie) -> RelationEvidence:
    """Return where two entities stand nearest to each other, in one sentence if there is one."""
    starts = [start for start, _ in text.sentences]

    def place(span: Span) -> int:
        return max(0, bisect_right(starts, span[0]) - 1)

    pairs = [
        (abs(place(a) - place(b)), abs(a[0] - b[0]), a, b)
        for a in text.entities[tie.first].spans
        for b in text.entities[tie.second].spans
    ]
    _, _, subject, object_ = min(pairs)
    low, high = sorted((place(subject), place(object_)))
    begin = min(text.sentences[low][0], subject[0], object_[0])
    end = max(text.sentences[high][1], subject[1], object_[1])
    return RelationEvidence(begin, end, subject, object_, tie.score)
