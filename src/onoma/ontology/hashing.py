"""Open-addressing hash tables in flat arrays, built and read without a loop over entries.

A slot is one uint64: the hash's upper bits as a check, a payload below; 0 is empty. The address is
taken from the lower bits, which the payload displaces, so that check and address tell nearly the
whole hash. Look-up probes linearly; both the build and the look-up go round by round over all still
open entries at once.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from onoma.errors import Inconsistent

U64 = npt.NDArray[np.uint64]


WINDOWS = (7, 56, 448)
SPARE = 1 + sum(WINDOWS)  # slots behind the last address, so that a probe never wraps


def addresses(hashes: U64, size: int) -> npt.NDArray[np.int64]:
    """Return each hash's first slot among ``size`` (from its lower 32 bits, by multiplication)."""
    low = hashes & np.uint64(0xFFFFFFFF)
    low *= np.uint64(size)
    low >>= np.uint64(32)
    return low.view(np.int64)


def build_table(hashes: U64, payloads: U64, *, payload_bits: int, load: float) -> U64:
    """Return the slots of a table that holds each hash's payload (not 0).

    Raises: Inconsistent: two hashes agree in all bits kept (the caller draws another seed).
    """
    size = max(256, int(len(hashes) / load))
    values = (hashes >> np.uint64(payload_bits)) << np.uint64(payload_bits) | payloads
    slots = np.zeros(size + SPARE, np.uint64)
    place = addresses(hashes, size).copy()
    open_ = np.arange(len(hashes))
    while len(open_):
        where = place[open_]
        free = slots[where] == 0
        slots[where[free]] = values[open_[free]]
        settled = slots[where] == values[open_]
        open_ = open_[~settled]
        place[open_] += 1
        if len(open_) and place[open_].max() >= len(slots):
            raise Inconsistent("a hash table is too full at its end")
    if not np.array_equal(look_up(slots, hashes, payload_bits=payload_bits), payloads):
        raise Inconsistent("two entries of a hash table agree in every bit that is kept")
    return slots


def look_up(slots: U64, hashes: U64, *, payload_bits: int) -> U64:
    """Return the payload of each hash, 0 where the table has none."""
    place = addresses(hashes, len(slots) - SPARE)
    found = slots.take(place)
    differs = (found ^ hashes) >> np.uint64(payload_bits)
    out = found & np.uint64((1 << payload_bits) - 1)
    missed = np.flatnonzero(differs)
    if not len(missed):
        return out
    out[missed] = 0
    missed = missed[found[missed] != 0]
    done = 0
    for width in WINDOWS:  # three looks of growing width instead of many one-slot rounds
        if not len(missed):
            break
        near = (place[missed] + (done + 1))[:, None] + np.arange(width)
        window = slots[near]
        same = ((window ^ hashes[missed][:, None]) >> np.uint64(payload_bits)) == 0
        stops = same | (window == 0)
        rows = np.arange(len(missed))
        first = stops.argmax(axis=1)
        hit = same[rows, first]
        out[missed[hit]] = window[rows, first][hit] & np.uint64((1 << payload_bits) - 1)
        missed = missed[~stops[rows, first]]
        done += width
    return out
