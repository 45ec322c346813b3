"""Concepts that terms may mean, as columns, and how the names of one concept are made one row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

PARTS = ("gram", "vector", "same", "cover", "number", "scope", "namespace", "learned")
POOLED = ("gram", "vector", "cover")  # parts of which the best of an answer's names is kept


@dataclass(frozen=True, slots=True)
class Found:
    """Concepts that terms may mean: columns sorted by term, then by falling score.

    ``name`` and ``concept`` are the store's rows (names below 0: texts of a lexicon), ``answer``
    the number for ``answer_text``; higher ``score`` is better; ``parts`` are what it is made of, by
    name, and ``pool`` what the other names of the same answer say: ``names`` (how many are near),
    ``second`` (the score of the next best), the best of their ``POOLED`` parts, ``is_read``.
    """

    term: I64
    name: I64
    concept: I64
    answer: I64
    score: F32
    parts: dict[str, F32]
    pool: dict[str, F32] = field(default_factory=dict)

    @classmethod
    def join(cls, found: Sequence[Found]) -> Found:
        """Return several in one, in their order."""
        return cls(
            np.concatenate([one.term for one in found]),
            np.concatenate([one.name for one in found]),
            np.concatenate([one.concept for one in found]),
            np.concatenate([one.answer for one in found]),
            np.concatenate([one.score for one in found]),
            {key: np.concatenate([one.parts[key] for one in found]) for key in found[0].parts},
            {key: np.concatenate([one.pool[key] for one in found]) for key in found[0].pool},
        )

    def keep(self, rows: npt.NDArray[np.integer]) -> Found:
        """Return some rows in the order given."""
        return Found(
            self.term[rows], self.name[rows], self.concept[rows], self.answer[rows],
            self.score[rows], taken(self.parts, rows), taken(self.pool, rows),
        )  # fmt: skip

    def scored(self, score: F32, **parts: F32) -> Found:
        """Return the rows with other scores, sorted by them, with some parts added."""
        order = np.lexsort((-score, self.term))
        return replace(self, score=score, parts=self.parts | parts).keep(order)


def taken(parts: dict[str, F32], rows: npt.NDArray[np.integer]) -> dict[str, F32]:
    """Return the parts of some rows."""
    return {key: np.asarray(part[rows], np.float32) for key, part in parts.items()}


def leading(term: I64, score: F32, most: int) -> I64:
    """Return the places of the ``most`` highest scores of each term, in order."""
    order = np.lexsort((-score, term))
    sorted_term = term[order]
    first = np.searchsorted(sorted_term, sorted_term)
    return np.sort(order[np.arange(len(order)) - first < most])


def best_answers(found: Found, k: int) -> Found:
    """Return the best name of each answer of a term, and of these the ``k`` best, pooled."""
    order = np.lexsort((found.name, -found.score, found.term))
    pair = found.term[order] << 40 | found.answer[order]
    _, first, back = np.unique(pair, return_index=True, return_inverse=True)
    pool = _pooled(found.keep(order), first, back.ravel())
    place = np.argsort(first)  # sorted by term and falling score still
    best = replace(found.keep(order[first[place]]), pool=taken(pool, place))
    rank = np.arange(len(place)) - np.searchsorted(best.term, best.term)
    return best.keep(np.flatnonzero(rank < k))


def _pooled(found: Found, first: I64, back: I64) -> dict[str, F32]:
    """Return what the names of each answer say together; ``first`` is the best row of each."""
    rest = np.ones(len(back), bool)
    rest[first] = False
    second = np.zeros(len(first), np.float32)
    np.maximum.at(second, back[rest], found.score[rest])
    out = {
        "names": np.bincount(back, minlength=len(first)).astype(np.float32),
        "second": second,
        "is_read": found.pool["is_read"][first] if "is_read" in found.pool else second * 0,
    }
    for part in POOLED:
        best = np.full(len(first), -1, np.float32)
        np.maximum.at(best, back, found.parts[part])
        out[part] = best
    return out
