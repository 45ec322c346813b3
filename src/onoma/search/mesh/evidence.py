"""What speaks for each heading that a clause may ask for: a row of numbers a heading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from onoma.encode import Encoder, NameVectors
from onoma.search.mesh.clauses import Clause, QueryTerm
from onoma.search.mesh.headings import Headings
from onoma.search.mesh.matching import best_by_heading, completed, match

F32 = npt.NDArray[np.float32]

NEAR_BY_WORDS = 40  # headings of a term that share words with it
NEAR_BY_MEANING = 60  # names of a term that mean nearly the same
MOST_COVERING = 400  # names that hold a whole term; more say nothing
SHOWN = 12  # names of a heading that the clause's meaning is compared with

FEATURES = (
    "words alike", "words alike: place", "words alike: best three", "meaning alike",
    "meaning alike: place", "meaning alike: best three", "clause's meaning alike",
    "terms that name it", "share of terms that name it", "share of all that is named",
    "whole name, cut words aside", "label itself", "terms that its names hold",
    "terms that hold its name", "parent alike", "child alike", "share named below it",
    "named above it", "siblings named", "children", "depth", "terms", "headings named",
)  # fmt: skip
"""The columns of a table of evidence."""

MEANING = tuple(place for place, name in enumerate(FEATURES) if "meaning" in name)
"""Those that need an encoder; NaN without one."""


@dataclass(frozen=True, slots=True)
class Meanings:
    """An encoder with the vectors of a vocabulary's names."""

    encoder: Encoder
    vectors: NameVectors


@dataclass(slots=True)
class Found:
    """What each term of a clause finds: scores by term, by heading."""

    words: dict[int, dict[int, float]] = field(default_factory=dict)  # heading -> term -> overlap
    meaning: dict[int, dict[int, float]] = field(default_factory=dict)  # ... -> cosine
    exact: dict[int, set[int]] = field(default_factory=dict)  # heading -> terms
    holding: dict[int, set[int]] = field(default_factory=dict)  # names that hold the term
    inside: dict[int, set[int]] = field(default_factory=dict)  # names that the term holds


@dataclass(frozen=True, slots=True)
class Evidence:
    """A clause's candidates: ``table`` has a row for each of ``headings`` (numbers, sorted)."""

    headings: list[int]
    table: F32
    found: Found
    texts: list[str]  # of the terms, in whole words


def gather(clause: Clause, headings: Headings, meanings: Meanings | None) -> Evidence:
    """Return what speaks for the headings that a clause may ask for."""
    found = find(clause.terms, headings, meanings)
    texts = [completed(term, headings) for term in clause.terms]
    asked = {parent for heading in found.exact for parent in headings.parents(heading)}
    asked |= found.words.keys() | found.meaning.keys() | found.exact.keys() | found.inside.keys()
    candidates = sorted(asked)
    if not candidates:
        return Evidence([], np.zeros((0, len(FEATURES)), np.float32), found, texts)
    table = _Table(clause.terms, found, headings).rows(candidates)
    middle = _clause_cosines(texts, candidates, headings, meanings)
    table[:, FEATURES.index("clause's meaning alike")] = middle
    if meanings is None:
        table[:, MEANING] = np.nan
    return Evidence(candidates, table, found, texts)


def find(terms: Sequence[QueryTerm], headings: Headings, meanings: Meanings | None) -> Found:
    """Return what each term finds by its words and, with an encoder, by its meaning."""
    out = Found()
    for number, term in enumerate(terms):
        matched = match(term, headings)
        best = best_by_heading(headings, matched.names, matched.overlap)
        for heading in sorted(best, key=lambda one: (-best[one], one))[:NEAR_BY_WORDS]:
            out.words.setdefault(heading, {})[number] = best[heading]
        owner = headings.table.names.heading
        _note(out.exact, owner[matched.exact].tolist(), number)
        _note(out.inside, owner[matched.names[matched.name_inside]].tolist(), number)
        holding = matched.names[matched.term_inside]
        if len(holding) < MOST_COVERING:
            _note(out.holding, owner[holding].tolist(), number)
    if meanings is not None and terms:
        _find_meanings(out, [completed(term, headings) for term in terms], headings, meanings)
    return out


def _note(where: dict[int, set[int]], found: Iterable[int], term: int) -> None:
    for heading in found:
        where.setdefault(heading, set()).add(term)


def _find_meanings(out: Found, texts: list[str], headings: Headings, meanings: Meanings) -> None:
    nearest = meanings.vectors.nearest(meanings.encoder.encode(texts), k=NEAR_BY_MEANING)
    for number, (entries, scores) in enumerate(zip(nearest.entries, nearest.scores, strict=True)):
        for heading, score in near_headings(entries.tolist(), scores.tolist(), headings, meanings):
            own = out.meaning.setdefault(heading, {})
            own[number] = max(own.get(number, 0.0), score)


def near_headings(
    entries: list[int], scores: list[float], headings: Headings, meanings: Meanings
) -> list[tuple[int, float]]:
    """Return the headings whose names these entries of the vectors are, with their cosines."""
    return [
        (heading, score)
        for entry, score in zip(entries, scores, strict=True)
        if entry >= 0
        for name in meanings.vectors.names_of(entry).tolist()
        for heading in headings.table.of_store_name.get(name, ())
    ]


def _clause_cosines(
    texts: list[str], candidates: list[int], headings: Headings, meanings: Meanings | None
) -> F32:
    """Return the cosine of each heading's nearest name with the middle of all terms."""
    out = np.zeros(len(candidates), np.float32)
    if meanings is None:
        return out
    middle = meanings.encoder.encode(texts).mean(axis=0, keepdims=True)
    middle /= max(float(np.linalg.norm(middle)), 1e-6)
    pairs = [
        (place, row)
        for place, heading in enumerate(candidates)
        for row in headings.store_names(heading)[:SHOWN]
    ]
    if not pairs:
        return out
    owner, rows = np.array(pairs, np.int64).T
    cosine = meanings.vectors.cosines(middle, np.zeros(len(rows), np.int64), rows)
    np.maximum.at(out, owner, np.nan_to_num(cosine))
    return out


class _Table:
    """Rows of evidence about a clause's candidates."""

    def __init__(self, terms: Sequence[QueryTerm], found: Found, headings: Headings) -> None:
        self.terms, self.found, self.headings = terms, found, headings
        self.best = {one: max(by.values()) for one, by in found.words.items()}
        self.cosine = {one: max(by.values()) for one, by in found.meaning.items()}
        self.place = _places(self.best)
        self.cosine_place = _places(self.cosine)
        self.below: dict[int, set[int]] = defaultdict(set)
        for one, named_by in found.exact.items():
            for above in headings.ancestors(one):
                self.below[above] |= named_by
        self.plain = {
            number for number, term in enumerate(terms) if not any(w.is_prefix for w in term)
        }
        self.texts = {frozenset(word.folded for word in term) for term in terms}

    def rows(self, candidates: list[int]) -> F32:
        """Return a row for each candidate, in the order of ``FEATURES``."""
        return np.array([self._row(heading) for heading in candidates], np.float32)

    def _row(self, heading: int) -> list[float]:
        found, many = self.found, max(len(self.terms), 1)
        alike = sorted(found.words.get(heading, {}).values(), reverse=True)
        near = sorted(found.meaning.get(heading, {}).values(), reverse=True)
        exact = found.exact.get(heading, set())
        return [
            self.best.get(heading, 0.0), self.place.get(heading, 0.0), sum(alike[:3]),
            self.cosine.get(heading, 0.0), self.cosine_place.get(heading, 0.0), sum(near[:3]),
            0.0,
            np.log1p(len(exact)), len(exact) / many, len(exact) / max(len(found.exact), 1),
            np.log1p(len(exact & self.plain)), float(self._is_label(heading, exact)),
            len(found.holding.get(heading, ())) / many,
            np.log1p(len(found.inside.get(heading, ()))),
            *self._around(heading),
            np.log1p(many), np.log1p(len(found.exact)),
        ]  # fmt: skip

    def _around(self, heading: int) -> list[float]:
        """Return what is found of the headings around one."""
        headings, exact = self.headings, self.found.exact
        parents, children = headings.parents(heading), headings.children(heading)
        ancestors = headings.ancestors(heading)
        siblings = {child for parent in parents for child in headings.children(parent)}
        return [
            max((self.best.get(one, 0.0) for one in parents), default=0.0),
            max((self.best.get(one, 0.0) for one in children), default=0.0),
            len(self.below.get(heading, ())) / max(len(self.terms), 1),
            np.log1p(max((len(exact.get(one, ())) for one in ancestors), default=0)),
            np.log1p(sum(one in exact for one in siblings - {heading})),
            np.log1p(len(children)), float(len(ancestors)),
        ]  # fmt: skip

    def _is_label(self, heading: int, exact: set[int]) -> bool:
        return bool(exact) and self.headings.folded_label(heading) in self.texts


def _places(score: dict[int, float]) -> dict[int, float]:
    """Return one by its place (1, 1/2, 1/3 ...) in the order of the scores."""
    order = sorted(score, key=lambda one: (-score[one], one))
    return {heading: 1 / place for place, heading in enumerate(order, 1)}
