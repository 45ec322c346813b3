"""Documents that double earlier ones: by DOI, PMID or PMCID under another id, or by their text.

Texts are compared (see ``sketches``) where four bytes in a row of their signatures, of sixteen such
bands, are equal (locality-sensitive hashing, Indyk and Motwani 1998): of texts that share 80 % of
their triples 99.9 % are. All of a batch is looked up at once; what is found is few.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from onoma.corpus.ledger import Ledger
from onoma.corpus.schema import SIGNATURE
from onoma.corpus.segments import keys_of
from onoma.corpus.sketches import BY, Sketches

U64 = npt.NDArray[np.uint64]
U8 = npt.NDArray[np.uint8]
I64 = npt.NDArray[np.int64]

BAND = 4
BANDS = SIGNATURE // BAND
ALIKE = 0.8  # share of triples in common from which on a text is a twin
MOST_COMPARED = 32  # documents of one band or identifier that are looked at, the latest first
_BAND_NUMBERS = np.arange(BANDS, dtype=np.uint64) << np.uint64(32)
_NEAR = len(BY)  # the kind behind those of BY: texts that share a band


@dataclass(frozen=True, slots=True)
class Twin:
    """An earlier document that another one doubles."""

    key: int
    score: float
    by: str


@dataclass(frozen=True, slots=True)
class Near:
    """What a document may double: by its key in the log, or (0) its place in the same batch."""

    kind: int
    key: int
    place: int


class Lookup:
    """From numbers to the keys that were added with them: sorted runs, each half of the last."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._runs: list[tuple[U64, U64]] = []

    def add(self, numbers: U64, keys: U64) -> None:
        """Add keys under numbers."""
        while self._runs and len(self._runs[-1][0]) < 2 * len(numbers):
            known, older = self._runs.pop()
            numbers, keys = np.concatenate([known, numbers]), np.concatenate([older, keys])
        order = np.argsort(numbers, kind="stable")
        self._runs.append((numbers[order], keys[order]))

    def find(self, numbers: U64) -> Iterator[tuple[int, int]]:
        """Yield the place of a number and a key under it, the latest keys of each."""
        for known, keys in self._runs:
            low = np.searchsorted(known, numbers)
            equal = np.zeros(len(numbers), bool)
            inside = low < len(known)
            equal[inside] = known[low[inside]] == numbers[inside]
            places = np.flatnonzero(equal)
            high = np.searchsorted(known, numbers[places], side="right")
            for place, begin, end in zip(
                places.tolist(), low[places].tolist(), high.tolist(), strict=True
            ):
                for key in keys[max(begin, end - MOST_COMPARED) : end].tolist():
                    yield place, key


class Twins:
    """What documents of the log are found by that are doubled."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lookup = Lookup()
        self._signatures = np.zeros((1024, SIGNATURE), np.uint8)  # a row a key

    @classmethod
    def of(cls, heads: pa.Table) -> Twins:
        """Return those of a log."""
        twins = cls()
        if not len(heads):
            return twins
        keys = keys_of(heads)
        column = heads.column("signature").combine_chunks()
        rows = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
        raw = np.frombuffer(column.buffers()[1], np.uint8)
        raw = raw[column.offset * SIGNATURE : (column.offset + len(column)) * SIGNATURE]
        signatures = raw.reshape(-1, SIGNATURE)[rows]
        twins._keep(keys[rows], signatures)
        lists = heads.column("identifiers").combine_chunks()
        owner = np.repeat(keys, np.diff(lists.offsets.to_numpy()))
        twins._lookup.add(
            np.concatenate([lists.flatten().to_numpy(), _bands(signatures).ravel()]),
            np.concatenate([owner, np.repeat(keys[rows], BANDS)]),
        )
        return twins

    def add(self, sketches: Sketches, keys: Sequence[int]) -> None:
        """Take in documents under their keys."""
        if not keys:
            return
        numbers, places, _ = _numbers(sketches)
        own = np.array(keys, np.uint64)
        self._lookup.add(numbers, own[places])
        self._keep(own[sketches.is_long], sketches.signatures[sketches.is_long])

    def _keep(self, keys: U64, signatures: U8) -> None:
        if not len(keys):
            return
        size = len(self._signatures)
        if int(keys[-1]) >= size:
            more = max(int(keys[-1]) + 1, 2 * size) - size
            grown = np.zeros((more, SIGNATURE), np.uint8)
            self._signatures = np.concatenate([self._signatures, grown])
        self._signatures[keys.astype(np.int64)] = signatures

    def near(self, sketches: Sketches) -> dict[int, list[Near]]:
        """Return what the documents of a batch may double, by their place in it."""
        numbers, places, kinds = _numbers(sketches)
        found: dict[int, list[Near]] = {}
        for at, key in self._lookup.find(numbers):
            found.setdefault(int(places[at]), []).append(Near(int(kinds[at]), key, 0))
        order = np.argsort(numbers, kind="stable")  # equal ones in order of the places
        is_first = np.diff(numbers[order], prepend=np.uint64(0)) != 0
        is_first[:1] = True
        firsts, same = np.flatnonzero(is_first), np.flatnonzero(~is_first)
        begins = firsts[np.searchsorted(firsts, same, side="right") - 1]
        for at, begin in zip(same.tolist(), begins.tolist(), strict=True):
            place, kind = int(places[order[at]]), int(kinds[order[at]])
            for other in order[max(begin, at - MOST_COMPARED) : at].tolist():
                found.setdefault(place, []).append(Near(kind, 0, int(places[other])))
        return found

    def choose(
        self,
        near: Sequence[Near],
        sketches: Sketches,
        place: int,
        *,
        keys: Sequence[int],
        id: str,
        ledger: Ledger,
    ) -> Twin | None:
        """Return what a document of this id doubles among what is near: another one that counts.

        ``keys``: those of the batch's documents so far, 0 for one that was left out.
        """
        best: Twin | None = None
        for one in sorted(set(near), key=lambda one: (one.kind, one.key, one.place)):
            key = one.key or keys[one.place]
            other = ledger.ids[key]
            if not key or other == id or ledger.latest.get(other) != key:
                continue
            if one.kind < _NEAR:
                return Twin(key, 1.0, BY[one.kind])
            signature = self._signatures[key] if one.key else sketches.signatures[one.place]
            equal = np.count_nonzero(signature == sketches.signatures[place]) / SIGNATURE
            score = (equal - 1 / 256) / (1 - 1 / 256)
            if score >= ALIKE and (best is None or score > best.score):
                best = Twin(key, float(score), "text")
        return best


def _bands(signatures: U8) -> U64:
    """Return the bands of signatures, (n, 16), each with its number."""
    parts = np.ascontiguousarray(signatures).view(np.uint32).astype(np.uint64)
    return np.asarray(parts | _BAND_NUMBERS)


def _numbers(sketches: Sketches) -> tuple[U64, I64, I64]:
    """Return all that documents are found by, with the document's place and the kind of each."""
    said = [(place, *one) for place, own in enumerate(sketches.identifiers) for one in own]
    places = np.array([place for place, _, _ in said], np.int64)
    kinds = np.array([kind for _, kind, _ in said], np.int64)
    numbers = np.array([number for _, _, number in said], np.uint64)
    rows = np.flatnonzero(sketches.is_long)
    bands = _bands(sketches.signatures[rows]).ravel()
    return (
        np.concatenate([numbers, bands]),
        np.concatenate([places, np.repeat(rows, BANDS)]),
        np.concatenate([kinds, np.full(len(bands), _NEAR)]),
    )
