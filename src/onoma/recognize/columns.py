"""What recognisers pass on: a batch being annotated, and the spans found so far, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from onoma.text.tokens import TextBatch, Tokens

I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]

FOUND_BY = ("dictionary", "abbreviation", "coordination", "pattern", "shorthand")
FEW = 4096  # positions that are looked up one by one
DICTIONARY, ABBREVIATION, COORDINATION, PATTERN, SHORTHAND = range(5)


@dataclass(frozen=True)
class Work:
    """A batch with its tokens and their word ids."""

    batch: TextBatch
    tokens: Tokens
    words: npt.NDArray[np.uint32]
    capitals: npt.NDArray[np.int32]  # running count of capital letters (n + 1)

    def token_at(self, positions: npt.NDArray[np.integer]) -> I64:
        """Return the first token that starts at or behind each position."""
        if len(positions) < FEW and "_numbers" not in self.__dict__:
            return np.searchsorted(self.tokens.start, positions)
        return np.asarray(self._numbers[positions].astype(np.int64))

    @cached_property
    def _numbers(self) -> npt.NDArray[np.int32]:
        """How many tokens start before each character: written out, as it is asked so often."""
        start = self.tokens.start
        begins = np.zeros(len(self.batch.codes) + 2, np.int32)
        begins[start + 1] = 1
        again = start[1:][start[1:] == start[:-1]]  # the tokens of one expanded character
        np.add.at(begins, again + 1, 1)
        return np.asarray(np.cumsum(begins, dtype=np.int32))


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans in batch positions, sorted by (start, end), each with the key that names it.

    ``key`` is a key of the store, or -1 for a span that a pattern found (then ``extra`` is the row
    of its own CURIE). ``found_by`` numbers ``FOUND_BY``.
    """

    start: I64
    end: I64
    key: I64
    found_by: U8
    extra: I64
    gap_start: I64  # a discontinuous mention leaves out gap_start ..< gap_end; -1: nothing
    gap_end: I64

    def __len__(self) -> int:
        """Return the number of spans."""
        return len(self.start)

    def keep(self, which: npt.NDArray[np.generic]) -> Spans:
        """Return the spans at these places or under this mask."""
        return Spans(*(getattr(self, name)[which] for name in COLUMNS))

    def with_gaps(self, start: I64, end: I64) -> Spans:
        """Return these spans with a gap in each."""
        return Spans(self.start, self.end, self.key, self.found_by, self.extra, start, end)

    @classmethod
    def of(
        cls, start: I64, end: I64, key: I64, *, found_by: int, extra: I64 | None = None
    ) -> Spans:
        """Return spans found in one way."""
        none = np.full(len(start), -1, np.int64)
        how = np.full(len(start), found_by, np.uint8)
        return cls(start, end, key, how, none if extra is None else extra, none, none)

    @classmethod
    def merge(cls, *parts: Spans) -> Spans:
        """Return all spans sorted; of two with one place and key the first part's stays first."""
        columns = [np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS]
        order = np.lexsort((columns[1], columns[0]))
        return cls(*(column[order] for column in columns))


COLUMNS = ("start", "end", "key", "found_by", "extra", "gap_start", "gap_end")
