"""The document's own abbreviations: a short form means what its long form means, in that document.

Each later mention of a defined short form takes the long form's key. Where the long form names
nothing, the vocabulary's reading of the short form is dropped in that document: "PD (pulse
duration)" is no Parkinson disease.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.recognize.columns import ABBREVIATION, Spans, Work
from onoma.recognize.genes import is_symbol

I64 = npt.NDArray[np.int64]
I32 = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class ShortForms:
    """Pairs that a batch's documents define, as batch positions; ``document`` is their number."""

    start: I32
    end: I32
    long_start: I32
    long_end: I32
    document: I32

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.start)


def spread(work: Work, spans: Spans, pairs: ShortForms) -> Spans:
    """Return the spans with each short form's mentions read as its long form says."""
    if not len(pairs):
        return spans
    text = work.batch.text
    added: list[tuple[int, int, int]] = []
    dropped: set[tuple[int, int]] = set()
    for number in range(len(pairs)):
        low, high = int(pairs.long_start[number]), int(pairs.long_end[number])
        key = _key_of_long_form(spans, low, high)
        if key < 0 and is_symbol(text[pairs.start[number] : pairs.end[number]], text[low:high]):
            continue
        for start, end in _mentions(work, pairs, number):
            if key >= 0:
                added.append((start, end, key))
            dropped.add((start, end))
    if dropped:
        places = np.array(sorted(dropped), np.int64)
        spans = spans.keep(~_among(spans, places))
    if not added:
        return spans
    columns = [np.array(column, np.int64) for column in zip(*added, strict=True)]
    return Spans.merge(spans, Spans.of(*columns, found_by=ABBREVIATION))


def _among(spans: Spans, places: I64) -> npt.NDArray[np.bool_]:
    packed = (spans.start << 32) | spans.end
    return np.isin(packed, (places[:, 0] << 32) | places[:, 1])


def _key_of_long_form(spans: Spans, start: int, end: int) -> int:
    """Return the key of the longest span that ends with the long form and covers most of it."""
    first = int(np.searchsorted(spans.start, start))
    last = int(np.searchsorted(spans.start, end))
    best, best_start = -1, end
    for place in range(first, last):
        if spans.end[place] == end and spans.start[place] < best_start:
            best, best_start = int(spans.key[place]), int(spans.start[place])
    if best >= 0 and (end - best_start) * 10 >= (end - start) * 6:
        return best
    return -1


def _mentions(work: Work, pairs: ShortForms, number: int) -> Iterator[tuple[int, int]]:
    """Yield each whole-word mention of a short form in its document."""
    text = work.batch.text
    short = text[pairs.start[number] : pairs.end[number]]
    low, high = work.batch.doc_start[pairs.document[number] : pairs.document[number] + 2].tolist()
    place = text.find(short, low, high)
    while place >= 0:
        end = place + len(short)
        if not (place > low and text[place - 1].isalnum()):
            if not text[end].isalnum():
                yield place, end
            elif text[end] == "s" and not text[end + 1].isalnum():
                yield place, end + 1
        place = text.find(short, end, high)
