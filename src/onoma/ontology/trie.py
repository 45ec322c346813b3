"""Keys (sequences of word ids) to a path-compressed hashed trie in flat arrays.

``roots[word]`` says what begins with a word: uint32, kind in the top two bits, key below. Deeper
nodes stand in one hash table under the hash of their path. A branch with one key left is cut and
holds that key (LEAF). A hit counts only where the 64-bit hash of the text's words equals the key's
own (``key_hash``). ``pairs`` is a bit filter over all two-word paths: it answers most failures from
the processor's cache.

The hash of a sequence is the sum of (word value) * Q**k mod 2**64: a difference of prefix sums.
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
I64 = npt.NDArray[np.int64]

NONE, LEAF, BRANCH, BRANCH_KEY = range(4)
"""Kinds: nothing; one key at or below; several below; several below and one here."""

KEY_BITS = 26  # payload of a deeper node: 67 M keys; kind takes two more bits
PAYLOAD_BITS = KEY_BITS + 2
ROOT_SHIFT = 30
STEP = 0xA24BAED4963EE407 | 1
WORD = 0x9FB21C651E98DF25
PAIR_BITS = 23
_INVERSE = pow(STEP, -1, 1 << 64)


@dataclass(frozen=True, slots=True)
class Trie:
    """The matcher's arrays; ``key_hash`` and ``key_length`` have one entry a key."""

    roots: U32
    nodes: U64
    pairs: npt.NDArray[np.uint8]
    key_hash: U64
    key_length: npt.NDArray[np.uint8]


@cache
def step_powers(size: int) -> tuple[U64, U64]:
    """Return STEP**k and STEP**-k mod 2**64 for k < size."""
    out = np.full((2, size), 1, np.uint64)
    out[0, 1:], out[1, 1:] = STEP, _INVERSE
    powers = np.multiply.accumulate(out, axis=1)
    return powers[0], powers[1]


def word_values(words: npt.NDArray[np.integer]) -> U64:
    """Return the value that each word id adds to a sequence's hash."""
    return mix(words.astype(np.uint64) * np.uint64(WORD))


def prefix_sums(words: npt.NDArray[np.integer]) -> tuple[U64, U64]:
    """Return sums of word values times powers (n + 1), and the inverse powers to divide by."""
    size = 1 << max(12, len(words).bit_length())
    powers, inverses = step_powers(size)
    sums = np.zeros(len(words) + 1, np.uint64)
    np.cumsum(word_values(words) * powers[: len(words)], out=sums[1:])
    return sums, inverses


def sequence_hashes(sums: U64, inverses: U64, start: I64, end: I64) -> U64:
    """Return the hash of each run of words ``start:end``."""
    return mix((sums[end] - sums[start]) * inverses[start])


def build_trie(key_start: I64, key_words: U32, *, n_words: int) -> Trie:
    """Return the trie of distinct, non-empty keys of word ids 1..n_words - 1.

    ``key_start`` (n_keys + 1) cuts ``key_words`` into keys.
    Raises: Inconsistent: two paths share a hash (then another multiplier is needed).
    """
    starts, ends = key_start[:-1], key_start[1:]
    lengths = ends - starts
    sums, inverses = prefix_sums(key_words)
    key_hash = sequence_hashes(sums, inverses, starts, ends)
    roots = np.zeros(n_words, np.uint32)
    keys = np.arange(len(starts))
    hashes, payloads = [np.empty(0, np.uint64)], [np.empty(0, np.uint64)]
    pairs = np.zeros((1 << PAIR_BITS) // 8, np.uint8)
    depth = 1
    while len(keys):
        path = sequence_hashes(sums, inverses, starts[keys], starts[keys] + depth)
        order = np.argsort(path, kind="stable")
        keys, path = keys[order], path[order]
        kinds, payload, group = _nodes(keys, path, lengths, depth=depth)
        if depth == 1:
            words = key_words[starts[keys[group]]]
            roots[words] = (kinds << ROOT_SHIFT).astype(np.uint32) | payload.astype(np.uint32)
        else:
            hashes.append(path[group])
            payloads.append((kinds.astype(np.uint64) << np.uint64(KEY_BITS)) | payload)
        if depth == 2:
            bits = pair_bits(path[group])
            np.bitwise_or.at(pairs, bits >> 3, (1 << (bits & 7)).astype(np.uint8))
        keys = _deeper(keys, path, lengths, depth=depth)
        depth += 1
    nodes = build_table(
        np.concatenate(hashes), np.concatenate(payloads), payload_bits=PAYLOAD_BITS, load=0.7
    )
    return Trie(roots, nodes, pairs, key_hash, lengths.astype(np.uint8))


def pair_bits(hashes: U64) -> I64:
    """Return the place of a two-word path in the bit filter."""
    return (hashes >> np.uint64(64 - PAIR_BITS)).view(np.int64)


def whole_key(
    words: U32, *, roots: U32, nodes: U64, key_hash: U64, key_length: npt.NDArray[np.uint8]
) -> int:
    """Return the key of exactly these words, -1 if there is none."""
    sums, inverses = prefix_sums(words)
    whole = sequence_hashes(sums, inverses, np.array([0]), np.array([len(words)]))
    info = int(roots[words[0]])
    kind, key = info >> ROOT_SHIFT, info & ((1 << ROOT_SHIFT) - 1)
    for depth in range(2, len(words) + 1):
        if kind in (NONE, LEAF):
            break
        path = sequence_hashes(sums, inverses, np.array([0]), np.array([depth]))
        info = int(look_up(nodes, path, payload_bits=PAYLOAD_BITS)[0])
        kind, key = info >> KEY_BITS, info & ((1 << KEY_BITS) - 1)
    if kind in (NONE, BRANCH) or key_length[key] != len(words):
        return -1
    return key if key_hash[key] == whole[0] else -1


def _groups(state: U64) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
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
    kinds = np.where(size == 1, LEAF, np.where(final >= 0, BRANCH_KEY, BRANCH))
    payload = np.where(size == 1, keys[group], np.maximum(final, 0)).astype(np.uint64)
    return kinds, payload, group


def _deeper(keys: I64, path: U64, lengths: I64, *, depth: int) -> I64:
    """Drop keys that end here and those alone in their branch."""
    _, size = _groups(path)
    stay = (np.repeat(size, size) > 1) & (lengths[keys] > depth)
    return keys[stay]
