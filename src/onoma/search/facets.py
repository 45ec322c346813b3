"""How many of the documents found are of each type, year, journal, and name each concept."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from onoma.errors import UnknownName
from onoma.search.fields import ROLES, STATEMENTS, plain_tokens
from onoma.search.matching import Matcher
from onoma.search.query.words import Piece, all_of, any_of, block_queries, places_of

if TYPE_CHECKING:
    import tantivy

FACETS: dict[str, str] = {
    "type": "type",
    "concept": "concept_own",
    "year": "year",
    "journal": "journal_shown",
    "publication": "publication",
    "study": "study",
    "language": "language",
    "source": "source",
    "role": "",
    "says": "",
}
"""What can be counted, and the field of the index that it is counted in.

Without one: in which sentences the words of the query stand.
"""

SENTENCES = {"role": ROLES, "says": STATEMENTS}

USUAL = ("type", "concept", "year", "journal", "publication", "study")
MOST = 12
CANDIDATES = 120  # concepts of which the telling ones are chosen


@dataclass(frozen=True, slots=True)
class Facet:
    """Values of one kind with how many documents have each, most first (years: latest first)."""

    name: str
    counts: tuple[tuple[str, str, int], ...]
    """(value, words to show, documents)"""


class Counter:
    """Counts facets of what queries find."""

    def __init__(self, matcher: Matcher, label: Callable[[str], str]) -> None:
        """Take the index and what gives a concept's label."""
        self._matcher = matcher
        self._label = label

    def count(self, query: tantivy.Query, names: Sequence[str], text: str) -> list[Facet]:
        """Return facets of all documents that a query finds; ``text`` has the query's words.

        Raises: UnknownName: a name that is none of ``FACETS``.
        """
        for name in names:
            if name not in FACETS:
                raise UnknownName("facet", name, tuple(FACETS))
        wanted: dict[str, dict[str, Any]] = {
            name: {"terms": {"field": FACETS[name], "size": _size(name)}}
            for name in names
            if FACETS[name]
        }
        if "study" in wanted:
            wanted["study"]["aggs"] = {"by": {"terms": {"field": "study_by"}}}
        found = self._matcher.searcher.aggregate(query, wanted) if wanted else {}
        out = []
        for name in names:
            if name in SENTENCES:
                out.append(self._sentences(name, query, plain_tokens(text)))
                continue
            rows = found[name]["buckets"]
            buckets = [(str(one["key"]), int(one["doc_count"])) for one in rows]
            is_study = name == "study"
            out.append(_studies(rows) if is_study else self._facet(name, buckets))
        return out

    def _facet(self, name: str, buckets: list[tuple[str, int]]) -> Facet:
        if name == "year":
            years = [(key.removesuffix(".0"), count) for key, count in buckets]
            rows = [(year, year, count) for year, count in sorted(years, reverse=True)]
            return Facet(name, tuple(rows))
        if name == "concept":
            buckets = self._telling(buckets)
        label = self._label if name == "concept" else str
        return Facet(name, tuple((key, label(key) or key, n) for key, n in buckets[:MOST]))

    def _telling(self, buckets: list[tuple[str, int]]) -> list[tuple[str, int]]:
        """Return concepts that are named more often here than elsewhere, most telling first.

        Each is judged by its count times the log of how much more frequent it is here.
        """
        total = max(self._matcher.searcher.num_docs, 1)
        most = max((count for _, count in buckets), default=1)

        def worth(bucket: tuple[str, int]) -> float:
            everywhere = max(self._matcher.frequency("concept_own", bucket[0]), bucket[1])
            return bucket[1] * math.log((bucket[1] / most) / (everywhere / total) + 1)

        return sorted(buckets, key=worth, reverse=True)

    def _sentences(self, kind: str, query: tantivy.Query, words: Sequence[str]) -> Facet:
        """Return in sentences of which role, or that say what, words stand, by documents."""
        rows = []
        for value in SENTENCES[kind]:
            parts = [
                one
                for field, role in places_of(f"{kind}:{value}")
                for word in words
                for one in block_queries(field, ((0, Piece(frozenset({word}))),), role)
            ]
            count = self._matcher.number(all_of([query, any_of(parts)])) if parts else 0
            if count:
                rows.append((value, value, count))
        return Facet(kind, tuple(rows))


def _studies(rows: list[dict[str, Any]]) -> Facet:
    """Return kinds of study; of how many documents the text says so, not their source, is told."""
    counts = []
    for row in rows:
        by = {one["key"]: int(one["doc_count"]) for one in row["by"]["buckets"]}
        told = by.get("text", 0)
        words = f"{row['key']} ({told:,} by the text)" if told else str(row["key"])
        counts.append((str(row["key"]), words, int(row["doc_count"])))
    return Facet("study", tuple(counts))


def _size(name: str) -> int:
    return {"concept": CANDIDATES, "year": 200}.get(name, MOST)
