"""In which order documents answer a query: by words, concepts, meaning, or all of these.

``bm25``: the words of the query, without endings. ``concepts``: besides them the concepts that the
query names, each worth as much of a word as ``CONCEPT_BOOST`` says; as a document counts as all
that stands above what it names, synonyms and kinds of a concept are found. ``dense``: how near the
vectors are. ``fused``: the best of words and concepts and the best of meaning together, each judged
by both: the score of words as a share of what a document that says them all over would have, plus
weighted cosines of the whole document and of its best window. As a share of the possible rather
than of the best hit's, words decide where a document says all that was asked for, and meaning does
where none says much of it.

Weights were chosen on questions that no figure is reported of (bench/retrieval.py).
Source: Robertson and Zaragoza 2009 (BM25; k1 1.2, b 0.75).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from onoma.search.asking import Asked
from onoma.search.engine import need_tantivy
from onoma.search.fields import schema
from onoma.search.matching import Matcher, concept_query
from onoma.search.query.words import all_of, any_of, asked
from onoma.search.vectors import Near, Vectors
from onoma.types import Span

if TYPE_CHECKING:
    import tantivy

F32 = npt.NDArray[np.float32]
Scores = dict[int, float]
WAYS = ("fused", "bm25", "concepts", "dense")
CONCEPT_BOOST = 0.5
MEAN_WEIGHT = 0.75
BEST_WEIGHT = 0.75
SATURATED = 2.2  # k1 + 1: what a word is worth at the most, in units of its rarity
DEPTH = 100  # documents that each way brings to the fusion


@dataclass(frozen=True, slots=True)
class Ranked:
    """A document's place among the answers.

    ``score`` orders within one search and is not comparable between searches. ``words``: its score
    by words (and concepts), 0 where it has none of them; ``meaning``: cosine of query and document,
    -1 to 1, None where vectors had no say; ``window``: the part of the text that is nearest.
    """

    key: int
    score: float
    words: float = 0.0
    meaning: float | None = None
    window: Span | None = None


class Ranker:
    """Ranks the documents of an index."""

    def __init__(self, matcher: Matcher, vectors: Vectors | None) -> None:
        """Take the index and, where there are any, the vectors."""
        self._matcher = matcher
        self._vectors = vectors

    def rank(
        self, query: Asked, *, by: str, k: int, vector: F32 | None = None, depth: int = DEPTH
    ) -> list[Ranked]:
        """Return the best documents, best first; ``vector`` is the query's, for meaning.

        Ties are broken by the key: the older record first.
        """
        depth = max(depth, k)
        if by == "dense" and vector is not None:
            return _best([_by_meaning(one) for one in self._nearest(query, vector, depth)], k)
        worded = self._worded(query, with_concepts=by != "bm25")
        if worded is None:
            return self._unranked(query, k)
        lexical = self._search(worded, query.strict, depth)
        if by != "fused" or vector is None or self._vectors is None:
            return _best([Ranked(key, score, score) for key, score in lexical.items()], k)
        close = {one.key: one for one in self._nearest(query, vector, depth)}
        for one in self._vectors.near(vector, [key for key in lexical if key not in close]):
            close[one.key] = one
        most = self._possible(query)
        other = [key for key in close if key not in lexical]
        lexical |= self._search(all_of([self._matcher.with_keys(other), worded]), None, len(other))
        every = dict.fromkeys([*lexical, *close])
        return _best([_fused(key, lexical.get(key, 0.0), most, close) for key in every], k)

    def _nearest(self, query: Asked, vector: F32, depth: int) -> list[Near]:
        """Return the nearest documents that a strict query lets through."""
        if self._vectors is None:
            return []
        keys = self._vectors.nearest(vector, depth if query.strict is None else 4 * depth)
        kept = self._search(self._matcher.with_keys(keys), query.strict, len(keys))
        return list(self._vectors.near(vector, [key for key in keys if key in kept][:depth]))

    def _possible(self, query: Asked) -> float:
        """Return the score by words of a document that says all of them over and over."""
        total = self._matcher.searcher.num_docs
        counts = (self._matcher.frequency("words", word) for word in query.words)
        rarity = sum(math.log(1 + (total - n + 0.5) / (n + 0.5)) for n in counts)
        return SATURATED * rarity

    def _worded(self, query: Asked, *, with_concepts: bool) -> tantivy.Query | None:
        """Return the query of any of the words (and concepts); None where there are none."""
        parts = [asked().term_query(schema(), "words", one, "freq") for one in query.words]
        if with_concepts:
            boosted = (asked().boost_query(concept_query(c), CONCEPT_BOOST) for c in query.concepts)
            parts += boosted
        return any_of(parts) if parts else None

    def _search(self, query: tantivy.Query, strict: tantivy.Query | None, most: int) -> Scores:
        """Return the scores of the best documents; ``strict`` decides which may be found.

        Documents that a strict query finds count, with a score of 0, even if no word stands in
        them that ranks.
        """
        return self._matcher.best(query if strict is None else _within(strict, query), most)

    def _unranked(self, query: Asked, k: int) -> list[Ranked]:
        """Return what a strict query without words finds (``year:2020``), newest record first."""
        if query.strict is None:
            return []
        return [Ranked(key, 0.0) for key in self._matcher.newest(query.strict, k)]


def _within(strict: tantivy.Query, ranked: tantivy.Query) -> tantivy.Query:
    """Return the query of what ``strict`` finds, in the order of ``ranked``."""
    occur = need_tantivy().Occur
    found = asked().const_score_query(strict, 0.0)
    return asked().boolean_query([(occur.Must, found), (occur.Should, ranked)])


def _fused(key: int, words: float, most: float, near: dict[int, Near]) -> Ranked:
    score = words / most if most else 0.0
    one = near.get(key)
    if one is None:
        return Ranked(key, score, words)
    score += MEAN_WEIGHT * one.mean + BEST_WEIGHT * one.best
    return Ranked(key, score, words, one.best, one.window)


def _by_meaning(one: Near) -> Ranked:
    return Ranked(one.key, one.mean + one.best, 0.0, one.best, one.window)


def _best(ranked: Iterable[Ranked], k: int) -> list[Ranked]:
    return sorted(ranked, key=lambda one: (-one.score, one.key))[:k]
