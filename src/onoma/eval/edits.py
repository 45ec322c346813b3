"""Edits of a gold document that keep its offsets right.

An edit replaces a part of the text. A mention moves with the text before it and grows or shrinks
with edits inside it; an edit that would cut a mention's edge is not made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onoma.eval.gold_documents import GoldMention
from onoma.eval.parts import Item
from onoma.types import Document, Span


@dataclass(frozen=True, slots=True)
class Edit:
    """A part of a text and what takes its place.

    ``adds`` is a mention that the new text has (offsets in it), in place of those it covers.
    """

    start: int
    end: int
    text: str
    adds: GoldMention | None = None


def fitting(edits: Iterable[Edit], mentions: Sequence[GoldMention]) -> list[Edit]:
    """Return the edits in order, without those that overlap another or cut a mention's edge."""
    out: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        is_free = not out or (edit.start >= out[-1].end and edit.start > out[-1].start)
        if is_free and not any(_cuts(edit, m) for m in mentions):
            out.append(edit)
    return out


def _cuts(edit: Edit, mention: GoldMention) -> bool:
    """Say whether an edit is neither inside a mention nor around it, but on its edge."""
    if edit.end <= mention.start or edit.start >= mention.end:
        return False
    is_inside = mention.start <= edit.start and edit.end <= mention.end
    is_around = edit.start <= mention.start and mention.end <= edit.end
    is_even = edit.adds is not None or len(edit.text) == edit.end - edit.start
    return not (is_inside or (is_around and is_even))


def apply_edits(
    item: Item[Document, tuple[GoldMention, ...]], edits: Iterable[Edit]
) -> Item[Document, tuple[GoldMention, ...]]:
    """Return a document edited, its mentions in their new places; itself if no edit fits."""
    made = fitting(edits, item.gold)
    if not made:
        return item
    text = item.given.text
    parts, place = [], 0
    for edit in made:
        parts += [text[place : edit.start], edit.text]
        place = edit.end
    new = "".join([*parts, text[place:]])
    mentions = [_moved(m, made, new) for m in item.gold if not _is_replaced(m, made)]
    shift = 0
    for edit in made:
        if edit.adds is not None:
            first = edit.start + shift
            mentions.append(_placed(edit.adds, first + edit.adds.start, first + edit.adds.end, new))
        shift += len(edit.text) - (edit.end - edit.start)
    mentions.sort(key=lambda m: (m.start, m.end))
    document = Document(item.given.id, new, (), item.given.date, item.given.language)
    return Item(item.id, document, tuple(mentions), new)


def _is_replaced(mention: GoldMention, edits: Sequence[Edit]) -> bool:
    """Say whether an edit that brings a mention of its own covers this one."""
    return any(
        e.adds is not None and e.start <= mention.start and mention.end <= e.end for e in edits
    )


def _moved(mention: GoldMention, edits: Sequence[Edit], new: str) -> GoldMention:
    start, end = moved_span((mention.start, mention.end), edits)
    return _placed(mention, start, end, new)


def moved_span(span: Span, edits: Sequence[Edit]) -> Span:
    """Return where a span stands after edits, none of which cuts its edge.

    >>> moved_span((4, 9), [Edit(0, 1, "abc"), Edit(5, 6, ""), Edit(9, 9, "x")])
    (6, 10)
    """
    start, end = span
    before = inside = 0
    for edit in edits:
        grown = len(edit.text) - (edit.end - edit.start)
        if edit.end <= start:
            before += grown
        elif edit.start < end:
            inside += grown
    return start + before, end + before + inside


def _placed(mention: GoldMention, start: int, end: int, text: str) -> GoldMention:
    return GoldMention(start, end, text[start:end], mention.type, mention.concepts)
