"""Terms to headings by words: how much of a term and of a name is the same, by weight of words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.search.mesh.clauses import QueryTerm, Word
from onoma.search.mesh.headings import Headings

I64 = npt.NDArray[np.int64]
F32 = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

TINY = 1e-4


@dataclass(frozen=True, slots=True)
class Matched:
    """The names that share words with a term.

    ``overlap``: twice the weight of the shared words by that of both (Dice), 0 to 1;
    ``name_inside``, ``term_inside``: whether all words of the one stand in the other.
    """

    names: I64
    overlap: F32
    name_inside: Bools
    term_inside: Bools

    @property
    def exact(self) -> I64:
        """The names that have the same words as the term."""
        return self.names[self.name_inside & self.term_inside]


def match(term: QueryTerm, headings: Headings) -> Matched:
    """Return the names that share words with a term; a beginning shares any word that it begins."""
    names = headings.table.names
    shared = np.zeros(len(names.heading), np.float32)
    covered = np.zeros_like(shared)
    whole = 0.0
    for word in term:
        held, own, weight = _holders(word, headings)
        whole += weight
        shared[held] += weight
        covered[held] += own
    hit = np.flatnonzero(shared)
    left = np.maximum(names.length[hit] - covered[hit], 0)
    overlap = 2 * shared[hit] / np.maximum(whole + shared[hit] + left, TINY)
    return Matched(hit, overlap, left < TINY, (whole - shared[hit]) < TINY)


def _holders(word: Word, headings: Headings) -> tuple[I64, F32, float]:
    """Return the names with a word, the weight of their own word, and the weight of the asked."""
    start, values = headings.table.holders
    numbers = headings.table.word_numbers(word.folded, is_prefix=word.is_prefix)
    if not numbers:
        return np.zeros(0, np.int64), np.zeros(0, np.float32), float(headings.table.weight.max())
    held = values[start[numbers.start] : start[numbers.stop]]
    each = np.diff(start[numbers.start : numbers.stop + 1])
    own = np.repeat(headings.table.weight[numbers.start : numbers.stop], each)
    held, first = np.unique(held, return_index=True)
    return held, own[first], float(np.log(len(headings.table.names.heading) / max(len(held), 1)))


def completed(term: QueryTerm, headings: Headings) -> str:
    """Return a term in whole words: a beginning as the word that most names have."""
    start, _ = headings.table.holders
    out = []
    for word in term:
        numbers = (
            headings.table.word_numbers(word.folded, is_prefix=True) if word.is_prefix else None
        )
        if numbers:
            held = np.diff(start[numbers.start : numbers.stop + 1])
            out.append(headings.table.words[numbers.start + int(held.argmax())])
        else:
            out.append(word.text)
    return " ".join(out)


def best_by_heading(headings: Headings, names: I64, score: F32) -> dict[int, float]:
    """Return the best score of each heading among its names."""
    owner = headings.table.names.heading[names]
    order = np.argsort(-score, kind="stable")
    found, first = np.unique(owner[order], return_index=True)
    return dict(zip(found.tolist(), score[order][first].tolist(), strict=True))
