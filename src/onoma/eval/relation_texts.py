"""Gold documents of relation corpora as texts with entities and ties."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence

from onoma.eval.gold_documents import GoldDocument, GoldMention
from onoma.formats.type_words import semantic_type
from onoma.relate.gold import GoldText
from onoma.relate.instances import Entity, RelationText, Tie
from onoma.text.sentences import sentences
from onoma.types import Span


def sentence_spans(text: str) -> tuple[Span, ...]:
    """Return the sentences of a text as spans."""
    return tuple((one.start, one.end) for one in sentences(text))


def concept_text(one: GoldDocument, *, unnamed: bool = False) -> RelationText:
    """Return a document whose entities are concepts, in the order of their first mentions.

    A mention of several concepts is one of each. The word of a concept is that of its first
    mention. ``unnamed``: the key of a concept holds its word too, as two types may share a text.
    """
    mentions: dict[str, list[GoldMention]] = {}
    for mention in sorted(one.mentions, key=lambda m: (m.start, m.end)):
        for concept in mention.concepts:
            key = f"{concept}|{mention.type}" if unnamed else concept
            mentions.setdefault(key, []).append(mention)
    entities = tuple(
        Entity(
            key,
            semantic_type(found[0].type),
            tuple(dict.fromkeys((m.start, m.end) for m in found)),
            found[0].text,
            found[0].type,
        )
        for key, found in mentions.items()
        if semantic_type(found[0].type)
    )
    return _text(one, entities)


def mention_text(one: GoldDocument, *, sentences: Sequence[Span] | None = None) -> RelationText:
    """Return a document whose entities are its mentions, each named by its only concept."""
    entities = tuple(
        Entity(m.concepts[0], semantic_type(m.type), ((m.start, m.end),), m.text, m.type)
        for m in sorted(one.mentions, key=lambda m: (m.start, m.end))
        if m.concepts and semantic_type(m.type)
    )
    return _text(one, entities, sentences)


def _text(
    one: GoldDocument, entities: tuple[Entity, ...], spans: Sequence[Span] | None = None
) -> RelationText:
    document = one.document
    found = sentence_spans(document.text) if spans is None else tuple(spans)
    return RelationText(document.id, document.text, found, entities, document.date or "")


def places(text: RelationText) -> Mapping[str, int]:
    """Return the place of each entity by its key."""
    return {entity.key: place for place, entity in enumerate(text.entities)}


def gold_text(text: RelationText, rows: Iterable[tuple[str, str, str]]) -> GoldText:
    """Return a text with ties out of (subject, kind, object); rows without an entity are left."""
    at = places(text)
    ties = [Tie(at[a], at[b], kind) for a, kind, b in rows if a in at and b in at]
    return GoldText(text, tuple(dict.fromkeys(ties)))


def is_drawn(identifier: str, one_in: int) -> bool:
    """Say whether an id falls in the dev part where a corpus has none."""
    return zlib.crc32(identifier.encode()) % one_in == 0
