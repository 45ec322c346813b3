"""JSON lines straight from columns: no object is made of a mention that is only to be written.

What does not depend on the place of a mention (type, concept, alternatives ...) is written once per
reading of a name and then reused. The lines equal ``AnnotatedDocument.to_dict()``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import orjson

from onoma.pipeline.columns import LEADING, AnnotatedBatch, leading_codes, readings
from onoma.pipeline.concept_cells import concept_rows
from onoma.recognize import FOUND_BY
from onoma.types import SEMANTIC_TYPES, FailedDocument, failed_record

MOST_KEPT = 1 << 15
Reading = tuple[int | str, int]
"""A key, or the CURIE of a mention that carries its own, and how it is read."""


def quoted(text: str) -> str:
    """Return a string as JSON; a lone surrogate is written as an escape."""
    try:
        return orjson.dumps(text).decode()
    except TypeError:
        return json.dumps(text)


def failed_line(failed: FailedDocument) -> bytes:
    """Return the line of a document that failed."""
    record = failed_record(failed)
    try:
        return orjson.dumps(record) + b"\n"
    except TypeError:
        return json.dumps(record).encode() + b"\n"


@dataclass(slots=True)
class RecordWriter:
    """Writes batches as JSON lines; keeps the fragments of names met before."""

    kept: dict[Reading, tuple[str, str]] = field(default_factory=dict)

    def lines(self, batch: AnnotatedBatch) -> Iterator[bytes]:
        """Yield the line of each document of a batch."""
        mentions = self._mentions(batch)
        bounds = batch.bounds.tolist()
        store = quoted(batch.store.version)
        starts = batch.batch.doc_start.tolist()
        short = self._abbreviations(batch)
        for number, document in enumerate(batch.documents):
            length = starts[number + 1] - starts[number] - 1
            coverage = f"[[0,{length}]]" if length else "[]"
            line = (
                f'{{"schema":1,"id":{quoted(document.id)},"store":{store},"models":{{}},'
                f'"mentions":[{",".join(mentions[bounds[number] : bounds[number + 1]])}],'
                f'"relations":[],"abbreviations":[{",".join(short.get(number, ()))}],'
                f'"coverage":{coverage},"error":null}}\n'
            )
            yield line.encode("utf-8")

    def _mentions(self, batch: AnnotatedBatch) -> list[str]:
        """Return each span's object as JSON text."""
        spans, text, kept = batch.spans, batch.batch.text, self.kept
        owner = batch.batch.document_of(spans.start.astype(np.int32))
        offset = batch.batch.doc_start[owner]
        said = leading_codes(batch).tolist()
        read: list[Reading] = list(zip(spans.key.tolist(), readings(batch).tolist(), strict=True))
        for place in np.flatnonzero(spans.extra >= 0).tolist():  # its CURIE is the batch's own
            read[place] = (batch.literals[int(spans.extra[place])], read[place][1])
        self._describe(batch, read)
        out = []
        columns = zip(
            (spans.start - offset).tolist(), (spans.end - offset).tolist(), spans.start.tolist(),
            spans.end.tolist(), read, said, spans.gap_start.tolist(), strict=True,
        )  # fmt: skip
        for place, (start, end, low, high, reading, word, gap) in enumerate(columns):
            before, behind = kept[reading]
            surface = text[low:high]
            if not surface.isprintable() or '"' in surface or "\\" in surface:
                surface = quoted(surface)[1:-1]
            pieces = f"[{start},{end}]"
            if gap >= 0:
                pieces = str([list(one) for one in batch.fragments(place, low - start)])[1:-1]
            out.append(
                f'{{"start":{start},"end":{end},"spans":[{pieces}],"text":"{surface}",'
                f'{before},"assertion":"{LEADING[word]}",{behind}}}'
            )
        return out

    def _describe(self, batch: AnnotatedBatch, read: list[Reading]) -> None:
        """Write the fragments of readings not met before."""
        if len(self.kept) > MOST_KEPT:
            self.kept.clear()
        fresh: dict[Reading, int] = {}
        for place, reading in enumerate(read):  # the first place of each: in text order
            if reading not in self.kept:
                fresh.setdefault(reading, place)
        if not fresh:
            return
        places = np.fromiter(fresh.values(), np.int64, len(fresh))
        found = batch.spans.found_by[places].tolist()
        types = batch.type[places].tolist()
        rows = concept_rows(batch, places)
        for reading, type_, how, row in zip(fresh, types, found, rows, strict=True):
            curie, label, score, alternatives, name, scope = row
            before = {
                "type": SEMANTIC_TYPES[type_],
                "curie": curie,
                "label": label,
                "score": round(score, 4),
                "found_by": FOUND_BY[how],
            }
            behind = {"alternatives": alternatives, "name": name or "", "scope": scope or ""}
            self.kept[reading] = (
                orjson.dumps(before)[1:-1].decode(),
                orjson.dumps(behind)[1:-1].decode(),
            )

    @staticmethod
    def _abbreviations(batch: AnnotatedBatch) -> dict[int, list[str]]:
        """Return the abbreviations of each document that has some, as JSON texts."""
        pairs, text = batch.short_forms, batch.batch.text
        starts = batch.batch.doc_start
        out: dict[int, list[str]] = {}
        for number, start, end, low, high in zip(
            pairs.document.tolist(), pairs.start.tolist(), pairs.end.tolist(),
            pairs.long_start.tolist(), pairs.long_end.tolist(), strict=True,
        ):  # fmt: skip
            out.setdefault(number, []).append(
                f'{{"short":{quoted(text[start:end])},"long":{quoted(text[low:high])},'
                f'"start":{start - int(starts[number])}}}'
            )
        return out
