"""The hot loops compiled by numba (extra ``fast``): the same columns as the NumPy kernel gives.

Everything unsigned where it can be (signed indices cost a quarter), no Python object inside, the
lock of the interpreter released. Compiled once per machine, then read from disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np
import numpy.typing as npt

from onoma.ontology import hashing, trie, wordtable
from onoma.text import characters as ch
from onoma.text import tokens as tk

if TYPE_CHECKING:
    from onoma.recognize.scan import MatcherIndex

I64 = npt.NDArray[np.int64]
I32 = npt.NDArray[np.int32]
U64 = npt.NDArray[np.uint64]
U32 = npt.NDArray[np.uint32]
U8 = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

_compiled = numba.njit(nogil=True, cache=True, boundscheck=False, error_model="numpy")

_U = np.uint64
_ZERO, _ONE, _EIGHT, _LOW, _HALF = _U(0), _U(1), _U(8), _U(0xFFFFFFFF), _U(32)
_MIX, _BASE, _TURN = _U(tk.MIX), _U(tk.BASE), _U(29)
_FOLDED, _CLASS_SHIFT = _U(0xFFFFFF), _U(24)
_SPACE, _LETTER, _DIGIT, _SYMBOL = _U(ch.SPACE), _U(ch.LETTER), _U(ch.DIGIT), _U(ch.SYMBOL)
_GREEK, _APOSTROPHE, _ALPHA = _U(ch.GREEK), _U(ch.APOSTROPHE), _U(0x3B1)
_SHORT_WORD, _WIDE = _U(tk.SHORT_WORD), _U(tk.WIDE)
_BUCKET, _LAST_IN_BUCKET, _SPARE = _U(hashing.BUCKET), _U(hashing.BUCKET - 1), _U(hashing.SPARE)
_BUCKET_BITS = _U(hashing.BUCKET.bit_length() - 1)
_WORD_BITS, _NODE_BITS = _U(wordtable.WORD_BITS), _U(trie.PAYLOAD_BITS)
_KEY_BITS, _KEY_MASK = _U(trie.KEY_BITS), _U((1 << trie.KEY_BITS) - 1)
_ROOT_SHIFT, _ROOT_MASK = _U(trie.ROOT_SHIFT), _U((1 << trie.ROOT_SHIFT) - 1)
_KEY, _BRANCH, _BRANCH_KEY, _TAIL = (
    _U(kind) for kind in (trie.KEY, trie.BRANCH, trie.BRANCH_KEY, trie.TAIL)
)
_FIRST, _SECOND, _PAIR_SHIFT = _U(trie.FIRST), _U(trie.SECOND), _U(32 - trie.PAIR_BITS)
_THREE, _SEVEN = _U(3), _U(7)


@_compiled
def _mix(value):  # type: ignore[no-untyped-def]
    value = (value ^ (value >> _HALF)) * _MIX
    return value ^ (value >> _TURN)


@_compiled
def _look_up(slots, value, bits):  # type: ignore[no-untyped-def]
    """Return one hash's payload, 0 where the table has none (``hashing.look_up``)."""
    buckets = (_U(len(slots)) >> _BUCKET_BITS) - _SPARE
    own = ((value & _LOW) * (buckets << _BUCKET_BITS)) >> _HALF
    base = own & ~_LAST_IN_BUCKET
    while True:
        for step in range(_BUCKET):
            slot = slots[base + ((own + _U(step)) & _LAST_IN_BUCKET)]
            if slot == _ZERO:
                return _ZERO
            if (slot ^ value) >> bits == _ZERO:
                return slot & ((_ONE << bits) - _ONE)
        base += _BUCKET


@_compiled
def _class_at(codes, table, at, size):  # type: ignore[no-untyped-def]
    """Return the class of a character, an apostrophe settled by its neighbours."""
    found = _U(table[codes[at]]) >> _CLASS_SHIFT
    if found == _APOSTROPHE:
        if at > _ZERO and at + _ONE < size:
            before = _U(table[codes[at - _ONE]]) >> _CLASS_SHIFT
            behind = _U(table[codes[at + _ONE]]) >> _CLASS_SHIFT
            if before == _LETTER and behind == _LETTER:
                return _LETTER
        return _SYMBOL
    return found


@_compiled
def _polynomial(codes, table, begin, stop):  # type: ignore[no-untyped-def]
    total, power = _ZERO, _ONE
    for at in range(begin, stop):
        total += ((_U(table[codes[_U(at)]]) & _FOLDED) + _ONE) * power
        power *= _BASE
    return _mix(total)


@_compiled
def _tokens(codes, table, greek, start, end, kind, hashes, glued):  # type: ignore[no-untyped-def]
    """Fill the columns of tokens and return their number (``text.tokens.tokenise``)."""
    size = _U(len(codes))
    count = _ZERO
    at = _ZERO
    touches: np.bool_ = np.bool_(False)
    while at < size:
        entry = _U(table[codes[at]])
        found = entry >> _CLASS_SHIFT
        if found == _SPACE:
            at += _ONE
            touches = np.bool_(False)
            continue
        if found == _APOSTROPHE:
            found = _class_at(codes, table, at, size)
        begin = at
        value = entry & _FOLDED
        at += _ONE
        if found >= _SYMBOL:
            if found == _GREEK:
                done = greek[value - _ALPHA]
            elif value >= _WIDE:
                done = _polynomial(codes, table, begin, at)
            else:
                done = _mix(value)
        else:
            wide = value >= _WIDE
            window, shift, done = value, _EIGHT, _ZERO
            while at < size:
                entry = _U(table[codes[at]])
                other = entry >> _CLASS_SHIFT
                if other == _APOSTROPHE:
                    other = _class_at(codes, table, at, size)
                if other != found:
                    break
                value = entry & _FOLDED
                wide |= value >= _WIDE
                if shift == _U(64):
                    done = _mix(done ^ window)
                    window, shift = _ZERO, _ZERO
                window |= value << shift
                shift += _EIGHT
                at += _ONE
            if wide or at - begin > _SHORT_WORD:
                done = _polynomial(codes, table, begin, at)
            else:
                done = _mix(done ^ window)
        word = found <= _DIGIT or found == _GREEK
        start[count], end[count] = begin, at
        kind[count], hashes[count] = found, done
        glued[count] = word and touches
        count += _ONE
        touches = word
    return count


@_compiled
def _own_slots(slots, values, size, out):  # type: ignore[no-untyped-def]
    """Read each hash's own slot: a loop without a branch, so that the loads overlap."""
    places = ((_U(len(slots)) >> _BUCKET_BITS) - _SPARE) << _BUCKET_BITS
    for at in range(_U(size)):
        out[at] = slots[((values[at] & _LOW) * places) >> _HALF]


@_compiled
def _payload(slots, value, slot, bits):  # type: ignore[no-untyped-def]
    """Return the payload of a hash whose own slot has been read."""
    if slot == _ZERO:
        return _ZERO
    if (slot ^ value) >> bits == _ZERO:
        return slot & ((_ONE << bits) - _ONE)
    return _look_up(slots, value, bits)


@_compiled
def _compact(start, end, kind, hashes, glued, article, size):  # type: ignore[no-untyped-def]
    """Drop articles and return the number of tokens left."""
    count = _ZERO
    for at in range(_U(size)):
        value = hashes[at]
        start[count], end[count], kind[count] = start[at], end[at], kind[at]
        hashes[count], glued[count] = value, glued[at]
        count += _U(value != article)
    return count


@_compiled
def _word_ids(slots, hashes, own, words):  # type: ignore[no-untyped-def]
    _own_slots(slots, hashes, len(hashes), own)
    for at in range(_U(len(hashes))):
        words[at] = _payload(slots, hashes[at], own[at], _WORD_BITS)


@_compiled
def _capital_sums(codes, capitals, sums):  # type: ignore[no-untyped-def]
    total = np.int32(0)
    limit = _U(len(capitals))
    sums[0] = 0
    for at in range(_U(len(codes))):
        code = _U(codes[at])
        if code < limit:
            total += np.int32(capitals[code])
        sums[at + _ONE] = total


@_compiled
def _whole(words, begin, length, factors, wanted):  # type: ignore[no-untyped-def]
    if begin + length > _U(len(words)):
        return False
    total = _ZERO
    for step in range(length):
        total += _U(words[begin + _U(step)]) * factors[_U(step)]
    return (total >> _HALF) == _U(wanted)


@_compiled
def _longer(words, glued, roots, pairs, factors, begins, sums, paths):  # type: ignore[no-untyped-def]
    """Fill in the starts whose first two words may begin a longer name, and return their number."""
    count = _ZERO
    size = _U(len(words))
    for begin in range(size - _ONE):
        first, second = _U(words[begin]), _U(words[begin + _ONE])
        place = ((first * _FIRST + second * _SECOND) & _LOW) >> _PAIR_SHIFT
        if not (_U(pairs[place >> _THREE]) >> (place & _SEVEN)) & _ONE:
            continue
        if glued[begin] or second == _ZERO or _U(roots[first]) >> _ROOT_SHIFT < _BRANCH:
            continue
        total = first * factors[0] + second * factors[1]
        begins[count], sums[count], paths[count] = begin, total, _mix(total)
        count += _ONE
    return count


@_compiled
def _walk(words, glued, nodes, key_hash, key_length, factors, begin, total, node, out, count):  # type: ignore[no-untyped-def]
    """Add the names of two and more words from ``begin`` on; ``node`` is that of the first two."""
    size = _U(len(words))
    after = begin + _U(2)
    while True:
        kind, key = node >> _KEY_BITS, node & _KEY_MASK
        if kind == _ZERO:
            return count
        stop = after
        if kind == _TAIL:
            length = _U(key_length[key])
            stop = begin + length
            if not _whole(words, begin, length, factors, key_hash[key]):
                return count
        if kind != _BRANCH and (stop == size or not glued[stop]):
            out[0, count], out[1, count], out[2, count] = begin, stop, key
            count += _ONE
        if (kind != _BRANCH and kind != _BRANCH_KEY) or after == size or words[after] == 0:
            return count
        total += _U(words[after]) * factors[after - begin]
        after += _ONE
        node = _look_up(nodes, _mix(total), _NODE_BITS)


@_compiled
def _scan(words, glued, roots, nodes, pairs, key_hash, key_length, factors, out):  # type: ignore[no-untyped-def]
    """Fill rows of (start, end, key) in order and return their number (-1: no more room)."""
    size = _U(len(words))
    begins = np.empty(size, np.uint64)
    sums = np.empty(size, np.uint64)
    paths = np.empty(size, np.uint64)
    own = np.empty(size, np.uint64)
    many = _longer(words, glued, roots, pairs, factors, begins, sums, paths)
    _own_slots(nodes, paths, many, own)
    room, count, next_ = _U(out.shape[1]), _ZERO, _ZERO
    for begin in range(size):
        if count + _U(256) > room:
            return np.int64(-1)
        info = _U(roots[words[begin]])
        after = begin + _ONE
        open_ = not glued[begin] and (after == size or not glued[after])
        if open_ and (info >> _ROOT_SHIFT) & _KEY:
            out[0, count], out[1, count], out[2, count] = begin, after, info & _ROOT_MASK
            count += _ONE
        if next_ < many and begins[next_] == begin:
            node = _payload(nodes, paths[next_], own[next_], _NODE_BITS)
            if node != _ZERO:
                count = _walk(
                    words, glued, nodes, key_hash, key_length, factors, begin, sums[next_], node,
                    out, count,
                )  # fmt: skip
            next_ += _ONE
    return np.int64(count)


@_compiled
def _leftmost_longest(start, end, places):  # type: ignore[no-untyped-def]
    count, limit = 0, np.int64(-1)
    size = len(start)
    for at in range(size):
        if at + 1 < size and start[at + 1] == start[at]:
            continue  # a longer one follows
        if start[at] >= limit:
            places[count] = at
            limit = end[at]
            count += 1
    return count


def read(codes: U32, slots: U64) -> tuple[tk.Tokens, U32]:
    """Return the tokens of an array of code points, without articles, and their word ids."""
    expanded = tk.Expanded.of_any(codes)
    source = codes if expanded is None else expanded.codes
    size = len(source)
    start, end = np.empty(size, np.int32), np.empty(size, np.int32)
    kind, glued = np.empty(size, np.uint8), np.empty(size, np.bool_)
    hashes = np.empty(size, np.uint64)
    count = int(_tokens(source, ch.table(), tk.greek_hashes(), start, end, kind, hashes, glued))
    if expanded is not None:
        start[:count], end[:count] = expanded.places(
            start[:count].astype(np.int64), end[:count].astype(np.int64)
        )
        glued[:count] = tk.glued_tokens(start[:count], end[:count], kind[:count])
    count = int(_compact(start, end, kind, hashes, glued, np.uint64(tk.article()), count))
    tokens = tk.Tokens(
        start[:count].copy(), end[:count].copy(), kind[:count].copy(), hashes[:count].copy(),
        glued[:count].copy(),
    )  # fmt: skip
    words = np.empty(count, np.uint32)
    _word_ids(slots, tokens.hash, np.empty(count, np.uint64), words)
    return tokens, words


def capital_sums(codes: U32) -> I32:
    """Return running counts of capital letters (n + 1)."""
    sums = np.empty(len(codes) + 1, np.int32)
    _capital_sums(codes, ch.capitals(), sums)
    return sums


def scan(index: MatcherIndex, words: U32, glued: Bools) -> tuple[I64, I64, I64]:
    """Return start, end and key of all matches, sorted by (start, end)."""
    room = len(words) // 2 + 1024
    while True:
        out = np.empty((3, room), np.int64)
        count = _scan(words, glued, index.roots, index.nodes, index.pairs, index.key_hash,
                      index.key_length, trie.multipliers(), out)  # fmt: skip
        if count >= 0:
            start, end, key = out[:, :count].copy()
            return start, end, key
        room *= 4


def leftmost_longest(start: I64, end: I64) -> I64:
    """Return the places of matches that do not overlap (``scan.leftmost_longest``)."""
    places = np.empty(len(start), np.int64)
    return places[: _leftmost_longest(start, end, places)].copy()
