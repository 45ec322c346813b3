"""Documents that double earlier ones: by DOI, PMID or PMCID under another id, or by their text.

A text is a set of word triples; MinHash (Broder 1997) keeps, for each of 64 random orders, the
least of them, of which the last eight bits are stored (b-bit minwise hashing, Li and König 2010).
The share of equal bytes, less what chance makes equal, estimates the share of triples that two
texts have in common, within about 0.05. Texts are compared where four bytes in a row, of sixteen
such bands, are equal (locality-sensitive hashing, Indyk and Motwani 1998): of texts that share 80 %
of their triples 99.9 % are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from onoma.corpus.ledger import Ledger
from onoma.corpus.schema import SIGNATURE
from onoma.corpus.segments import keys_of
from onoma.text.tokens import TextBatch, mix, tokenise
from onoma.types import Document

U64 = npt.NDArray[np.uint64]
U32 = npt.NDArray[np.uint32]
U8 = npt.NDArray[np.uint8]

BAND = 4
BANDS = SIGNATURE // BAND
ALIKE = 0.8  # share of triples in common from which on a text is a twin
LEAST = 10  # triples of a text that is compared at all
MOST_RUNS = 6
MOST_COMPARED = 32  # texts of one band that are looked at, the latest first
IDENTIFIERS = {
    "doi": "doi", "DO": "doi", "LID": "doi", "AID": "doi", "pmid": "pmid", "PMID": "pmid",
    "pmcid": "pmcid", "PMC": "pmcid",
}  # fmt: skip
"""What identifies a document, by the names that the formats give it."""
_FORMS = {
    "doi": re.compile(r"10\.[0-9]{4,9}/\S+"),
    "pmid": re.compile(r"[0-9]{1,8}"),
    "pmcid": re.compile(r"pmc[0-9]{1,9}"),
}
_AROUND = re.compile(r"https?://(?:dx\.)?doi\.org/|doi:\s*| \[doi\]")
_RANDOM = np.random.default_rng(20)
_FACTORS = _RANDOM.integers(0, 1 << 64, SIGNATURE, np.uint64) | np.uint64(1)


@dataclass(frozen=True, slots=True)
class Twin:
    """An earlier document that another one doubles."""

    key: int
    score: float
    by: str


@dataclass(slots=True)
class Sketches:
    """What documents are compared by: signatures (n, 64), no row for one that is too short."""

    signatures: U8
    is_long: npt.NDArray[np.bool_]
    identifiers: list[list[tuple[str, int]]]
    twins: list[Twin | None] = field(default_factory=list)

    def take(self, places: Sequence[int]) -> Sketches:
        """Return those of some documents."""
        return Sketches(
            self.signatures[places],
            self.is_long[places],
            [self.identifiers[place] for place in places],
            [self.twins[place] for place in places],
        )

    def join(self, other: Sketches) -> Sketches:
        """Return these and others behind them."""
        return Sketches(
            np.concatenate([self.signatures, other.signatures]),
            np.concatenate([self.is_long, other.is_long]),
            self.identifiers + other.identifiers,
            self.twins + other.twins,
        )

    def bands(self, place: int) -> U64:
        """Return the bands of a document, each with its number."""
        parts = self.signatures[place].view(np.uint32).astype(np.uint64)
        return np.asarray(parts | _BAND_NUMBERS)

    def identifier_lists(self) -> pa.Array:
        """Return the identifiers' hashes as a column."""
        rows = [[digest for _, digest in one] for one in self.identifiers]
        return pa.array(rows, pa.list_(pa.uint64()))

    def signature_column(self) -> pa.Array:
        """Return the signatures as a column, null for a text that is too short."""
        rows = [
            one.tobytes() if is_long else None
            for one, is_long in zip(self.signatures, self.is_long, strict=True)
        ]
        return pa.array(rows, pa.binary(SIGNATURE))


_BAND_NUMBERS = np.arange(BANDS, dtype=np.uint64) << np.uint64(32)


def sketch(documents: Sequence[Document]) -> Sketches:
    """Return what documents are compared by."""
    batch = TextBatch.of([one.text for one in documents])
    tokens = tokenise(batch.codes)
    bounds = np.searchsorted(tokens.start, batch.doc_start)
    hashes, counts = _triples(tokens.hash, bounds)
    is_long = counts >= LEAST
    signatures = np.zeros((len(documents), SIGNATURE), np.uint8)
    rows = np.flatnonzero(is_long)
    if len(rows):
        keep = np.repeat(is_long, counts)
        words = hashes[keep]
        starts = np.cumsum(counts[rows]) - counts[rows]
        for number, factor in enumerate(_FACTORS):
            least = np.minimum.reduceat((words * factor) >> np.uint64(32), starts)
            signatures[rows, number] = mix(least).astype(np.uint8)
    identifiers = [_identifiers(one) for one in documents]
    return Sketches(signatures, is_long, identifiers, [None] * len(documents))


def _triples(words: U64, bounds: npt.NDArray[np.int64]) -> tuple[U64, npt.NDArray[np.int64]]:
    """Return the hashes of three words in a row, and how many each document has."""
    if len(words) < 3:
        return np.empty(0, np.uint64), np.zeros(len(bounds) - 1, np.int64)
    turn = np.uint64(0x9E3779B97F4A7C15)
    all_ = mix((words[:-2] * turn + words[1:-1]) * turn + words[2:])
    counts = np.maximum(np.diff(bounds) - 2, 0)
    inside = np.ones(len(all_) + 2, bool)
    for back in (1, 2):
        edges = bounds[1:] - back
        inside[edges[(edges >= 0) & (edges < len(inside))]] = False
    return all_[inside[: len(all_)]], counts


def _identifiers(document: Document) -> list[tuple[str, int]]:
    """Return the kind and hash of each identifier that the document states, and of its text."""
    found: dict[str, str] = {}
    for name, value in document.metadata:
        kind = IDENTIFIERS.get(name)
        value = _AROUND.sub("", value.strip().lower()) if kind else ""
        if kind and _FORMS[kind].fullmatch(value):
            found.setdefault(kind, value)
    for kind in ("pmid", "doi"):
        if _FORMS[kind].fullmatch(document.id.lower()):
            found.setdefault(kind, document.id.lower())
    if document.text.strip():
        found["text"] = document.text
    return [(kind, _digest(f"{kind}:{value}")) for kind, value in sorted(found.items())]


def _digest(text: str) -> int:
    made = hashlib.blake2b(text.encode(errors="replace"), digest_size=8)
    return int.from_bytes(made.digest(), "little")


class Lookup:
    """From numbers to the keys that were added with them: sorted runs, the newest a dict."""

    def __init__(self) -> None:
        self._runs: list[tuple[U64, U64]] = []
        self._fresh: dict[int, list[int]] = {}
        self._count = 0

    def add(self, number: int, key: int) -> None:
        """Add a key under a number."""
        self._fresh.setdefault(number, []).append(key)
        self._count += 1
        if self._count >= 1 << 18:
            numbers = np.fromiter(
                (n for n, keys in self._fresh.items() for _ in keys), np.uint64, self._count
            )
            keys = np.fromiter(
                (key for keys in self._fresh.values() for key in keys), np.uint64, self._count
            )
            self._fresh, self._count = {}, 0
            self.add_run(numbers, keys)

    def add_run(self, numbers: U64, keys: U64) -> None:
        """Add many."""
        if len(self._runs) >= MOST_RUNS:
            numbers = np.concatenate([numbers, *(run[0] for run in self._runs)])
            keys = np.concatenate([keys, *(run[1] for run in self._runs)])
            self._runs = []
        order = np.argsort(numbers, kind="stable")
        self._runs.append((numbers[order], keys[order]))

    def find(self, numbers: U64) -> list[int]:
        """Return the keys under any of these numbers, some of each."""
        found: list[int] = []
        for number in numbers.tolist():
            found += self._fresh.get(number, ())[-MOST_COMPARED:]
        for known, keys in self._runs:
            low = np.searchsorted(known, numbers)
            high = np.searchsorted(known, numbers, side="right")
            for begin, end in zip(low.tolist(), high.tolist(), strict=True):
                if begin < end:
                    found += keys[max(begin, end - MOST_COMPARED) : end].tolist()
        return found


class Twins:
    """What documents of the log are found by that are doubled."""

    def __init__(self) -> None:
        self._bands = Lookup()
        self._named = Lookup()
        self._signatures: list[tuple[int, U8]] = []  # first key, signatures by key
        self._fresh: dict[int, U8] = {}

    @classmethod
    def of(cls, heads: pa.Table) -> Twins:
        """Return those of a log."""
        twins = cls()
        if not len(heads):
            return twins
        keys = keys_of(heads)
        column = heads.column("signature").combine_chunks()
        rows = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
        size = SIGNATURE
        raw = np.frombuffer(column.buffers()[1], np.uint8)
        raw = raw[column.offset * size : (column.offset + len(column)) * size].reshape(-1, size)
        first = int(keys[0])
        table = np.zeros((int(keys[-1]) - first + 1, size), np.uint8)
        table[(keys[rows] - np.uint64(first)).astype(np.int64)] = raw[rows]
        twins._signatures.append((first, table))
        bands = raw[rows].copy().view(np.uint32).astype(np.uint64) | _BAND_NUMBERS
        twins._bands.add_run(bands.ravel(), np.repeat(keys[rows], BANDS))
        lists = heads.column("identifiers").combine_chunks()
        owner = np.repeat(keys, np.diff(lists.offsets.to_numpy()))
        twins._named.add_run(lists.flatten().to_numpy(), owner)
        return twins

    def add(self, sketches: Sketches, place: int, key: int) -> None:
        """Take in a document under its key."""
        for _, digest in sketches.identifiers[place]:
            self._named.add(digest, key)
        if sketches.is_long[place]:
            self._fresh[key] = sketches.signatures[place]
            for band in sketches.bands(place).tolist():
                self._bands.add(band, key)

    def find(self, sketches: Sketches, place: int, id: str, ledger: Ledger) -> Twin | None:
        """Return what a document of this id doubles: another one that counts."""

        def counts(key: int) -> bool:
            other = ledger.ids[key]
            return other != id and ledger.latest.get(other) == key

        for kind, digest in sketches.identifiers[place]:
            named = [key for key in self._named.find(np.array([digest], np.uint64)) if counts(key)]
            if named:
                return Twin(min(named), 1.0, kind)
        if not sketches.is_long[place]:
            return None
        near = sorted({key for key in self._bands.find(sketches.bands(place)) if counts(key)})
        if not near:
            return None
        own = sketches.signatures[place]
        equal = np.array([np.count_nonzero(self._signature(key) == own) for key in near])
        score = (equal / SIGNATURE - 1 / 256) / (1 - 1 / 256)
        best = int(np.argmax(score))
        return Twin(near[best], float(score[best]), "text") if score[best] >= ALIKE else None

    def _signature(self, key: int) -> Any:
        found = self._fresh.get(key)
        if found is None:
            first, table = self._signatures[0]
            found = table[key - first]
        return found


def shared_triples(one: str, other: str) -> float:
    """Return the share of word triples that two texts have in common (Jaccard), 0 to 1."""
    batch = TextBatch.of([one, other])
    tokens = tokenise(batch.codes)
    hashes, counts = _triples(tokens.hash, np.searchsorted(tokens.start, batch.doc_start))
    first, second = np.unique(hashes[: counts[0]]), np.unique(hashes[counts[0] :])
    both = len(np.intersect1d(first, second, assume_unique=True))
    return both / max(len(first) + len(second) - both, 1)
