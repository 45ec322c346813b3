"""What a search gives back: documents in order, each with the reasons that it stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from onoma.classify.challenges import Statement
from onoma.search.asking import Asked, statements_asked
from onoma.search.facets import Facet
from onoma.search.ranking import Ranked
from onoma.search.said import Said, statement_record
from onoma.search.snippets import Highlight, Marker, Snippet, snippet_of
from onoma.search.stated import FoundRelation, Stated
from onoma.search.texts import Shown
from onoma.types import Document, Span


@dataclass(frozen=True, slots=True)
class FoundConcept:
    """A concept that a query names, and by which names a document has it.

    ``names``: the words of the document; ``curies``: the concepts found there, which are this one,
    its exact equivalents or below it.
    """

    curie: str
    label: str
    names: tuple[str, ...]
    curies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """Why a document was found.

    ``words``: words of the query that stand in it, as it writes them; ``score``: what words and
    concepts are worth together (BM25, not comparable between queries); ``meaning``: the cosine of
    the query with the nearest part of the text, None where vectors had no say. ``relations``: the
    statements that a strict query asks for; ``says``: the sentences that speak of what it asks for.
    """

    words: tuple[str, ...] = ()
    concepts: tuple[FoundConcept, ...] = ()
    score: float = 0.0
    meaning: float | None = None
    relations: tuple[FoundRelation, ...] = ()
    says: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found; ``rank`` counts from 1, a higher ``score`` is better."""

    rank: int
    key: int
    id: str
    title: str
    score: float
    snippet: Snippet
    why: Why
    document: Document

    def to_dict(self) -> dict[str, Any]:
        """Return the hit as plain values, as JSON lines have it."""
        return {
            "rank": self.rank,
            "id": self.id,
            "score": round(self.score, 4),
            "title": self.title,
            "date": self.document.date,
            "snippet": {
                "start": self.snippet.start,
                "end": self.snippet.end,
                "text": self.snippet.text,
                "highlights": [[h.start, h.end, h.curie] for h in self.snippet.highlights],
            },
            "why": {
                "words": list(self.why.words),
                "concepts": [
                    {"curie": c.curie, "label": c.label, "names": list(c.names)}
                    for c in self.why.concepts
                ],
                "bm25": round(self.why.score, 4),
                "meaning": None if self.why.meaning is None else round(self.why.meaning, 4),
                "relations": [one.to_dict() for one in self.why.relations],
                "says": [statement_record(one) for one in self.why.says],
            },
        }


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found.

    ``total``: how many documents a strict query finds, or have most of the words of a plain one.
    ``by``: the way that ranked, which is not the one asked for where there are no vectors yet
    (``notes`` say so). ``concepts``: those that the query names, as (CURIE, label).
    """

    query: str
    by: str
    total: int
    hits: tuple[Hit, ...]
    concepts: tuple[tuple[str, str], ...] = ()
    facets: tuple[Facet, ...] = ()
    notes: tuple[str, ...] = field(default=())


class Shower:
    """Makes hits of one query's documents."""

    def __init__(
        self,
        question: Asked,
        below: Callable[[str], frozenset[str]],
        words: Sequence[str],
        *,
        stated: Stated,
        said: Said,
    ) -> None:
        """Take the query, what gives all concepts that count as one, the words to look for.

        ``stated`` has the relations that it asks for, ``said`` what sentences speak of.
        """
        self._stated, self._said = stated, said
        self._labels = statements_asked(question.tree)
        self._words = words
        self._kin = [(one, frozenset().union(*map(below, one.same))) for one in question.concepts]
        wanted: frozenset[str] = frozenset().union(*(curies for _, curies in self._kin))
        self._marker = Marker(words, wanted)

    def hit(self, rank: int, ranked: Ranked, shown: Shown) -> Hit:
        """Return a document as a hit with its reasons."""
        marks, there = self._marker.mark(shown)
        words = tuple(there[word] for word in self._words if word in there)
        own = shown.document
        stated = self._stated.of_document(shown.key, own.text)
        says = self._statements(shown)
        best = ranked.window
        reasons = [(one.start, one.end) for one in stated or says]
        if reasons:
            best = reasons[0] if stated else max(reasons, key=lambda one: len(_inside(marks, one)))
            marks = _inside(marks, best)
        return Hit(
            rank,
            shown.key,
            own.id,
            shown.title,
            ranked.score,
            snippet_of(shown, marks, best=best),
            Why(words, tuple(self._found(shown)), ranked.words, ranked.meaning, stated, says),
            own,
        )

    def _statements(self, shown: Shown) -> tuple[Statement, ...]:
        if not self._labels:
            return ()
        found = self._said.statements(shown.key, shown.document.text)
        return tuple(one for one in found if one.label in self._labels)

    def _found(self, shown: Shown) -> Iterator[FoundConcept]:
        text, every = shown.document.text, shown.marks if self._kin else []
        for named, curies in self._kin:
            marks = [mark for mark in every if mark.curie in curies]
            if marks:
                names = tuple(dict.fromkeys(text[mark.start : mark.end] for mark in marks))
                found = tuple(dict.fromkeys(mark.curie for mark in marks))
                yield FoundConcept(named.curie, named.label, names, found)


def _inside(marks: Sequence[Highlight], span: Span) -> list[Highlight]:
    """Return the marks that begin inside a span."""
    return [one for one in marks if span[0] <= one.start < span[1]]
