"""What was found in a batch of documents, as a table for whoever keeps it (a corpus).

The columns are those of ``formats.mention_rows``, with ``row`` (the document's place in the batch)
in place of its id, and ``axes``: the whole assertion in one byte, of which ``assertion`` is only
the leading word. Relations have most columns of ``formats.relation_schema``; an end without a
concept is ``T`` and the place of its mention in the document, from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import ExtraMissing
from onoma.formats.mention_rows import SCHEMA, mention_row
from onoma.formats.relation_rows import plain, relation_pairs, relation_row
from onoma.formats.relation_schema import SCHEMA as RELATION_ROWS
from onoma.pipeline.annotator import Annotator, Settings
from onoma.pipeline.completing import Completing, make_steps
from onoma.pipeline.tables import mention_table
from onoma.types import (
    EXPERIENCERS,
    POLARITIES,
    TEMPORALITIES,
    AnnotatedDocument,
    Assertion,
    Document,
    Fields,
)

try:
    import pyarrow as pa
except ImportError as error:
    raise ExtraMissing("arrow", "a Parquet file or Arrow table") from error

GOLD = "gold"
FOUND = pa.schema(
    [
        ("row", pa.int32()),
        *(SCHEMA.field(name) for name in SCHEMA.names if name != "id"),
        ("axes", pa.uint8()),
    ]
)


KEPT = (
    "predicate", "subject", "object", "subject_type", "object_type", "start", "end", "confidence",
    "found_by", "kind", "novelty", "factuality", "causality", "explicit", "trigger_span",
    "evidence",
)  # fmt: skip
"""The columns of relations that are kept; labels and words follow from mentions and text."""
FIELDS = pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())]))
RELATED = pa.schema(
    [("row", pa.int32()), *(RELATION_ROWS.field(name) for name in KEPT), ("metadata", FIELDS)]
)


@dataclass(frozen=True, slots=True)
class Found:
    """The mentions and relations of a batch (columns as in FOUND and RELATED), and the models."""

    mentions: pa.Table
    models: Fields = ()
    relations: pa.Table = field(default_factory=RELATED.empty_table)


def found_in(
    annotator: Annotator, documents: Sequence[Document], completer: Completing | None = None
) -> Found:
    """Return what is found in a batch."""
    if not documents:
        return Found(FOUND.empty_table())
    batch = annotator.annotate(documents)
    if completer is not None:
        return found_of(completer.complete(list(batch.documents_annotated())))
    said = batch.assertions
    axes = np.zeros(len(said), np.uint8)
    for column, place in (
        (said.polarity, 0), (said.temporality, 2), (said.experiencer, 4), (said.conditional, 6),
    ):  # fmt: skip
        axes |= column.astype(np.uint8) << np.uint8(place)
    rows = np.repeat(np.arange(len(documents), dtype=np.int32), np.diff(batch.bounds))
    return Found(_with(mention_table(batch), rows, axes))


def found_of(documents: Sequence[AnnotatedDocument]) -> Found:
    """Return the mentions and relations of documents that are annotated already."""
    cells = [mention_row(one.id, mention) for one in documents for mention in one.mentions]
    table = pa.Table.from_pylist(cells, schema=SCHEMA)
    rows = np.repeat(
        np.arange(len(documents), dtype=np.int32), [len(one.mentions) for one in documents]
    )
    axes = [pack_axes(mention.assertion_axes) for one in documents for mention in one.mentions]
    models = dict.fromkeys(pair for one in documents for pair in one.models)
    related = [cells for row, one in enumerate(documents) for cells in _relations(row, one)]
    relations = pa.Table.from_pylist(related, schema=RELATED)
    return Found(_with(table, rows, np.array(axes, np.uint8)), tuple(models), relations)


def _relations(row: int, document: AnnotatedDocument) -> Iterator[dict[str, Any]]:
    """Yield the cells of a document's relations."""
    places = {one.id: f"T{n}" for n, one in enumerate(document.mentions, 1) if one.id}
    for relation, *ends in relation_pairs(document):
        first, second = (replace(end, target=places.get(end.target, end.target)) for end in ends)
        cells = relation_row(document, relation, first, second)
        kept = {name: plain(cells[name]) for name in KEPT}
        metadata = [{"name": plain(n), "value": plain(v)} for n, v in relation.metadata]
        yield kept | {"row": row, "found_by": kept["found_by"] or GOLD, "metadata": metadata}


def _with(table: pa.Table, rows: npt.NDArray[np.int32], axes: npt.NDArray[np.uint8]) -> pa.Table:
    columns = [rows, *(table.column(name) for name in FOUND.names[1:-1]), axes]
    return pa.table(dict(zip(FOUND.names, columns, strict=True)), schema=FOUND)


def pack_axes(said: Assertion) -> int:
    """Return an assertion as one byte: polarity, temporality, experiencer, whether conditional."""
    return (
        POLARITIES.index(said.polarity)
        | TEMPORALITIES.index(said.temporality) << 2
        | EXPERIENCERS.index(said.experiencer) << 4
        | said.conditional << 6
    )


def unpack_axes(code: int) -> Assertion:
    """Return the assertion of a byte (its cue and scope are not kept)."""
    return Assertion(
        POLARITIES[code & 3],
        TEMPORALITIES[code >> 2 & 3],
        EXPERIENCERS[code >> 4 & 3],
        bool(code >> 6 & 1),
    )


def finding(settings: Settings, annotator: Annotator) -> Callable[[Sequence[Document]], Found]:
    """Return what a worker does with each batch."""
    return partial(found_in, annotator, completer=make_steps(settings))


def found_each(
    annotator: Annotator, batches: Iterator[Sequence[Document]], completer: Completing | None
) -> Iterator[Found]:
    """Yield what is found in each batch, in order."""
    for batch in batches:
        yield found_in(annotator, batch, completer)
