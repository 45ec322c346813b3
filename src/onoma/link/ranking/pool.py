"""The concepts that texts may mean, each with signs of how well it fits.

A text has forms: as it is written, and written out as its document or the annotations define its
short forms. Names near a form, those that it abbreviates and those it equals give the concepts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from onoma.link.ranking.names import LEARNED, NAMED, TRANSLATED, NameTable, initials
from onoma.link.ranking.nearness import GramIndex, key_of, plain, stem

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

NEAREST = 100  # names of a form that are looked at
ALIKE = 0.95  # the least cosine of names that differ in gender, number and spacing alone
MOST = 40  # concepts of a text that are judged
SHORT = re.compile(r"\w{2,6}")
DOUBT = 0.2  # uses that tell against every text's concept
SIGNS = (
    "gram", "gram learned", "gram named", "gram next", "first", "cover", "covered", "head",
    "numbers", "short", "share", "unsure", "uses", "known", "meaning", "meaning first", "pair",
)  # fmt: skip
PLACE = {sign: place for place, sign in enumerate(SIGNS)}
MEANT, READ = PLACE["meaning"], PLACE["pair"]


class Meanings(Protocol):
    """What names mean: vectors of a table's names."""

    def near(self, texts: Sequence[str], k: int) -> tuple[I64, I64]:
        """Return text and row of the ``k`` names that are nearest in meaning to each text."""

    def cosines(self, texts: Sequence[str], text: I64, row: I64) -> F32:
        """Return the cosine of each text with the name beside it."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Columns, a row a text and concept, sorted by text: the name nearest to it, and the signs.

    ``signs`` is (rows, len(SIGNS)); all are the greater the better but "unsure".
    """

    text: I64
    concept: I64
    name: I64
    signs: F32

    def of(self, rows: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> Pool:
        """Return some rows."""
        return Pool(self.text[rows], self.concept[rows], self.name[rows], self.signs[rows])

    @classmethod
    def join(cls, pools: Sequence[Pool], sizes: Sequence[int]) -> Pool:
        """Return several in one; ``sizes`` is how many texts each is about."""
        first = np.cumsum([0, *sizes[:-1]])
        return cls(
            np.concatenate([one.text + at for one, at in zip(pools, first, strict=True)]),
            np.concatenate([one.concept for one in pools]),
            np.concatenate([one.name for one in pools]),
            np.concatenate([one.signs for one in pools]),
        )


class Gatherer:
    """Gathers the concepts of texts from a table of names."""

    def __init__(self, names: NameTable, meanings: Meanings | None = None) -> None:
        """Index the names."""
        self.names = names
        self.meanings = meanings
        self.index = GramIndex(names.plain)

    @cached_property
    def _stems(self) -> list[list[str]]:
        return [[stem(word) for word in text.split()] for text in self.names.plain]

    @cached_property
    def _weight(self) -> dict[str, float]:
        """What each stem weighs: the rarer the more."""
        count: dict[str, int] = defaultdict(int)
        for own in self._stems:
            for one in set(own):
                count[one] += 1
        size = len(self.names)
        return {one: float(np.log((1 + size) / (1 + n)) + 1) for one, n in count.items()}

    @cached_property
    def _initials(self) -> dict[str, list[int]]:
        out: dict[str, list[int]] = defaultdict(list)
        for row, text in enumerate(self.names.plain):
            for short in initials(text):
                out[short].append(row)
        return dict(out)

    def gather(self, texts: Sequence[Sequence[str]]) -> Pool:
        """Return the concepts of texts, each given by its forms (the first as written)."""
        forms = [(number, form) for number, own in enumerate(texts) for form in own]
        text, row, cosine, meant, short = self._reached(forms)
        whose = np.array([number for number, _ in forms], np.int64)[text]
        key = whose * len(self.names.curies) + self.names.concept[row]
        group, place = np.unique(key, return_inverse=True)
        signs = np.zeros((len(group), len(SIGNS)), np.float32)
        order = np.lexsort((row, -cosine, place))
        first = order[np.unique(place[order], return_index=True)[1]]
        _most(signs, "gram", place, cosine)
        origin = self.names.origin[row]
        _most(signs, "gram learned", place, np.where(origin == LEARNED, cosine, 0))
        own = (origin == NAMED) | (origin == TRANSLATED)
        _most(signs, "gram named", place, np.where(own, cosine, 0))
        _most(signs, "meaning", place, meant)
        _most(signs, "short", place, short)
        signs[:, PLACE["gram next"]] = _mean_of_best(place, cosine, len(group))
        whose, concept = group // len(self.names.curies), group % len(self.names.curies)
        self._compare([forms[one][1] for one in text[first].tolist()], row[first], signs)
        self._count(texts, whose, concept, signs)
        pool = _cut(Pool(whose, concept, row[first], signs))
        for sign, base in (("first", "gram"), ("meaning first", "meaning")):
            pool.signs[:, PLACE[sign]] = _is_first(pool.text, pool.signs[:, PLACE[base]])
        return pool

    def _reached(self, forms: Sequence[tuple[int, str]]) -> tuple[I64, I64, F32, F32, F32]:
        """Return form, name, cosine of spelling and meaning, and whether it is abbreviated."""
        simple = [plain(form) for _, form in forms]
        near = self.index.search(simple, NEAREST)
        found = dict(
            zip(zip(near.text.tolist(), near.row.tolist(), strict=True), near.cosine.tolist(),
                strict=True)
        )  # fmt: skip
        for number, (_, form) in enumerate(forms):
            same = self.names.keyed.get(key_of(form), [])[:NEAREST]
            found |= {(number, row): max(found.get((number, row), 0.0), ALIKE) for row in same}
        abbreviated = set()
        for number, (_, form) in enumerate(forms):
            if SHORT.fullmatch(form) and form[1:] != form[1:].lower():
                abbreviated |= {(number, row) for row in self._initials.get(simple[number], ())}
        pairs = dict.fromkeys([*found, *sorted(abbreviated)])
        if self.meanings is not None:
            meant = self.meanings.near([form for _, form in forms], NEAREST)
            pairs |= dict.fromkeys(zip(*(one.tolist() for one in meant), strict=True))
        text, row = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
        cosine = np.array([found.get(pair, 0.0) for pair in pairs], np.float32)
        short = np.array([pair in abbreviated for pair in pairs], np.float32)
        vectors = np.zeros(len(pairs), np.float32)
        if self.meanings is not None:
            vectors = self.meanings.cosines([form for _, form in forms], text, row)
        return text, row, cosine, vectors, short

    def _compare(self, forms: Sequence[str], rows: I64, signs: F32) -> None:
        """Write the signs of the words that a form and the nearest name share."""
        for place, (form, row) in enumerate(zip(forms, rows.tolist(), strict=True)):
            ours = [stem(word) for word in plain(form).split()]
            theirs = self._stems[row]
            shared = set(ours) & set(theirs)
            both = self._weighed(shared)
            signs[place, PLACE["cover"]] = both / max(self._weighed(set(ours)), 1e-6)
            signs[place, PLACE["covered"]] = both / max(self._weighed(set(theirs)), 1e-6)
            signs[place, PLACE["head"]] = bool(ours and theirs) and ours[0] == theirs[0]
            one, other = ({w for w in own if w.isdigit()} for own in (ours, theirs))
            signs[place, PLACE["numbers"]] = -float(one != other)

    def _weighed(self, stems: set[str]) -> float:
        most = float(np.log(1 + len(self.names)) + 1)
        return sum(self._weight.get(one, most) for one in sorted(stems))

    def _count(self, texts: Sequence[Sequence[str]], whose: I64, concept: I64, signs: F32) -> None:
        """Write the signs of what annotators called so before."""
        uses = self.names.uses
        seen = [self.names.said(own) for own in texts]
        for place, (text, one) in enumerate(zip(whose.tolist(), concept.tolist(), strict=True)):
            said = seen[text]
            if said is not None:
                signs[place, PLACE["share"]] = said[one] / (said.total() + DOUBT)
                signs[place, PLACE["unsure"]] = float(one not in said)
        signs[:, PLACE["uses"]] = np.log1p(uses[concept])
        signs[:, PLACE["known"]] = uses[concept] > 0


def _most(signs: F32, sign: str, place: I64, values: npt.NDArray[np.floating]) -> None:
    np.maximum.at(signs[:, PLACE[sign]], place, values.astype(np.float32))


def _mean_of_best(place: I64, cosine: F32, size: int, most: int = 3) -> F32:
    """Return the mean of the best cosines of each concept, names that it lacks as 0."""
    order = np.lexsort((-cosine, place))
    rank = np.arange(len(order)) - np.searchsorted(place[order], place[order])
    best = order[rank < most]
    return np.asarray(
        np.bincount(place[best], weights=cosine[best], minlength=size) / most, np.float32
    )


def _is_first(text: I64, values: F32) -> F32:
    """Return 1 for the highest value of each text."""
    order = np.lexsort((-values, text))
    out = np.zeros(len(values), np.float32)
    out[order[np.unique(text[order], return_index=True)[1]]] = 1
    return out


def _cut(pool: Pool) -> Pool:
    """Return the pool with the ``MOST`` concepts of each text that have the strongest sign."""
    signs = pool.signs
    strong = np.maximum(signs[:, PLACE["gram"]], signs[:, MEANT] * np.float32(0.9))
    strong = strong + signs[:, PLACE["share"]] + signs[:, PLACE["short"]]
    order = np.lexsort((pool.concept, -strong, pool.text))
    text = pool.text[order]
    keep = order[np.arange(len(order)) - np.searchsorted(text, text) < MOST]
    return Pool(pool.text[keep], pool.concept[keep], pool.name[keep], signs[keep])
