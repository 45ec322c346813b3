"""The relations of a document on the page: a list to read, each with the words that state it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from onoma.formats.relation_rows import End, relation_pairs
from onoma.types import SEMANTIC_TYPES, AnnotatedDocument, Relation, RelationEvidence, Span

MOST_SHOWN = 3  # passages of one relation
_NOTABLE = ("speculated", "negated")


@dataclass(frozen=True, slots=True)
class RelationList:
    """Writes the list; ``escape`` makes text safe, ``link`` a CURIE into a link."""

    escape: Callable[[str], str]
    link: Callable[[str], str]

    def lines(self, document: AnnotatedDocument) -> Iterator[str]:
        """Yield the list of a document's relations, nothing where there are none."""
        pairs = list(relation_pairs(document))
        if not pairs:
            return
        yield f'<section class="relations"><h3>Relations <span class="count">{len(pairs)}</span>'
        yield "</h3><ol>"
        for relation, subject, object_ in pairs:
            words = self.escape(relation.predicate.replace("_", " "))
            yield (
                f'<li><p>{self._end(subject)} <b class="predicate">{words}</b> {self._end(object_)}'
                f' <span class="facts">{self._facts(relation)}</span></p>'
            )
            for place in relation.evidence[:MOST_SHOWN]:
                yield f'<blockquote dir="auto">{self._passage(document.text, relation, place)}'
                yield "</blockquote>"
            yield "</li>"
        yield "</ol></section>"

    def _end(self, end: End) -> str:
        kind = end.type if end.type in SEMANTIC_TYPES else "other"
        shown = self.escape(end.label or end.target)
        link = f" {self.link(end.target)}" if ":" in end.target else ""
        return (
            f'<span class="end t-{kind}"><span class="dot"></span><bdi>{shown}</bdi></span>{link}'
        )

    def _facts(self, relation: Relation) -> str:
        facts = [] if relation.confidence is None else [f"{relation.confidence:.2f}"]
        facts += [word for word in (relation.novelty, relation.causality) if word]
        facts += [relation.factuality] if relation.factuality in _NOTABLE else []
        return self.escape(" · ".join(facts))

    def _passage(self, text: str, relation: Relation, place: RelationEvidence) -> str:
        """Return a passage with its two mentions and the word that ties them marked."""
        marked: list[tuple[Span, str]] = [(place.subject, "mark"), (place.object, "mark")]
        if relation.trigger_span is not None:
            marked.append((relation.trigger_span, "u"))
        parts, done = [], place.start
        for (start, end), tag in sorted(set(marked)):
            if done <= start and end <= place.end:
                parts += [self.escape(text[done:start]), f"<{tag}>{self.escape(text[start:end])}"]
                parts.append(f"</{tag}>")
                done = end
        return "".join([*parts, self.escape(text[done : place.end])])
