"""Writes W3C Web Annotations: a JSON array with a page of annotations for each document."""

from __future__ import annotations

from typing import Any, BinaryIO

from onoma.formats.capacity import unheld
from onoma.formats.infons import OWN, escape_names, own_fields
from onoma.formats.jsonl import encode_record
from onoma.formats.losses import Losses
from onoma.formats.relation_fields import novelty_fields, relation_fields
from onoma.formats.type_words import word_of
from onoma.formats.webanno import CONTEXT
from onoma.text.offsets import to_unit
from onoma.types import AnnotatedDocument, Document, Mention, Relation, Span

_AROUND = 32  # characters of text quoted before and behind a mention


class WebAnnotationWriter:
    """Writes a page of annotations with its text for each document; a failed one is left out."""

    def __init__(self, stream: BinaryIO, explain: bool = False) -> None:
        """Write to this byte stream; the format has no place for an explanation."""
        self.losses = Losses()
        self._stream = stream
        self._count = 0

    def begin(self) -> None:
        """Open the array."""
        self._stream.write(b"[")

    def write(self, document: AnnotatedDocument) -> None:
        """Write one page on a line."""
        self.losses.update(unheld(document, "webanno"))
        if document.error is not None:
            return
        self._stream.write(b",\n" if self._count else b"\n")
        self._stream.write(encode_record(_page(document)).rstrip(b"\n"))
        self._count += 1

    def end(self) -> None:
        """Close the array."""
        self._stream.write(b"\n]\n")


def _page(document: AnnotatedDocument) -> dict[str, Any]:
    """Return a document's page."""
    head, mentions = document.document, document.mentions
    flat = [edge for mention in mentions for span in mention.spans for edge in span]
    edges = iter(to_unit(head.text, flat, "UTF-16 units").tolist())
    items = [
        _annotation(mention, head, [(next(edges), next(edges)) for _ in mention.spans])
        for mention in mentions
    ]
    items += [_linking(relation) for relation in document.relations]
    return {
        "@context": [CONTEXT, {"onoma": "urn:onoma:"}],
        "type": "AnnotationPage",
        "items": items,
        OWN + "document": {
            "id": head.id,
            "text": head.text,
            "passages": [
                {"start": p.start, "end": p.end, "kind": p.kind, "metadata": p.metadata}
                for p in head.passages
            ],
            "date": head.date,
            "language": head.language,
            "metadata": head.metadata,
            "store": document.store,
        },
    }


def _annotation(mention: Mention, head: Document, units: list[Span]) -> dict[str, Any]:
    """Return a mention's annotation; ``units`` are its spans in UTF-16 units."""
    targets = [_target(head, span, place) for span, place in zip(mention.spans, units, strict=True)]
    bodies: list[dict[str, str]] = [
        {"type": "TextualBody", "purpose": "classifying", "value": word_of(mention.type)}
    ]
    if mention.curie is not None:
        bodies.append(
            {"type": "SpecificResource", "purpose": "identifying", "source": mention.curie}
        )
    item: dict[str, Any] = {"type": "Annotation", "motivation": "identifying"}
    if mention.id:
        item["id"] = mention.id
    item |= {"body": bodies, "target": targets if len(targets) > 1 else targets[0]}
    fields = [*own_fields(mention), *escape_names(mention.metadata, ())]
    return item | ({OWN + "fields": fields} if fields else {})


def _target(head: Document, span: Span, units: Span) -> dict[str, Any]:
    text, (start, end) = head.text, span
    return {
        "source": head.id,
        "selector": [
            {"type": "TextPositionSelector", "start": units[0], "end": units[1]},
            {
                "type": "TextQuoteSelector",
                "exact": text[start:end],
                "prefix": text[max(0, start - _AROUND) : start],
                "suffix": text[end : end + _AROUND],
            },
        ],
    }


def _linking(relation: Relation) -> dict[str, Any]:
    """Return the annotation of a relation."""
    item: dict[str, Any] = {"type": "Annotation", "motivation": "linking"}
    if relation.id:
        item["id"] = relation.id
    item |= {
        "body": {"type": "TextualBody", "purpose": "classifying", "value": relation.predicate},
        "target": [argument.target for argument in relation.arguments],
        OWN + "arguments": [{"role": a.role, "target": a.target} for a in relation.arguments],
    }
    item |= {OWN + "trigger": relation.trigger} if relation.trigger is not None else {}
    fields = [*novelty_fields(relation), *relation_fields(relation)]
    item |= {OWN + "fields": fields} if fields else {}
    return item | ({OWN + "metadata": relation.metadata} if relation.metadata else {})
