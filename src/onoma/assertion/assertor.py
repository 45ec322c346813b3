"""What a text says of its mentions: the nearest cue of each axis whose scope holds the mention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.assertion.lexicon import (
    BACK,
    CONDITIONAL,
    EXPERIENCER,
    POLARITY,
    SECTION,
    TEMPORALITY,
    Lexicon,
    english,
)
from onoma.assertion.scopes import AXES, Cues, find_cues
from onoma.errors import BadSpan
from onoma.text.sentences import sentence_spans
from onoma.text.tokens import TextBatch, Tokens, tokenise
from onoma.types import EXPERIENCERS, POLARITIES, TEMPORALITIES, Assertion, Span

I8 = npt.NDArray[np.int8]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U32 = npt.NDArray[np.uint32]
Bools = npt.NDArray[np.bool_]

FAR = 1 << 40  # farther than any cue of the sentence: a heading only says what nothing nearer says
NONE = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class AssertionColumns:
    """One row a mention, in the order given.

    ``polarity``, ``temporality``, ``experiencer`` number ``POLARITIES``, ``TEMPORALITIES``,
    ``EXPERIENCERS`` of ``types``. Cue and scope are those of the leading axis, -1 where there is
    none; a scope covers its cue.
    """

    polarity: I8
    temporality: I8
    experiencer: I8
    conditional: Bools
    cue_start: I32
    cue_end: I32
    scope_start: I32
    scope_end: I32

    def __len__(self) -> int:
        """Return the number of mentions."""
        return len(self.polarity)

    def row(self, number: int, offset: int = 0) -> Assertion:
        """Return a mention's assertion with its offsets moved back by ``offset``."""
        cue = scope = None
        if self.cue_start[number] >= 0:
            cue = (int(self.cue_start[number]) - offset, int(self.cue_end[number]) - offset)
            scope = (int(self.scope_start[number]) - offset, int(self.scope_end[number]) - offset)
        return Assertion(
            polarity=POLARITIES[self.polarity[number]],
            temporality=TEMPORALITIES[self.temporality[number]],
            experiencer=EXPERIENCERS[self.experiencer[number]],
            conditional=bool(self.conditional[number]),
            cue=cue,
            scope=scope,
        )


class Assertor:
    """Finds the assertion of mentions by the cues around them, for a batch at once.

    Source: Chapman et al. 2001 (NegEx) and Harkema et al. 2009 (ConText), with three departures:
    the nearest cue of an axis wins, headings reach over their whole section, and finite verbs and
    prepositions end the reach of a denial (a cheap stand-in for the dependency rules of DEEPEN,
    Mehrabi et al. 2015).
    """

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        """Take a lexicon of cues, the English one unless told otherwise."""
        self._lexicon = lexicon if lexicon is not None else english()

    def columns(
        self,
        tokens: Tokens,
        codes: U32,
        *,
        sentence_starts: I32,
        sentence_ends: I32,
        span_start: I32,
        span_end: I32,
    ) -> AssertionColumns:
        """Return the assertion of each span of a batch; spans are sorted by start.

        All positions are into ``codes``. The work is linear in tokens, cues and spans (each looked
        up in sorted columns), however many stand in one sentence.
        """
        best = np.full((AXES, len(span_start)), -1, np.int64)
        if len(span_start) and len(tokens) and len(sentence_starts):
            cues, _ = find_cues(
                self._lexicon, tokens, codes=codes, starts=sentence_starts, ends=sentence_ends
            )
            cues = cues.rows(~_in_names(cues, span_start, span_end))
            best = _nearest(cues, span_start.astype(np.int64), span_end.astype(np.int64))
        else:
            cues = _no_cues()
        return _columns(cues, best)

    def rows(self, batch: TextBatch, spans: Sequence[tuple[int, Span]]) -> list[Assertion]:
        """Return what a batch says of each span (number of its document, offsets there), in order.

        The offsets of cues and scopes are of the document too.
        """
        if not spans:
            return []
        shift = np.asarray(batch.doc_start, np.int64)[[number for number, _ in spans]]
        places = np.array([span for _, span in spans], np.int64) + shift[:, None]
        order = np.lexsort((places[:, 1], places[:, 0]))
        starts, ends = sentence_spans(batch.codes, batch.doc_start)
        found = self.columns(
            tokenise(batch.codes),
            batch.codes,
            sentence_starts=starts,
            sentence_ends=ends,
            span_start=places[order, 0].astype(np.int32),
            span_end=places[order, 1].astype(np.int32),
        )
        place = np.argsort(order, kind="stable").tolist()
        return [found.row(at, by) for at, by in zip(place, shift.tolist(), strict=True)]


def assert_spans(text: str, spans: Sequence[Span]) -> list[Assertion]:
    """Return what a text says of each span, in the order given.

    >>> assert_spans("No sign of asthma, but her mother has eczema.", [(11, 17), (38, 44)])[0].cue
    (0, 10)

    Raises: BadSpan: a span is empty or outside of the text.
    """
    for start, end in spans:
        if not 0 <= start < end <= len(text):
            raise BadSpan(f"no span of a text of {len(text)} characters: {start}, {end}")
    return Assertor().rows(TextBatch.of([text]), [(0, span) for span in spans])


def _no_cues() -> Cues:
    none, small = np.empty(0, np.int32), np.empty(0, np.int8)
    return Cues(none, none, small, small, small, none, none, none)


def _in_names(cues: Cues, start: I32, end: I32) -> Bools:
    """Return which cues are a part of a mention: "absent" of "absent reflexes and weakness".

    They say nothing of other mentions. A mention that is all of a cue ("Allergies:") is one.
    """
    furthest = np.append(np.int32(-1), np.maximum.accumulate(end))
    is_held = furthest[np.searchsorted(start, cues.start, side="right")] >= cues.end
    same = np.isin(cues.start.astype(np.int64) << 32 | cues.end, start.astype(np.int64) << 32 | end)
    result: Bools = is_held & ~same & (cues.direction != SECTION)
    return result


def _nearest(cues: Cues, start: I64, end: I64) -> I64:
    """Return per axis and span the row of the nearest cue whose scope holds it, or -1.

    Cues of one axis, direction and reach are compared as a group: among these the nearest before
    (or behind) a span holds it if any does, as stops and sentence ends close them all alike.
    """
    best = np.full((AXES, len(start)), -1, np.int64)
    near = np.full((AXES, len(start)), NONE, np.int64)
    key = (cues.reach.astype(np.int64) * 8 + cues.direction) * AXES + cues.axis
    order = np.argsort(key, kind="stable")
    borders = np.flatnonzero(np.append(True, key[order][1:] != key[order][:-1]))
    for rows in np.split(order, borders[1:]) if len(order) else []:
        axis, direction = int(cues.axis[rows[0]]), int(cues.direction[rows[0]])
        if direction == BACK:
            place = np.searchsorted(cues.start[rows], end, side="left")
            row = rows[np.minimum(place, len(rows) - 1)]
            holds = (place < len(rows)) & (end > cues.scope_start[row])
            holds &= start < cues.scope_end[row]
            distance = cues.start[row] - end
        else:
            place = np.searchsorted(cues.end[rows], start, side="right") - 1
            row = rows[np.maximum(place, 0)]
            holds = (place >= 0) & (start < cues.scope_end[row])
            distance = start - cues.end[row] + (FAR if direction == SECTION else 0)
        better = holds & (distance < near[axis])
        near[axis][better] = distance[better]
        best[axis][better] = row[better]
    return best


def _columns(cues: Cues, best: I64) -> AssertionColumns:
    value = np.zeros(best.shape, np.int8)
    known = best >= 0
    value[known] = cues.value[best[known]]
    lead = np.full(best.shape[1], -1, np.int64)
    for axis in (CONDITIONAL, TEMPORALITY, POLARITY, EXPERIENCER):  # the last one said leads
        lead = np.where(known[axis], best[axis], lead)
    out = np.full((4, best.shape[1]), -1, np.int32)
    led = np.flatnonzero(lead >= 0)
    row = lead[led]
    out[0, led], out[1, led] = cues.start[row], cues.end[row]
    out[2, led] = np.minimum(cues.scope_start[row], cues.start[row])
    out[3, led] = np.maximum(cues.scope_end[row], cues.end[row])
    return AssertionColumns(
        polarity=value[POLARITY],
        temporality=value[TEMPORALITY],
        experiencer=value[EXPERIENCER],
        conditional=value[CONDITIONAL].astype(bool),
        cue_start=out[0],
        cue_end=out[1],
        scope_start=out[2],
        scope_end=out[3],
    )
