"""Records to sparse rows of weighed words, word pairs and concepts, fast enough for 80,000.

A feature is a number below ``SIZE`` (Weinberger et al. 2009); counts are damped by their logarithm
and weighed by rarity (TF-IDF), each kind of features is of unit length by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from onoma.classify.ngrams import Rows
from onoma.text import characters as ch
from onoma.text.tokens import TextBatch, mix, tokenise
from onoma.types import Document

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]

BITS = 18
SIZE = 1 << BITS
BATCH = 2048  # records read at once
LEAST = 2  # records that a feature stands in; one that stands in one tells nothing of others
KEYWORDS = frozenset({"KW", "MH", "OT", "mesh", "keywords", "keyword", "DE"})
"""Metadata that say in a few words what a record is about."""

KEYWORD_SHARE = 1.0  # how much keywords count beside the words of title and abstract
CONCEPT_SHARE = 0.5  # and concepts; chosen on three of the seven Cohen topics (bench/screening.py)

_PAIR = np.uint64(0x9E3779B97F4A7C15)
_WORDED = (1 << ch.LETTER) | (1 << ch.DIGIT) | (1 << ch.GREEK)


def record_rows(
    documents: Sequence[Document], concepts: Sequence[Sequence[str]] | None = None
) -> Rows:
    """Return a row of features for each record.

    ``concepts`` has the CURIEs found in each; without them words and keywords alone count.
    """
    kinds = [(word_rows([one.text for one in documents]), 1.0)]
    keywords = ["\n".join(v for n, v in one.metadata if n in KEYWORDS) for one in documents]
    if any(keywords):
        kinds.append((word_rows(keywords), KEYWORD_SHARE))
    if concepts is not None:
        kinds.append((concept_rows(concepts), CONCEPT_SHARE))
    return beside(kinds)


def word_rows(texts: Sequence[str]) -> Rows:
    """Return the words and pairs of neighbours of each text, weighed; rows of unit length."""
    parts = [_counted(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
    return weighed(_joined(parts, len(texts)))


def concept_rows(concepts: Sequence[Sequence[str]]) -> Rows:
    """Return the concepts of each record, weighed; rows of unit length."""
    codes = {curie: _number(curie) for own in concepts for curie in own}
    column = np.array([codes[curie] for own in concepts for curie in own], np.int64)
    owner = np.repeat(np.arange(len(concepts)), [len(own) for own in concepts])
    return weighed(_grouped(owner, column, len(concepts)))


def _number(curie: str) -> int:
    return int.from_bytes(hashlib.blake2b(curie.encode(), digest_size=8).digest()) >> (64 - BITS)


def beside(kinds: Sequence[tuple[Rows, float]]) -> Rows:
    """Return rows side by side, each kind times its share; features may fall together."""
    row = np.concatenate([one.row for one, _ in kinds])
    order = np.argsort(row, kind="stable")
    column = np.concatenate([one.column for one, _ in kinds])
    value = np.concatenate([np.float32(share) * one.value for one, share in kinds])
    start = np.sum([one.start for one, _ in kinds], axis=0)
    return Rows(start, column[order], value[order])


def weighed(counts: Rows) -> Rows:
    """Return counts damped, weighed by rarity, of unit length; without what one row alone has."""
    seen = np.bincount(counts.column, minlength=SIZE)
    kept = seen[counts.column] >= LEAST
    row = counts.row[kept]
    column = counts.column[kept]
    rarity = np.log(len(counts) / np.maximum(seen, 1)).astype(np.float32)
    value = (1 + np.log(counts.value[kept])) * rarity[column]
    length = np.sqrt(np.bincount(row, value * value, minlength=len(counts)))
    even = (value / np.maximum(length, 1e-9)[row]).astype(np.float32)
    start = np.searchsorted(row, np.arange(len(counts) + 1))
    return Rows(start, column, even)


def _counted(texts: Sequence[str]) -> Rows:
    """Return how often each text has each word and pair."""
    batch = TextBatch.of(texts)
    tokens = tokenise(batch.codes)
    is_word = (_WORDED >> tokens.kind.astype(np.int64) & 1).astype(bool)
    owner = batch.document_of(tokens.start)[is_word].astype(np.int64)
    key = tokens.hash[is_word]
    near = owner[1:] == owner[:-1]
    pair = mix(key[:-1] * _PAIR + key[1:])[near]
    keys, owners = np.concatenate([key, pair]), np.concatenate([owner, owner[1:][near]])
    return _grouped(owners, (keys >> np.uint64(64 - BITS)).astype(np.int64), len(texts))


def _grouped(owner: I64, column: I64, count: int) -> Rows:
    """Return how often each of ``count`` rows has each column."""
    both = owner << BITS | column
    both.sort()
    first = np.flatnonzero(np.diff(both, prepend=-1))
    many = np.diff(np.append(first, len(both)))
    start = np.searchsorted(both[first], np.arange(count + 1) << BITS)
    return Rows(start, both[first] & (SIZE - 1), many.astype(np.float32))


def _joined(parts: Sequence[Rows], count: int) -> Rows:
    """Return the rows of parts, one after the other."""
    sizes = np.concatenate([np.empty(0, np.int64), *(np.diff(one.start) for one in parts)])
    start = np.zeros(count + 1, np.int64)
    np.cumsum(sizes, out=start[1:])
    column = np.concatenate([np.empty(0, np.int64), *(one.column for one in parts)])
    value = np.concatenate([np.empty(0, np.float32), *(one.value for one in parts)])
    return Rows(start, column, value)
