"""JSON lines straight from columns: no object is made of a mention that is only to be written.

What does not depend on the place of a mention (type, concept, alternatives ...) is written once per
reading of a name and then reused. The lines equal ``AnnotatedDocument.to_dict()``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import orjson

from onoma.pipeline.columns import AnnotatedBatch
from onoma.recognize import FOUND_BY
from onoma.text.tokens import mix
from onoma.types import (
    EXPERIENCERS,
    POLARITIES,
    SEMANTIC_TYPES,
    TEMPORALITIES,
    FailedDocument,
    failed_record,
)

MOST_KEPT = 1 << 16


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

    kept: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)

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
        out = []
        columns = zip(
            (spans.start - offset).tolist(), (spans.end - offset).tolist(), spans.start.tolist(),
            spans.end.tolist(), spans.key.tolist(), readings(batch).tolist(), said,
            spans.gap_start.tolist(), strict=True,
        )  # fmt: skip
        for place, (start, end, low, high, key, reading, word, gap) in enumerate(columns):
            fragments = kept.get((key, reading))
            if fragments is None:
                fragments = self._fragments(batch, place)
                if key >= 0 and len(kept) < MOST_KEPT:
                    kept[key, reading] = fragments
            surface = text[low:high]
            if not surface.isprintable() or '"' in surface or "\\" in surface:
                surface = quoted(surface)[1:-1]
            pieces = f"[{start},{end}]"
            if gap >= 0:
                pieces = str([list(one) for one in batch.fragments(place, low - start)])[1:-1]
            out.append(
                f'{{"start":{start},"end":{end},"spans":[{pieces}],"text":"{surface}"'
                f'{fragments[0]}"assertion":"{LEADING[word]}",{fragments[1]}}}'
            )
        return out

    @staticmethod
    def _fragments(batch: AnnotatedBatch, place: int) -> tuple[str, str]:
        """Return what is said of a span's concept, before and behind how it was found."""
        candidates = batch.candidates(place)
        chosen = batch.links.chosen[place] >= 0
        lead = candidates[0] if chosen else None
        others = [c.curie for c in candidates if lead is None or c.curie != lead.curie]
        before = orjson.dumps(
            {
                "type": SEMANTIC_TYPES[batch.type[place]],
                "curie": lead.curie if lead else None,
                "label": lead.label if lead else None,
                "score": round(lead.score, 4) if lead else 0.0,
            }
        )
        behind = orjson.dumps(
            {
                "alternatives": others,
                "name": lead.name if lead else "",
                "scope": lead.scope if lead else "",
            }
        )
        found = FOUND_BY[batch.spans.found_by[place]]
        return f',{before[1:-1].decode()},"found_by":"{found}",', behind[1:-1].decode()

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
    bits = links.score.view(np.uint32).astype(np.uint64) + (links.types.astype(np.uint64) << np.uint64(32))
    stirred = mix(bits + place.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    sums = np.add.reduceat(stirred, links.rows.first)
    chosen = (links.chosen - links.rows.first).astype(np.uint64)
    other = batch.spans.found_by.astype(np.uint64) + (batch.type.astype(np.uint64) << np.uint64(8))
    return np.asarray(mix(sums ^ mix(other + (chosen << np.uint64(20)))).view(np.int64))
