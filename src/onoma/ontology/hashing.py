"""Hash tables in flat arrays, built and read without a loop over entries.

A slot is one uint64: the hash's upper bits as a check, a payload below; 0 is empty. Eight slots
make a bucket (a line of the processor's cache): an entry stands in the first free slot of its
bucket, counted from its own and around, or in the next bucket where its own is full. Bucket and own
slot are taken from the lower bits, which the payload displaces, so that check and address tell
nearly the whole hash. Entries come in the order of their use: the first get their own slot, so that
most look-ups of running text need one look, and nearly all others one bucket.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from onoma.errors import Inconsistent

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]

BUCKET = 8
SPARE = 64  # buckets behind the last address, so that a search never wraps


def addresses(hashes: U64, buckets: int) -> I64:
    """Return each hash's own slot: a bucket and a place in it (of its lower 32 bits)."""
    low = hashes & np.uint64(0xFFFFFFFF)
    low *= np.uint64(buckets * BUCKET)
    low >>= np.uint64(32)
    return low.view(np.int64)


def build_table(hashes: U64, payloads: U64, *, payload_bits: int, load: float) -> U64:
    """Return the slots of a table that holds each hash's payload (not 0), most used first.

    Raises: Inconsistent: two hashes agree in all bits kept, or the load is too high.
    """
    buckets = max(32, int(len(hashes) / load / BUCKET))
    values = (hashes >> np.uint64(payload_bits)) << np.uint64(payload_bits) | payloads
    slots = np.zeros((buckets + SPARE) * BUCKET, np.uint64)
    own = addresses(hashes, buckets)
    open_ = np.arange(len(hashes))[::-1]  # of several written to one slot the last one stays
    for step in range(SPARE * BUCKET):
        if not len(open_):
            break
        place = own[open_]
        where = place - place % BUCKET + (place + step) % BUCKET + step // BUCKET * BUCKET
        free = slots[where] == 0
        slots[where[free]] = values[open_[free]]
        open_ = open_[slots[where] != values[open_]]
    if len(open_):
        raise Inconsistent("a hash table is too full")
    if not np.array_equal(look_up(slots, hashes, payload_bits=payload_bits), payloads):
        raise Inconsistent("two entries of a hash table agree in every bit that is kept")
    return slots


def look_up(slots: U64, hashes: U64, *, payload_bits: int) -> U64:
    """Return the payload of each hash, 0 where the table has none."""
    shift = np.uint64(payload_bits)
    mask = np.uint64((1 << payload_bits) - 1)
    place = addresses(hashes, len(slots) // BUCKET - SPARE)
    out = slots.take(place)
    missed = np.flatnonzero((out ^ hashes) >> shift)
    found = out[missed]
    out &= mask
    out[missed] = 0
    missed = missed[found != 0]
    bucket = place[missed] // BUCKET
    hashes = hashes[missed]
    table = slots.reshape(-1, BUCKET)
    while len(missed):
        rows = table.take(bucket, axis=0)
        full = rows[:, 0] != 0
        for column in range(1, BUCKET):
            full &= rows[:, column] != 0
        at = np.flatnonzero(((rows ^ hashes[:, None]) >> shift == 0) & (rows != 0))
        row = at // BUCKET
        out[missed[row]] = rows.ravel()[at] & mask
        full[row] = False
        missed, bucket, hashes = missed[full], bucket[full] + 1, hashes[full]
    return out


class HashSet:
    """A few hashes, and whether others are among them: a table of bits answers most at once."""

    BITS = 12

    def __init__(self, hashes: U64) -> None:
        """Take the hashes (``hashes``, sorted; ``maybe``, the table of bits by low bits)."""
        self.hashes = np.unique(hashes)
        self.maybe = np.zeros(1 << self.BITS, bool)
        self.maybe[self._places(self.hashes)] = True

    def _places(self, hashes: U64) -> npt.NDArray[np.uint16]:
        return hashes.astype(np.uint16) & np.uint16((1 << self.BITS) - 1)

    def holds(self, hashes: U64) -> npt.NDArray[np.bool_]:
        """Return whether each hash is in the set."""
        out = self.maybe.take(self._places(hashes))
        maybe = np.nonzero(out)
        some = hashes[maybe]
        near = np.searchsorted(self.hashes, some)
        out[maybe] = self.hashes.take(near, mode="clip") == some
        return out
