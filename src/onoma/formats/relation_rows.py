"""The rows of a table of relations: a row a relation, its ends as concepts, its best evidence.

An end is a CURIE, or the id of a mention without a concept (``T3``). ``start`` and ``end`` bound
the passage that states it, ``text`` are its words; ``evidence`` has all passages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from onoma.types import AnnotatedDocument, Mention, Relation, evidence_record


@dataclass(frozen=True, slots=True)
class End:
    """An end of a relation as a table has it: whom it names, how that is called, its type."""

    target: str
    label: str | None = None
    type: str | None = None
    mention: Mention | None = None


class Ends:
    """Finds what the ends of a document's relations name."""

    def __init__(self, document: AnnotatedDocument) -> None:
        """Look at a document's mentions."""
        self._by_id: dict[str, Mention] = {}
        self._by_curie: dict[str, Mention] = {}
        for one in document.mentions:
            if one.id:
                self._by_id.setdefault(one.id, one)
            if one.curie:
                self._by_curie.setdefault(one.curie, one)

    def of(self, target: str) -> End:
        """Return the end that a mention's id or a CURIE names."""
        mention = self._by_id.get(target) or self._by_curie.get(target)
        if mention is None:
            return End(target)
        label = mention.label or mention.text
        return End(mention.curie or target, label, mention.type, mention)


def relation_pairs(document: AnnotatedDocument) -> Iterator[tuple[Relation, End, End]]:
    """Yield a document's relations with their ends: the first with each of the others."""
    ends = Ends(document)
    for relation in document.relations:
        found = [ends.of(argument.target) for argument in relation.arguments]
        yield from ((relation, found[0], other) for other in found[1:])


def relation_row(
    document: AnnotatedDocument, relation: Relation, subject: End, object_: End
) -> dict[str, Any]:
    """Return the cells of a relation."""
    start, end = extent(relation, subject, object_)
    trigger = relation.trigger_span
    return {
        "id": document.id,
        "relation": relation.id or None,
        "predicate": relation.predicate,
        "subject": subject.target,
        "subject_label": subject.label,
        "subject_type": subject.type,
        "object": object_.target,
        "object_label": object_.label,
        "object_type": object_.type,
        "confidence": relation.confidence,
        "novelty": relation.novelty or None,
        "factuality": relation.factuality or None,
        "causality": relation.causality or None,
        "explicit": relation.is_explicit,
        "kind": relation.kind or None,
        "trigger": None if trigger is None else document.text[trigger[0] : trigger[1]],
        "trigger_span": trigger,
        "start": start,
        "end": end,
        "text": None if start is None else document.text[start:end],
        "evidence": [evidence_record(one) for one in relation.evidence],
        "found_by": relation.found_by or None,
    }


def extent(relation: Relation, subject: End, object_: End) -> tuple[int | None, int | None]:
    """Return where a relation is stated: its surest passage, or what its mentions span."""
    if relation.evidence:
        return relation.evidence[0].start, relation.evidence[0].end
    spans = [one.mention for one in (subject, object_) if one.mention is not None]
    if not spans:
        return None, None
    return min(one.start for one in spans), max(one.end for one in spans)


def plain(value: Any) -> Any:
    """Return a cell that UTF-8 can hold: a lone surrogate becomes a question mark."""
    if not isinstance(value, str) or value.isascii():
        return value
    return value.encode("utf-8", "replace").decode()
