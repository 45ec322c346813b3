"""Texts cut into words and sentences, with offsets in code points."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.text.sentences import sentences
from onoma.types import Span

I64 = npt.NDArray[np.int64]
_WORD = re.compile(r"[^\W\d_]+|\d+|\S")


@dataclass(frozen=True, slots=True)
class WordText:
    """A text's words: their letters, where they start and end, and where each sentence begins.

    ``first`` numbers the first word of each sentence, and ends with the number of words.
    """

    words: tuple[str, ...]
    start: I64
    end: I64
    first: I64

    @classmethod
    def of(cls, text: str) -> WordText:
        """Cut a text."""
        found = list(_WORD.finditer(text))
        start = np.array([one.start() for one in found], np.int64)
        end = np.array([one.end() for one in found], np.int64)
        begins = np.array([one.start for one in sentences(text)], np.int64)
        first = np.unique(np.append(np.searchsorted(start, begins), [0, len(start)]))
        return cls(tuple(one.group() for one in found), start, end, first.astype(np.int64))

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.words)

    def cover(self, spans: Iterable[Span]) -> list[tuple[int, int]]:
        """Return the words, from and to, that each span touches; of overlapping spans the longest.

        In order; a span without a word is left out.
        """
        kept: list[tuple[int, int]] = []
        for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span)):
            low = int(np.searchsorted(self.end, start, side="right"))
            high = int(np.searchsorted(self.start, end, side="left"))
            if low < high and all(high <= a or b <= low for a, b in kept):
                kept.append((low, high))
        return sorted(kept)
