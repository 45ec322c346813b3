"""How many requests a minute a key or address may make, counted for all workers together.

A bucket of tokens that fills steadily, in a table that the workers map: a row is a client's digest,
its tokens and when they were counted. Two clients of one row share it; that is rare and harmless.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROWS = 1 << 14


class Rates:
    """The buckets; ``rate`` requests a minute, as many at once."""

    def __init__(
        self, folder: Path, rate: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Map the table in a folder, made where there is none."""
        self._rate = rate
        self._clock = clock
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / "rates.bin"
        with path.open("ab") as file:
            file.truncate(ROWS * 2 * 8)
        self._table = np.memmap(path, np.float64, "r+", shape=(ROWS, 2))

    def take(self, client: str) -> float:
        """Take a token; return 0, or the seconds until there is one."""
        digest = hashlib.blake2b(client.encode("utf-8", "replace"), digest_size=8).digest()
        row = self._table[int.from_bytes(digest) % ROWS]
        now = self._clock()
        spent = max(row[0] - (now - row[1]) * self._rate / 60, 0.0) if row[1] <= now else 0.0
        if spent + 1 > self._rate:
            return float((spent + 1 - self._rate) * 60 / self._rate)
        row[0], row[1] = spent + 1, now
        return 0.0
