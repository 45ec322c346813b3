"""Mentions as Arrow tables, with the names of the JSON fields; built from columns, not objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import ExtraMissing, InputError
from onoma.formats.mention_rows import SCHEMA, table_of
from onoma.formats.relation_schema import relation_table
from onoma.pipeline.columns import LEADING, AnnotatedBatch, leading_codes
from onoma.pipeline.concept_cells import concept_cells
from onoma.recognize import FOUND_BY, Spans
from onoma.types import SCOPES, SEMANTIC_TYPES, Document

try:
    import pyarrow as pa
except ImportError as error:
    raise ExtraMissing("arrow", "a Parquet file or Arrow table") from error

__all__ = ["documents_of", "mention_table", "mentions_in", "relation_table", "table_of"]
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
        **_concept_columns(batch),
    }
    return pa.table({name: columns[name] for name in SCHEMA.names}, schema=SCHEMA)


def mentions_in(batches: Iterable[AnnotatedBatch]) -> pa.Table:
    """Return the mentions of batches as one table."""
    tables = list(map(mention_table, batches))
    return pa.concat_tables(tables) if tables else SCHEMA.empty_table()


def _concept_columns(batch: AnnotatedBatch) -> dict[str, pa.Array]:
    """Return what is said of the concepts of the spans, by the field's name."""
    cells = concept_cells(batch, np.arange(len(batch.spans)))
    index = pa.array(cells.reading, mask=cells.nil)
    others = cells.alternatives
    curies = pa.array(others.curies, pa.string()).take(pa.array(others.codes))
    return {
        "curie": pa.array(cells.curies, pa.string()).take(index),
        "label": pa.array(cells.labels, pa.string()).take(index),
        "score": pa.array(cells.score),
        "alternatives": pa.ListArray.from_arrays(pa.array(others.starts), curies),
        "name": pa.array(cells.names, pa.string()).take(index),
        "scope": _worded(cells.scope, SCOPES, cells.nil),
    }


def _worded(
    codes: npt.NDArray[Any], words: Sequence[str], nil: npt.NDArray[np.bool_] | None = None
) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8), mask=nil), list(words))


def _gaps(spans: Spans, offset: I64) -> tuple[I64, I64]:
    """Return the gaps in document positions, -1 where there is none."""
    none = spans.gap_start < 0
    return np.where(none, -1, spans.gap_start - offset), np.where(none, -1, spans.gap_end - offset)


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


def documents_of(table: pa.Table) -> list[Document]:
    """Return the documents of a table; without a column ``id`` the row number is the id."""
    if "text" not in table.column_names:
        raise InputError("the table has no column 'text'", hint="name the column of texts 'text'")
    texts = table.column("text").to_pylist()
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            kind = "null" if text is None else type(text).__name__
            raise InputError(
                f"row {number} of the table is {kind}, not text", hint="cast or drop it"
            )
    ids = table.column("id").to_pylist() if "id" in table.column_names else range(len(texts))
    return [Document(str(one), text) for one, text in zip(ids, texts, strict=True)]
