"""Sentences of our own whose entities are marked in them: ``{TYPE|words}``."""

from __future__ import annotations

import re

from onoma.eval.relation_texts import sentence_spans
from onoma.relate.instances import Entity, RelationText

_MARKED = re.compile(r"\{(\w+)\|([^}]*)\}")


def marked_text(name: str, marked: str) -> RelationText:
    """Return the text of this name without its marks, and the entities that they mark.

    >>> text = marked_text("1", "{chemical|Aspirin} eased the {disease|pain}.")
    >>> text.text, text.entities[1].type, text.entities[1].spans
    ('Aspirin eased the pain.', 'disease', ((18, 22),))
    """
    ends: list[Entity] = []
    text, place = "", 0
    for found in _MARKED.finditer(marked):
        text += marked[place : found.start()]
        span = (len(text), len(text) + len(found[2]))
        ends.append(Entity(f"T{len(ends)}", found[1], (span,), found[2], found[1]))
        text, place = text + found[2], found.end()
    text += marked[place:]
    return RelationText(name, text, sentence_spans(text), tuple(ends))
