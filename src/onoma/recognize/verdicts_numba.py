"""The guards' first look compiled by numba: matches of the types asked for, most of them settled.

One pass does what ``dictionary`` does in columns without it: types, positions, how a risky match
is written, and what was answered to the same question before (``verdicts``). What stays open, some
in a hundred, is judged by the guards themselves.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.recognize.celllines import CLOSE, MARKERS, REACH
from onoma.recognize.guards import WINDOW
from onoma.recognize.kernel_numba import SCRATCH, compiled
from onoma.recognize.verdicts import FIELDS, MOST, ODD, SLOT_BITS, UNPACKED, WAYS

I64 = npt.NDArray[np.int64]

MOST_GAPS = 6

CONSTANTS = "91ee85ac6102928d"
"""A digest of the numbers that the compiled code has from other files: what is kept on disk is made
anew when this file changes, and only then (a test holds the digest)."""

_U = np.uint64
_ZERO, _ONE = _U(0), _U(1)
_SHIFTS = tuple(_U(sum(bits for _, bits in FIELDS[place + 1 :])) for place in range(len(FIELDS)))
_KEY_SHIFT = _U(sum(bits for _, bits in FIELDS))
_COMPANY = _U(4)  # bits beyond a surface's: what the guard of cell lines reads of the neighbours
_CAPITALS, _LENGTH, _SPACES, _LOUD, _NEAR, _INITIAL = _SHIFTS
_MOST, _ODD, _SLOT_SHIFT, _UNPACKED = MOST, _U(ODD), _U(64 - SLOT_BITS), _U(UNPACKED)
_WAYS, _BUCKET = WAYS, _U(-WAYS & 0xFFFFFFFFFFFFFFFF)
_WINDOW, _BLANK = WINDOW, 0x20
_REACH, _CLOSE = REACH, CLOSE
_MARKERS = tuple(np.uint32(mark) for mark in sorted(MARKERS))


@compiled
def _holds(some: Any, value: Any) -> Any:
    """Return whether a hash is in a set (``hashing.HashSet``)."""
    hashes, maybe = some
    if not maybe[value & _U(len(maybe) - 1)]:
        return False
    found = False
    for one in hashes:
        found |= one == value
    return found


@compiled
def _company(first: Any, last: Any, end: Any, tokens: Any, sets: Any, document: Any) -> Any:
    """Return what the guard of cell lines reads of the neighbours, as four bits."""
    token_start, hashes, codes = tokens
    cells, company = sets
    low, high = document
    size = len(hashes)
    beside = _holds(cells, hashes[min(last + 1, size - 1)])
    marked, lined, near = False, False, False
    for mark in _MARKERS:
        marked |= codes[end] == mark
    for step in range(1, _REACH + 1):
        for at in (last + step, first - step):
            if at < 0 or at >= size or token_start[at] < low or token_start[at] > high:
                continue
            near |= _holds(company, hashes[at])
            lined |= step <= _CLOSE and _holds(cells, hashes[at])
    return (_U(beside) << _U(3)) | (_U(marked) << _U(2)) | (_U(lined) << _ONE) | _U(near)


@compiled
def _question(key: Any, place: Any, text: Any, document: Any, company: Any) -> Any:
    """Return a match's question as one number, UNPACKED if it does not fit into one.

    The bits of ``verdicts.packed``, and below them those of the company.
    """
    first, last, start, end = place
    token_end, words, gene_words, codes, capitals = text
    low, high = document
    upper = capitals[end] - capitals[start]
    length = max(token_end[last] - start, 1)
    if length > _MOST or upper > _MOST:
        return _UNPACKED
    spaces = 0
    for step in range(min(last - first, MOST_GAPS)):
        spaces += codes[token_end[first + step]] <= _BLANK
    low, high = max(start - _WINDOW, low), min(end + _WINDOW, high)
    around = (capitals[high] - capitals[low]) - upper
    loud = around > 0.4 * ((high - low) - (end - start))
    near = gene_words[words[min(last + 1, len(words) - 1)]] or gene_words[words[max(first - 1, 0)]]
    surface = (
        (_U(key) << _KEY_SHIFT)
        | (_U(upper) << _CAPITALS)
        | (_U(length) << _LENGTH)
        | (_U(spaces) << _SPACES)
        | (_U(loud) << _LOUD)
        | (_U(near) << _NEAR)
        | (_U(capitals[start + 1] > capitals[start]) << _INITIAL)
    )
    return (surface << _COMPANY) | company


def settle(
    matches: tuple[I64, I64, I64],
    keys: tuple[npt.NDArray[Any], ...],
    asking: tuple[Any, Any],
    text: tuple[npt.NDArray[Any], ...],
    sets: tuple[tuple[npt.NDArray[Any], npt.NDArray[Any]], ...],
    doc_start: npt.NDArray[Any],
    kept: npt.NDArray[np.uint64],
) -> tuple[I64, I64, npt.NDArray[np.uint64]]:
    """Return the columns of what is believed or open, those of what is open, and its questions.

    The columns: start, end, key; those of what is open: its place among the former, first token,
    token behind the last. ``matches``: first token, token behind the last, key; ``keys``: kinds by
    key, types and safe types by kind;
    ``asking``: the types asked for, those whose guard looks at the neighbours; ``text``: starts,
    ends and hashes of tokens, word ids, which of them are words about genes, code points, running
    capitals; ``sets``: the words of cell lines and of their company; ``kept``: the memory.
    """
    size, take = len(matches[2]), SCRATCH.take
    out = take("out", 3 * size, np.int64).reshape(3, size)
    open_ = take("rest", 3 * size, np.int64).reshape(3, size)
    asked, kinds = take("asked", size, np.uint64), take("kinds", size, np.uint32)
    room = (out, open_, asked, kinds)
    count, many = _settle(matches, keys, asking, text, sets, doc_start, kept, room)
    return out[:, :count].copy(), open_[:, :many].copy(), asked[:many].copy()


@compiled
def _settle(
    matches: Any,
    keys: Any,
    asking: Any,
    text: Any,
    sets: Any,
    doc_start: Any,
    kept: Any,
    room: Any,
) -> Any:
    """Fill in the columns, what is open and its questions; return how many of each."""
    first_of, behind_of, key_of = matches
    key_kind, kind_types, kind_safe = keys
    mask, deep = asking
    token_start, token_end, hashes, words, gene_words, codes, capitals = text
    out, open_, asked, kinds = room
    size = len(key_of)
    for at in range(_U(size)):  # a loop without a branch, so that the loads overlap
        kinds[at] = key_kind[key_of[at]]
    count, many, document = 0, 0, 0
    for at in range(size):
        key = key_of[at]
        first, last = first_of[at], behind_of[at] - 1
        start, end = np.int64(token_start[first]), np.int64(token_end[last])
        out[0, count], out[1, count], out[2, count] = start, end, key
        kind = kinds[at]
        if kind_safe[kind] & mask:
            count += 1
            continue
        types = kind_types[kind] & mask
        if types == 0:
            continue
        while doc_start[document + 1] <= start:
            document += 1
        around = (doc_start[document], doc_start[document + 1] - 1)
        bits = _ZERO
        if types & deep:
            bits = _company(first, last, end, (token_start, hashes, codes), sets, around)
        question = _question(
            key,
            (first, last, start, end),
            (token_end, words, gene_words, codes, capitals),
            around,
            bits,
        )
        if question != _UNPACKED:
            slot = ((question * _ODD) >> _SLOT_SHIFT) & _BUCKET
            differs = _U(2)
            for way in range(_U(_WAYS)):
                answer = kept[slot + way]
                differs = answer ^ (question << _ONE)
                if differs <= _ONE:
                    break
            if differs <= _ONE:
                count += int(differs)
                continue
        open_[0, many], open_[1, many], open_[2, many] = count, first, last + 1
        asked[many] = question
        many += 1
        count += 1
    return count, many
