"""Mentions as Arrow tables, with the names of the JSON fields; built from columns, not objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from onoma.formats.mention_rows import SCHEMA
from onoma.pipeline.columns import LEADING, AnnotatedBatch, leading_codes
from onoma.recognize import FOUND_BY, Spans
from onoma.types import SCOPES, SEMANTIC_TYPES

PATTERN = SCOPES.index("pattern")
I64 = npt.NDArray[np.int64]


def mention_table(batch: AnnotatedBatch) -> pa.Table:
    """Return the mentions of a batch, in document and text order."""
    spans, text = batch.spans, batch.batch.text
    owner = batch.batch.document_of(spans.start.astype(np.int32))
    offset = batch.batch.doc_start[owner]
    start, end = spans.start - offset, spans.end - offset
    surfaces = [text[a:b] for a, b in zip(spans.start.tolist(), spans.end.tolist(), strict=True)]
    columns = {
        "id": _strings([d.id for d in batch.documents]).take(pa.array(owner)),
        "start": pa.array(start),
        "end": pa.array(end),
        "spans": _nested(start, end, *_gaps(spans, offset)),
        "text": _strings(surfaces),
        "type": _worded(batch.type, SEMANTIC_TYPES),
        "found_by": _worded(spans.found_by, FOUND_BY),
        "assertion": _worded(leading_codes(batch), LEADING).cast(pa.string()),
        **concept_columns(batch, np.arange(len(spans))),
    }
    return pa.table({name: columns[name] for name in SCHEMA.names}, schema=SCHEMA)


def concept_columns(batch: AnnotatedBatch, places: I64) -> dict[str, pa.Array]:
    """Return what is said of the concepts of these spans, by the field's name."""
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
    index = pa.array(number, mask=nil)
    rows = np.concatenate([named[first], own])
    names = [*store.names.take(distinct.tolist()), *[None] * len(own)]
    return {
        "curie": pa.array(_answers(batch, answer[rows]), pa.string()).take(index),
        "label": pa.array(_labels(batch, concept[rows], answer[rows]), pa.string()).take(index),
        "score": pa.array(np.where(nil, 0, _at(links.score, row)).astype(np.float32)),
        "alternatives": _alternatives(batch, places),
        "name": pa.array(names, pa.string()).take(index),
        "scope": _worded(scopes, SCOPES, nil),
    }


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


def _worded(
    codes: npt.NDArray[Any], words: Sequence[str], nil: npt.NDArray[np.bool_] | None = None
) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8), mask=nil), list(words))


def _gaps(spans: Spans, offset: I64) -> tuple[I64, I64]:
    """Return the gaps in document positions, -1 where there is none."""
    none = spans.gap_start < 0
    return np.where(none, -1, spans.gap_start - offset), np.where(none, -1, spans.gap_end - offset)


def _at(values: npt.NDArray[Any], rows: I64) -> npt.NDArray[Any]:
    return values[rows] if len(values) else np.zeros(len(rows), values.dtype)


def _strings(texts: Sequence[str]) -> pa.Array:
    try:
        return pa.array(texts, pa.string())
    except (UnicodeEncodeError, pa.ArrowInvalid):  # a lone surrogate has no UTF-8 form
        return pa.array([t.encode("utf-8", "replace").decode() for t in texts], pa.string())


def _nested(start: I64, end: I64, gap_start: I64, gap_end: I64) -> pa.Array:
    """Return [[start, end]] for each mention, two stretches for a discontinuous one."""
    count = 1 + (gap_start >= 0)
    first = np.cumsum(count) - count
    pairs = np.empty((int(count.sum()), 2), np.int64)
    pairs[first, 0], pairs[first + count - 1, 1] = start, end
    pairs[first, 1] = np.where(count > 1, gap_start, end)
    broken = count > 1
    pairs[first[broken] + 1, 0] = gap_end[broken]
    values = pa.FixedSizeListArray.from_arrays(pa.array(pairs.ravel()), 2)
    return pa.ListArray.from_arrays(pa.array(np.append(first, len(pairs)).astype(np.int32)), values)


def _alternatives(batch: AnnotatedBatch, places: I64) -> pa.Array:
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
    values = pa.array(_answers(batch, distinct), pa.string()).take(pa.array(inverse))
    return pa.ListArray.from_arrays(pa.array(starts), values)
