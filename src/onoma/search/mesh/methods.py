"""Ways to suggest headings for a clause; each returns scored headings, best first.

``lexical`` is PubMed's automatic term mapping rebuilt: a whole term that is a name, else the
longest runs of its words that are names, from the left. The others follow Wang et al. (2021), "MeSH
Term Suggestion for Systematic Review Literature Search", with our encoder in place of a fine-tuned
BERT: ``atomic`` asks for each term alone, ``semantic`` for groups of terms that mean much the same,
``fragment`` for the clause as a whole. ``encoder`` takes every heading near enough to any term.
``fused`` weighs all the evidence (``fused``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from onoma.errors import ModelMissing
from onoma.search.mesh import fused
from onoma.search.mesh.clauses import Clause, QueryTerm
from onoma.search.mesh.evidence import Meanings, gather, near_headings
from onoma.search.mesh.headings import Headings
from onoma.search.mesh.matching import completed, match

F32 = npt.NDArray[np.float32]

NAMES_ASKED = 30  # nearest names of a text, of which the headings are taken
SAME_GROUP = 0.55  # cosine of two terms that are asked for as one


@dataclass(frozen=True, slots=True)
class Scored:
    """A heading (its number) with a score in 0..1 and the terms that found it."""

    heading: int
    score: float
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Means:
    """What methods work with."""

    headings: Headings
    meanings: Meanings | None
    suggester: fused.Suggester

    def need(self) -> Meanings:
        """Return the encoder and the vectors.

        Raises: ModelMissing: there are none.
        """
        if self.meanings is None:
            raise ModelMissing(
                "this method needs the vectors of the vocabulary's names",
                hint="make them once: onoma vocab index; or use --method lexical",
            )
        return self.meanings


Method = Callable[[Clause, Means], list[Scored]]


def lexical(clause: Clause, means: Means) -> list[Scored]:
    """Return the headings that PubMed's term mapping would put beside the terms."""
    found: dict[int, list[str]] = {}
    for term in clause.terms:
        for heading in mapped(term, means.headings):
            found.setdefault(heading, []).append(" ".join(word.text for word in term))
    many = max(len(clause.terms), 1)
    return _ordered([Scored(h, len(terms) / many, tuple(terms)) for h, terms in found.items()])


def mapped(term: QueryTerm, headings: Headings) -> list[int]:
    """Return the headings of the longest runs of words that are names; cut words map to nothing."""
    if any(word.is_prefix for word in term):
        return []
    out: list[int] = []
    first = 0
    while first < len(term):
        for stop in range(len(term), first, -1):
            named = _named(term[first:stop], headings)
            if named:
                out += named
                first = stop
                break
        else:
            first += 1
    return list(dict.fromkeys(out))


@lru_cache(maxsize=1 << 14)
def _named(term: QueryTerm, headings: Headings) -> list[int]:
    names = match(term, headings).exact
    return sorted(set(headings.table.names.heading[names].tolist()))


def encoder(clause: Clause, means: Means) -> list[Scored]:
    """Return the headings near in meaning to any term."""
    texts = _texts(clause, means)
    return _near(texts, _encoded(texts, means), means) if texts else []


def atomic(clause: Clause, means: Means) -> list[Scored]:
    """Return the nearest heading of each term alone."""
    texts = _texts(clause, means)
    best: dict[int, Scored] = {}
    for text, vector in zip(texts, _encoded(texts, means), strict=True):
        for one in _near([text], vector[None], means)[:1]:
            old = best.get(one.heading)
            terms = (*(old.terms if old else ()), text)
            best[one.heading] = Scored(one.heading, max(one.score, old.score if old else 0), terms)
    return _ordered(list(best.values()))


def semantic(clause: Clause, means: Means) -> list[Scored]:
    """Return the nearest headings of each group of terms that mean much the same."""
    texts = _texts(clause, means)
    if not texts:
        return []
    vectors = _encoded(texts, means)
    best: dict[int, Scored] = {}
    for group in _groups(vectors):
        middle = _unit(vectors[group].mean(axis=0))
        named = tuple(texts[place] for place in group)
        for one in _near(["; ".join(named)], middle[None], means)[:3]:
            if one.heading not in best or best[one.heading].score < one.score:
                best[one.heading] = Scored(one.heading, one.score, named)
    return _ordered(list(best.values()))


def fragment(clause: Clause, means: Means) -> list[Scored]:
    """Return the headings nearest to the clause as a whole."""
    texts = _texts(clause, means)
    if not texts:
        return []
    return _near(["; ".join(texts)], _encoded([", ".join(texts)], means), means)


def fuse(clause: Clause, means: Means) -> list[Scored]:
    """Return the headings that all the evidence speaks for."""
    evidence = gather(clause, means.headings, means.meanings)
    chances = means.suggester.chances(evidence.table).tolist()
    found = evidence.found
    out = []
    for heading, chance in zip(evidence.headings, chances, strict=True):
        by = {**found.meaning.get(heading, {}), **found.words.get(heading, {})}
        leading = sorted(by, key=lambda term: (-by[term], term))[:3]
        out.append(Scored(heading, chance, tuple(evidence.texts[term] for term in leading)))
    return _ordered(out)


METHODS: dict[str, Method] = {
    "atomic": atomic,
    "encoder": encoder,
    "fragment": fragment,
    "fused": fuse,
    "lexical": lexical,
    "semantic": semantic,
}
"""Every method by name."""

CUTS: dict[str, float] = {
    "atomic": 0.7,
    "encoder": 0.8,
    "fragment": 0.6,
    "lexical": 0.0,
    "semantic": 0.7,
}
"""The score below which a method's suggestions end; ``fused`` brings its own."""


def _texts(clause: Clause, means: Means) -> list[str]:
    return [completed(term, means.headings) for term in clause.terms]


def _encoded(texts: list[str], means: Means) -> F32:
    return means.need().encoder.encode(texts)


def _near(texts: list[str], vectors: F32, means: Means) -> list[Scored]:
    """Return the headings nearest to any of the vectors."""
    meanings = means.need()
    nearest = meanings.vectors.nearest(vectors, k=NAMES_ASKED)
    best: dict[int, float] = {}
    terms: dict[int, dict[str, None]] = {}
    for text, entries, scores in zip(texts, nearest.entries, nearest.scores, strict=True):
        near = near_headings(entries.tolist(), scores.tolist(), means.headings, meanings)
        for heading, score in near:
            best[heading] = max(best.get(heading, 0.0), score)
            terms.setdefault(heading, {})[text] = None
    return _ordered([Scored(one, score, tuple(terms[one])) for one, score in best.items()])


def _groups(vectors: F32) -> list[list[int]]:
    """Return the rows in groups: each goes to the first whose first row is near enough."""
    out: list[list[int]] = []
    for row in range(len(vectors)):
        near = [group for group in out if float(vectors[group[0]] @ vectors[row]) >= SAME_GROUP]
        if near:
            near[0].append(row)
        else:
            out.append([row])
    return out


def _unit(vector: F32) -> F32:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-6), np.float32)


def _ordered(found: list[Scored]) -> list[Scored]:
    return sorted(found, key=lambda one: (-one.score, one.heading))
