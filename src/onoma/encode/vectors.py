"""The nearest names of a vocabulary to a vector: compact codes, mapped, sharded by type.

Vectors are turned so that their first numbers say most (the eigenvectors of a sample's second
moments), then kept as int8. A search compares the first numbers of all names of the types asked
for, and scores the best again with all of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import Checksum, Inconsistent, InputError, ModelMissing
from onoma.types import type_mask

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

VECTOR_FORMAT = 1
POOL = 64  # names scored again for each vector, at least
BLOCK = 1 << 15  # names compared at once
FIRST_BLOCK = 1 << 11  # as long as there is no bar that a name must clear to be looked at
HINT = "delete that folder: it is made anew"


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest names of each vector, best first.

    ``entries`` (vectors, k) are rows for ``NameVectors.names_of``, -1 where there are fewer than k;
    ``scores`` (vectors, k) are cosines, -1 to 1, higher is nearer.
    """

    entries: I64
    scores: F32


@dataclass(frozen=True, slots=True)
class _Shard:
    first: int  # entry
    types: npt.NDArray[np.uint32]
    coarse: npt.NDArray[np.int8]
    rest: npt.NDArray[np.int8]
    all_types: int


class NameVectors:
    """Codes of a vocabulary's names, opened read-only and mapped.

    Raises (on opening): ModelMissing: nothing there; Inconsistent: made by another version;
    Checksum: a file has another size than when it was written.
    """

    def __init__(self, folder: Path) -> None:
        """Open a folder that ``vector_building.build_vectors`` made."""
        manifest = folder / "manifest.json"
        if not manifest.is_file():
            raise ModelMissing(f"no vectors in {folder}", hint="they are made on first need")
        self.folder = folder
        self.manifest: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
        if self.manifest["format"] != VECTOR_FORMAT:
            raise Inconsistent(f"{folder} has vectors of another format", hint=HINT)
        for name, said in self.manifest["files"].items():
            path = folder / name
            if not path.is_file() or path.stat().st_size != said["bytes"]:
                raise Checksum(f"{path} is not what was written", hint=HINT)
        self.dimension: int = self.manifest["dimension"]
        self._rotation = np.load(folder / "rotation.npy", allow_pickle=False)
        self._scale = np.load(folder / "scale.npy", allow_pickle=False)
        self._start = self._map("name_start.npy")
        self._names = self._map("names.npy")

    def __len__(self) -> int:
        """Return the number of entries: names that differ by more than their writing."""
        return len(self._start) - 1

    def _map(self, name: str) -> npt.NDArray[Any]:
        return np.asarray(np.load(self.folder / name, mmap_mode="r", allow_pickle=False))

    @cached_property
    def _shards(self) -> list[_Shard]:
        out, first = [], 0
        for name in self.manifest["shards"]:
            types = self._map(f"types_{name}.npy")
            coarse, rest = (self._map(f"{part}_{name}.npy") for part in ("coarse", "rest"))
            out.append(_Shard(first, types, coarse, rest, int(np.bitwise_or.reduce(types))))
            first += len(types)
        return out

    def verify(self) -> None:
        """Compare every file with its checksum.

        Raises: Checksum: a file is not what was written.
        """
        for name, said in self.manifest["files"].items():
            if file_digest(self.folder / name) != said["sha256"]:
                raise Checksum(f"{self.folder / name} is not what was written", hint=HINT)

    def names_of(self, entry: int) -> I64:
        """Return the rows of the store's names that an entry stands for, the best one first."""
        first, stop = self._start[entry : entry + 2].tolist()
        return self._names[first:stop].astype(np.int64)

    @cached_property
    def _entries(self) -> npt.NDArray[np.int32]:
        """The entry of each row of the store's names, -1 for names without a vector."""
        names = self._names.astype(np.int64)
        out = np.full(int(names.max(initial=-1)) + 1, -1, np.int32)
        out[names] = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self._start))
        return out

    def entries_of(self, names: I64) -> I64:
        """Return the entry of each row of the store's names, -1 for those without a vector."""
        inside = (names >= 0) & (names < len(self._entries))
        found = self._entries[np.where(inside, names, 0)] if len(self._entries) else -1
        return np.where(inside, found, -1).astype(np.int64)

    def cosines(self, vectors: F32, owner: I64, names: I64) -> F32:
        """Return the cosine of ``vectors[owner]`` with each name, NaN for names without a vector.

        ``vectors``: unit vectors, (texts, dimension); ``owner`` (rows of ``vectors``) and ``names``
        (rows of the store's names) make a pair each.

        Raises: InputError: vectors of another width.
        """
        self._check(vectors)
        out = np.full(len(names), np.nan, np.float32)
        entries = self.entries_of(names)
        known = np.flatnonzero(entries >= 0)
        turned = (vectors @ self._rotation) * self._scale
        pairs = np.einsum("nd,nd->n", self._codes(entries[known]), turned[owner[known]])
        out[known] = np.clip(pairs, -1, 1)
        return out

    def _check(self, vectors: F32) -> None:
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension:
            raise InputError(
                f"vectors of shape {vectors.shape} do not fit {self.dimension} numbers each",
                hint="encode them with the encoder that made these vectors",
            )

    def nearest(self, vectors: F32, types: Sequence[str] | None = None, *, k: int = 10) -> Nearest:
        """Return the ``k`` nearest names of each unit vector, (n, dimension), of these types.

        Raises: InputError: another width, or k below 1; UnknownName: no such type.
        """
        self._check(vectors)
        if k < 1:
            raise InputError(f"k is {k}", hint="give 1 or more")
        asked = type_mask(types) if types is not None else -1
        turned = (vectors @ self._rotation) * self._scale
        found = _Pool(len(vectors), max(POOL, 4 * k))
        for shard in self._shards:
            if shard.all_types & asked or asked < 0:
                self._compare(shard, turned[:, : shard.coarse.shape[1]], asked, found)
        return self._settled(turned, found, k)

    @staticmethod
    def _compare(shard: _Shard, queries: F32, asked: int, found: _Pool) -> None:
        start = 0
        while start < len(shard.types):
            stop = start + (BLOCK if found.is_full else FIRST_BLOCK)
            codes = shard.coarse[start:stop].astype(np.float32)
            scores = queries @ codes.T  # (queries, names)
            if asked >= 0:
                scores[:, (shard.types[start:stop] & np.uint32(asked)) == 0] = -np.inf
            found.add(scores, shard.first + start)
            start = stop

    def _settled(self, turned: F32, found: _Pool, k: int) -> Nearest:
        """Score the names of the pool with all their numbers."""
        entries = np.full((len(turned), k), -1, np.int64)
        scores = np.full((len(turned), k), -1.0, np.float32)
        for row, places in enumerate(found.places):
            if not len(places):
                continue
            exact = self._codes(places) @ turned[row]
            order = np.lexsort((places, -exact))[:k]
            entries[row, : len(order)] = places[order]
            scores[row, : len(order)] = np.clip(exact[order], -1, 1)
        return Nearest(entries, scores)

    def _codes(self, places: I64) -> F32:
        """Return the whole codes of entries, (n, dimension)."""
        out = np.empty((len(places), self.dimension), np.float32)
        firsts = [shard.first for shard in self._shards]
        owner = np.searchsorted(firsts, places, side="right") - 1
        for number in np.unique(owner).tolist():
            shard, rows = self._shards[number], np.flatnonzero(owner == number)
            own = places[rows] - shard.first
            out[rows] = np.concatenate([shard.coarse[own], shard.rest[own]], axis=1)
        return out


class _Pool:
    """The best names of each query so far."""

    def __init__(self, queries: int, size: int) -> None:
        self.size = size
        self.places: list[I64] = [np.zeros(0, np.int64)] * queries
        self._scores: list[F32] = [np.zeros(0, np.float32)] * queries
        self._least = np.full(queries, -np.inf, np.float32)

    @property
    def is_full(self) -> bool:
        """Whether each query has as many names as it keeps."""
        return bool((self._least > -np.inf).all())

    def add(self, scores: F32, first: int) -> None:
        """Take the scores of a block of names, (queries, names), that begins at entry ``first``."""
        rows, columns = np.nonzero(scores > self._least[:, None])
        cuts = np.searchsorted(rows, np.arange(len(scores) + 1))
        for row in np.unique(rows).tolist():
            own = columns[cuts[row] : cuts[row + 1]]
            places = np.concatenate([self.places[row], own + first])
            values = np.concatenate([self._scores[row], scores[row, own]])
            if len(values) > self.size:
                best = np.argpartition(-values, self.size)[: self.size]
                places, values = places[best], values[best]
                self._least[row] = values.min()
            self.places[row], self._scores[row] = places, values


def file_digest(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
