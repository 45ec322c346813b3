"""The semantic types of keys, as the number of a kind: two bytes a key where two masks took eight.

Millions of keys share some hundred pairs of types and of types that need no guard. What a text asks
for is spread over the whole column, so its size is what stays in memory and in the cache.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

U32 = npt.NDArray[np.uint32]


class KeyKinds:
    """The types of each key (``kinds[keys]``) and those of them for which no guard is asked.

    ``kind`` is a column over the keys; ``types`` and ``safe`` are tables over the kinds.
    """

    def __init__(self, kind: npt.NDArray[Any], types: U32, safe: U32) -> None:
        """Take the column (written to, if types are changed) and the tables."""
        self.kind, self.types, self.safe = kind, types, safe
        self._number: dict[tuple[int, int], int] | None = None

    @classmethod
    def of(cls, types: U32, safe: U32) -> KeyKinds:
        """Number the pairs of two columns over the keys."""
        pairs, kind = np.unique(
            (types.astype(np.uint64) << np.uint64(32)) | safe, return_inverse=True
        )
        size = np.uint16 if len(pairs) < 1 << 15 else np.uint32  # half is room for more
        return cls(
            kind.ravel().astype(size), (pairs >> np.uint64(32)).astype(np.uint32),
            (pairs & np.uint64(0xFFFFFFFF)).astype(np.uint32),
        )  # fmt: skip

    def __getitem__(self, keys: Any) -> Any:
        """Return the types of keys."""
        return self.types[self.kind[keys]]

    def safe_of(self, keys: Any) -> Any:
        """Return the types of keys for which no guard is asked."""
        return self.safe[self.kind[keys]]

    def put(self, key: int, types: int, safe: int) -> None:
        """Give a key these types."""
        if self._number is None:
            pairs = zip(self.types.tolist(), self.safe.tolist(), strict=True)
            self._number = {pair: number for number, pair in enumerate(pairs)}
        number = self._number.get((types, safe))
        if number is None:
            number = self._number[types, safe] = len(self.types)
            self.types = np.append(self.types, np.uint32(types))
            self.safe = np.append(self.safe, np.uint32(safe))
        self.kind[key] = number

    def widen(self, keys: npt.NDArray[np.int64], types: U32) -> None:
        """Give keys further types, guarded or not as their own are."""
        old, safe = self.types[self.kind[keys]], self.safe[self.kind[keys]]
        more = KeyKinds.of(old | types, np.where(safe > 0, safe | types, 0).astype(np.uint32))
        self.kind[keys] = more.kind + np.asarray(len(self.types), self.kind.dtype)
        self.types = np.append(self.types, more.types)
        self.safe = np.append(self.safe, more.safe)
        self._number = None

    def restrict(self, keys: Iterable[int], mask: int) -> None:
        """Take from keys all types but these."""
        for key in keys:
            self.put(key, int(self[key]) & mask, int(self.safe_of(key)) & mask)
