"""Keys (sequences of word ids) to a path-compressed hashed trie in flat arrays.

``roots[word]`` says what begins with a word: uint32, kind in the top two bits, the key of the word
alone below. Deeper nodes stand in one hash table under the hash of their path. A branch with one
key left is cut: KEY where that key ends, TAIL where it goes on; a TAIL counts only where the text's
words sum to the key's own hash (``key_hash``). Two bit filters answer most failures from the
processor's cache: ``pairs`` over the first two words of every key, ``paths`` over deeper nodes.

A path's hash is the mixed sum of (word id) * (multiplier of its place) mod 2**64, so that a walk
adds one product a step; a key's hash is the upper half of the plain sum (multilinear hashing,
Carter & Wegman 1979, Dietzfelbinger 1996).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from onoma.errors import Inconsistent
from onoma.ontology.hashing import build_table, look_up
from onoma.text.tokens import mix

U64 = npt.NDArray[np.uint64]
U32 = npt.NDArray[np.uint32]
U8 = npt.NDArray[np.uint8]
I64 = npt.NDArray[np.int64]

NONE, KEY, BRANCH, BRANCH_KEY, TAIL = range(5)
"""Kinds: nothing; a key and nothing below; several below; both; one key that goes on below."""

KEY_BITS = 25  # payload of a deeper node: 33 M keys; kind takes three more bits
PAYLOAD_BITS = KEY_BITS + 3
ROOT_SHIFT = 30
MOST_LENGTH = 255
STEP = 0xA24BAED4963EE407
FIRST, SECOND = 0x9E3779B1, 0x85EBCA77  # multipliers of the pair filter, mod 2**32
FILTER_BITS = 24
_WORD_MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Trie:
    """The matcher's arrays; ``key_hash`` and ``key_length`` have one entry a key."""

    roots: U32
    nodes: U64
    pairs: U8
    paths: U8
    key_hash: U32
    key_length: U8


@cache
def multipliers() -> U64:
    """Return an odd multiplier for each place in a key (splitmix64 of the place)."""
    out = []
    for place in range(1, MOST_LENGTH + 2):
        value = place * STEP & _WORD_MASK
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & _WORD_MASK
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB & _WORD_MASK
        out.append((value ^ (value >> 31)) | 1)
    return np.array(out, np.uint64)


def build_trie(key_start: I64, key_words: U32, *, n_words: int) -> Trie:
    """Return the trie of distinct, non-empty keys of word ids 1..n_words - 1.

    ``key_start`` (n_keys + 1) cuts ``key_words`` into keys.
    Raises: Inconsistent: two paths share a hash (then another multiplier is needed).
    """
    starts = key_start[:-1]
    lengths = np.diff(key_start)
    if len(lengths) and (lengths.max() > MOST_LENGTH or len(lengths) >= 1 << KEY_BITS):
        raise Inconsistent("too many keys, or too long ones, for the matcher's layout")
    roots = np.zeros(n_words, np.uint32)
    single = np.flatnonzero(lengths == 1)
    roots[key_words[starts[single]]] = single | (KEY << ROOT_SHIFT)
    if len(np.unique(key_words[starts[single]])) != len(single):
        raise Inconsistent("two keys are the same word")
    keys = np.flatnonzero(lengths > 1)
    roots[key_words[starts[keys]]] |= np.uint32(BRANCH << ROOT_SHIFT)
    pairs = _filter(pair_places(key_words[starts[keys]], key_words[starts[keys] + 1]))
    hashes, payloads = _all_nodes(keys, starts, lengths, key_words)
    paths = _filter(path_places(np.concatenate([np.empty(0, np.uint64), *hashes[1:]])))
    nodes = build_table(
        np.concatenate(hashes), np.concatenate(payloads), payload_bits=PAYLOAD_BITS, load=0.7
    )
    key_hash = (sequence_sums(starts, lengths, key_words) >> np.uint64(32)).astype(np.uint32)
    return Trie(roots, nodes, pairs, paths, key_hash, lengths.astype(np.uint8))


def _filter(places: npt.NDArray[np.unsignedinteger]) -> U8:
    bits = np.zeros(1 << FILTER_BITS, bool)
    bits[places] = True
    return np.packbits(bits, bitorder="little")


def _all_nodes(keys: I64, starts: I64, lengths: I64, words: U32) -> tuple[list[U64], list[U64]]:
    """Return path hashes and payloads of the nodes by depth, from the second word on."""
    factors = multipliers()
    sums = words[starts].astype(np.uint64) * factors[0]
    hashes: list[U64] = [np.empty(0, np.uint64)]
    payloads: list[U64] = [np.empty(0, np.uint64)]
    depth = 2
    while len(keys):
        sums[keys] += words[starts[keys] + (depth - 1)] * factors[depth - 1]
        path = mix(sums[keys])
        order = np.argsort(path, kind="stable")
        keys, path = keys[order], path[order]
        kinds, payload, group = _nodes(keys, path, lengths, depth=depth)
        hashes.append(path[group])
        payloads.append((kinds.astype(np.uint64) << np.uint64(KEY_BITS)) | payload)
        keys = _deeper(keys, path, lengths, depth=depth)
        depth += 1
    return hashes[1:] or hashes, payloads[1:] or payloads


def pair_places(first: U32, second: U32) -> U32:
    """Return the place of a two-word path in its filter."""
    out = first * np.uint32(FIRST)
    out += second * np.uint32(SECOND)
    out >>= np.uint32(32 - FILTER_BITS)
    return out


def path_places(paths: U64) -> U64:
    """Return the place of a deeper path's hash in its filter."""
    return paths >> np.uint64(64 - FILTER_BITS)


def passes(bits: U8, places: npt.NDArray[np.unsignedinteger]) -> npt.NDArray[np.bool_]:
    """Return whether a filter's bit is set at each place."""
    out = bits.take((places >> 3).view(np.int64) if places.itemsize == 8 else places >> 3)
    out >>= places.astype(np.uint8) & np.uint8(7)
    out &= np.uint8(1)
    return out.view(np.bool_)


def sequence_sums(start: I64, length: I64, words: U32) -> U64:
    """Return the sum of each run of so many words times the multipliers of their places."""
    out = np.zeros(len(start), np.uint64)
    factors = multipliers()
    open_ = np.arange(len(start))
    for place in range(int(length.max(initial=0))):
        open_ = open_[length[open_] > place]
        out[open_] += words[start[open_] + place] * factors[place]
    return out


def whole_key(words: U32, *, roots: U32, nodes: U64, key_hash: U32, key_length: U8) -> int:
    """Return the key of exactly these words, -1 if there is none."""
    if not len(words) or len(words) > MOST_LENGTH:
        return -1
    info = int(roots[words[0]])
    kind, key = info >> ROOT_SHIFT, info & ((1 << ROOT_SHIFT) - 1)
    path = words[:1] * multipliers()[:1]
    for depth in range(2, len(words) + 1):
        if kind not in (BRANCH, BRANCH_KEY):
            break
        path += words[depth - 1 : depth] * multipliers()[depth - 1 : depth]
        info = int(look_up(nodes, mix(path), payload_bits=PAYLOAD_BITS)[0])
        kind, key = info >> KEY_BITS, info & ((1 << KEY_BITS) - 1)
    if kind in (NONE, BRANCH) or key_length[key] != len(words):
        return -1
    whole = sequence_sums(np.zeros(1, np.int64), np.array([len(words)]), words)
    return key if int(key_hash[key]) == int(whole[0]) >> 32 else -1


def _groups(state: U64) -> tuple[I64, I64]:
    """Return first index and size of each run of equal states."""
    edges = np.flatnonzero(np.concatenate([[True], state[1:] != state[:-1]]))
    return edges, np.diff(np.append(edges, len(state)))


def _nodes(keys: I64, path: U64, lengths: I64, *, depth: int) -> tuple[I64, U64, I64]:
    """Return kind, key and first index of each distinct path at this depth."""
    group, size = _groups(path)
    ends_here = lengths[keys] == depth
    final = np.full(len(group), -1, np.int64)
    number = np.repeat(np.arange(len(group)), size)
    if len(np.unique(number[ends_here])) != ends_here.sum():
        raise Inconsistent("two keys share a hash")
    final[number[ends_here]] = keys[ends_here]
    alone = np.where(final >= 0, KEY, TAIL)
    kinds = np.where(size == 1, alone, np.where(final >= 0, BRANCH_KEY, BRANCH))
    payload = np.where(size == 1, keys[group], np.maximum(final, 0)).astype(np.uint64)
    return kinds, payload, group


def _deeper(keys: I64, path: U64, lengths: I64, *, depth: int) -> I64:
    """Drop keys that end here and those alone in their branch."""
    _, size = _groups(path)
    stay = (np.repeat(size, size) > 1) & (lengths[keys] > depth)
    return keys[stay]
