"""Texts to tokens, as columns, with NumPy alone (``recognize.kernel_numba`` gives the same ones).

A token is a run of letters, a run of digits, one symbol, one Greek letter (equal to its spelled
name) or one character of a script without spaces. Spaces and hyphens make none. ``glued`` tells
whether a token touches the word before it (``IL2R`` is three tokens, two of them glued): a name may
not start or end between two glued tokens, so ``TNF`` is not found inside ``TNFα``.

A word's hash chains its folded characters eight at a time (a character a byte, the last eight
filled up with zeros). A word with a character beyond Latin-1, or a very long one, is hashed as a
polynomial of its code points instead; it is rare enough to take the slower road.
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
I64 = npt.NDArray[np.int64]
U32 = npt.NDArray[np.uint32]
U8 = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

BLOCK = 3 << 17  # characters folded at once: the working arrays stay in the cache
BASE = 0x9E3779B97F4A7C15 | 1
MIX = 0xD6E8FEB86659FD93
SHORT_WORD = 64  # longer words take the slower road
FIRST_SPECIAL = 0x80  # no character before it folds to none or several
WIDE = 0x100  # so do those with a character from here on
_WORD_MASK = (1 << 64) - 1
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)


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


def mix(hashes: U64) -> U64:
    """Return hashes with their bits stirred (slots are taken from the top, checks from below)."""
    out = hashes >> np.uint64(32)
    out ^= hashes
    out *= np.uint64(MIX)
    out ^= out >> np.uint64(29)
    return out


def word_hash(word: str) -> int:
    """Return the hash that a token of this (already folded) word has."""
    codes = [ord(char) for char in word]
    if len(codes) > SHORT_WORD or max(codes, default=0) >= WIDE:
        return _mix_one(sum((c + 1) * pow(BASE, k, 1 << 64) for k, c in enumerate(codes)))
    total = 0
    for begin in range(0, len(codes), 8):
        total = _mix_one(total ^ int.from_bytes(bytes(codes[begin : begin + 8]), "little"))
    return total


def _mix_one(value: int) -> int:
    value &= _WORD_MASK
    value = (value ^ (value >> 32)) * MIX & _WORD_MASK
    return value ^ (value >> 29)


@cache
def greek_hashes() -> U64:
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
        none = np.empty(0, bool)
        return Tokens(empty, empty, np.empty(0, np.uint8), np.empty(0, np.uint64), none)
    if len(parts) == 1:
        start, end, kind, hashes = parts[0]
    else:
        start, end, kind, hashes = (np.concatenate(c) for c in zip(*parts, strict=True))
    return Tokens(start, end, kind, hashes, glued_tokens(start, end, kind))


def glued_tokens(start: I32, end: I32, kind: U8) -> Bools:
    """Return whether each token is part of a word and touches another part before it."""
    word = (kind == ch.LETTER) | (kind == ch.DIGIT) | (kind == ch.GREEK)
    glued = np.zeros(len(start), bool)
    np.equal(start[1:], end[:-1], out=glued[1:])
    glued[1:] &= word[1:]
    glued[1:] &= word[:-1]
    return glued


def without_articles(tokens: Tokens) -> Tokens:
    """Return the tokens less "the": names and texts put it or leave it ("of the falx cerebri")."""
    keep = np.flatnonzero(tokens.hash != np.uint64(article()))
    if len(keep) == len(tokens):
        return tokens
    return Tokens(
        tokens.start[keep], tokens.end[keep], tokens.kind[keep], tokens.hash[keep],
        tokens.glued[keep],
    )  # fmt: skip


@cache
def article() -> int:
    """Return the hash of "the"."""
    return word_hash("the")


def _blocks(codes: U32) -> Iterator[tuple[int, int]]:
    """Cut at white space near each BLOCK, so that no word is cut."""
    begin, size = 0, len(codes)
    while begin < size:
        stop = begin + BLOCK
        if stop + BLOCK // 2 >= size:
            yield begin, size
            return
        low = stop - BLOCK // 64
        cut = np.flatnonzero(codes[low:stop] == 0x20)
        if len(cut):
            stop = low + int(cut[-1]) + 1
        else:
            after = np.flatnonzero(codes[stop:] == 0x20)
            stop = int(stop + after[0]) if len(after) else size
        yield begin, stop
        begin = stop


def _tokenise_block(codes: U32, offset: int) -> tuple[I32, I32, U8, U64]:
    """Return start, end, kind and hash of the tokens of a block that starts at ``offset``."""
    narrow, wide, classes = _classes(codes)
    expanded: Expanded | None = None
    if (classes == ch.SPECIAL).any():
        expanded = Expanded.of(codes, np.flatnonzero(classes == ch.SPECIAL))
        codes = expanded.codes
        narrow, wide, classes = _classes(codes)
    _settle_apostrophes(classes)
    start, end = _bounds(classes)
    kind = classes.take(start)
    hashes = _hashes(codes, narrow, wide, start=start, end=end)
    greek = np.flatnonzero(kind == ch.GREEK)
    if len(greek):
        letters = (ch.table()[codes[start[greek]]] & np.uint32(0xFFFFFF)).astype(np.int64) - 0x3B1
        hashes[greek] = greek_hashes()[letters]
    if expanded is not None:
        start, end = expanded.places(start, end)
    return (start + offset).astype(np.int32), (end + offset).astype(np.int32), kind, hashes


def _classes(codes: U32) -> tuple[bytearray, I64, U8]:
    """Return the low bytes of the characters, the places of those beyond Latin-1, all classes."""
    narrow = bytearray(codes.astype(np.uint8).data)
    wide = np.flatnonzero(codes >= WIDE)
    classes = np.frombuffer(narrow.translate(_narrow_tables()[0]), np.uint8)
    if len(wide):
        classes[wide] = ch.table()[codes[wide]] >> np.uint32(24)
    return narrow, wide, classes


@cache
def _narrow_tables() -> tuple[bytes, bytes]:
    """Return class and folded value of the characters of Latin-1, to translate bytes with."""
    entries = ch.table()[:WIDE]
    return (entries >> np.uint32(24)).astype(np.uint8).tobytes(), entries.astype(np.uint8).tobytes()


def _bounds(classes: U8) -> tuple[I64, I64]:
    """Return start and end of each token."""
    if not len(classes):  # combining marks alone fold to nothing
        return np.empty(0, np.int64), np.empty(0, np.int64)
    inside = classes != ch.SPACE
    edge = classes[1:] != classes[:-1]
    edge |= classes[1:] >= ch.SYMBOL  # such characters stand alone
    bounds = np.empty(len(classes) + 1, bool)
    bounds[0], bounds[-1] = inside[0], False
    np.logical_and(edge, inside[1:], out=bounds[1:-1])
    start = np.flatnonzero(bounds)
    bounds[0], bounds[-1] = False, inside[-1]
    np.logical_and(edge, inside[:-1], out=bounds[1:-1])
    return start, np.flatnonzero(bounds)


def _hashes(codes: U32, narrow: bytearray, wide: I64, *, start: I64, end: I64) -> U64:
    """Return the hash of each token (that of Greek letters comes later)."""
    folded = narrow.translate(_narrow_tables()[1])
    far = np.empty(0, np.int64)
    if len(wide):
        values = ch.table()[codes[wide]] & np.uint32(0xFFFFFF)
        np.frombuffer(folded, np.uint8)[wide] = values  # low bytes do for what is not far
        far = wide[values >= WIDE]
    folded += bytes(SHORT_WORD + 8)
    windows: U64 = np.ndarray((len(folded) - 7,), np.dtype("<u8"), folded, strides=(1,))
    length = end - start
    hashes = mix(windows[start] & _MASKS.take(length, mode="clip"))
    longer = np.flatnonzero(length > 8)
    done = 8
    while len(longer) and done < SHORT_WORD:
        more = windows[start[longer] + done] & _MASKS.take(length[longer] - done, mode="clip")
        hashes[longer] = mix(hashes[longer] ^ more)
        done += 8
        longer = longer[length[longer] > done]
    if len(far) and len(start):
        owner = np.searchsorted(start, far, side="right") - 1
        inside = (owner >= 0) & (far < end[owner])
        longer = np.union1d(longer, owner[inside])
    if len(longer):
        hashes[longer] = _polynomials(codes, start[longer], length[longer])
    return hashes


def _polynomials(codes: U32, start: I64, length: I64) -> U64:
    """Return the hash of words that take the slower road."""
    first = np.cumsum(length) - length
    step = np.arange(int(length.sum())) - np.repeat(first, length)
    entries = ch.table()[codes[np.repeat(start, length) + step]]
    values = (entries & np.uint32(0xFFFFFF)) + np.uint64(1)
    powers = np.full(1 << int(length.max()).bit_length(), BASE, np.uint64)
    powers[0] = 1
    return mix(np.add.reduceat(values * np.multiply.accumulate(powers)[step], first))


def _settle_apostrophes(classes: U8) -> None:
    """Make an apostrophe between two letters a letter (``Crohn's``), any other a symbol."""
    places = np.flatnonzero(classes == ch.APOSTROPHE)
    if not len(places):
        return
    classes[places] = ch.SYMBOL
    inner = places[(places > 0) & (places < len(classes) - 1)]
    between = (classes[inner - 1] == ch.LETTER) & (classes[inner + 1] == ch.LETTER)
    classes[inner[between]] = ch.LETTER


@dataclass(frozen=True, slots=True)
class Expanded:
    """Characters with those written out that fold to none or several, and the way back.

    ``behind`` is where each special character's expansion ends; ``grown`` (one more) by how much
    the text before it has grown; ``special`` where it stood.
    """

    codes: U32
    special: I64
    behind: I64
    grown: I64

    @classmethod
    def of_any(cls, codes: U32) -> Expanded | None:
        """Return a text with its special characters written out, None if it has none."""
        wide = np.flatnonzero(codes >= FIRST_SPECIAL)
        special = wide[ch.table()[codes[wide]] >> np.uint32(24) == ch.SPECIAL]
        return cls.of(codes, special) if len(special) else None

    @classmethod
    def of(cls, codes: U32, special: I64) -> Expanded:
        """Write out the special characters at these places."""
        expansions = ch.expansions()
        written = [expansions[code] for code in codes[special].tolist()]
        length = np.fromiter(map(len, written), np.int64, len(written))
        grown = np.zeros(len(special) + 1, np.int64)
        np.cumsum(length - 1, out=grown[1:])
        pieces, begin = [], 0
        for place, expansion in zip(special.tolist(), written, strict=True):
            pieces += [codes[begin:place], np.array(expansion, np.uint32)]
            begin = place + 1
        out = np.concatenate([*pieces, codes[begin:]])
        return cls(out, special, special + 1 + grown[1:], grown)

    def places(self, start: I64, end: I64) -> tuple[I64, I64]:
        """Return spans in the text as it was; an expansion's character stands for the whole."""
        last = self._place(end - 1)
        following = self._place(end)
        return self._place(start), np.where(following == last, following + 1, following)

    def _place(self, at: I64) -> I64:
        """Return where sorted places of the written-out text stood."""
        cuts = np.searchsorted(at, self.behind)  # few, where there are many places
        counts = np.diff(cuts, prepend=0, append=len(at))
        before = np.repeat(np.arange(len(counts)), counts)
        plain = at - self.grown[before]
        known = np.minimum(before, len(self.special) - 1)
        inside = (before < len(self.special)) & (plain >= self.special[known])
        return np.where(inside, self.special[known], plain)
