"""What a document says elsewhere of a concept: sets of (document, concept group) pairs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FILTER_BITS = 15
_ODD = np.uint64(0x9E3779B97F4A7C15)


def pairs(document: npt.NDArray[np.integer], group: npt.NDArray[np.integer]) -> I64:
    """Return each (document, group) pair as one number."""
    return np.asarray((document.astype(np.int64) << 32) | group.astype(np.int64))


def supported(asked: I64, known: I64) -> Bools:
    """Return whether each pair asked about is among the known ones.

    Of the many known ones only those that share a hash with some pair asked about are sorted.
    """
    if not len(asked) or not len(known):
        return np.zeros(len(asked), bool)
    wanted = np.zeros(1 << FILTER_BITS, bool)
    wanted[_slots(asked)] = True
    near = np.unique(known[wanted[_slots(known)]])
    if not len(near):
        return np.zeros(len(asked), bool)
    place = np.minimum(np.searchsorted(near, asked), len(near) - 1)
    return np.asarray(near[place] == asked)


def _slots(packed: I64) -> I64:
    mixed = packed.view(np.uint64) * _ODD
    mixed >>= np.uint64(64 - FILTER_BITS)
    return mixed.view(np.int64)
