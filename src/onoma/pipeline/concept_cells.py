"""What is said of the concepts of spans, as columns that no library but NumPy is needed for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.pipeline.columns import AnnotatedBatch
from onoma.types import SCOPES

PATTERN = SCOPES.index("pattern")
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The other concepts of each span, best first: ``codes[starts[i] : starts[i + 1]]``."""

    starts: npt.NDArray[np.int32]
    codes: I64  # places in ``curies``
    curies: list[str]

    def of_each(self) -> Iterator[list[str]]:
        """Yield the CURIEs of each span."""
        found = [self.curies[code] for code in self.codes.tolist()]
        bounds = self.starts.tolist()
        return (found[low:high] for low, high in pairwise(bounds))


@dataclass(frozen=True, slots=True)
class ConceptCells:
    """What is said of the concept of each span; ``reading`` is a place in the lists of texts."""

    nil: npt.NDArray[np.bool_]
    reading: I64
    curies: list[str]
    labels: list[str]
    names: list[str | None]
    score: npt.NDArray[np.float32]
    scope: npt.NDArray[np.int8]
    alternatives: Alternatives


def concept_cells(batch: AnnotatedBatch, places: I64) -> ConceptCells:
    """Return what is said of the concepts of these spans."""
    links, store = batch.links, batch.store
    chosen = links.chosen[places]
    nil = chosen < 0
    row = np.where(nil, 0, chosen)
    answer, concept, name = _at(links.answer, row), _at(links.concept, row), _at(links.name, row)
    scopes = np.where(name < 0, PATTERN, store.array("name_scope")[name]).astype(np.int8)
    named, own = np.flatnonzero(~nil & (name >= 0)), np.flatnonzero(~nil & (name < 0))
    # What a mention carries follows from its name; the few that bring their own CURIE come behind.
    distinct, first, inverse = np.unique(name[named], return_index=True, return_inverse=True)
    number = np.zeros(len(places), np.int64)
    number[named], number[own] = inverse, len(distinct) + np.arange(len(own))
    rows = np.concatenate([named[first], own])
    return ConceptCells(
        nil=nil,
        reading=number,
        curies=_answers(batch, answer[rows]),
        labels=_labels(batch, concept[rows], answer[rows]),
        names=[*store.names.take(distinct.tolist()), *[None] * len(own)],
        score=np.where(nil, 0, _at(links.score, row)).astype(np.float32),
        scope=scopes,
        alternatives=_alternatives(batch, places),
    )


def concept_rows(batch: AnnotatedBatch, places: I64) -> Iterator[tuple[Any, ...]]:
    """Yield CURIE, label, score, alternatives, name and scope of the concept of each span."""
    cells = concept_cells(batch, places)
    columns = (cells.nil, cells.reading, cells.score, cells.scope)
    rows = zip(*(one.tolist() for one in columns), cells.alternatives.of_each(), strict=True)
    for nil, reading, score, scope, others in rows:
        if nil:
            yield None, None, score, others, None, None
        else:
            said = cells.curies[reading], cells.labels[reading]
            yield *said, score, others, cells.names[reading], SCOPES[scope]


def _answers(batch: AnnotatedBatch, codes: I64) -> list[str]:
    """Return the CURIE of each answer's number: most are concepts of the store."""
    inside = codes < batch.store.n_concepts
    texts = iter(batch.store.curies.take(codes[inside].tolist()))
    pairs = zip(codes.tolist(), inside.tolist(), strict=True)
    return [next(texts) if known else batch.answer_text(code) for code, known in pairs]


def _labels(batch: AnnotatedBatch, concept: I64, answer: I64) -> list[str]:
    """Return labels; a mention that carries its own CURIE shows its local part."""
    texts = iter(batch.store.labels.take(concept[concept >= 0].tolist()))
    pairs = zip(concept.tolist(), answer.tolist(), strict=True)
    return [
        next(texts) if row >= 0 else batch.answer_text(code).partition(":")[2]
        for row, code in pairs
    ]


def _at(values: npt.NDArray[Any], rows: I64) -> npt.NDArray[Any]:
    return values[rows] if len(values) else np.zeros(len(rows), values.dtype)


def _alternatives(batch: AnnotatedBatch, places: I64) -> Alternatives:
    """Return the other concepts of each of these spans (in text order), best first, none twice."""
    links = batch.links
    number = np.full(len(batch.spans), -1, np.int64)
    number[places] = np.arange(len(places))
    rows = links.ranked()
    owner = number[links.rows.owner[rows]]
    rows, owner = rows[owner >= 0], owner[owner >= 0]
    code = np.where(links.answer[rows] >= 0, links.answer[rows], links.concept[rows])
    chosen = links.chosen[places]
    lead = np.where(chosen >= 0, _at(links.answer, np.maximum(chosen, 0)), -1)
    other = np.flatnonzero(code != lead[owner])
    owner, code = owner[other], code[other]
    if batch.ids is not None and len(owner):  # two concepts may have one answer
        _, first = np.unique((owner << 32) | code, return_index=True)
        first.sort()
        owner, code = owner[first], code[first]
    starts = np.searchsorted(owner, np.arange(len(places) + 1)).astype(np.int32)
    distinct, inverse = np.unique(code, return_inverse=True)
    return Alternatives(starts, inverse, _answers(batch, distinct))
