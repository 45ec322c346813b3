"""Candidates to a table of numbers, a row each, that the re-ranker judges (``COLUMNS`` names them).

Nothing in it depends on a vocabulary's own codes or on the words of a corpus: what was learned on
one vocabulary serves another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.features import Sides, WordFacts, WordLists, compared
from onoma.link.candidates.grams import read_words
from onoma.link.candidates.index import NameIndex
from onoma.ontology.store import ConceptStore
from onoma.types import type_mask

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

COLUMNS = (
    "gram", "vector", "is_read", "same", "raw", "behind", "rank", "gram_behind", "vector_behind",
    "support", "second", "kept", "cover", "kept_soft", "cover_soft", "left", "more", "left_soft",
    "more_soft", "words", "name_words", "idle_left", "idle_more", "rare_left", "rare_more",
    "head_held", "name_head_held", "first_held", "swaps", "stems", "other_number", "scope",
    "lossy", "step", "learned", "names", "prior", "children", "above", "below", "in_context",
    "label_in_context", "context_known", "shortness", "is_short_form", "is_disease",
    "is_phenotype", "is_chemical", "gram_best", "vector_best", "cover_best", "in_document",
    "near_document", "document_known", "used", "told", "is_told",
)  # fmt: skip
WORD_BITS = 24
KINDS = tuple(type_mask((name,)) for name in ("disease", "phenotype", "chemical"))


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a term beside its text.

    ``context``: the text in which it stands; ``concepts``: rows of those that its document names
    elsewhere; ``told``: the dictionary's score of each CURIE that it finds in the term.
    """

    context: str = ""
    concepts: I64 = field(default_factory=lambda: np.empty(0, np.int64))
    told: Mapping[str, float] = field(default_factory=dict)


NOWHERE = Around()


@dataclass(frozen=True, slots=True)
class Drawn:
    """Candidates to judge: columns sorted by term, then by falling raw score.

    ``name`` is below 0 for a text of the lexicon; ``text`` what each candidate is called;
    ``support`` the near names of its answer; ``second`` the raw score of the next best of them;
    ``used`` how often annotators gave the answer to any text of the lexicon; ``told`` the
    dictionary's score of it, 0 for none.
    """

    term: I64
    concept: I64
    text: tuple[str, ...]
    raw: F32
    gram: F32
    vector: F32
    is_read: Bools
    same: Bools
    other_number: Bools
    scope: F32
    lossy: F32
    step: F32
    learned: F32
    support: I64
    second: F32
    gram_best: F32
    vector_best: F32
    cover_best: F32
    used: F32
    told: F32


@dataclass(frozen=True)
class Judge:
    """Makes the tables of one store and some types."""

    store: ConceptStore
    index: NameIndex
    types: int = 0
    _kept: dict[str, I64] = field(default_factory=dict, repr=False)

    @cached_property
    def facts(self) -> WordFacts:
        """What the names of these types say of each word."""
        return WordFacts.of(self.index, self.types)

    def table(self, terms: Sequence[str], drawn: Drawn, around: Sequence[Around]) -> F32:
        """Return the table of candidates of terms, by what is known ``around`` each."""
        distinct = list(dict.fromkeys(drawn.text))
        number = {text: place for place, text in enumerate(distinct)}
        name = np.array([number[text] for text in drawn.text], np.int64)
        own, others = WordLists.of(terms, self.facts), WordLists.of(distinct, self.facts)
        left, more = compared(own, drawn.term, others, name, self.facts)
        columns = self._strings(terms, drawn) | self._concepts(drawn) | ranks(drawn)
        columns |= self._words((own, left, drawn.term), (others, more, name))
        columns |= self._contexts(others, more, drawn, [one.context for one in around])
        columns |= named(self.index.store, drawn, [one.concepts for one in around])
        return np.stack([np.asarray(columns[key], np.float32) for key in COLUMNS], axis=1)

    def _strings(self, terms: Sequence[str], drawn: Drawn) -> dict[str, npt.NDArray[np.generic]]:
        length = np.array([len(term) for term in terms], np.float32)
        short = np.array([len(t) <= 6 and not t.islower() and " " not in t for t in terms], bool)
        named = np.array([len(text) for text in drawn.text], np.float32)
        return {
            "gram": drawn.gram,
            "vector": drawn.vector,
            "is_read": drawn.is_read,
            "same": drawn.same,
            "raw": drawn.raw,
            "other_number": drawn.other_number,
            "scope": drawn.scope,
            "lossy": drawn.lossy,
            "step": drawn.step,
            "learned": drawn.learned,
            "support": np.log1p(drawn.support),
            "second": drawn.raw - drawn.second,
            "shortness": np.log((named + 1) / (length[drawn.term] + 1)),
            "is_short_form": short[drawn.term],
            "gram_best": drawn.gram_best - drawn.gram,
            "vector_best": drawn.vector_best - drawn.vector,
            "cover_best": drawn.cover_best,
            "used": np.log1p(drawn.used),
            "told": drawn.told,
            "is_told": most_told(drawn),
        }

    def _words(
        self, of_term: tuple[WordLists, Sides, I64], of_name: tuple[WordLists, Sides, I64]
    ) -> dict[str, npt.NDArray[np.generic]]:
        """Return how far the words of term and name, each with its rows, cover each other."""
        (own, left, term), (others, more, name) = of_term, of_name
        size = len(term)
        out: dict[str, npt.NDArray[np.generic]] = {
            "words": own.size[term],
            "name_words": others.size[name],
        }
        for lists, side, share, rest in (
            (own, left, "kept", "left"), (others, more, "cover", "more"),
        ):  # fmt: skip
            number = lists.number[side.word]
            weight = self.facts.weight[number]
            whole = np.maximum(np.bincount(side.row, weights=weight, minlength=size), 1e-9)
            for suffix, least in (("", 3), ("_soft", 1)):
                held = side.held >= least
                got = np.bincount(side.row[held], weights=weight[held], minlength=size)
                out[share + suffix] = got / whole
                out[rest + suffix] = np.bincount(side.row[~held], minlength=size)
            bare = side.held == 0
            idle, rare = np.ones(size, np.float32), np.zeros(size, np.float32)
            np.minimum.at(idle, side.row[bare], self.facts.idle[number[bare]])
            np.maximum.at(rare, side.row[bare], weight[bare])
            out["idle_" + rest], out["rare_" + rest] = idle, rare
        last = np.cumsum(own.size[term]) - 1
        first = last - own.size[term] + 1
        out["head_held"] = held_at(left, last, own.size[term])
        out["first_held"] = held_at(left, first, own.size[term])
        out["name_head_held"] = held_at(more, np.cumsum(others.size[name]) - 1, others.size[name])
        out["swaps"] = np.bincount(left.row[left.held == 2], minlength=size)
        out["stems"] = np.bincount(left.row[left.held == 1], minlength=size)
        return out

    def _concepts(self, drawn: Drawn) -> dict[str, npt.NDArray[np.generic]]:
        store = self.index.store
        concept = np.maximum(drawn.concept, 0)
        known = drawn.concept >= 0
        start = store.array("concept_name_start").astype(np.int64)
        names = np.where(known, start[concept + 1] - start[concept], 0)
        children = store.array("child_start").astype(np.int64)
        below = np.where(known, children[concept + 1] - children[concept], 0)
        types = np.where(known, store.array("concept_types")[concept], 0)
        bits = {
            f"is_{name}": (types & np.uint32(kind)) > 0
            for name, kind in zip(("disease", "phenotype", "chemical"), KINDS, strict=True)
        }
        above, under = related(store, drawn)
        return {
            "names": np.log1p(names),
            "prior": np.where(known, store.array("concept_prior")[concept], 0),
            "children": np.log1p(below),
            "above": above,
            "below": under,
            **bits,
        }

    def _contexts(
        self, others: WordLists, more: Sides, drawn: Drawn, contexts: Sequence[str]
    ) -> dict[str, npt.NDArray[np.generic]]:
        """Return which of a name's words that the term lacks stand in the term's context."""
        size = len(drawn.term)
        none = np.full(size, np.nan, np.float32)
        if not any(contexts):
            return {
                "in_context": none,
                "label_in_context": none,
                "context_known": np.zeros(size, np.float32),
            }
        number = {text: place for place, text in enumerate(dict.fromkeys(contexts))}
        held = np.unique(
            np.concatenate(
                [self._held(text) | np.int64(place) << WORD_BITS for text, place in number.items()]
            )
        )
        of = np.array([number[text] for text in contexts], np.int64)[drawn.term]
        word = others.number[more.word]
        key = of[more.row] << WORD_BITS | word
        at = np.minimum(np.searchsorted(held, key), max(len(held) - 1, 0))
        there = ((held[at] == key) if len(held) else np.zeros(len(key), bool)) & (word > 0)
        bare = more.held == 0
        weight = self.facts.weight[word]
        extra = np.bincount(more.row[bare], weights=weight[bare], minlength=size)
        found = bare & there
        got = np.bincount(more.row[found], weights=weight[found], minlength=size)
        lost = np.bincount(more.row[bare & ~there], minlength=size)
        return {
            "in_context": np.where(extra > 0, got / np.maximum(extra, 1e-9), np.nan),
            "label_in_context": np.where(extra > 0, lost, 0),
            "context_known": np.array([bool(text) for text in contexts], np.float32)[drawn.term],
        }

    def _held(self, text: str) -> I64:
        """Return the numbers of the words of a context, remembered."""
        found = self._kept.get(text)
        if found is None:
            if len(self._kept) > 4096:
                self._kept.clear()
            words = self.facts.number(read_words([text], self.facts.slots).word)
            found = self._kept[text] = np.unique(words[words > 0])
        return found


def held_at(side: Sides, place: I64, size: I64) -> F32:
    """Return how the words at these places are held, 0 to 3; -1 for strings without words."""
    if not len(side.held):
        return np.full(len(place), -1, np.float32)
    out = side.held[np.clip(place, 0, len(side.held) - 1)].astype(np.float32)
    return np.where(size > 0, out, np.float32(-1))


def most_told(drawn: Drawn) -> F32:
    """Return the highest score that the dictionary gave to any candidate of each row's term."""
    best = np.zeros(int(drawn.term.max(initial=-1)) + 1, np.float32)
    np.maximum.at(best, drawn.term, drawn.told)
    return best[drawn.term]


def ranks(drawn: Drawn) -> dict[str, npt.NDArray[np.generic]]:
    """Return how far each candidate is behind the best of its term."""
    first = np.searchsorted(drawn.term, drawn.term)
    place = np.arange(len(first)) - first
    out: dict[str, npt.NDArray[np.generic]] = {"rank": place}
    scores = {"behind": drawn.raw, "gram_behind": drawn.gram, "vector_behind": drawn.vector}
    for name, values in scores.items():
        best = np.full(int(drawn.term.max(initial=-1)) + 1, -np.inf, np.float32)
        np.maximum.at(best, drawn.term, values)
        out[name] = values - best[drawn.term]
    return out


def related(store: ConceptStore, drawn: Drawn) -> tuple[I64, I64]:
    """Return of how many of its term's candidates each one is a parent, and a child."""
    size = len(drawn.term)
    rows = np.flatnonzero(drawn.concept >= 0)
    start = store.array("parent_start").astype(np.int64)
    concept = drawn.concept[rows]
    several = start[concept + 1] - start[concept]
    owner = np.repeat(rows, several)
    at = np.arange(len(owner)) - np.repeat(np.cumsum(several) - several, several)
    parent = store.array("parent_of")[np.repeat(start[concept], several) + at].astype(np.int64)
    keys = drawn.term * (1 << 32) + drawn.concept
    order = np.argsort(keys, kind="stable")
    asked = drawn.term[owner] * (1 << 32) + parent
    place = np.minimum(np.searchsorted(keys[order], asked), max(size - 1, 0))
    hit = np.flatnonzero(keys[order][place] == asked) if size else np.empty(0, np.int64)
    above = np.bincount(order[place[hit]], minlength=size)
    below = np.bincount(owner[hit], minlength=size)
    return above, below


def named(
    store: ConceptStore, drawn: Drawn, documents: Sequence[I64]
) -> dict[str, npt.NDArray[np.generic]]:
    """Return which candidates the document names elsewhere, or a parent or child of them."""
    size = len(drawn.term)
    known = np.array([len(rows) > 0 for rows in documents], bool)
    if not known.any():
        none = np.zeros(size, np.float32)
        return {"in_document": none, "near_document": none, "document_known": none}
    wide = np.int64(1) << 32
    own = [np.int64(n) * wide + rows for n, rows in enumerate(documents)]
    near = [np.int64(n) * wide + neighbours(store, rows) for n, rows in enumerate(documents)]
    asked = drawn.term * wide + np.maximum(drawn.concept, 0)
    real = drawn.concept >= 0
    return {
        "in_document": np.isin(asked, np.concatenate(own)) & real,
        "near_document": np.isin(asked, np.concatenate(near)) & real,
        "document_known": known[drawn.term],
    }


def neighbours(store: ConceptStore, rows: I64) -> I64:
    """Return the parents and children of concepts."""
    out = [np.empty(0, np.int64)]
    for start, values in (("parent_start", "parent_of"), ("child_start", "child_of")):
        bounds, of = store.array(start), store.array(values)
        out += [of[int(bounds[r]) : int(bounds[r + 1])].astype(np.int64) for r in rows.tolist()]
    return np.unique(np.concatenate(out))
