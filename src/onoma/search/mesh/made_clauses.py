"""Clauses made out of MeSH itself, to learn from: names of related headings, cut and varied.

A searcher writes names of what is meant and of narrower things, cuts words, leaves some out, and
adds words that no heading has. No query that anybody wrote is looked at, so that queries stay for
measuring.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from onoma.search.mesh.clauses import Clause, term_of
from onoma.search.mesh.headings import Headings

_WORD = re.compile(r"[\w'-]+")
MEANT = ((1, 2, 3, 4, 6, 9), (0.4, 0.25, 0.13, 0.1, 0.07, 0.05))  # headings that a clause is about
NAMES = ((0, 1, 2, 3, 4), (0.06, 0.41, 0.3, 0.15, 0.08))  # of a heading in a clause
STRAYS = ((0, 1, 2, 3), (0.4, 0.3, 0.2, 0.1))  # words that mean nothing of it
RELATED = 0.75  # of the related things in a clause, the share that is meant as a heading
NARROWER = 0.2  # how often a heading is written by narrower ones as well
LEFT_OUT, PUT_IN, CUT_LAST, CUT_OTHER = 0.15, 0.15, 0.35, 0.1
SHORTEST_STEM = 5


@dataclass(frozen=True, slots=True)
class MadeClause:
    """A clause and the headings that it was made from."""

    clause: Clause
    meant: frozenset[int]


def iter_made(
    headings: Headings, weight: np.ndarray[tuple[int], np.dtype[np.float64]], *, seed: int = 1
) -> Iterator[MadeClause]:
    """Yield clauses without end; ``weight`` says how often each heading is written of."""
    rng = np.random.default_rng(seed)
    share = weight / weight.sum()
    while True:
        first = int(rng.choice(len(share), p=share))
        made = _Maker(headings, weight, rng).make(first)
        if made.clause.terms:
            yield made


@dataclass(frozen=True, slots=True)
class _Maker:
    headings: Headings
    weight: np.ndarray[tuple[int], np.dtype[np.float64]]
    rng: np.random.Generator

    def make(self, first: int) -> MadeClause:
        meant, beside = self._chosen(first)
        texts: list[str] = []
        for heading in (*meant, *beside):
            texts += self._named(heading, at_least=int(heading == first))
        texts += [self._stray() for _ in range(self._one_of(STRAYS))]
        texts = [text for text in texts if text]
        self.rng.shuffle(texts)
        terms = dict.fromkeys(term for text in texts if (term := term_of(text, self.headings)))
        return MadeClause(Clause("; ".join(texts), tuple(terms)), frozenset(meant))

    def _one_of(self, table: tuple[tuple[int, ...], tuple[float, ...]]) -> int:
        return int(self.rng.choice(table[0], p=table[1]))

    def _chosen(self, first: int) -> tuple[list[int], list[int]]:
        """Return the headings that are meant, and others that are written of as well."""
        headings, meant = self.headings, [first]
        beside: list[int] = []
        parents = headings.parents(first)
        family = [*headings.children(first), *parents]
        family += [child for parent in parents for child in headings.children(parent)]
        above = {grand for parent in parents for grand in headings.parents(parent)}
        family += [one for grand in sorted(above) for one in headings.children(grand)]
        family = [one for one in dict.fromkeys(family) if one != first and self.weight[one] > 0]
        most = self._one_of(MEANT)
        while len(meant) < most and family:
            odds = self.weight[family]
            one = family.pop(int(self.rng.choice(len(family), p=odds / odds.sum())))
            (meant if self.rng.random() < RELATED else beside).append(one)
        return meant, beside

    def _named(self, heading: int, *, at_least: int) -> list[str]:
        """Return names of a heading as somebody would write them, and of narrower ones."""
        names = list(
            dict.fromkeys(straight(text).lower() for text, _ in self.headings.texts(heading))
        )
        self.rng.shuffle(names)
        out = [self._varied(name) for name in names[: max(self._one_of(NAMES), at_least)]]
        children = self.headings.children(heading)
        if children and self.rng.random() < NARROWER:
            for child in self.rng.choice(children, min(2, len(children)), replace=False).tolist():
                below = [text for text, _ in self.headings.texts(child)]
                out.append(self._varied(straight(below[int(self.rng.integers(len(below)))])))
        return out

    def _varied(self, name: str) -> str:
        """Return a name with a word left out, put in, or cut, now and then."""
        words = _WORD.findall(name.lower())
        if len(words) > 1 and self.rng.random() < LEFT_OUT:
            words.pop(int(self.rng.integers(len(words))))
        if self.rng.random() < PUT_IN:
            words.insert(
                0, self.headings.table.words[int(self.rng.integers(len(self.headings.table.words)))]
            )
        return " ".join(
            self._cut(word, CUT_LAST if place == len(words) - 1 else CUT_OTHER)
            for place, word in enumerate(words)
        )

    def _cut(self, word: str, chance: float) -> str:
        if len(word) <= SHORTEST_STEM or self.rng.random() >= chance:
            return word
        return word[: max(len(word) - int(self.rng.integers(5)), SHORTEST_STEM)] + "*"

    def _stray(self) -> str:
        word = self.headings.table.words[int(self.rng.integers(len(self.headings.table.words)))]
        return self._varied(word) if word.isalpha() else ""


def straight(name: str) -> str:
    """Return a turned name the right way round: "Fractures, Bone" gives "Bone Fractures"."""
    head, comma, rest = name.partition(", ")
    return f"{rest} {head}" if comma and ", " not in rest else name
