"""Terms to concepts by a trained ranker: gathered, judged, the best read beside their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.errors import InputError
from onoma.link.candidates.readings import ShortForms
from onoma.link.ranking.folder import Parts, read_ranker
from onoma.link.ranking.judge import Judge, softmax
from onoma.link.ranking.names import ORIGINS, NameTable
from onoma.link.ranking.pool import PLACE, READ, Gatherer, Pool
from onoma.link.ranking.reading import PairReader
from onoma.types import Candidate

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

READ_BEST = 25  # concepts of a text whose names are read beside it
BATCH = 256  # terms at once
LONGEST_TERM = 300  # characters


class Ranker:
    """Links terms to the concepts that it was trained on, in the language of its annotations."""

    def __init__(self, parts: Parts) -> None:
        """Take the parts."""
        self.parts = parts
        self._gatherer = Gatherer(parts.names, parts.vectors)

    @classmethod
    def open(cls, folder: str | Path, *, threads: int = 1) -> Ranker:
        """Open the ranker of a folder.

        Raises: ModelMissing, BadFile: see ``read_ranker``.
        """
        return cls(read_ranker(Path(folder), threads=threads))

    def link(
        self, terms: Sequence[str], *, contexts: Sequence[str] | None = None, k: int = 5
    ) -> list[list[Candidate]]:
        """Return for each term the ``k`` best concepts, best first; each distinct one once.

        ``contexts`` are the texts that the terms stand in, one a term: short forms that they
        define are written out. A score is the concept's share among all that were weighed, in 0..1.
        Raises: InputError: another number of contexts than terms.
        """
        if contexts is not None and len(contexts) != len(terms):
            raise InputError(
                f"{len(contexts)} contexts for {len(terms)} terms", hint="give one a term"
            )
        given = contexts or [""] * len(terms)
        forms = [
            forms_of(term[:LONGEST_TERM], context, self.parts.shorts)
            for term, context in zip(terms, given, strict=True)
        ]
        distinct = list(dict.fromkeys(forms))
        known: dict[tuple[str, ...], list[Candidate]] = {}
        for start in range(0, len(distinct), BATCH):
            batch = distinct[start : start + BATCH]
            known |= zip(batch, self._linked(batch, k), strict=True)
        return [list(known[one]) for one in forms]

    def _linked(self, forms: Sequence[tuple[str, ...]], k: int) -> list[list[Candidate]]:
        pool, score = judged(self._gatherer.gather(forms), forms, self.parts)
        out: list[list[Candidate]] = [[] for _ in forms]
        for row in np.lexsort((-score, pool.text)).tolist():
            found = out[int(pool.text[row])]
            if len(found) < k:
                found.append(self._candidate(pool, row, float(score[row])))
        return out

    def _candidate(self, pool: Pool, row: int, score: float) -> Candidate:
        names, concept = self.parts.names, int(pool.concept[row])
        best = names.rows[int(pool.name[row])]
        why = {sign: round(float(pool.signs[row, place]), 4) for sign, place in PLACE.items()}
        return Candidate(
            curie=names.curies[concept],
            label=names.labels[concept],
            type="",
            score=score,
            name=best.text,
            scope=ORIGINS[best.origin],
            why={sign: value for sign, value in why.items() if value},
        )


def forms_of(term: str, context: str, shorts: Mapping[str, str]) -> tuple[str, ...]:
    """Return a term as it is written and, if another form, written out.

    By the short forms that its context defines, else by those that the annotated texts defined.
    """
    term = term.strip()
    written = _defined(context).expand(term) if context else term
    if written == term:
        written = shorts.get(term, term)
    return (term,) if written == term else (term, written)


@lru_cache(maxsize=64)
def _defined(context: str) -> ShortForms:
    return ShortForms.of(context)


def judged(pool: Pool, forms: Sequence[Sequence[str]], parts: Parts) -> tuple[Pool, F64]:
    """Return the pool with each concept's share; where there is a reader, of the best ones."""
    shares = parts.first.chances(pool)
    if parts.reader is None or parts.last is None:
        return pool, shares
    pool = best_of(pool, shares, READ_BEST)
    read_beside(pool, forms, parts.names, parts.reader)
    return pool, parts.last.chances(pool)


def best_of(pool: Pool, scores: F64, most: int) -> Pool:
    """Return the ``most`` best concepts of each text, sorted by text, best first."""
    order = np.lexsort((-scores, pool.text))
    text = pool.text[order]
    keep = order[np.arange(len(order)) - np.searchsorted(text, text) < most]
    return pool.of(keep)


def read_beside(
    pool: Pool, forms: Sequence[Sequence[str]], names: NameTable, reader: PairReader
) -> None:
    """Write into a pool how well each concept's nearest name reads beside its text."""
    pairs = [
        (forms[text][-1], names.rows[name].text)
        for text, name in zip(pool.text.tolist(), pool.name.tolist(), strict=True)
    ]
    scores = reader.read(pairs).astype(np.float64)
    shares = softmax(scores, pool.text)
    pool.signs[:, READ] = np.log(np.maximum(shares, 1e-6))


def first_right(judge: Judge, pool: Pool, right: npt.NDArray[np.bool_]) -> int:
    """Return of how many texts the first concept is right."""
    order = np.lexsort((-judge.scores(pool.signs), pool.text))
    first = order[np.unique(pool.text[order], return_index=True)[1]]
    return int(right[first].sum())
