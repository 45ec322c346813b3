"""BioC, whatever its clothes (XML, JSON): from a file's elements to a document and back.

A document's text is made by putting each passage at its offset; a gap is filled by a line end and
blanks, or by what our own writer says stood there. BioC's offsets should count code points from
the start of the document. Files are met that count UTF-8 bytes or UTF-16 units, and files whose
annotations count from their passage: what makes the annotations quote the text is taken, document
by document. Passages that overlap are put one behind the other, their annotations with them.

``type`` and ``identifier`` are read as type and concept; other infons are metadata. Sentences
become sentences, their text the passage's. An annotation without a location stands in the
document's metadata. A relation's nodes are its arguments; ``entity1`` and ``entity2`` (BioRED)
are those of a relation between concepts. A node of the role ``trigger`` makes it an event.

Source: Comeau et al. 2013, BioC: a minimalist approach to interoperability; BioC.dtd; Luo et al.
2022, BioRED (relations between concepts).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from onoma.errors import BadSpan, OnomaError
from onoma.formats.capacity import unheld
from onoma.formats.gold import Mark, fits, mentions_of, placed_spans, quote_of
from onoma.formats.infons import OWN, escape_names, own_fields, restore_names, take_own
from onoma.formats.losses import Losses
from onoma.formats.relation_fields import NOVEL, novelty_fields, relation_fields, take_fields
from onoma.formats.type_words import word_of
from onoma.text.offsets import UNITS, Unit, from_unit, unit_length
from onoma.types import (
    AnnotatedDocument,
    Argument,
    Document,
    FailedDocument,
    Mention,
    Passage,
    Relation,
    Sentence,
    Span,
)

_log = logging.getLogger(__name__)

COLLECTION = "collection:"
"""Stands before the names of a collection's infons, date, key and source in the metadata."""

UNPLACED = "unplaced annotation"
"""The metadata name of annotations without a location."""

LARGEST_GAP = 1 << 24
_GAP, _FILLER = OWN + "gap", OWN + "filler"
_NOTHING = ("", "-", "-1", "None", "none", "null")
Infons = list[tuple[str, str]]


@dataclass(slots=True)
class Annotation:
    """A BioC annotation; locations are (offset, length)."""

    id: str
    infons: Infons
    locations: list[tuple[int, int]]
    text: str | None


@dataclass(slots=True)
class Link:
    """A BioC relation; nodes are (refid, role)."""

    id: str
    infons: Infons
    nodes: list[tuple[str, str]]


@dataclass(slots=True)
class Part:
    """A BioC passage or sentence."""

    offset: int
    infons: Infons = field(default_factory=list)
    text: str | None = None
    sentences: list[Part] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    relations: list[Link] = field(default_factory=list)


@dataclass(slots=True)
class Raw:
    """A BioC document; ``collection`` is what its collection says of all documents."""

    id: str
    infons: Infons = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    relations: list[Link] = field(default_factory=list)
    collection: Infons = field(default_factory=list)


@dataclass(slots=True)
class _Placed:
    """A document's text as it comes out when offsets count this unit."""

    text: str
    bounds: list[Span]  # of each part, in code points
    sentences: list[Span]  # in code points
    marks: list[Mark]  # in the unit
    unit: Unit


def read_raw(raw: Raw, name: str) -> AnnotatedDocument:
    """Return a BioC document as ours; one whose annotations do not fit its text has an error."""
    try:
        placed = _best_placing(raw)
    except OnomaError as error:
        failed = FailedDocument(raw.id, error.code, error.message, error.hint, error.offset, name)
        return AnnotatedDocument(Document(raw.id, "", source=name), error=failed)
    metadata = [*raw.infons, *((COLLECTION + key, value) for key, value in raw.collection)]
    own = {key: value for key, value in metadata if key in _OWN_OF_DOCUMENT}
    others = [pair for pair in metadata if pair[0] not in own] + _unplaced(raw)
    document = Document(
        raw.id,
        placed.text,
        _passages(raw.parts, placed.bounds),
        date=own.get(OWN + "date"),
        language=own.get(OWN + "language", "en"),
        source=name,
        metadata=restore_names(others),
    )
    store = own.get(OWN + "store", "")
    try:
        mentions = mentions_of(placed.text, placed.marks, document_id=raw.id, unit=placed.unit)
    except BadSpan as error:
        failed = FailedDocument(raw.id, error.code, error.message, error.hint, None, name)
        return AnnotatedDocument(document, error=failed)
    links = [link for part in _all_parts(raw) for link in part.relations] + raw.relations
    return AnnotatedDocument(
        document,
        mentions,
        sentences=tuple(Sentence(start, end) for start, end in placed.sentences),
        store=store,
        relations=tuple(_relation(link) for link in links),
    )


_OWN_OF_DOCUMENT = (OWN + "date", OWN + "language", OWN + "store")


def _all_parts(raw: Raw) -> Iterable[Part]:
    for part in raw.parts:
        yield part
        yield from part.sentences


def _best_placing(raw: Raw) -> _Placed:
    """Return the placing under which most annotations quote the text; the standard one first."""
    best: _Placed | None = None
    most = -1
    for is_relative in (False, True):
        for unit in UNITS:
            placed = _place(raw, unit, is_relative=is_relative)
            quoting = [mark for mark in placed.marks if mark.quoted is not None]
            count = sum(
                spans is not None and fits(placed.text, spans, mark.quoted or "")
                for mark, spans in zip(
                    quoting, placed_spans(placed.text, quoting, unit), strict=True
                )
            )
            if count > most:
                best, most = placed, count
            if count == len(quoting):
                return placed
            if placed.text.isascii():
                break
    assert best is not None  # noqa: S101 - the first placing is always better than none
    return best


def _place(raw: Raw, unit: Unit, *, is_relative: bool) -> _Placed:
    """Return text and marks under these assumptions."""
    pieces: list[str] = []
    used, points = 0, 0  # in the unit, in code points
    placed = _Placed("", [], [], [], unit)
    for part in raw.parts:
        text, inner = _part_text(part, unit)
        start = part.offset
        if start < used:
            _log.warning("%s: the passage at %d overlaps the one before", raw.id, part.offset)
            start = used + bool(used)
        filler = _filler(part, start - used, raw.id)
        pieces += (filler, text)
        points += len(filler)
        placed.bounds.append((points, points + len(text)))
        placed.sentences += [(points + begin, points + end) for begin, end in inner]
        shift = start if is_relative else start - part.offset
        for owner in (part, *part.sentences):
            placed.marks += [_mark(one, shift) for one in owner.annotations if one.locations]
        points += len(text)
        used = start + unit_length(text, unit)
    placed.text = "".join(pieces)
    placed.marks += [_mark(one, 0) for one in raw.annotations if one.locations]
    return placed


def _filler(part: Part, size: int, document_id: str) -> str:
    """Return what stands between a passage and the one before it."""
    if size > LARGEST_GAP:
        raise BadSpan(
            f"{document_id}: a gap of {size} characters before the passage at {part.offset}",
            hint="is the passage's offset right?",
        )
    given = next((value for key, value in part.infons if key == _GAP), None)
    return given if given is not None and len(given) == size else default_gap(size)


def default_gap(size: int) -> str:
    """Return what a gap between passages is filled with."""
    return "\n" + " " * (size - 1) if size > 0 else ""


def _part_text(part: Part, unit: Unit) -> tuple[str, list[Span]]:
    """Return a passage's text and its sentences' bounds in it."""
    if part.text is not None:
        starts = from_unit(
            part.text, [max(-1, s.offset - part.offset) for s in part.sentences], unit
        )
        bounds = [
            (start, start + len(sentence.text or ""))
            for start, sentence in zip(starts.tolist(), part.sentences, strict=True)
            if start >= 0 and sentence.text
        ]
        return part.text, [b for b in bounds if b[1] <= len(part.text)]
    pieces: list[str] = []
    bounds, used, points = [], 0, 0
    for sentence in part.sentences:
        text = sentence.text or ""
        gap = sentence.offset - part.offset - used
        gap = 1 if gap < 0 and used else max(gap, 0)
        if gap > LARGEST_GAP:
            raise BadSpan(f"a gap of {gap} characters before the sentence at {sentence.offset}")
        pieces += (" " * gap, text)
        bounds.append((points + gap, points + gap + len(text)))
        used, points = used + gap + unit_length(text, unit), points + gap + len(text)
    return "".join(pieces), [b for b in bounds if b[0] < b[1]]


def _mark(annotation: Annotation, shift: int) -> Mark:
    """Return an annotation as a mark."""
    spans = [(start + shift, start + shift + size) for start, size in annotation.locations]
    mark = Mark(spans, annotation.text, "entity", annotation.id)
    rest: Infons = []
    has_type = has_concept = False
    for key, value in annotation.infons:
        if key == "type" and not has_type and value:
            mark.type, has_type = value, True
        elif key == "identifier" and not has_concept:
            mark.curie, has_concept = (None if value in _NOTHING else value), True
        else:
            rest.append((key, value))
    mark.metadata = list(restore_names(take_own(mark, rest)))
    return mark


def _unplaced(raw: Raw) -> Infons:
    """Return the annotations without a location as metadata."""
    owners = [annotation for part in _all_parts(raw) for annotation in part.annotations]
    return [
        (
            UNPLACED,
            " ".join([one.id, one.text or "", *(f"{key}={value}" for key, value in one.infons)]),
        )
        for one in [*owners, *raw.annotations]
        if not one.locations
    ]


def _passages(parts: Sequence[Part], bounds: Sequence[Span]) -> tuple[Passage, ...]:
    """Return the passages; two without a type are title and abstract, as in PubTator's dialect."""
    is_dialect = len(parts) == 2 and not any(
        key in ("type", "section_type") for part in parts for key, _ in part.infons
    )
    found = []
    for place, (part, (start, end)) in enumerate(zip(parts, bounds, strict=True)):
        keys = [key for key, _ in part.infons]
        if _FILLER in keys:
            continue
        kind = ("title", "abstract")[place] if is_dialect else "text"
        rest = [pair for pair in part.infons if pair[0] != _GAP]
        if "type" in keys:
            first = next(pair for pair in rest if pair[0] == "type")
            kind = first[1] or kind
            rest.remove(first)
        elif "section_type" in keys:
            kind = next(value for key, value in rest if key == "section_type").lower() or kind
        found.append(Passage(start, end, kind, restore_names(rest)))
    return tuple(found)


def _relation(link: Link) -> Relation:
    """Return a relation with its roles."""
    predicate, trigger = "relation", None
    ends: dict[str, str] = {}
    rest: Infons = []
    for key, value in link.infons:
        if key == "type" and value and predicate == "relation":
            predicate = value
        elif key in ("entity1", "entity2") and not link.nodes and key not in ends:
            ends[key] = value
        else:
            rest.append((key, value))
    arguments = []
    for target, role in link.nodes:
        if role.lower() == "trigger" and trigger is None:
            trigger = target
        else:
            arguments.append(Argument(role, target))
    roles = {"entity1": "subject", "entity2": "object"}
    arguments += [Argument(roles[key], ends[key]) for key in roles if key in ends]
    relation = take_fields(Relation(predicate, tuple(arguments), link.id, trigger), rest)
    return replace(relation, metadata=restore_names(relation.metadata))


def make_raw(document: AnnotatedDocument, losses: Losses, *, format: str) -> Raw:
    """Return a document's BioC elements; what BioC cannot hold is counted."""
    losses.update(unheld(document, format))
    head = document.document
    raw = Raw(head.id)
    fields = [
        (OWN + "date", head.date),
        (OWN + "language", head.language if head.language != "en" else None),
        (OWN + "store", document.store or None),
    ]
    metadata = [pair for pair in head.metadata if not pair[0].startswith(COLLECTION)]
    raw.collection = [
        (key.removeprefix(COLLECTION), value)
        for key, value in head.metadata
        if key.startswith(COLLECTION)
    ]
    raw.infons = [(key, value) for key, value in fields if value is not None]
    raw.infons += escape_names(tuple(metadata), ())
    raw.parts = _parts(head, losses)
    _put_mentions(raw, document.mentions, head.text)
    known = {mention.id for mention in document.mentions} | {r.id for r in document.relations}
    raw.relations = [_link(relation, known) for relation in document.relations]
    return raw


def _parts(head: Document, losses: Losses) -> list[Part]:
    """Return passages that cover all that is not blank, in the order of the text."""
    parts: list[Part] = []
    place = 0
    for passage in head.passages:
        if passage.start < place:
            losses["passages"] += 1  # it lies in another one, or before it
            continue
        gap = _fill(parts, head.text, place, passage.start)
        kind: Infons = [("type", passage.kind)]
        infons = kind + list(escape_names(passage.metadata, ("type",))) + gap
        parts.append(Part(passage.start, infons, head.text[passage.start : passage.end]))
        place = passage.end
    if place < len(head.text):
        _add_filler(parts, head.text, place, len(head.text))
    return parts


def _fill(parts: list[Part], text: str, start: int, end: int) -> Infons:
    """Write what stands between passages; return the infon that says it, if it is but blank."""
    between = text[start:end]
    if between == default_gap(len(between)):
        return []
    if between.isspace():
        return [(_GAP, between)]
    _add_filler(parts, text, start, end)
    return []


def _add_filler(parts: list[Part], text: str, start: int, end: int) -> None:
    parts.append(Part(start, [("type", "text"), (_FILLER, "yes")], text[start:end]))


def _put_mentions(raw: Raw, mentions: Sequence[Mention], text: str) -> None:
    """Put each mention into the passage in which it starts."""
    ids = {mention.id for mention in mentions}
    number = 0
    place = 0
    for mention in mentions:
        mention_id = mention.id
        while not mention_id:
            number += 1
            mention_id = f"T{number}" if f"T{number}" not in ids else ""
        while place + 1 < len(raw.parts) and raw.parts[place + 1].offset <= mention.start:
            place += 1
        while place and raw.parts[place].offset > mention.start:
            place -= 1
        infons: Infons = [("type", word_of(mention.type))]
        infons += [("identifier", mention.curie)] if mention.curie is not None else []
        infons += own_fields(mention)
        infons += escape_names(mention.metadata, ("type", "identifier"))
        spans = [(start, end - start) for start, end in mention.spans]
        owner = raw.parts[place].annotations if raw.parts else raw.annotations
        owner.append(Annotation(mention_id, infons, spans, quote_of(text, mention)))


def _link(relation: Relation, known: set[str]) -> Link:
    """Return a relation's element; one between concepts has their ids as infons, as in BioRED."""
    infons: Infons = [("type", relation.predicate)]
    roles = [argument.role for argument in relation.arguments]
    targets = [argument.target for argument in relation.arguments]
    is_plain = roles == ["subject", "object"] and relation.trigger is None
    nodes = [(argument.target, argument.role) for argument in relation.arguments]
    if is_plain and not known.intersection(targets):
        infons += [("entity1", targets[0]), ("entity2", targets[1])]
        nodes = []
    if relation.trigger is not None:
        nodes.insert(0, (relation.trigger, "trigger"))
    infons += [*novelty_fields(relation), *relation_fields(relation)]
    infons += escape_names(relation.metadata, ("type", "entity1", "entity2", NOVEL))
    return Link(relation.id, infons, nodes)
