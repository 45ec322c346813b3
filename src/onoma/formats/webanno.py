"""W3C Web Annotation (JSON-LD): a page of annotations for each document, in one JSON array.

A mention's target has a ``TextPositionSelector`` (UTF-16 units, as browsers count) and a
``TextQuoteSelector`` with what stands before and behind; a discontinuous one has a target a part.
Its body names the type (``classifying``) and the concept (``identifying``). A relation is an
annotation that links others. The text is in the page, under ``onoma:document``; a page of another
maker needs it there or as the ``value`` of its targets' source.

A position that does not quote the text is taken for code points, then for bytes; where none fits,
the quote with its surroundings is looked for.

Source: Sanderson, Ciccarese, Young 2017, Web Annotation Data Model (W3C Recommendation), 4.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from onoma.errors import DataError, OnomaError
from onoma.formats.gold import Mark, fits, mentions_of, placed_spans
from onoma.formats.infons import OWN, restore_names, take_own
from onoma.formats.pieces import json_pieces, parse_object
from onoma.formats.relation_fields import take_fields
from onoma.formats.tables import documents_only
from onoma.text.offsets import Unit
from onoma.types import (
    AnnotatedDocument,
    Argument,
    Document,
    FailedDocument,
    Fields,
    Passage,
    Relation,
    Span,
)

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_UNITS: tuple[Unit, ...] = ("UTF-16 units", "code points", "UTF-8 bytes")
_HINT = "see the Web Annotation data model: items > target > selector"


class BadPage(DataError):
    """JSON that is no page of Web Annotations with its text."""

    code = "bad-page"


def read_webanno_gold(stream: BinaryIO, name: str) -> Iterator[AnnotatedDocument]:
    """Yield a document per page of annotations; a broken one fails alone.

    Raises: BadFile: the JSON is damaged where no page can be told from another.
    """
    for number, piece in enumerate(json_pieces(stream, name, keys=()), 1):
        document_id = f"{name}:{number}"
        document = Document(document_id, "", source=name)
        try:
            page = parse_object(piece.data)
            if page is None:
                raise BadPage("the page is not JSON", hint="correct it; the others are read")
            if isinstance(page.get("first"), dict):  # a collection with its page inside
                page = page["first"]
            document = _document(page, document_id, name)
            yield _annotated(page, document)
        except OnomaError as error:
            words = f"{error.message} (the page at byte {piece.offset})"
            failed = FailedDocument(document.id, error.code, words, error.hint, piece.offset, name)
            yield AnnotatedDocument(document, error=failed)


read_webanno = documents_only(read_webanno_gold)


def _document(page: dict[str, Any], default_id: str, name: str) -> Document:
    """Return the document that a page is about."""
    own = page.get(OWN + "document")
    if not isinstance(own, dict):
        return _foreign_document(page, default_id, name)
    text = own.get("text")
    if not isinstance(text, str):
        raise BadPage("the page's document has no text", hint=_HINT)
    passages = []
    for one in _objects(own, "passages"):
        start, end = _number(one, "start"), _number(one, "end")
        if not start <= end <= len(text):
            raise BadPage(f"the passage {start}-{end} does not lie in the text", hint=_HINT)
        passages.append(Passage(start, end, _string(one, "kind") or "text", _fields(one)))
    return Document(
        _string(own, "id") or default_id,
        text,
        tuple(passages),
        date=_string(own, "date") or None,
        language=_string(own, "language") or "en",
        source=name,
        metadata=_fields(own),
    )


def _foreign_document(page: dict[str, Any], default_id: str, name: str) -> Document:
    """Return the document whose text is the value of the annotations' source."""
    for item in _objects(page, "items"):
        for target in _targets(item):
            source = target.get("source")
            if isinstance(source, dict) and isinstance(source.get("value"), str):
                source_id = source.get("id")
                document_id = source_id if isinstance(source_id, str) else default_id
                return Document(document_id, source["value"], source=name)
    raise BadPage(
        "the annotations come without their text",
        hint="put it in the page: {'onoma:document': {'id': ..., 'text': ...}}",
    )


def _annotated(page: dict[str, Any], document: Document) -> AnnotatedDocument:
    """Return the document with the annotations of its page."""
    marks, relations = [], []
    contexts: list[tuple[str, str]] = []
    for item in _objects(page, "items"):
        if item.get("motivation") == "linking":
            relations.append(_relation(item))
            continue
        mark, context = _mark(item)
        marks.append(mark)
        contexts.append(context)
    unit = _fitting_unit(document.text, marks)
    placed = placed_spans(document.text, marks, unit)
    for mark, spans, context in zip(marks, placed, contexts, strict=True):
        found = spans
        if spans is None or (mark.quoted and not fits(document.text, spans, mark.quoted)):
            found = _look_for(document.text, mark, context) or spans
        if found is not None:
            mark.spans = found
    mentions = mentions_of(document.text, marks, document_id=document.id, unit="code points")
    own = page.get(OWN + "document")
    store = _string(own, "store") if isinstance(own, dict) else ""
    return AnnotatedDocument(document, mentions, store=store, relations=tuple(relations))


def _fitting_unit(text: str, marks: list[Mark]) -> Unit:
    """Return the unit in which most marks quote the text; the standard's wins a draw."""
    best: Unit = "UTF-16 units"
    most = -1
    for unit in _UNITS:
        count = sum(
            spans is not None and fits(text, spans, mark.quoted or "")
            for mark, spans in zip(marks, placed_spans(text, marks, unit), strict=True)
        )
        if count > most:
            best, most = unit, count
        if count == len(marks) or text.isascii():
            break
    return best


def _look_for(text: str, mark: Mark, context: tuple[str, str]) -> list[Span] | None:
    """Return where a quote with its surroundings stands, if that is one place."""
    before, behind = context
    if not mark.quoted or len(mark.spans) != 1:
        return None
    for prefix, suffix in ((before, behind), ("", "")):
        whole = prefix + mark.quoted + suffix
        place = text.find(whole)
        if place >= 0 and text.find(whole, place + 1) < 0:
            start = place + len(prefix)
            return [(start, start + len(mark.quoted))]
    return None


def _mark(item: dict[str, Any]) -> tuple[Mark, tuple[str, str]]:
    """Return an annotation as a mark, with what stands before and behind it."""
    spans: list[Span] = []
    quotes: list[str] = []
    context = ("", "")
    for target in _targets(item):
        for selector in _listed(target.get("selector")):
            if selector.get("type") == "TextPositionSelector":
                spans.append((_number(selector, "start"), _number(selector, "end")))
            elif selector.get("type") == "TextQuoteSelector":
                quotes.append(_string(selector, "exact"))
                context = (_string(selector, "prefix"), _string(selector, "suffix"))
    if not spans and len(quotes) == 1:
        spans = [(0, 0)]  # to be looked for
    mark = Mark(spans, " ".join(quotes) if quotes else None, "entity", _string(item, "id"))
    fields: list[tuple[str, str]] = []
    for body in _listed(item.get("body")):
        purpose = body.get("purpose")
        if purpose in ("classifying", "tagging") and isinstance(body.get("value"), str):
            mark.type = body["value"]
        elif purpose == "identifying" and isinstance(body.get("source"), str):
            mark.curie = body["source"]
        elif isinstance(body.get("value"), str):
            fields.append((str(purpose or "comment"), body["value"]))
    fields += _pairs(item.get(OWN + "fields"))
    mark.metadata = list(restore_names(take_own(mark, fields)))
    return mark, context


def _relation(item: dict[str, Any]) -> Relation:
    """Return an annotation that links others."""
    predicate = "relation"
    for body in _listed(item.get("body")):
        if body.get("purpose") == "classifying" and isinstance(body.get("value"), str):
            predicate = body["value"]
    ends = [
        Argument(_string(one, "role"), _string(one, "target"))
        for one in _objects(item, OWN + "arguments")
    ]
    if not ends:
        targets = item.get("target")
        listed = targets if isinstance(targets, list) else [targets]
        ends = [Argument("target", one) for one in listed if isinstance(one, str)]
    trigger = item.get(OWN + "trigger")
    own = trigger if isinstance(trigger, str) else None
    relation = take_fields(
        Relation(predicate, tuple(ends), _string(item, "id"), own), _pairs(item.get(OWN + "fields"))
    )
    return replace(relation, metadata=(*relation.metadata, *_fields(item)))


def _targets(item: dict[str, Any]) -> list[dict[str, Any]]:
    return _listed(item.get("target"))


def _listed(value: Any) -> list[dict[str, Any]]:
    """Return an object, or the objects of a list (JSON-LD has both), as a list."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _objects(record: dict[str, Any], key: str) -> list[dict[str, Any]]:
    values = record.get(key, [])
    values = [] if values is None else values
    if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
        raise BadPage(f"{key!r} is no list of objects", hint=_HINT)
    return values


def _fields(record: dict[str, Any]) -> Fields:
    return tuple(_pairs(record.get(OWN + "metadata") or record.get("metadata")))


def _pairs(value: Any) -> list[tuple[str, str]]:
    """Return a list of [name, value] strings."""
    pairs = value or []
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
        for pair in pairs
    ):
        raise BadPage("metadata are no list of [name, value]", hint=_HINT)
    return [(name, value) for name, value in pairs]


def _string(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise BadPage(f"{key!r} is no string", hint=_HINT)
    return value or ""


def _number(record: dict[str, Any], key: str) -> int:
    value = record.get(key)
    if type(value) is not int or not 0 <= value < 10**12:
        raise BadPage(f"{key!r} is {str(value)[:40]!r}, no offset", hint=_HINT)
    return value
