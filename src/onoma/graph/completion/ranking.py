"""Where the right answer stands among all candidates: filtered ranks, MRR, Hits.

Source: Bordes et al. 2013 (filtered ranking); Sun et al. 2020, A Re-evaluation of Knowledge Graph
Completion Methods (ties must not favour the answer: here the mean of the best and worst place).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from onoma.graph.completion.triples import F32, I64, Bools, Links

F64 = npt.NDArray[np.float64]
BATCH = 64  # questions scored at a time
NamedScores = Callable[[I64, I64], Mapping[str, F32]]
"""Gives rows of scores by several scorers, by their names, for heads and relations."""


class Scorer(Protocol):
    """Scores every entity as an answer."""

    @property
    def name(self) -> str:
        """What it is called in tables."""

    def scores(self, heads: I64, relations: I64) -> F32:
        """Return a row of scores a question, higher is better.  # (n, entities)."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a set of ranks comes to; each in 0 to 1, higher is better."""

    count: int
    mrr: float
    hits1: float
    hits3: float
    hits10: float

    @classmethod
    def of(cls, ranks: F64) -> Figures:
        """Return the figures of ranks (counted from 1)."""
        if not len(ranks):
            return cls(0, 0.0, 0.0, 0.0, 0.0)
        hits = [float(np.mean(ranks <= k)) for k in (1, 3, 10)]
        return cls(len(ranks), float(np.mean(1 / ranks)), *hits)

    def to_record(self) -> dict[str, float]:
        """Return the figures as plain values."""
        return {
            "count": self.count, "mrr": self.mrr, "hits1": self.hits1,
            "hits3": self.hits3, "hits10": self.hits10,
        }  # fmt: skip


@dataclass(frozen=True)
class Candidates:
    """Which entities may answer each relation (and inverse); None: every entity may.

    ``allowed``: (2 R, entities).
    """

    allowed: Bools | None = None

    def masked(self, scores: F32, relations: I64) -> F32:
        """Return scores with those that may not answer at minus infinity."""
        if self.allowed is None:
            return scores
        return np.where(self.allowed[relations], scores, np.float32(-np.inf))


EVERY_ENTITY = Candidates()


def slot_candidates(triples: I64, *, entities: int, relations: int) -> Candidates:
    """Return as candidates of a relation the entities that ever stand there in some triples."""
    allowed = np.zeros((2 * relations, entities), np.bool_)
    allowed[triples[:, 1], triples[:, 2]] = True
    allowed[triples[:, 1] + relations, triples[:, 0]] = True
    return Candidates(allowed)


def place_of(scores: F32, answer: int, known: I64) -> float:
    """Return the rank of an answer among scores, other known answers left out, ties averaged."""
    own = scores[answer]
    above = int(np.count_nonzero(scores > own)) - int(np.count_nonzero(scores[known] > own))
    same = int(np.count_nonzero(scores == own)) - int(np.count_nonzero(scores[known] == own))
    same -= 0 if bool(np.isin(answer, known)) else 1
    return 1.0 + above + same / 2


def ranks_of(
    scorer: Scorer, queries: I64, known: Links, candidates: Candidates = EVERY_ENTITY
) -> F64:
    """Return the filtered rank of each question's answer (``queries``: entity, relation, answer).

    Questions asked several times are scored once.
    """

    def named(heads: I64, relations: I64) -> dict[str, F32]:
        return {scorer.name: scorer.scores(heads, relations)}

    return ranks_by_name(named, queries, known, candidates)[scorer.name]


def ranks_by_name(
    named_scores: NamedScores, queries: I64, known: Links, candidates: Candidates = EVERY_ENTITY
) -> defaultdict[str, F64]:
    """Return the filtered ranks by each of several scorers that are asked together, by name."""
    asked = queries[:, 1] * known.entities + queries[:, 0]
    keys, place = np.unique(asked, return_inverse=True)
    order = np.argsort(place, kind="stable")
    bounds = np.searchsorted(place[order], np.arange(len(keys) + 1))
    out: defaultdict[str, F64] = defaultdict(lambda: np.zeros(len(queries)))
    for low in range(0, len(keys), BATCH):
        part = keys[low : low + BATCH]
        relations, heads = part // known.entities, part % known.entities
        for name, scores in named_scores(heads, relations).items():
            rows, ranks = candidates.masked(scores, relations), out[name]
            for at in range(len(part)):
                others = known.tails(int(heads[at]), int(relations[at]))
                for n in order[bounds[low + at] : bounds[low + at + 1]]:
                    ranks[n] = place_of(rows[at], int(queries[n, 2]), others)
    return out


def measured(
    scorer: Scorer, queries: I64, known: Links, candidates: Candidates = EVERY_ENTITY
) -> Figures:
    """Return the figures of a scorer over questions."""
    return Figures.of(ranks_of(scorer, queries, known, candidates))


def best_of(scorers: Sequence[str], figures: Sequence[Figures]) -> tuple[str, Figures]:
    """Return the name and the figures of the highest MRR."""
    at = int(np.argmax([one.mrr for one in figures]))
    return scorers[at], figures[at]
