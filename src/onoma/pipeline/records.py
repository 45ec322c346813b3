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

from onoma.pipeline.columns import AnnotatedBatch
from onoma.recognize import FOUND_BY
from onoma.types import EXPERIENCERS, POLARITIES, SEMANTIC_TYPES, TEMPORALITIES, FailedDocument, failed_record

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

    kept: dict[tuple[int, int, int, bytes], tuple[str, str]] = field(default_factory=dict)

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
        spans, links, text = batch.spans, batch.links, batch.batch.text
        owner = batch.batch.document_of(spans.start.astype(np.int32))
        offset = batch.batch.doc_start[owner]
        first = links.rows.first.tolist()
        stop = [*first[1:], len(links.score)]
        said = leading_words(batch)
        gaps = spans.gap_start.tolist()
        out = []
        columns = zip(
            (spans.start - offset).tolist(), (spans.end - offset).tolist(), spans.start.tolist(),
            spans.end.tolist(), spans.key.tolist(), spans.found_by.tolist(), links.chosen.tolist(),
            batch.type.tolist(), first, stop, said, range(len(spans)), strict=True,
        )  # fmt: skip
        for start, end, low, high, key, found, chosen, type_, one, last, word, place in columns:
            reading = (key, chosen - one, type_, links.score[one:last].tobytes())
            fragments = self.kept.get(reading)
            if fragments is None:
                fragments = self._fragments(batch, place)
                if key >= 0 and len(self.kept) < MOST_KEPT:
                    self.kept[reading] = fragments
            pieces = f"[[{start},{end}]]"
            if gaps[place] >= 0:
                pieces = str([list(one) for one in batch.fragments(place, low - start)])
            out.append(
                f'{{"start":{start},"end":{end},"spans":{pieces},'
                f'"text":{quoted(text[low:high])},{fragments[0]},"found_by":"{FOUND_BY[found]}",'
                f'"assertion":"{word}",{fragments[1]}}}'
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
        return before[1:-1].decode(), behind[1:-1].decode()

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


_EXPERIENCER_WORDS = np.array(EXPERIENCERS)
_POLARITY_WORDS = np.array(POLARITIES)
_TEMPORALITY_WORDS = np.array(TEMPORALITIES)


def leading_words(batch: AnnotatedBatch) -> list[str]:
    """Return the leading assertion word of each span (see ``Assertion.leading``)."""
    said = batch.assertions
    words = np.where(said.conditional, "conditional", "present")
    words = np.where(said.temporality > 0, _TEMPORALITY_WORDS[said.temporality], words)
    words = np.where(said.polarity > 0, _POLARITY_WORDS[said.polarity], words)
    words = np.where(said.experiencer > 0, _EXPERIENCER_WORDS[said.experiencer], words)
    listed: list[str] = words.tolist()
    return listed
