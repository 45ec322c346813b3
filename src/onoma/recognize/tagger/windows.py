"""Windows over words: whole sentences where they fit, overlapping cuts where one does not.

Each word has one window that answers for it, so no text is lost at any length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.recognize.tagger.words import MOST_PIECES, Words
from onoma.text.tokens import TextBatch

I64 = npt.NDArray[np.int64]
LONGEST = 192  # pieces of a window, the two around it included
MARGIN = 40  # pieces of context that two cuts of one sentence share, at least


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows as columns: words ``first ..< last`` are read, ``begin ..< stop`` answered for."""

    first: I64
    last: I64
    begin: I64
    stop: I64

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self.first)


def make_windows(
    words: Words, batch: TextBatch, sentence_start: I64, *, longest: int = LONGEST
) -> Windows:
    """Return the windows of a batch, in order; ``sentence_start`` are batch positions.

    Neighbouring sentences of a document share a window while they fit. Every word is answered for
    by one window. A window holds ``longest`` pieces at most, 48 at least.
    """
    room = max(longest, 3 * MOST_PIECES) - 2
    shift = np.repeat(batch.doc_start[:-1], np.diff(words.bounds))
    heads = np.searchsorted(words.start + shift, sentence_start, side="left")
    cuts = np.unique(np.concatenate([heads, words.bounds]))
    documents = set(words.bounds.tolist())
    rows: list[tuple[int, int, int, int]] = []
    first = words.first
    begin = 0
    for low, high in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        if low > begin and (low in documents or first[high] - first[begin] > room):
            rows.append((begin, low, begin, low))
            begin = low
        if first[high] - first[low] > room:
            rows += _overlapping(first, low, high, room=room)
            begin = high
    if begin < len(words):
        rows.append((begin, len(words), begin, len(words)))
    return Windows(*np.array(rows, np.int64).reshape(-1, 4).T)


def _overlapping(first: I64, low: int, high: int, *, room: int) -> list[tuple[int, int, int, int]]:
    """Return windows over a sentence that is too long for one."""
    margin = min(MARGIN, room // 4)
    rows, begin, done = [], low, low
    while True:
        last = int(np.searchsorted(first, first[begin] + room, side="right")) - 1
        if last >= high:
            rows.append((begin, high, done, high))
            return rows
        stop = int(np.searchsorted(first, first[last] - margin, side="left"))
        rows.append((begin, last, done, stop))
        done = stop
        begin = max(int(np.searchsorted(first, first[stop] - margin, side="left")), begin + 1)
