"""Texts to tokens, as columns, with NumPy alone.

A token is a run of letters, a run of digits, one symbol, one Greek letter (equal to its spelled
name) or one character of a script without spaces. Spaces and hyphens make none. ``glued`` tells
whether a token touches the word before it (``IL2R`` is three tokens, two of them glued): a name may
not start or end between two glued tokens, so ``TNF`` is not found inside ``TNFα``.

A word's hash is the sum of (folded code + 1) * P**k mod 2**64, mixed; as differences of prefix sums
it needs no loop over words (the design measured for this project; Karp & Rabin 1987 for the hash).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from onoma.text import characters as ch

U64 = npt.NDArray[np.uint64]
I32 = npt.NDArray[np.int32]
U32 = npt.NDArray[np.uint32]
U8 = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

BLOCK = 1 << 18  # characters folded at once: the working arrays stay in the cache
BASE = 0x9E3779B97F4A7C15 | 1
MIX = 0xD6E8FEB86659FD93
_WORD_MASK = (1 << 64) - 1
_INVERSE = pow(BASE, -1, 1 << 64)


@dataclass(frozen=True, slots=True)
class TextBatch:
    """Documents joined into one array of code points, a separator after each.

    Document d is ``codes[doc_start[d] : doc_start[d + 1] - 1]``; ``text`` is the joined string.
    """

    text: str
    codes: U32
    doc_start: npt.NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> TextBatch:
        """Join texts."""
        text = ch.SEPARATOR.join([*texts, ""])
        starts = np.zeros(len(texts) + 1, np.int64)
        np.cumsum([len(t) + 1 for t in texts], out=starts[1:])
        return cls(text, ch.code_points(text), starts)

    def document_of(self, positions: npt.NDArray[np.int32]) -> I32:
        """Return the document number of each position."""
        found = np.searchsorted(self.doc_start, positions, side="right") - 1
        return found.astype(np.int32)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Columns of tokens in text order; positions are into the batch's codes.

    ``start``, ``end`` int32; ``kind`` uint8 (classes of ``characters``); ``hash`` uint64 of the
    folded word; ``glued`` whether the token touches the word token before it.
    """

    start: I32
    end: I32
    kind: U8
    hash: U64
    glued: Bools

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self.start)


@cache
def _powers(size: int) -> tuple[U64, U64]:
    """Return BASE**k and BASE**-k mod 2**64 for k < size."""
    out = np.ones((2, size), np.uint64)
    for row, base in zip(out, (BASE, _INVERSE), strict=True):
        done = 1
        factor = base
        while done < size:  # doubling: the next half is the first times base**done
            step = min(done, size - done)
            row[done : done + step] = row[:step] * np.uint64(factor)
            done += step
            factor = factor * factor & _WORD_MASK
    return out[0], out[1]


def mix(hashes: U64) -> U64:
    """Return hashes with their bits stirred (slots are taken from the top, checks from below)."""
    out = hashes ^ (hashes >> np.uint64(32))
    out *= np.uint64(MIX)
    out ^= out >> np.uint64(29)
    return out


def word_hash(word: str) -> int:
    """Return the hash that a token of this (already folded) word has."""
    total = 0
    for place, char in enumerate(word):
        total += (ord(char) + 1) * pow(BASE, place, 1 << 64)
    total &= _WORD_MASK
    total = (total ^ (total >> 32)) * MIX & _WORD_MASK
    return total ^ (total >> 29)


@cache
def _greek_hashes() -> U64:
    """Return the hash of the spelled name for code points 0x3B1..0x3C9 (0 where none)."""
    out = np.zeros(0x3CA - 0x3B1, np.uint64)
    for letter, name in ch.GREEK_NAMES.items():
        out[ord(letter) - 0x3B1] = word_hash(name)
    return out


def tokenise(codes: U32) -> Tokens:
    """Return the tokens of an array of code points, in linear time."""
    parts = [_tokenise_block(codes[a:b], a) for a, b in _blocks(codes)]
    if not parts:
        empty = np.empty(0, np.int32)
        return Tokens(
            empty, empty, np.empty(0, np.uint8), np.empty(0, np.uint64), np.empty(0, bool)
        )
    if len(parts) == 1:
        start, end, kind, hashes = parts[0]
    else:
        start, end, kind, hashes = (np.concatenate(c) for c in zip(*parts, strict=True))
    word = (kind == ch.LETTER) | (kind == ch.DIGIT) | (kind == ch.GREEK)
    glued = np.zeros(len(start), bool)
    np.logical_and(start[1:] == end[:-1], word[1:], out=glued[1:])
    glued[1:] &= word[:-1]
    return Tokens(start, end, kind, hashes, glued)


def without_articles(tokens: Tokens) -> Tokens:
    """Return the tokens less "the": names and texts put it or leave it ("of the falx cerebri")."""
    keep = np.flatnonzero(tokens.hash != np.uint64(_article()))
    if len(keep) == len(tokens):
        return tokens
    return Tokens(
        tokens.start[keep], tokens.end[keep], tokens.kind[keep], tokens.hash[keep],
        tokens.glued[keep],
    )  # fmt: skip


@cache
def _article() -> int:
    return word_hash("the")


def _blocks(codes: U32) -> Iterator[tuple[int, int]]:
    """Cut at white space near each BLOCK: no word is cut; a long word makes a long block."""
    begin, size = 0, len(codes)
    while begin < size:
        stop = begin + BLOCK
        if stop >= size:
            yield begin, size
            return
        cut = np.flatnonzero(codes[begin:stop] == 0x20)
        if not len(cut):
            after = np.flatnonzero(codes[stop:] == 0x20)
            stop = int(stop + after[0]) if len(after) else size
        else:
            stop = begin + int(cut[-1]) + 1
        yield begin, stop
        begin = stop


def _tokenise_block(codes: U32, offset: int) -> tuple[I32, I32, U8, U64]:
    """Return start, end, kind and hash of the tokens of a block that starts at ``offset``."""
    entries = ch.table().take(np.minimum(codes, np.uint32(ch.LIMIT - 1)), mode="clip")
    classes = (entries >> np.uint32(24)).astype(np.uint8)
    source: npt.NDArray[np.int64] | None = None
    if (classes == ch.SPECIAL).any():
        entries, classes, source = _expand(codes, entries, classes)
    _settle_apostrophes(classes)
    bounds = np.empty(len(classes) + 1, bool)
    bounds[0] = bounds[-1] = True
    np.not_equal(classes[1:], classes[:-1], out=bounds[1:-1])
    bounds[1:-1] |= classes[1:] >= ch.SYMBOL
    edges = np.flatnonzero(bounds)
    kind = classes[edges[:-1]]
    real = np.flatnonzero(kind != ch.SPACE)
    kind = kind[real]
    start, end = edges[real], edges[real + 1]
    hashes = _hashes(entries, start, end)
    greek = np.flatnonzero(kind == ch.GREEK)
    if len(greek):
        letters = (entries[start[greek]] & np.uint32(0xFFFFFF)).astype(np.int64) - 0x3B1
        hashes[greek] = _greek_hashes()[letters]
    if source is not None:
        following = source[end]
        end = np.where(following == source[end - 1], following + 1, following)
        start = source[start]
    return (start + offset).astype(np.int32), (end + offset).astype(np.int32), kind, hashes


def _hashes(entries: U32, start: npt.NDArray[np.int64], end: npt.NDArray[np.int64]) -> U64:
    size = 1 << max(16, len(entries).bit_length())
    powers, inverses = _powers(size)
    values = (entries & np.uint32(0xFFFFFF)).astype(np.uint64)
    values += np.uint64(1)
    values *= powers[: len(values)]
    sums = np.empty(len(values) + 1, np.uint64)
    sums[0] = 0
    np.cumsum(values, out=sums[1:])
    return mix((sums[end] - sums[start]) * inverses[start])


def _settle_apostrophes(classes: U8) -> None:
    """Make an apostrophe between two letters a letter (``Crohn's``), any other a symbol."""
    places = np.flatnonzero(classes == ch.APOSTROPHE)
    if not len(places):
        return
    classes[places] = ch.SYMBOL
    inner = places[(places > 0) & (places < len(classes) - 1)]
    between = (classes[inner - 1] == ch.LETTER) & (classes[inner + 1] == ch.LETTER)
    classes[inner[between]] = ch.LETTER


def _expand(codes: U32, entries: U32, classes: U8) -> tuple[U32, U8, npt.NDArray[np.int64]]:
    """Write out characters that fold to none or several; ``source`` leads back to the block.

    ``source`` has one entry more than there are characters: the position behind the last.
    """
    expansions = ch.expansions()
    special = np.flatnonzero(classes == ch.SPECIAL)
    lengths = np.ones(len(codes), np.int64)
    lengths[special] = [len(expansions[c]) for c in codes[special].tolist()]
    source = np.repeat(np.arange(len(codes), dtype=np.int64), lengths)
    out = entries[source]
    firsts = np.cumsum(lengths) - lengths
    table = ch.table()
    for place in special.tolist():
        for step, code in enumerate(expansions[int(codes[place])]):
            out[firsts[place] + step] = table[code]
    return out, (out >> np.uint32(24)).astype(np.uint8), np.append(source, len(codes))
