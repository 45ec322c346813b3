"""Rows of the log as documents again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from onoma.corpus.manifest import Segment
from onoma.corpus.segments import Batch, keys_of
from onoma.pipeline.found import GOLD, unpack_axes
from onoma.relate.annotating import RELATIONS, with_ids
from onoma.text.abbreviations import abbreviation_columns
from onoma.text.sentences import sentence_spans
from onoma.text.tokens import TextBatch
from onoma.types import (
    Abbreviation,
    AnnotatedDocument,
    Argument,
    Candidate,
    Document,
    FailedDocument,
    Fields,
    Mention,
    Passage,
    Relation,
    RelationEvidence,
    Sentence,
)

U64 = npt.NDArray[np.uint64]


def annotated_of(batch: Batch, keys: U64, segment: Segment) -> Iterator[AnnotatedDocument]:
    """Yield the documents of these keys of a batch with what was found in them.

    Abbreviations and sentences are not kept in the log; they follow from the text.
    """
    rows = np.flatnonzero(np.isin(keys_of(batch.documents), keys))
    records = batch.documents.take(pa.array(rows)).to_pylist()
    texts = TextBatch.of([record["text"] for record in records])
    short = _abbreviations(texts)
    starts, ends = sentence_spans(texts.codes, texts.doc_start)
    at = texts.doc_start.tolist()
    bounds = np.searchsorted(starts, texts.doc_start).tolist()
    mentions = _rows_by_key(batch.mentions, keys)
    relations = _rows_by_key(batch.relations, keys)
    is_related = RELATIONS in dict(segment.models)
    for place, record in enumerate(records):
        document, begin = document_of_row(record), at[place]
        own = slice(bounds[place], bounds[place + 1])
        size = len(document.text)
        related = relations.get(record["key"], ())
        found = AnnotatedDocument(
            document,
            mentions=tuple(_mention(one) for one in mentions.get(record["key"], ())),
            abbreviations=tuple(short.get(place, ())),
            sentences=tuple(
                Sentence(low - begin, high - begin)
                for low, high in zip(starts[own].tolist(), ends[own].tolist(), strict=True)
            ),
            coverage=((0, size),) if size else (),
            store=segment.store,
            relations=tuple(relation_of_row(one, n) for n, one in enumerate(related, 1)),
            models=segment.models,
        )
        yield with_ids(found) if related or is_related else found


def _rows_by_key(table: pa.Table, keys: U64) -> dict[int, list[dict[str, Any]]]:
    rows = np.flatnonzero(np.isin(keys_of(table), keys))
    found: dict[int, list[dict[str, Any]]] = {}
    for row in table.take(pa.array(rows)).to_pylist():
        found.setdefault(row["key"], []).append(row)
    return found


def document_of_row(row: dict[str, Any]) -> Document:
    """Return the document of a row of the table of documents."""
    return Document(
        row["id"],
        row["text"],
        tuple(
            Passage(one["start"], one["end"], one["kind"], _fields(one["metadata"]))
            for one in row["passages"]
        ),
        date=row["date"],
        language=row["language"],
        source=row["source"],
        metadata=_fields(row["metadata"]),
    )


def failed_of_row(row: dict[str, Any]) -> FailedDocument:
    """Return the failed document of a row that has an error."""
    error = row["error"]
    return FailedDocument(
        row["id"], error["code"], error["message"], error["hint"], error["offset"], row["source"]
    )


def _fields(pairs: list[dict[str, str]]) -> Fields:
    return tuple((pair["name"], pair["value"]) for pair in pairs)


def _mention(row: dict[str, Any]) -> Mention:
    lead: tuple[Candidate, ...] = ()
    if row["curie"] is not None:
        lead = (
            Candidate(
                row["curie"], row["label"] or "", row["type"], row["score"], row["name"] or "",
                row["scope"] or "",
            ),
        )  # fmt: skip
    others = tuple(Candidate(curie, "", row["type"], 0.0) for curie in row["alternatives"] or ())
    return Mention(
        row["start"],
        row["end"],
        row["text"],
        row["type"],
        row["curie"],
        row["label"],
        row["score"],
        row["found_by"],
        tuple((start, end) for start, end in row["spans"]),
        name=row["name"] or "",
        scope=row["scope"] or "",
        candidates=lead + others,
        assertion_axes=unpack_axes(row["axes"]),
    )


def relation_of_row(row: dict[str, Any], number: int) -> Relation:
    """Return the relation of a row; ``number`` is its place in its document, from 1."""
    ends = Argument("subject", row["subject"]), Argument("object", row["object"])
    trigger, found_by = row["trigger_span"], row["found_by"]
    return Relation(
        row["predicate"],
        ends,
        "" if found_by == GOLD else f"R{number}",
        metadata=_fields(row["metadata"] or []),
        kind=row["kind"] or "",
        confidence=row["confidence"],
        novelty=row["novelty"] or "",
        factuality=row["factuality"] or "",
        causality=row["causality"] or "",
        is_explicit=row["explicit"],
        trigger_span=None if trigger is None else (trigger[0], trigger[1]),
        evidence=tuple(
            RelationEvidence(
                one["start"], one["end"], tuple(one["subject"]), tuple(one["object"]), one["score"]
            )
            for one in row["evidence"] or ()
        ),
        found_by="" if found_by == GOLD else found_by,
    )


def _abbreviations(texts: TextBatch) -> dict[int, list[Abbreviation]]:
    """Return what short forms the documents of a batch define."""
    columns = abbreviation_columns(texts.codes, texts.doc_start, texts.text)
    owner = texts.document_of(columns[0])
    found: dict[int, list[Abbreviation]] = {}
    rows = zip(owner.tolist(), *(column.tolist() for column in columns), strict=True)
    for number, start, end, low, high in rows:
        base = int(texts.doc_start[number])
        found.setdefault(number, []).append(
            Abbreviation(
                texts.text[start:end],
                texts.text[low:high],
                start - base,
                end - base,
                low - base,
                high - base,
            )
        )
    return found
