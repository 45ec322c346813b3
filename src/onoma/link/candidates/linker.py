"""Terms to concepts by names that are spelled or meant alike, best first, in 0..1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from onoma.link.candidates.grams import Words
from onoma.link.candidates.index import NameIndex, Near, Shard, open_index, shards_of
from onoma.link.candidates.scoring import FUSED, LEXICAL, Weights, likelihood, shares
from onoma.link.lexical import SCOPE_SCORE
from onoma.link.namespaces import Namespaces, answer_text
from onoma.ontology.store import ConceptStore
from onoma.types import SCOPES, Candidate, types_of

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NEAREST = 60  # rows of a shard that are scored for a term
ENCODED = 24  # of them, how many the encoder reads where there are no vectors of names
MOST_KEPT = 1 << 16  # vectors remembered
LONGEST_TERM = 400  # characters of a term that are looked at
BATCH = 512  # terms at once


class TextEncoder(Protocol):
    """Texts to unit vectors (``encode.Encoder``)."""

    def encode(self, texts: Sequence[str], *, batch: int = 128) -> F32:
        """Return one unit vector a text, in the order given."""
        ...


class Remembered:
    """An encoder that remembers: each distinct string is encoded once."""

    def __init__(self, encoder: TextEncoder) -> None:
        """Take the encoder."""
        self._encoder = encoder
        self._kept: dict[str, npt.NDArray[np.float16]] = {}

    def encode(self, texts: Sequence[str]) -> F32:
        """Return one unit vector a text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._kept]
        if len(self._kept) + len(new) > MOST_KEPT:
            self._kept.clear()
            new = list(dict.fromkeys(texts))
        if new:
            vectors = self._encoder.encode(new).astype(np.float16)
            self._kept.update(zip(new, vectors, strict=True))
        return np.stack([self._kept[text] for text in texts]).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Found:
    """Concepts that terms may mean: columns sorted by term, then by falling score.

    ``name`` and ``concept`` are the store's rows, ``answer`` the number for ``answer_text``;
    ``score`` is in 0..1, higher is better; ``parts`` are what it is made of, by name.
    """

    term: I64
    name: I64
    concept: I64
    answer: I64
    score: F32
    parts: dict[str, F32]

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
        )

    def keep(self, rows: npt.NDArray[np.integer]) -> Found:
        """Return some rows in the order given."""
        return Found(
            self.term[rows], self.name[rows], self.concept[rows], self.answer[rows],
            self.score[rows], {key: part[rows] for key, part in self.parts.items()},
        )  # fmt: skip


class TermLinker:
    """Links terms over one store, for some types and namespaces."""

    def __init__(
        self,
        store: ConceptStore,
        *,
        types: int = 0,
        ids: Namespaces | None = None,
        encoder: TextEncoder | None = None,
        weights: Weights | None = None,
        barred: Sequence[int] = (),
    ) -> None:
        """Take a store, the types (bits, 0 for all) and namespaces asked for.

        ``encoder`` re-ranks what is spelled alike; ``barred`` are concept rows never to answer.
        """
        self.store = store
        self.types = types
        self.ids = ids
        self.encoder = None if encoder is None else Remembered(encoder)
        self.weights = weights or (LEXICAL if encoder is None else FUSED)
        self.index: NameIndex = open_index(store)
        self._barred = np.array(barred, np.int64)

    @cached_property
    def answering(self) -> Bools:
        """Which concepts have a type and an answer that were asked for."""
        types = self.index.store.array("concept_types")
        mask = np.uint32(self.types or 0xFFFFFFFF)
        out = np.asarray((types & mask) > 0)
        if self.ids is not None:
            out &= self.ids.codes(self.store, np.arange(len(types))) >= 0
        out[self._barred] = False
        return out

    @cached_property
    def _among(self) -> dict[str, Bools] | None:
        if self.ids is None and not len(self._barred):
            return None
        return {name: self.index.rows_of(name, self.answering) for name in shards_of(self.types)}

    def link(self, terms: Sequence[str], *, k: int = 5) -> list[list[Candidate]]:
        """Return for each term the ``k`` best concepts; each distinct string is looked up once."""
        cut = [term[:LONGEST_TERM] for term in terms]
        known: dict[str, list[Candidate]] = {}
        distinct = list(dict.fromkeys(cut))
        for begin in range(0, len(distinct), BATCH):
            batch = distinct[begin : begin + BATCH]
            found = self.find(batch, k=k)
            bounds = np.searchsorted(found.term, np.arange(len(batch) + 1)).tolist()
            for number, term in enumerate(batch):
                rows = range(bounds[number], bounds[number + 1])
                known[term] = [self.candidate(found, row) for row in rows]
        return [known[term] for term in cut]

    def find(self, terms: Sequence[str], *, k: int = 5) -> Found:
        """Return the ``k`` best concepts of distinct terms, as columns."""
        near = self.index.search(terms, k=NEAREST, types=self.types, among=self._among)
        words = self.index.words(terms)
        vectors = None
        if self.encoder is not None and len(terms):
            vectors = self.encoder.encode(terms)
        found = [
            self._names(self.index.shard(name), one, words, size=len(terms), vectors=vectors)
            for name, one in near.items()
        ]
        return best_answers(Found.join(found), k)

    def _names(
        self, shard: Shard, near: Near, words: Words, *, size: int, vectors: F32 | None
    ) -> Found:
        """Return all names of the rows near each term, scored."""
        weights, store = self.weights, self.index.store
        common = shares(shard, words, near, size)
        parts = {
            "gram": weights.gram * near.cosine,
            "same": np.float32(weights.same) * common.same,
            "cover": weights.cover * common.cover,
        }
        kept = np.arange(len(near.row))
        if vectors is not None:
            kept = leading(near.term, near.cosine + common.cover, ENCODED)
            row = near.row[kept]
            texts = store.names.take(shard.row_names.values[shard.row_names.start[row]].tolist())
            cosine = np.zeros(0, np.float32)
            if len(texts) and self.encoder is not None:
                meant = self.encoder.encode(texts)
                cosine = np.einsum("nd,nd->n", meant, vectors[near.term[kept]])
            parts = {key: part[kept] for key, part in parts.items()}
            parts["vector"] = weights.vector * cosine
        else:
            parts["vector"] = np.zeros(len(kept), np.float32)
        owner, name = shard.row_names.take(near.row[kept])
        concept = store.array("name_concept")[name].astype(np.int64)
        good = np.flatnonzero(self.answering[concept])
        owner, rows, concept = owner[good], name[good].astype(np.int64), concept[good]
        parts = {key: np.asarray(part[owner], np.float32) for key, part in parts.items()}
        scope = SCOPE_SCORE[store.array("name_scope")[rows]]
        parts["scope"] = np.asarray(weights.scope * scope, np.float32)
        answer = concept
        loss = np.zeros(len(rows), np.float32)
        if self.ids is not None:
            answer = self.ids.codes(self.store, concept)
            loss -= np.float32(weights.lossy) * self.ids.lossy[concept]
            loss -= np.float32(weights.step) * (answer != concept)
        parts["namespace"] = loss
        raw = np.asarray(np.sum(list(parts.values()), axis=0), np.float32)
        return Found(near.term[kept][owner], rows, concept, answer, raw, parts)

    def candidate(self, found: Found, row: int) -> Candidate:
        """Return a row as a candidate."""
        store, concept = self.store, int(found.concept[row])
        code, name = int(found.answer[row]), int(found.name[row])
        said = {key: round(float(part[row]), 4) for key, part in found.parts.items()}
        types = int(store.array("concept_types")[concept])
        curie = answer_text(store, code)
        return Candidate(
            curie=curie,
            label=store.labels[code if code < store.n_concepts else concept],
            type=types_of(types & self.types if types & self.types else types)[0],
            score=float(likelihood(found.score[row], self.weights)),
            name=store.names[name],
            scope=SCOPES[store.array("name_scope")[name]],
            via=None if code == concept else store.curies[concept],
            lossy=self.ids is not None and bool(self.ids.lossy[concept]),
            why={key: value for key, value in said.items() if value},
        )


def leading(term: I64, score: F32, most: int) -> I64:
    """Return the places of the ``most`` highest scores of each term, in order."""
    order = np.lexsort((-score, term))
    sorted_term = term[order]
    first = np.searchsorted(sorted_term, sorted_term)
    return np.sort(order[np.arange(len(order)) - first < most])


def best_answers(found: Found, k: int) -> Found:
    """Return the best name of each answer of a term, and of these the ``k`` best."""
    order = np.lexsort((found.name, -found.score, found.term))
    pair = found.term[order] << 40 | found.answer[order]
    _, first = np.unique(pair, return_index=True)
    order = order[np.sort(first)]  # sorted by term and falling score still
    place = np.arange(len(order)) - np.searchsorted(found.term[order], found.term[order])
    return found.keep(order[place < k])
