"""Terms to concepts by names that are spelled or meant alike, best first, in 0..1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from onoma.encode.vectors import NameVectors
from onoma.link.candidates.found import PARTS, POOLED, Found, best_answers, leading, taken
from onoma.link.candidates.grams import Words
from onoma.link.candidates.index import NameIndex, Near, Shard, open_index, shards_of
from onoma.link.candidates.judging import NOWHERE, Around, Drawn, Judge
from onoma.link.candidates.lexicon import Lexicon
from onoma.link.candidates.ranker import shipped_ranker
from onoma.link.candidates.scoring import (
    FUSED,
    LEXICAL,
    Shares,
    Weights,
    likelihood,
    log_odds,
    shares,
)
from onoma.link.candidates.spelling import Speller
from onoma.link.candidates.teaching import Taught, teach
from onoma.link.lexical import SCOPE_SCORE
from onoma.link.namespaces import Namespaces, answer_text
from onoma.ontology.store import ConceptStore
from onoma.types import SCOPES, Candidate, types_of

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

Meant = tuple[F32, F32]
"""Cosines of rows with their terms, and 1 for those that the encoder read."""
Texts = Callable[[npt.NDArray[np.integer]], list[str]]
"""Names by number."""

NEAREST = 120  # rows of a shard that are scored for a term
JUDGED = 30  # concepts of a term that the re-ranker judges
ENCODED = 10  # rows of a term that the encoder reads
UNREAD = 0.75  # of its cosine in spelling: what a row that is not read gets for its meaning
MOST_KEPT = 1 << 16  # vectors remembered
EXACT = SCOPES.index("exact")
LONGEST_TERM = 400  # characters of a term that are looked at
BATCH = 512  # terms at once
SPELLING = 0.5  # log odds that each edit of a corrected term costs


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
        self.name = str(getattr(encoder, "name", ""))
        self._kept: dict[str, npt.NDArray[np.float16]] = {}

    def encode(self, texts: Sequence[str], *, batch: int = 128) -> F32:
        """Return one unit vector a text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._kept]
        if len(self._kept) + len(new) > MOST_KEPT:
            self._kept.clear()
            new = list(dict.fromkeys(texts))
        if new:
            vectors = self._encoder.encode(new, batch=batch).astype(np.float16)
            self._kept.update(zip(new, vectors, strict=True))
        kept = [self._kept[text] for text in texts]
        return np.stack(kept).astype(np.float32) if kept else self._encoder.encode([])


@dataclass(frozen=True, slots=True)
class _Reached:
    """The rows of a shard near some terms; ``texts`` gives the names of numbers.

    ``is_stored``: whether these are rows of the store's names.
    """

    shard: Shard
    near: Near
    common: Shares
    texts: Texts
    is_stored: bool = True


class TermLinker:
    """Links terms over one store, for some types and namespaces."""

    def __init__(
        self,
        store: ConceptStore,
        *,
        types: int = 0,
        ids: Namespaces | None = None,
        encoder: TextEncoder | None = None,
        meanings: NameVectors | None = None,
        weights: Weights | None = None,
        lexicon: Lexicon | None = None,
        barred: Sequence[int] = (),
    ) -> None:
        """Take a store, the types (bits, 0 for all) and namespaces asked for.

        ``encoder`` re-ranks what is spelled alike, by ``meanings`` where they are given; what is
        like a text of the ``lexicon`` counts beside the names; ``barred`` are concept rows never to
        answer.
        """
        self.store = store
        self.types = types
        self.ids = ids
        self.encoder = encoder
        if encoder is not None and not isinstance(encoder, Remembered):
            self.encoder = Remembered(encoder)
        self.weights = weights or usual_weights(self.encoder)
        self.index: NameIndex = open_index(store)
        self.meanings = meanings
        self.lexicon = lexicon
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

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self.index.store, self.index, self.types)

    @cached_property
    def speller(self) -> Speller:
        """Corrects the words that no name of the types asked for has."""
        shards = tuple(self.index.shard(name) for name in shards_of(self.types))
        return Speller(shards, self._judge.facts)

    def link(
        self, terms: Sequence[str], *, k: int = 5, around: Sequence[Around] = ()
    ) -> list[list[Candidate]]:
        """Return for each term the ``k`` best concepts, by what is known ``around`` each.

        Each distinct pair of term and context is looked up once.
        """
        if not shards_of(self.types):  # nothing of these types has names that could be near
            return [[] for _ in terms]
        beside = around or [NOWHERE] * len(terms)
        asked = {
            (term[:LONGEST_TERM], one.context): one for term, one in zip(terms, beside, strict=True)
        }
        known: dict[tuple[str, str], list[Candidate]] = {}
        distinct = list(asked)
        for begin in range(0, len(distinct), BATCH):
            batch = distinct[begin : begin + BATCH]
            found = self.find(
                [term for term, _ in batch], k=k, around=[asked[pair] for pair in batch]
            )
            bounds = np.searchsorted(found.term, np.arange(len(batch) + 1)).tolist()
            for number, pair in enumerate(batch):
                rows = range(bounds[number], bounds[number + 1])
                known[pair] = [self.candidate(found, row) for row in rows]
        return [
            known[term[:LONGEST_TERM], one.context] for term, one in zip(terms, beside, strict=True)
        ]

    def find(self, terms: Sequence[str], *, k: int = 5, around: Sequence[Around] = ()) -> Found:
        """Return the ``k`` best concepts of terms as columns; scores are log odds of being right.

        A term with misspelt words is read as it is and corrected; what only the correction finds
        loses ``SPELLING`` for each edit.
        """
        corrected = self.speller.correct(terms, self.index.words(terms)) if terms else {}
        read = [*terms, *(one.text for one in corrected.values())]
        owner = np.array([*range(len(terms)), *corrected], np.int64)
        beside = [around[place] for place in owner.tolist()] if around else ()
        found = self.judged(self.draw(read), read, beside)
        if corrected:
            edits = np.array([0] * len(terms) + [one.edits for one in corrected.values()])
            loss = (-SPELLING * edits[found.term]).astype(np.float32)
            found = replace(found.scored(found.score + loss, spelling=loss), pool={})
            found = replace(found, term=owner[found.term])
        return best_answers(found, k)

    def draw(self, terms: Sequence[str]) -> Found:
        """Return what is near terms, the best by the sum of their parts, not judged yet."""
        near = self.index.search(terms, k=NEAREST, types=self.types, among=self._among)
        words = self.index.words(terms)
        vectors = None
        if self.encoder is not None and len(terms):
            vectors = self.encoder.encode(terms)
        names = self.index.store.names
        reached = [
            _Reached(shard, one, shares(shard, words, one), lambda rows: names.take(rows.tolist()))
            for shard, one in ((self.index.shard(name), one) for name, one in near.items())
        ]
        meant = self._meant(reached, vectors)
        found = [self._names(one, part) for one, part in zip(reached, meant, strict=True)]
        if self._taught is not None:
            found.append(self._learned(self._taught, words, size=len(terms), vectors=vectors))
        return best_answers(Found.join(found), JUDGED)

    def judged(self, found: Found, terms: Sequence[str], around: Sequence[Around] = ()) -> Found:
        """Return what was drawn with log odds as scores: the ranker's, or those of the sum."""
        ranker = self.weights.ranker
        if ranker is None or not len(found.term):
            return found.scored(log_odds(found.score, self.weights))
        margins = ranker.margins(self.table(found, terms, around))
        if self.ids is None:  # one disease of two vocabularies is as likely in either
            margins = self._shared(found, margins)
        return found.scored(margins)

    def _shared(self, found: Found, margins: F32) -> F32:
        """Return the highest margin among a term's equivalent concepts for each of them."""
        group = self.index.store.array("concept_group").astype(np.int64)
        own = np.where(found.concept >= 0, group[found.concept], -1 - np.arange(len(found.term)))
        _, pair = np.unique(np.stack([found.term, own]), axis=1, return_inverse=True)
        best = np.full(int(pair.max()) + 1, -np.inf, np.float32)
        np.maximum.at(best, pair.ravel(), margins)
        return best[pair.ravel()]

    def table(self, found: Found, terms: Sequence[str], around: Sequence[Around] = ()) -> F32:
        """Return the table of what was drawn, as the ranker reads it."""
        weights, parts, pool = self.weights, found.parts, found.pool
        stored = found.name >= 0
        texts = np.empty(len(found.name), object)
        texts[stored] = self.index.store.names.take(found.name[stored].tolist())
        taught = self._taught
        if taught is not None:
            entries = taught.entries
            texts[~stored] = [entries[-1 - row].text for row in found.name[~stored].tolist()]
        lossy = np.zeros(len(stored), bool)
        if self.ids is not None:
            lossy = self.ids.lossy[np.maximum(found.concept, 0)] & stored
        cosines = {key: whole(parts[key], getattr(weights, key)) for key in ("gram", "vector")}
        best = {key: whole(pool[key], getattr(weights, key)) for key in POOLED}
        drawn = Drawn(
            term=found.term,
            concept=found.concept,
            text=tuple(texts.tolist()),
            raw=found.score,
            gram=cosines["gram"],
            vector=cosines["vector"],
            is_read=pool["is_read"] > 0,
            same=parts["same"] > 0,
            other_number=parts["number"] < 0,
            scope=whole(parts["scope"], weights.scope),
            lossy=lossy.astype(np.float32),
            step=(found.answer != found.concept).astype(np.float32),
            learned=whole(parts["learned"], weights.learned),
            support=pool["names"].astype(np.int64),
            second=pool["second"],
            gram_best=best["gram"],
            vector_best=best["vector"],
            cover_best=best["cover"],
            used=np.zeros(len(stored), np.float32) if taught is None else taught.used(found.answer),
            told=self._told(found, around),
        )
        return self._judge.table(terms, drawn, around or [NOWHERE] * len(terms))

    def _told(self, found: Found, around: Sequence[Around]) -> F32:
        """Return what the dictionary said of each answer."""
        out = np.zeros(len(found.term), np.float32)
        asked = np.array([bool(one.told) for one in around], bool)
        if asked.any():
            for row in np.flatnonzero(asked[found.term]).tolist():
                told = around[int(found.term[row])].told
                out[row] = told.get(answer_text(self.store, int(found.answer[row])), 0.0)
        return out

    def _meant(self, reached: Sequence[_Reached], vectors: F32 | None) -> list[Meant]:
        """Return for each row reached the cosine of its meaning with its term's, and if it is read.

        The rows that share most with a term are encoded; those of its own words need not be, the
        others are taken to be somewhat less alike in meaning than in spelling.
        """
        if vectors is None or self.encoder is None or not reached:
            none = [np.zeros(len(one.near.row), np.float32) for one in reached]
            return [(zeros, zeros) for zeros in none]
        term = np.concatenate([one.near.term for one in reached])
        alike = np.concatenate([one.near.cosine + one.common.cover for one in reached])
        same = np.concatenate([one.common.same for one in reached])
        out = np.concatenate([UNREAD * one.near.cosine for one in reached]).astype(np.float32)
        out[same] = 1.0
        is_read = same.astype(np.float32)
        chosen = leading(term, np.where(same, np.float32(-1), alike), ENCODED)
        chosen = chosen[~same[chosen]]
        is_read[chosen] = 1.0
        bounds = np.cumsum([0, *(len(one.near.row) for one in reached)])
        for number, one in enumerate(reached):
            own = chosen[(chosen >= bounds[number]) & (chosen < bounds[number + 1])]
            row = one.near.row[own - bounds[number]]
            names = one.shard.row_names.values[one.shard.row_names.start[row]].astype(np.int64)
            out[own] = self._cosines(one, names, term[own], vectors)
        cuts = list(pairwise(bounds.tolist()))
        return [(out[first:last], is_read[first:last]) for first, last in cuts]

    @cached_property
    def _taught(self) -> Taught | None:
        """The lexicon's texts as a shard, with the answers of each."""
        if self.lexicon is None or not self.lexicon.entries:
            return None
        return teach(self.lexicon, self.index.store, ids=self.ids)

    def _cosines(self, reached: _Reached, names: I64, term: I64, vectors: F32) -> F32:
        """Return the cosine of each name with its term, by vectors made before where there are."""
        out = np.full(len(names), np.nan, np.float32)
        if self.meanings is not None and reached.is_stored:
            out = self.meanings.cosines(vectors, term, names)
        left = np.flatnonzero(np.isnan(out))
        if len(left) and self.encoder is not None:
            meant = self.encoder.encode(reached.texts(names[left]))
            out[left] = np.einsum("nd,nd->n", meant, vectors[term[left]])
        return out

    def _parts(self, reached: _Reached, meant: Meant) -> dict[str, F32]:
        """Return the parts that the score of every row reached has."""
        weights, common = self.weights, reached.common
        return {
            "gram": weights.gram * reached.near.cosine,
            "vector": weights.vector * meant[0],
            "is_read": meant[1],
            "same": np.float32(weights.same) * common.same,
            "cover": weights.cover * common.cover,
            "number": np.float32(-weights.other) * common.other,
        }

    def _names(self, reached: _Reached, meant: Meant) -> Found:
        """Return all names of the rows near each term, scored."""
        weights, store, near = self.weights, self.index.store, reached.near
        owner, name = reached.shard.row_names.take(near.row)
        concept = store.array("name_concept")[name].astype(np.int64)
        good = np.flatnonzero(self.answering[concept])
        owner, rows, concept = owner[good], name[good].astype(np.int64), concept[good]
        answer, loss = concept, np.zeros(len(rows), np.float32)
        if self.ids is not None:
            answer = self.ids.codes(self.store, concept)
            loss -= np.float32(weights.lossy) * self.ids.lossy[concept]
            loss -= np.float32(weights.step) * (answer != concept)
        scope = np.float32(weights.scope) * SCOPE_SCORE[store.array("name_scope")[rows]]
        parts = taken(self._parts(reached, meant), owner) | {"scope": scope, "namespace": loss}
        return scored(near.term[owner], rows, concept, answer, parts)

    def _learned(self, taught: Taught, words: Words, *, size: int, vectors: F32 | None) -> Found:
        """Return the lexicon's texts near each term, scored."""
        weights, entries = self.weights, taught.entries
        words = taught.numbered(words)
        near = taught.shard.search(words, size, NEAREST)
        reached = _Reached(
            taught.shard, near, shares(taught.shard, words, near),
            lambda rows: [entries[row].text for row in rows.tolist()], is_stored=False,
        )  # fmt: skip
        (meant,) = self._meant([reached], vectors)
        owner, entry = taught.shard.row_names.take(near.row)
        good = np.flatnonzero(taught.answer[entry] >= 0)
        owner, rows = owner[good], entry[good].astype(np.int64)
        parts = taken(self._parts(reached, meant), owner) | {
            "scope": np.full(len(rows), weights.scope * SCOPE_SCORE[EXACT], np.float32),
            "learned": np.float32(weights.learned) * taught.share[rows],
        }
        return scored(
            near.term[owner], -1 - rows, taught.concept[rows], taught.answer[rows], parts
        )  # fmt: skip

    def candidate(self, found: Found, row: int) -> Candidate:
        """Return a row as a candidate."""
        store, concept = self.store, int(found.concept[row])
        code, name = int(found.answer[row]), int(found.name[row])
        said = {key: round(float(part[row]), 4) for key, part in found.parts.items()}
        curie = answer_text(store, code)
        labelled = code if code < store.n_concepts else concept
        of = [int(store.array("concept_types")[one]) for one in (labelled, concept) if one >= 0]
        fitting = (types & self.types for types in of if types & self.types)
        names = types_of(next(fitting, of[0] if of else 0))  # the answer's own, where it fits
        taught = self._taught
        if name < 0 and taught is not None:
            text, scope = taught.entries[-1 - name].text, SCOPES[EXACT]
        else:
            text, scope = store.names[name], SCOPES[store.array("name_scope")[name]]
        return Candidate(
            curie=curie,
            label=store.labels[labelled] if labelled >= 0 else curie,
            type=names[0] if names else "",
            score=float(likelihood(found.score[row])),
            name=text,
            scope=scope,
            via=None if code == concept or name < 0 else store.curies[concept],
            lossy=self.ids is not None and name >= 0 and bool(self.ids.lossy[concept]),
            why={key: value for key, value in said.items() if value},
        )


def scored(term: I64, name: I64, concept: I64, answer: I64, parts: dict[str, F32]) -> Found:
    """Return rows with the sum of their parts; parts that are not theirs are 0."""
    none = np.zeros(len(term), np.float32)
    kept = {key: parts.get(key, none) for key in PARTS}
    raw = np.asarray(np.sum(list(kept.values()), axis=0), np.float32)
    return Found(term, name, concept, answer, raw, kept, {"is_read": parts.get("is_read", none)})


def whole(part: F32, weight: float) -> F32:
    """Return what a weight was put to."""
    return part / np.float32(weight) if weight else part


def usual_weights(encoder: TextEncoder | None) -> Weights:
    """Return the weights for use with this encoder, with the ranker that ships for it."""
    name = None if encoder is None else str(getattr(encoder, "name", ""))
    return replace(LEXICAL if encoder is None else FUSED, ranker=shipped_ranker(name))
