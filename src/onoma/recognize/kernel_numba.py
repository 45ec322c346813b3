"""The hot loops compiled by numba (extra ``fast``): the same columns as the NumPy kernel gives.

Everything unsigned where it can be (signed indices cost a quarter), no Python object inside, the
lock of the interpreter released. Compiled once per machine, then read from disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

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


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function, kept on disk where there is a folder that may be written.

    Any: numba finds the types of what it compiles by itself, from what it is called with.
    """
    options: dict[str, Any] = {"nogil": True, "boundscheck": False, "error_model": "numpy"}
    made: Callable[..., Any]
    try:
        made = numba.njit(function, cache=True, **options)
    except RuntimeError:  # neither beside this file nor in the user's cache
        made = numba.njit(function, **options)
    return made


NO_WORD = 0xFFFFFFFFFFFFFFFF  # a hash that no known word has: no token is left out
MOST_KEPT = 1 << 22  # elements of a working array that is kept for the next batch

CONSTANTS = "19259b14f8ea9a41"
"""A digest of the numbers that the compiled code has from other files: what is kept on disk is made
anew when this file changes, and only then (a test holds the digest)."""

_U = np.uint64
_ZERO, _ONE, _EIGHT, _LOW, _HALF = _U(0), _U(1), _U(8), _U(0xFFFFFFFF), _U(32)
_MIX, _BASE, _TURN = _U(tk.MIX), _U(tk.BASE), _U(29)
_FOLDED, _CLASS_SHIFT = _U(0xFFFFFF), _U(24)
_SPACE, _LETTER, _DIGIT, _SYMBOL = _U(ch.SPACE), _U(ch.LETTER), _U(ch.DIGIT), _U(ch.SYMBOL)
_GREEK, _APOSTROPHE, _ALPHA = _U(ch.GREEK), _U(ch.APOSTROPHE), _U(0x3B1)
_SPECIAL, _FIRST_SPECIAL = _U(ch.SPECIAL), _U(tk.FIRST_SPECIAL)
_SHORT_WORD, _WIDE = _U(tk.SHORT_WORD), _U(tk.WIDE)
_BUCKET, _LAST_IN_BUCKET, _SPARE = _U(hashing.BUCKET), _U(hashing.BUCKET - 1), _U(hashing.SPARE)
_BUCKET_BITS = _U(hashing.BUCKET.bit_length() - 1)
_WORD_BITS, _NODE_BITS = _U(wordtable.WORD_BITS), _U(trie.PAYLOAD_BITS)
_KEY_BITS, _KEY_MASK = _U(trie.KEY_BITS), _U((1 << trie.KEY_BITS) - 1)
_ROOT_SHIFT, _ROOT_MASK = _U(trie.ROOT_SHIFT), _U((1 << trie.ROOT_SHIFT) - 1)
_KEY, _BRANCH, _BRANCH_KEY, _TAIL = (
    _U(kind) for kind in (trie.KEY, trie.BRANCH, trie.BRANCH_KEY, trie.TAIL)
)
_FIRST, _SECOND, _PAIR_SHIFT = _U(trie.FIRST), _U(trie.SECOND), _U(32 - trie.FILTER_BITS)
_PATH_SHIFT = _U(64 - trie.FILTER_BITS)
_THREE, _SEVEN = _U(3), _U(7)


@compiled
def _mix(value: Any) -> Any:
    value = (value ^ (value >> _HALF)) * _MIX
    return value ^ (value >> _TURN)


@compiled
def _look_up(slots: Any, value: Any, bits: Any) -> Any:
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


@compiled
def _class_at(codes: Any, table: Any, at: Any, size: Any) -> Any:
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


@compiled
def _polynomial(codes: Any, table: Any, begin: Any, stop: Any) -> Any:
    total, power = _ZERO, _ONE
    for at in range(begin, stop):
        total += ((_U(table[codes[_U(at)]]) & _FOLDED) + _ONE) * power
        power *= _BASE
    return _mix(total)


@compiled
def _tokens(codes: Any, table: Any, greek: Any, article: Any, columns: Any) -> Any:
    """Fill the columns of tokens and return their number (``text.tokens.tokenise``).

    Tokens with the hash ``article`` are written over.
    """
    start, end, kind, hashes, glued = columns
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
            seen = value
            window, shift, done = value, _EIGHT, _ZERO
            while at < size:
                entry = _U(table[codes[at]])
                other = entry >> _CLASS_SHIFT
                if other != found and (
                    other != _APOSTROPHE or _class_at(codes, table, at, size) != found
                ):
                    break
                value = entry & _FOLDED
                seen |= value
                if shift == _U(64):
                    done = _mix(done ^ window)
                    window, shift = _ZERO, _ZERO
                window |= value << shift
                shift += _EIGHT
                at += _ONE
            if seen >= _WIDE or at - begin > _SHORT_WORD:
                done = _polynomial(codes, table, begin, at)
            else:
                done = _mix(done ^ window)
        word = found <= _DIGIT or found == _GREEK
        start[count], end[count] = begin, at
        kind[count], hashes[count] = found, done
        glued[count] = word and touches
        count += _U(done != article)
        touches = word
    return count


@compiled
def _place(at: Any, before: Any, special: Any, grown: Any) -> Any:
    plain = at - grown[before]
    if before < len(special) and plain >= special[before]:
        return special[before]
    return plain


@compiled
def _places(start: Any, end: Any, special: Any, behind: Any, grown: Any, size: Any) -> Any:
    """Lead tokens of an expanded text back to the text as it was (``Expanded.places``)."""
    before, many = 0, len(special)
    for at in range(size):
        while before < many and behind[before] <= start[at]:
            before += 1
        inner, last = before, end[at] - 1
        start[at] = _place(start[at], before, special, grown)
        while inner < many and behind[inner] <= last:
            inner += 1
        last = _place(last, inner, special, grown)
        while inner < many and behind[inner] <= end[at]:
            inner += 1
        following = _place(end[at], inner, special, grown)
        end[at] = following + 1 if following == last else following


@compiled
def _own_slots(slots: Any, values: Any, size: Any, out: Any) -> Any:
    """Read each hash's own slot: a loop without a branch, so that the loads overlap."""
    places = ((_U(len(slots)) >> _BUCKET_BITS) - _SPARE) << _BUCKET_BITS
    for at in range(_U(size)):
        out[at] = slots[((values[at] & _LOW) * places) >> _HALF]


@compiled
def _payload(slots: Any, value: Any, slot: Any, bits: Any) -> Any:
    """Return the payload of a hash whose own slot has been read."""
    if slot == _ZERO:
        return _ZERO
    if (slot ^ value) >> bits == _ZERO:
        return slot & ((_ONE << bits) - _ONE)
    return _look_up(slots, value, bits)


@compiled
def _compact(
    start: Any, end: Any, kind: Any, hashes: Any, glued: Any, article: Any, size: Any
) -> Any:
    """Drop articles and return the number of tokens left."""
    count = _ZERO
    for at in range(_U(size)):
        value = hashes[at]
        start[count], end[count], kind[count] = start[at], end[at], kind[at]
        hashes[count], glued[count] = value, glued[at]
        count += _U(value != article)
    return count


@compiled
def _word_ids(slots: Any, hashes: Any, own: Any, words: Any, open_: Any) -> Any:
    """Fill in word ids: most of one look without a branch, then the rest."""
    _own_slots(slots, hashes, len(hashes), own)
    count, mask = _ZERO, (_ONE << _WORD_BITS) - _ONE
    for at in range(_U(len(hashes))):
        slot = own[at]
        same = (slot ^ hashes[at]) >> _WORD_BITS == _ZERO
        words[at] = (slot & mask) * _U(same)
        open_[count] = at
        count += _U(slot != _ZERO) & _U(not same)
    for place in range(count):
        at = open_[place]
        words[at] = _look_up(slots, hashes[at], _WORD_BITS)


@compiled
def _survey(codes: Any, table: Any, capitals: Any, sums: Any) -> Any:
    """Fill in running counts of capitals; return whether a character folds to none or several."""
    total = np.int32(0)
    special = False
    limit = _U(len(capitals))
    sums[0] = 0
    for at in range(_U(len(codes))):
        code = _U(codes[at])
        if code < limit:
            total += np.int32(capitals[code])
        if code >= _FIRST_SPECIAL:
            special |= _U(table[code]) >> _CLASS_SHIFT == _SPECIAL
        sums[at + _ONE] = total
    return special


@compiled
def _whole(words: Any, begin: Any, length: Any, factors: Any, wanted: Any) -> Any:
    if begin + length >= _U(len(words)):  # the last row is none of the text's
        return False
    total = _ZERO
    for step in range(length):
        total += _U(words[begin + _U(step)]) * factors[_U(step)]
    return (total >> _HALF) == _U(wanted)


@compiled
def _pair_bits(words: Any, pairs: Any, bits: Any) -> Any:
    """Read the filter for each two words."""
    for at in range(_U(len(bits))):
        place = (_U(words[at]) * _FIRST + _U(words[at + _ONE]) * _SECOND) & _LOW
        place >>= _PAIR_SHIFT
        bits[at] = (_U(pairs[place >> _THREE]) >> (place & _SEVEN)) & _ONE


@compiled
def _single(
    words: Any, glued: Any, roots: Any, bits: Any, count: Any, starts: Any, ends: Any, keys: Any
) -> Any:
    """Add the names of one word and return their number; leave bits where longer ones may begin.

    Written without a branch: a row that does not count is written over.
    """
    found = _ZERO
    for at in range(_U(len(bits))):
        info = _U(roots[words[at]])
        kind = (info >> _ROOT_SHIFT) * (_ONE - _U(glued[at]))
        after = at + _ONE
        starts[found], ends[found], keys[found] = at, after, info & _ROOT_MASK
        one = (kind & _KEY) & (_ONE - _U(glued[after]))
        count[at] = one
        found += one
        bits[at] &= (kind >> _ONE) & _U(words[after] != 0)
    return found


@compiled
def _longer(words: Any, factors: Any, bits: Any, begins: Any, sums: Any, paths: Any) -> Any:
    """Fill in where names of two and more words may begin, and return their number."""
    many = _ZERO
    for at in range(_U(len(bits))):
        begins[many] = at
        many += _U(bits[at])
    for at in range(many):
        begin = begins[at]
        sums[at] = _U(words[begin]) * factors[0] + _U(words[begin + _ONE]) * factors[1]
        paths[at] = _mix(sums[at])
    return many


@compiled
def _next_words(
    words: Any,
    factors: Any,
    filter_: Any,
    depth: Any,
    many: Any,
    begins: Any,
    sums: Any,
    paths: Any,
) -> Any:
    """Go one word deeper with the paths that the filter lets pass, and return their number."""
    left = _ZERO
    for at in range(many):
        begin = begins[at]
        word = _U(words[begin + depth])
        total = sums[at] + word * factors[depth]
        path = _mix(total)
        place = path >> _PATH_SHIFT
        bit = (_U(filter_[place >> _THREE]) >> (place & _SEVEN)) & _ONE
        begins[left], sums[left], paths[left] = begin, total, path
        left += bit & _U(word != _ZERO)
    return left


@compiled
def _scan(words: Any, glued: Any, index: Any, columns: Any, scratch: Any) -> Any:
    """Fill in start, end and key of matches, word by word deeper; return how many there are.

    ``index``: the matcher's arrays and the multipliers; ``columns``: the numbers of matches,
    their starts, ends and keys. ``words`` and ``glued`` have one row more than there are
    tokens, of zeros; ``scratch``: working arrays. Matches beyond the room of the columns are
    only counted.
    """
    roots, nodes, pairs, filter_, key_hash, key_length, factors = index
    count, starts, ends, keys = columns
    room = _U(len(starts))
    bits, begins, sums, paths, own = scratch
    _pair_bits(words, pairs, bits)
    found = _single(words, glued, roots, bits, count, starts, ends, keys)
    many = _longer(words, factors, bits, begins, sums, paths)
    depth = _U(2)
    while many > _ZERO:
        _own_slots(nodes, paths, many, own)
        left = _ZERO
        for at in range(many):
            node = _payload(nodes, paths[at], own[at], _NODE_BITS)
            kind, key, begin = node >> _KEY_BITS, node & _KEY_MASK, begins[at]
            stop = begin + depth
            good = (kind & _KEY) != _ZERO  # KEY and BRANCH_KEY
            if kind == _TAIL:
                length = _U(key_length[key])
                stop = begin + length
                good = _whole(words, begin, length, factors, key_hash[key])
            if good and not glued[stop]:
                if found < room:
                    starts[found], ends[found], keys[found] = begin, stop, key
                    count[begin] += _U(1)
                found += _ONE
            begins[left], sums[left] = begin, sums[at]
            left += (kind & _BRANCH) >> _ONE  # BRANCH and BRANCH_KEY
        many = _next_words(words, factors, filter_, depth, left, begins, sums, paths)
        depth += _ONE
    return found


@compiled
def _in_order(count: Any, starts: Any, ends: Any, keys: Any, found: Any, out: Any) -> Any:
    """Sort matches by start; those of one start are in the order of their ends already."""
    place = _ZERO
    for at in range(_U(len(count))):
        one = _U(count[at])
        count[at] = place
        place += one
    for at in range(_U(found)):
        begin = _U(starts[at])
        to = _U(count[begin])
        count[begin] = to + _ONE
        out[0, to], out[1, to], out[2, to] = begin, ends[at], keys[at]


@compiled
def _leftmost_longest(start: Any, end: Any, places: Any) -> Any:
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


class Scratch(threading.local):
    """Working arrays kept from batch to batch: fresh pages cost as much as what is done on them."""

    def __init__(self) -> None:
        """Start with none (once a thread)."""
        self._kept: dict[str, npt.NDArray[Any]] = {}

    def take(self, name: str, size: int, kind: type[np.generic]) -> npt.NDArray[Any]:
        """Return an array with room for so many, of any content."""
        kept = self._kept.get(name)
        if kept is None or len(kept) < size:
            kept = np.empty(size + size // 4, kind)
            if size <= MOST_KEPT:
                self._kept[name] = kept
        return kept[:size]


SCRATCH = Scratch()


def read(codes: U32, slots: U64) -> tuple[tk.Tokens, U32, I32]:
    """Return tokens, word ids and running counts of capitals (``scan.read``)."""
    sums = np.empty(len(codes) + 1, np.int32)
    special = _survey(codes, ch.table(), ch.capitals(), sums)
    expanded = tk.Expanded.of_any(codes) if special else None
    source = codes if expanded is None else expanded.codes
    size = len(source)
    take = SCRATCH.take
    start, end = take("start", size, np.int32), take("end", size, np.int32)
    kind, glued = take("kind", size, np.uint8), take("glued", size, np.bool_)
    hashes = take("hashes", size, np.uint64)
    columns = (start, end, kind, hashes, glued)
    article = np.uint64(tk.article())
    skipped = article if expanded is None else np.uint64(NO_WORD)
    count = int(_tokens(source, ch.table(), tk.greek_hashes(), skipped, columns))
    if expanded is not None:  # an article takes part in what touches what
        _places(start, end, expanded.special, expanded.behind, expanded.grown, count)
        glued[:count] = tk.glued_tokens(start[:count], end[:count], kind[:count])
        count = int(_compact(start, end, kind, hashes, glued, article, count))
    tokens = tk.Tokens(
        start[:count].copy(), end[:count].copy(), kind[:count].copy(), hashes[:count].copy(),
        glued[:count].copy(),
    )  # fmt: skip
    words = np.empty(count, np.uint32)
    own, open_ = take("own", count, np.uint64), take("open", count + 1, np.uint32)
    _word_ids(slots, tokens.hash, own, words, open_)
    return tokens, words, sums


def scan(index: MatcherIndex, words: U32, glued: Bools) -> tuple[I64, I64, I64]:
    """Return start, end and key of all matches, sorted by (start, end)."""
    size = len(words)
    words, glued = np.append(words, np.uint32(0)), np.append(glued, np.False_)
    arrays = (index.roots, index.nodes, index.pairs, index.paths, index.key_hash,
              index.key_length, trie.multipliers())  # fmt: skip
    take = SCRATCH.take
    longer = ("begins", "sums", "paths", "slots")
    scratch = (
        take("bits", size, np.uint8), *(take(name, size + 1, np.uint64) for name in longer)
    )  # fmt: skip
    room = 2 * size + 64
    while True:
        count = take("count", size, np.uint32)
        columns = (count, *(take(name, room, np.uint32) for name in ("starts", "ends", "keys")))
        found = int(_scan(words, glued, arrays, columns, scratch))
        if found <= room:
            out = np.empty((3, found), np.int64)
            _in_order(*columns, found, out)
            return out[0], out[1], out[2]
        room = found


def leftmost_longest(start: I64, end: I64) -> I64:
    """Return the places of matches that do not overlap (``scan.leftmost_longest``)."""
    places = np.empty(len(start), np.int64)
    return places[: _leftmost_longest(start, end, places)].copy()
