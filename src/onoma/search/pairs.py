"""Documents that tell of two concepts together, those that relate them first.

Both are found with their equivalents and all below them (a plain AND of concepts); what a document
says of them is weighed by a logistic regression (``data/search/pairs.json``, fitted on which pairs
annotators of BioRED and BC5CDR related; ``bench/pairs.py``). Where the log has relations of the
two, those documents lead.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from onoma.errors import Inconsistent, InputError
from onoma.search.pair_features import NAMES, Together, together
from onoma.search.query.compile import Compiler
from onoma.search.query.meanings import Meanings
from onoma.search.query.tree import And, ConceptTerm, RelationTerm
from onoma.search.texts import Shown, Texts
from onoma.types import Span

if TYPE_CHECKING:
    import tantivy

F64 = npt.NDArray[np.float64]
DEPTH = 400
"""How many documents, the best by how often they name both, are weighed (0.3 ms each)."""


@dataclass(frozen=True, slots=True)
class PairHit:
    """A document that names both concepts.

    ``score``: how likely it relates them, 0 to 1. ``is_stated``: the log has a relation of the two
    in it. ``sentence``: the span of the sentence that says most of both, None where none names
    both. ``left`` and ``right``: where each is named. ``why``: what the score rests on.
    """

    rank: int
    key: int
    id: str
    title: str
    score: float
    is_stated: bool
    sentence: Span | None
    text: str
    left: tuple[Span, ...]
    right: tuple[Span, ...]
    why: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the hit as plain values, as JSON lines have it."""
        return {
            "rank": self.rank,
            "id": self.id,
            "score": round(self.score, 4),
            "title": self.title,
            "stated": self.is_stated,
            "sentence": None if self.sentence is None else list(self.sentence),
            "text": self.text,
            "left": [list(span) for span in self.left],
            "right": [list(span) for span in self.right],
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class PairResults:
    """The answer to a pair query; ``total``: how many documents name both."""

    left: str
    right: str
    total: int
    hits: tuple[PairHit, ...]


@dataclass(frozen=True, slots=True)
class PairWeights:
    """A logistic regression over ``pair_features.NAMES``."""

    weights: F64
    bias: float

    def score(self, features: F64) -> float:
        """Return how likely a document relates the two, 0 to 1."""
        return float(1 / (1 + np.exp(-(features @ self.weights + self.bias))))


@cache
def pair_weights() -> PairWeights:
    """Return the weights that ship.

    Raises: Inconsistent: they are of other features than these.
    """
    text = (resources.files("onoma") / "data" / "search" / "pairs.json").read_text("utf-8")
    said = json.loads(text)
    if tuple(said["weights"]) != NAMES:
        problem = "the weights of pairs are of other features"
        raise Inconsistent(problem, hint="python bench/pairs.py --fit")
    return PairWeights(np.array(list(said["weights"].values())), float(said["bias"]))


class PairSearch:
    """Answers pair queries over one index."""

    def __init__(
        self, searcher: tantivy.Searcher, meanings: Meanings, texts: Texts, weights: PairWeights
    ) -> None:
        """Take the index, what names mean, and the documents' texts."""
        self._searcher = searcher
        self._meanings = meanings
        self._texts = texts
        self._weights = weights

    def search(self, left: str, right: str, *, k: int = 10) -> PairResults:
        """Return the documents that name both concepts, the likeliest to relate them first.

        ``left``, ``right``: CURIEs or names. Raises: UnparsableQuery: an unknown concept;
        InputError: the two are one, ``k`` is less than 1.
        """
        if k < 1:
            raise InputError(f"k is {k}", hint="give 1 or more")
        ends = tuple(ConceptTerm(end.removeprefix("@").strip('"')) for end in (left, right))
        compiler = Compiler(self._searcher, self._meanings)
        first, second = (compiler.meaning_of(end) for end in ends)
        if second.curie in first.same:
            raise InputError(
                f"both are {first.shown}", hint="a pair is of two concepts; give another"
            )
        found = self._searcher.search(compiler.node(And(ends)), max(DEPTH, k))
        keys = self._keys(found)
        best = found.hits[0][0] if keys else 1.0
        standing = [score / best for score, _ in found.hits]
        stated = self._stated(compiler, *ends) if keys else frozenset()
        ours, theirs = (
            frozenset().union(*(self._texts.below(one) for one in meaning.same))
            for meaning in (first, second)
        )
        known = zip(self._texts.take(keys), standing, strict=True)
        whats = ((one, together(one, ours, theirs, standing=share)) for one, share in known)
        weighed = [
            (self._weights.score(what.features), one.key, one, what)
            for one, what in whats
            if what is not None
        ]
        weighed.sort(key=lambda one: (one[1] not in stated, -one[0]))
        shown = tuple(
            _hit(rank, one, key in stated, what, score)
            for rank, (score, key, one, what) in enumerate(weighed[:k], 1)
        )
        total = int(getattr(found, "count", 0) or 0)
        return PairResults(first.shown, second.shown, total, shown)

    def _keys(self, found: tantivy.SearchResult) -> list[int]:
        addresses = [address for _, address in found.hits]
        return [int(key or 0) for key in self._searcher.fast_field_values("key", addresses)]

    def _stated(self, compiler: Compiler, left: ConceptTerm, right: ConceptTerm) -> frozenset[int]:
        """Return the documents in which the log has a relation of the two, either way round."""
        if not self._searcher.terms_with_prefix("relation", "", limit=1):
            return frozenset()
        both = [RelationTerm(left, "?", right), RelationTerm(right, "?", left)]
        queries = [compiler.node(one) for one in both]
        return frozenset(
            key for query in queries for key in self._keys(self._searcher.search(query, DEPTH))
        )


def _hit(rank: int, shown: Shown, is_stated: bool, what: Together, score: float) -> PairHit:
    text, span = shown.document.text, what.sentence
    return PairHit(
        rank,
        shown.key,
        shown.document.id,
        shown.title,
        score,
        is_stated,
        span,
        "" if span is None else text[span[0] : span[1]],
        tuple((mark.start, mark.end) for mark in what.left),
        tuple((mark.start, mark.end) for mark in what.right),
        what.said,
    )
