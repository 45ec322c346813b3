"""Texts to rows of hashed words, word pairs, character sequences and concepts.

A feature is a number below ``SIZE``; features that share one cost little at this size (Weinberger
et al. 2009). Each kind counts apart: logarithms of counts, weighed by rarity, of unit length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.text import characters as ch
from onoma.text.tokens import TextBatch, mix, tokenise

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]

SIZE = 1 << 16
SHORTEST, LONGEST = 3, 5  # characters of a sequence
_WORD, _PAIR, _SEQUENCE, _CONCEPT = (np.uint64(n * 0x9E3779B97F4A7C15 & (1 << 64) - 1)
                                     for n in (1, 3, 5, 7))  # fmt: skip
_STEP = np.uint64(0xD6E8FEB86659FD93)


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse rows: row r has ``column`` and ``value`` from ``start[r]`` to ``start[r + 1]``."""

    start: I64
    column: I64
    value: F32

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.start) - 1

    @property
    def row(self) -> I64:
        """The row of each entry."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    def times(self, weights: F32) -> F32:
        """Return the product with (columns, labels) weights: (rows, labels)."""
        out = np.zeros((len(self), weights.shape[1]), np.float32)
        filled = np.flatnonzero(np.diff(self.start))
        if len(filled):
            parts = self.value[:, None] * weights[self.column]
            out[filled] = np.add.reduceat(parts, self.start[filled])
        return out

    def keep(self, rows: I64) -> Rows:
        """Return some of the rows, in the order given."""
        sizes = np.diff(self.start)[rows]
        start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        own = np.repeat(self.start[rows] - start[:-1], sizes) + np.arange(start[-1])
        return Rows(start, self.column[own], self.value[own])


def count_features(texts: Sequence[str], concepts: Sequence[Sequence[str]] = ()) -> list[Rows]:
    """Return the counts of each kind of feature: words and pairs, sequences, and concepts.

    ``concepts`` has the CURIEs that count for each text; the kind is left out where there are none.
    """
    batch = TextBatch.of(texts)
    kinds = [_words(batch), _sequences(batch)]
    if concepts:
        keys = [_key_of(curie) for own in concepts for curie in own]
        owner = np.repeat(np.arange(len(concepts)), [len(own) for own in concepts])
        kinds.append((np.array(keys, np.uint64) * _STEP ^ _CONCEPT, owner.astype(np.int64)))
    return [_counted(keys, owner, len(texts)) for keys, owner in kinds]


def weighed(kinds: Sequence[Rows], rarity: F32, shares: Sequence[float]) -> Rows:
    """Return the kinds in one row a text, weighed by rarity, each kind of the length of its share.

    ``rarity`` is that of each feature, (SIZE,).
    """
    parts = []
    for kind, share in zip(kinds, shares, strict=True):
        value = (1 + np.log(kind.value)) * rarity[kind.column]
        length = np.sqrt(np.bincount(kind.row, value * value, minlength=len(kind)))
        even = share * value / np.maximum(length, 1e-9)[kind.row]
        parts.append(Rows(kind.start, kind.column, even.astype(np.float32)))
    row = np.concatenate([part.row for part in parts])
    order = np.argsort(row, kind="stable")
    start = np.sum([part.start for part in parts], axis=0)
    column = np.concatenate([part.column for part in parts])[order]
    return Rows(start, column, np.concatenate([part.value for part in parts])[order])


def rarity_of(kinds: Sequence[Rows]) -> F32:
    """Return how rare each feature is among some texts: log(texts / texts with it), 0 if unseen."""
    texts = len(kinds[0])
    seen = np.sum([np.bincount(kind.column, minlength=SIZE) for kind in kinds], axis=0)
    rarity = np.log((1 + texts) / np.maximum(seen, 1)) * (seen > 0)
    return np.asarray(rarity.astype(np.float16), np.float32)


def _words(batch: TextBatch) -> tuple[U64, I64]:
    """Return the keys of words and of pairs of neighbours, with the text of each."""
    tokens = tokenise(batch.codes)
    owner = batch.document_of(tokens.start).astype(np.int64)
    keys = tokens.hash * _STEP ^ _WORD
    near = owner[1:] == owner[:-1]
    pairs = (mix(tokens.hash[:-1]) * _STEP ^ tokens.hash[1:])[near] ^ _PAIR
    return np.concatenate([keys, pairs]), np.concatenate([owner, owner[1:][near]])


def _sequences(batch: TextBatch) -> tuple[U64, I64]:
    """Return the keys of sequences of characters inside words, their edges among them."""
    text = batch.text.lower()
    codes = ch.code_points(text).astype(np.uint64)
    if len(codes) != len(batch.codes):  # a letter whose small form is two: rare
        codes = batch.codes.astype(np.uint64)
    is_gap = np.isin(codes, np.array([ord(sign) for sign in " \n\t\r"] + [ord(ch.SEPARATOR)]))
    place = np.arange(len(codes))
    owner = np.searchsorted(batch.doc_start, place, side="right") - 1
    gaps = np.concatenate([[0], np.cumsum(is_gap)])
    out, owners = [], []
    for size in range(SHORTEST, LONGEST + 1):
        many = max(len(codes) - size + 1, 0)
        keys = np.full(many, np.uint64(size) ^ _SEQUENCE)
        for step in range(size):
            keys = (keys ^ codes[step : step + many]) * _STEP
        # a space may only stand at either end
        inner = gaps[size - 1 : size - 1 + many] - gaps[1 : 1 + many]
        own = (inner == 0) & (owner[:many] == owner[size - 1 :][:many])
        out.append(keys[own])
        owners.append(owner[:many][own])
    return np.concatenate(out), np.concatenate(owners).astype(np.int64)


def _counted(keys: U64, owner: I64, texts: int) -> Rows:
    """Return how often each text has each feature."""
    column = (keys ^ keys >> np.uint64(31)) * _STEP >> np.uint64(64 - SIZE.bit_length() + 1)
    both, counts = np.unique(owner * SIZE + column.astype(np.int64), return_counts=True)
    start = np.searchsorted(both, np.arange(texts + 1) * SIZE)
    return Rows(start.astype(np.int64), both % SIZE, counts.astype(np.float32))


def _key_of(curie: str) -> int:
    """Return a number for a CURIE, the same in every run."""
    key = 0xCBF29CE484222325
    for byte in curie.encode():
        key = (key ^ byte) * 0x100000001B3 & (1 << 64) - 1
    return key
