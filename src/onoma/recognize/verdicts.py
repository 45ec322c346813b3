"""Answers of the guards kept in memory: a key under one surface is judged once.

The memory is small and forgets: a question whose few slots are taken drives out an earlier one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from onoma.recognize.guards import Surface

I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]

SLOT_BITS = 16
WAYS = 4  # slots side by side in which a question may stand
UNPACKED = np.uint64(0xFFFFFFFFFFFFFFFF)  # a question that is not kept
FIELDS = (
    ("capitals", 10), ("length", 10), ("spaces", 3), ("loud", 1), ("near_gene", 1), ("initial", 1),
)  # fmt: skip
"""The bits of each field of a surface (all of them: the guards read nothing else)."""
MOST = 1000  # longer surfaces are judged each time
ODD = 0x9E3779B97F4A7C15


def packed(key: I64, surface: Surface) -> U64:
    """Return keys and surfaces as one number each, UNPACKED where they do not fit."""
    out = key.astype(np.uint64)
    for name, bits in FIELDS:
        out <<= np.uint64(bits)
        out |= getattr(surface, name).astype(np.uint64)
    out[(surface.length > MOST) | (surface.capitals > MOST)] = UNPACKED
    return out


class Verdicts:
    """A memory of questions and answers, in buckets of a few slots."""

    def __init__(self) -> None:
        """Start with nothing known."""
        # One word holds question and answer, so that threads never see half of a pair.
        self.kept = np.full(1 << SLOT_BITS, UNPACKED, np.uint64)

    def look_up(self, asked: U64) -> tuple[Bools, I64]:
        """Return the answers known and the places of those that are not."""
        kept = self.kept[self._slots(asked)]
        same = (kept ^ (asked << np.uint64(1))[:, None]) <= 1
        answer = np.asarray(((kept & np.uint64(1)).astype(bool) & same).any(axis=1))
        return answer, np.flatnonzero(~same.any(axis=1) | (asked == UNPACKED))

    def keep(self, asked: U64, answer: Bools) -> None:
        """Remember answers."""
        some = np.flatnonzero(asked != UNPACKED)
        asked, answer = asked[some], answer[some]
        slots = self._slots(asked)
        free = self.kept[slots] == UNPACKED
        way = np.where(free.any(axis=1), free.argmax(axis=1), asked % np.uint64(WAYS - 1))
        words = (asked << np.uint64(1)) | answer.astype(np.uint64)
        self.kept[slots[np.arange(len(asked)), way.astype(np.int64)]] = words

    @staticmethod
    def _slots(asked: U64) -> I64:
        """Return the slots of each question."""
        mixed = asked * np.uint64(ODD)
        mixed >>= np.uint64(64 - SLOT_BITS)
        mixed &= np.uint64(-WAYS & 0xFFFFFFFFFFFFFFFF)
        return mixed.view(np.int64)[:, None] + np.arange(WAYS)
