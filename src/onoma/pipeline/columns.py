"""A batch of annotated documents as columns, and the objects made of it on demand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from onoma.assertion import AssertionColumns
from onoma.link.lexical import Links, telling
from onoma.link.literals import first_literal
from onoma.link.namespaces import Namespaces, answer_text
from onoma.ontology.store import ConceptStore
from onoma.recognize import FOUND_BY, Spans
from onoma.recognize.shortforms import ShortForms
from onoma.text.tokens import TextBatch, mix
from onoma.types import (
    EXPERIENCERS,
    POLARITIES,
    SCOPES,
    SEMANTIC_TYPES,
    TEMPORALITIES,
    Abbreviation,
    AnnotatedDocument,
    Assertion,
    Candidate,
    Document,
    Mention,
    Sentence,
    Span,
)

MOST_READINGS = 1 << 16
NIL = Candidate("", "", "", 0.0)
PRESENT = Assertion()
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class AnnotatedBatch:
    """Everything found in a batch; spans are sorted by document and start.

    ``type`` numbers ``SEMANTIC_TYPES``; ``bounds`` (n_docs + 1) cuts the spans into documents.
    """

    documents: Sequence[Document]
    batch: TextBatch
    spans: Spans
    links: Links
    type: npt.NDArray[np.uint8]
    assertions: AssertionColumns
    short_forms: ShortForms
    sentence_start: npt.NDArray[np.int32]
    sentence_end: npt.NDArray[np.int32]
    bounds: I64
    store: ConceptStore
    ids: Namespaces | None
    literals: Sequence[str]  # CURIEs of this batch's own (variants)
    kept: dict[tuple[int, int], tuple[Candidate, ...]]  # candidates of readings met before

    def answer_text(self, code: int) -> str:
        """Return the CURIE of an answer's number."""
        own = code - first_literal(self.store)
        return self.literals[own] if own >= 0 else answer_text(self.store, code)

    def documents_annotated(self) -> Iterator[AnnotatedDocument]:
        """Yield the documents in order with their mentions as objects."""
        mentions = list(self._mentions())
        bounds, starts = self.bounds.tolist(), self.batch.doc_start.tolist()
        for number, document in enumerate(self.documents):
            offset, stop = starts[number], starts[number + 1] - 1
            yield AnnotatedDocument(
                document=document,
                mentions=tuple(mentions[bounds[number] : bounds[number + 1]]),
                abbreviations=tuple(self._abbreviations(number, offset)),
                sentences=tuple(self._sentences(offset, stop)),
                coverage=((0, stop - offset),) if stop > offset else (),
                store=self.store.version,
            )

    def _mentions(self) -> Iterator[Mention]:
        """Yield the mentions in text order, their offsets moved back to their document's."""
        spans, text = self.spans, self.batch.text
        owner = self.batch.document_of(spans.start.astype(np.int32))
        offsets = self.batch.doc_start[owner]
        said = self.assertions
        plain = (said.polarity == 0) & (said.temporality == 0) & (said.experiencer == 0)
        plain &= ~said.conditional
        columns = zip(
            spans.start.tolist(), spans.end.tolist(), offsets.tolist(), self.type.tolist(),
            spans.found_by.tolist(), (self.links.chosen >= 0).tolist(), spans.gap_start.tolist(),
            plain.tolist(), readings(self).tolist(), strict=True,
        )  # fmt: skip
        for place, row in enumerate(columns):
            start, end, offset, kind, found, linked, gap, calm, reading = row
            candidates = self._read(place, reading)
            lead = candidates[0] if linked and candidates else NIL
            low, high = start - offset, end - offset
            yield Mention(
                start=low,
                end=high,
                text=text[start:end],
                type=SEMANTIC_TYPES[kind],
                curie=lead.curie or None,
                label=lead.label or None,
                score=lead.score,
                found_by=FOUND_BY[found],
                spans=((low, high),) if gap < 0 else self.fragments(place, offset),
                name=lead.name,
                scope=lead.scope,
                candidates=candidates,
                assertion_axes=PRESENT if calm else said.row(place, offset),
            )

    def _read(self, place: int, reading: int) -> tuple[Candidate, ...]:
        """Return a span's candidates; those of a reading met before are the same objects."""
        key = int(self.spans.key[place])
        if key < 0:
            return tuple(self.candidates(place))
        found = self.kept.get((key, reading))
        if found is None:
            if len(self.kept) > MOST_READINGS:
                self.kept.clear()
            found = self.kept[key, reading] = tuple(self.candidates(place))
        return found

    def fragments(self, place: int, offset: int) -> tuple[Span, ...]:
        """Return the one or two stretches of text that a span consists of."""
        start, end = int(self.spans.start[place]) - offset, int(self.spans.end[place]) - offset
        gap = int(self.spans.gap_start[place])
        if gap < 0:
            return ((start, end),)
        return (start, gap - offset), (int(self.spans.gap_end[place]) - offset, end)

    def candidates(self, place: int) -> list[Candidate]:
        """Return the possible concepts of a span, the chosen one first, then by score."""
        links = self.links
        bounds = links.rows.first
        first = int(bounds[place])
        stop = int(bounds[place + 1]) if place + 1 < len(bounds) else len(links.score)
        chosen = int(links.chosen[place])
        rows = sorted(range(first, stop), key=lambda row: (row != chosen, -float(links.score[row])))
        out: dict[str, Candidate] = {}
        for row in rows:
            candidate = self._candidate(row)
            out.setdefault(candidate.curie, candidate)
        return list(out.values())

    def _candidate(self, row: int) -> Candidate:
        links, store = self.links, self.store
        concept, name = int(links.concept[row]), int(links.name[row])
        answer = int(links.answer[row])
        curie = self.answer_text(answer if answer >= 0 else concept)
        score = max(float(links.score[row]), 0.0)
        if concept < 0:
            local = curie.partition(":")[2]
            return Candidate(curie, local, "variant", score, scope="pattern", why=links.why(row))
        types = int(links.types[row]) or int(store.array("concept_types")[concept])
        return Candidate(
            curie=curie,
            label=store.labels[concept],
            type=SEMANTIC_TYPES[lead_type(types)],
            score=score,
            name=store.names[name],
            scope=SCOPES[store.array("name_scope")[name]],
            via=store.curies[concept] if answer not in (concept, -1) else None,
            lossy=bool(self.ids is not None and answer != concept and self.ids.lossy[concept]),
            why=links.why(row),
        )

    def _abbreviations(self, number: int, offset: int) -> list[Abbreviation]:
        pairs, text = self.short_forms, self.batch.text
        found = np.flatnonzero(pairs.document == number)
        out = []
        for place in found.tolist():
            start, end = int(pairs.start[place]), int(pairs.end[place])
            low, high = int(pairs.long_start[place]), int(pairs.long_end[place])
            out.append(
                Abbreviation(text[start:end], text[low:high], start - offset, end - offset,
                             low - offset, high - offset)
            )  # fmt: skip
        return out

    def _sentences(self, offset: int, stop: int) -> list[Sentence]:
        first, last = np.searchsorted(self.sentence_start, [offset, stop]).tolist()
        return [
            Sentence(start - offset, end - offset)
            for start, end in zip(
                self.sentence_start[first:last].tolist(),
                self.sentence_end[first:last].tolist(),
                strict=True,
            )
        ]


@cache
def lead_type(types: int) -> int:
    """Return the number of the type that leads: the first of those that tell most."""
    told = int(telling(np.array(types, np.int64)))
    return (told & -told).bit_length() - 1 if told else 0


LEADING = ("present", "conditional", *TEMPORALITIES[1:], *POLARITIES[1:], *EXPERIENCERS[1:])
"""The words of ``Assertion.leading``, numbered by ``leading_codes``."""


def leading_codes(batch: AnnotatedBatch) -> npt.NDArray[np.uint8]:
    """Return the number in LEADING of each span's leading assertion word."""
    said = batch.assertions
    codes = said.conditional.astype(np.uint8)
    behind = 2
    for axis, words in (
        (said.temporality, TEMPORALITIES),
        (said.polarity, POLARITIES),
        (said.experiencer, EXPERIENCERS),
    ):
        codes = np.where(axis > 0, axis.astype(np.uint8) + np.uint8(behind - 1), codes)
        behind += len(words) - 1
    return codes


def readings(batch: AnnotatedBatch) -> npt.NDArray[np.int64]:
    """Return a number for how each span is read: equal for equal key, scores, type and finder."""
    links = batch.links
    if not len(batch.spans):
        return np.empty(0, np.int64)
    place = np.arange(len(links.score)) - links.rows.first[links.rows.owner]
    types = links.types.astype(np.uint64) << np.uint64(32)
    bits = links.score.view(np.uint32).astype(np.uint64) + types
    stirred = mix(bits + place.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    stirred += links.parts["document"].view(np.uint32).astype(np.uint64)
    sums = np.add.reduceat(stirred, links.rows.first)
    chosen = (links.chosen - links.rows.first).astype(np.uint64)
    other = batch.spans.found_by.astype(np.uint64) + (batch.type.astype(np.uint64) << np.uint64(8))
    return np.asarray(mix(sums ^ mix(other + (chosen << np.uint64(20)))).view(np.int64))
