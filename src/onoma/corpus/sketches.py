"""What documents are compared by: their identifiers, and signatures of their texts.

A text is a set of word triples; MinHash (Broder 1997) keeps, for each of 64 random orders, the
least of them, of which the last eight bits are stored (b-bit minwise hashing, Li and König 2010).
The share of equal bytes, less what chance makes equal, estimates the share of triples that two
texts have in common, within about 0.05.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from onoma.corpus.schema import SIGNATURE
from onoma.text.tokens import TextBatch, mix, tokenise
from onoma.types import Document

U64 = npt.NDArray[np.uint64]
U8 = npt.NDArray[np.uint8]
I64 = npt.NDArray[np.int64]

LEAST = 10  # triples of a text that is compared at all
BY = ("doi", "pmcid", "pmid", "text")
"""By what a document is identified, the best first; its whole text is the last."""
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
_FACTORS = np.random.default_rng(20).integers(0, 1 << 64, SIGNATURE, np.uint64) | np.uint64(1)
_TEXT_MARK = 0x5DEECE66D  # keeps the hash of a text apart from that of an identifier


@dataclass(frozen=True, slots=True)
class Sketches:
    """What documents are compared by.

    ``signatures`` (n, 64) uint8, zero where ``is_long`` is not set: the text is too short.
    ``identifiers``: the place in BY and a hash of each.
    """

    signatures: U8
    is_long: npt.NDArray[np.bool_]
    identifiers: list[list[tuple[int, int]]]

    def take(self, places: Sequence[int]) -> Sketches:
        """Return those of some documents."""
        rows = np.array(places, np.int64)
        return Sketches(
            self.signatures[rows], self.is_long[rows], [self.identifiers[n] for n in places]
        )

    def join(self, other: Sketches) -> Sketches:
        """Return these and others behind them."""
        return Sketches(
            np.concatenate([self.signatures, other.signatures]),
            np.concatenate([self.is_long, other.is_long]),
            self.identifiers + other.identifiers,
        )

    def identifier_lists(self) -> pa.Array:
        """Return the identifiers' hashes as a column."""
        rows = [[digest for _, digest in one] for one in self.identifiers]
        return pa.array(rows, pa.list_(pa.uint64()))

    def signature_column(self) -> pa.Array:
        """Return the signatures as a column, null for a text that is too short."""
        validity = pa.py_buffer(np.packbits(self.is_long, bitorder="little").tobytes())
        data = pa.py_buffer(np.ascontiguousarray(self.signatures).tobytes())
        return pa.Array.from_buffers(
            pa.binary(SIGNATURE), len(self.is_long), [validity, data], null_count=-1
        )


def sketch(documents: Sequence[Document], text_hashes: Sequence[int]) -> Sketches:
    """Return what documents are compared by; ``text_hashes`` are those of their texts."""
    batch = TextBatch.of([one.text for one in documents])
    tokens = tokenise(batch.codes)
    hashes, counts = _triples(tokens.hash, np.searchsorted(tokens.start, batch.doc_start))
    is_long = counts >= LEAST
    signatures = np.zeros((len(documents), SIGNATURE), np.uint8)
    rows = np.flatnonzero(is_long)
    if len(rows):
        words = hashes[np.repeat(is_long, counts)]
        starts = np.cumsum(counts[rows]) - counts[rows]
        orders = np.empty_like(words)
        for number, factor in enumerate(_FACTORS):
            np.multiply(words, factor, out=orders)
            least = np.minimum.reduceat(orders, starts)
            signatures[rows, number] = mix(least).astype(np.uint8)
    identifiers = [_identifiers(one, n) for one, n in zip(documents, text_hashes, strict=True)]
    return Sketches(signatures, is_long, identifiers)


def _triples(words: U64, bounds: I64) -> tuple[U64, I64]:
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


def _identifiers(document: Document, text_hash: int) -> list[tuple[int, int]]:
    """Return what identifies a document."""
    found: dict[str, str] = {}
    for name, value in document.metadata:
        kind = IDENTIFIERS.get(name)
        if kind is not None:
            value = _AROUND.sub("", value.strip().lower())
            if _FORMS[kind].fullmatch(value):
                found.setdefault(kind, value)
    own = document.id.lower()
    for kind in ("pmid", "doi"):
        if _FORMS[kind].fullmatch(own):
            found.setdefault(kind, own)
    said = [(BY.index(kind), _digest(f"{kind}:{value}")) for kind, value in sorted(found.items())]
    if document.text and not document.text.isspace():
        said.append((BY.index("text"), text_hash ^ _TEXT_MARK))
    return said


def _digest(text: str) -> int:
    made = hashlib.blake2b(text.encode(errors="replace"), digest_size=8)
    return int.from_bytes(made.digest(), "little")


def shared_triples(one: str, other: str) -> float:
    """Return the share of word triples that two texts have in common (Jaccard), 0 to 1.

    1 for equal texts, however short.
    """
    if one == other:
        return 1.0
    batch = TextBatch.of([one, other])
    tokens = tokenise(batch.codes)
    hashes, counts = _triples(tokens.hash, np.searchsorted(tokens.start, batch.doc_start))
    first, second = np.unique(hashes[: counts[0]]), np.unique(hashes[counts[0] :])
    both = len(np.intersect1d(first, second, assume_unique=True))
    return both / max(len(first) + len(second) - both, 1)
