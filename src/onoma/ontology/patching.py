"""Words and keys put into a compiled matcher, or taken out, without compiling it anew.

The arrays are private: copies where they grow, mapped copy-on-write where slots are written. What
results is what compiling would give: nodes are split where a new key leaves an old one's path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import Inconsistent
from onoma.ontology.hashing import BUCKET, SPARE, addresses, look_up
from onoma.ontology.store import ConceptStore
from onoma.ontology.trie import (
    BRANCH,
    BRANCH_KEY,
    KEY,
    KEY_BITS,
    NONE,
    PAYLOAD_BITS,
    ROOT_SHIFT,
    TAIL,
    multipliers,
    pair_places,
    path_places,
    whole_key,
)
from onoma.ontology.wordtable import WORD_BITS, is_single, word_hashes, word_ids
from onoma.text.characters import code_points, fold
from onoma.text.tokens import Tokens, mix, tokenise, without_articles
from onoma.text.variants import canonical_form, written_forms

U64 = npt.NDArray[np.uint64]
U32 = npt.NDArray[np.uint32]
KEY_MASK = (1 << KEY_BITS) - 1
KIND_BITS = PAYLOAD_BITS - KEY_BITS
ROOT_MASK = (1 << ROOT_SHIFT) - 1
ROOM = 1024  # elements by which an array grows

Recall = Callable[[int], Iterator[str]]
"""Yields strings of which one has the words of a key."""


class Patched:
    """A store's matcher with changes of its own."""

    def __init__(self, base: ConceptStore) -> None:
        """Start with the store's own arrays."""
        self._base = base
        self._own: dict[str, npt.NDArray[Any]] = {}
        self._n_words = len(base.array("roots"))
        self._n_keys = len(base.array("key_hash"))
        self._words: dict[int, U32] = {}  # of new keys
        self._used: dict[str, int] = {}  # of arrays that grow: what is behind is room

    @property
    def n_new(self) -> int:
        """How many keys are new."""
        return len(self._words)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays that differ from the store's."""
        return {name: own[: self._used.get(name, len(own))] for name, own in self._own.items()}

    def _get(self, name: str) -> npt.NDArray[Any]:
        if name not in self._own:
            self._own[name] = self._base.writable(name)
        return self._own[name]

    def _grow(self, name: str, value: int) -> None:
        """Put a value behind an array, which is copied once in a while."""
        own = self._own.get(name, self._base.array(name))
        used = self._used.get(name, len(own))
        if used == len(own) or name not in self._used:
            own = np.concatenate([own, np.zeros(ROOM, own.dtype)])
        own[used] = value
        self._own[name], self._used[name] = own, used + 1

    def key_kind(self) -> npt.NDArray[Any]:
        """Return the column of the keys' kinds, to be written."""
        return self._get("key_kind")

    def known_words(self, text: str) -> U32:
        """Return the word ids of a text, 0 for those that the store has not."""
        return self._ids(_tokens(text))

    def _ids(self, tokens: Tokens) -> U32:
        return word_ids(self._own.get("words", self._base.array("words")), tokens.hash)

    def words_of(self, text: str) -> U32:
        """Return the word ids of a name; words that are new are taken in, with their forms."""
        tokens = _tokens(text)
        ids = self._ids(tokens)
        for place in np.flatnonzero(ids == 0).tolist():
            if not int(self._ids(tokens)[place]):
                written = fold(text[int(tokens.start[place]) : int(tokens.end[place])])
                is_head = place >= len(tokens) - 2
                self._add_word(written, int(tokens.hash[place]), is_head=is_head)
        return self._ids(tokens)

    def _add_word(self, word: str, own: int, *, is_head: bool) -> None:
        number = self._n_words
        self._n_words += 1
        self._grow("roots", NONE)
        hashes = [own]
        if word and word[0].isalpha():
            canonical = canonical_form(word, ())
            forms = [canonical, *written_forms(canonical, is_head=is_head, is_eponym=False)]
            hashes += word_hashes([form for form in forms if is_single(form)]).tolist()
        slots = self._get("words")
        for one in dict.fromkeys(hashes):
            if not int(look_up(slots, np.array([one], np.uint64), payload_bits=WORD_BITS)[0]):
                _put(slots, one, number, payload_bits=WORD_BITS)

    def key_of(self, words: U32, recall: Recall) -> int:
        """Return the key of these words, a new one if there was none."""
        found = whole_key(words, **self._view())
        return found if found >= 0 else self._add_key(words, recall)

    def _view(self) -> dict[str, npt.NDArray[Any]]:
        names = ("roots", "nodes", "key_hash", "key_length")
        return {name: self._own.get(name, self._base.array(name)) for name in names}

    def _add_key(self, words: U32, recall: Recall) -> int:
        key = self._n_keys
        sums = _path_sums(words)
        self._n_keys += 1
        self._words[key] = words
        self._grow("key_hash", int(sums[-1]) >> 32)
        self._grow("key_length", len(words))
        self._grow("key_kind", 0)
        roots = self._get("roots")
        kind, old = int(roots[words[0]]) >> ROOT_SHIFT, int(roots[words[0]]) & ROOT_MASK
        if len(words) == 1:
            here = BRANCH_KEY if kind & BRANCH else KEY
            roots[words[0]] = here << ROOT_SHIFT | key
            return key
        roots[words[0]] = (kind | BRANCH) << ROOT_SHIFT | old
        _set_bit(self._get("pairs"), int(pair_places(words[:1], words[1:2])[0]))
        for depth in range(2, len(words) + 1):
            if self._enter(key, words, sums, depth, recall):
                return key
        raise Inconsistent("a new name found no place in the matcher")

    def _enter(self, key: int, words: U32, sums: U64, depth: int, recall: Recall) -> bool:
        """Put a key at one depth of its path; return whether it is in place."""
        kind, other = self._node(sums, depth)
        ends = len(words) == depth
        if kind == NONE:
            self._put_node(sums, depth, KEY if ends else TAIL, key)
            return True
        if kind == TAIL:  # the other key goes on: its own node moves one deeper
            theirs = self._recalled(other, recall)
            self._put_node(sums, depth, BRANCH_KEY if ends else BRANCH, key if ends else 0)
            below = KEY if len(theirs) == depth + 1 else TAIL
            self._put_node(_path_sums(theirs), depth + 1, below, other)
            return ends
        if ends:
            self._put_node(sums, depth, BRANCH_KEY, key)
            return True
        if kind == KEY:
            self._put_node(sums, depth, BRANCH_KEY, other)
        return False

    def _recalled(self, key: int, recall: Recall) -> U32:
        """Return the words of a key: of the strings recalled, those that sum to its hash."""
        if key in self._words:
            return self._words[key]
        length, wanted = int(self._get_key("key_length", key)), int(self._get_key("key_hash", key))
        for text in recall(key):
            words = self.known_words(text)
            if len(words) == length and int(_path_sums(words)[-1]) >> 32 == wanted:
                return words
        raise Inconsistent(
            "a synonym of the project begins as another name does, and cannot be put beside it",
            hint="add it to a vocabulary of your own instead: onoma vocab add FILE.tsv",
        )

    def _get_key(self, name: str, key: int) -> Any:
        return self._own.get(name, self._base.array(name))[key]

    def _node(self, sums: U64, depth: int) -> tuple[int, int]:
        nodes = self._own.get("nodes", self._base.array("nodes"))
        found = int(look_up(nodes, mix(sums[depth - 1 : depth]), payload_bits=PAYLOAD_BITS)[0])
        return found >> KEY_BITS, found & KEY_MASK

    def _put_node(self, sums: U64, depth: int, kind: int, key: int) -> None:
        path = mix(sums[depth - 1 : depth].copy())
        payload = kind << KEY_BITS | key
        _put(self._get("nodes"), int(path[0]), payload, payload_bits=PAYLOAD_BITS)
        if depth > 2:
            _set_bit(self._get("paths"), int(path_places(path)[0]))

    def unlink(self, keys: npt.NDArray[np.int64]) -> None:
        """Make keys unreachable: no text matches them any more."""
        if not len(keys):
            return
        roots, nodes = self._get("roots"), self._get("nodes")
        wanted = np.zeros(self._n_keys, bool)
        wanted[keys] = True
        kind = roots >> np.uint32(ROOT_SHIFT)
        hit = np.flatnonzero(((kind & KEY) != 0) & wanted[roots * (kind & 1) & ROOT_MASK])
        roots[hit] = (kind[hit] & np.uint32(BRANCH)) << np.uint32(ROOT_SHIFT)
        keys32 = (nodes & np.uint64(KEY_MASK)).astype(np.uint32)
        hit = np.flatnonzero(wanted.take(keys32))
        kinds = (nodes[hit] >> np.uint64(KEY_BITS)) & np.uint64((1 << KIND_BITS) - 1)
        own = np.isin(kinds, (KEY, BRANCH_KEY, TAIL))
        hit, kinds = hit[own], kinds[own]
        left = np.where(kinds == BRANCH_KEY, BRANCH << KEY_BITS, 0).astype(np.uint64)
        nodes[hit] = nodes[hit] >> np.uint64(PAYLOAD_BITS) << np.uint64(PAYLOAD_BITS) | left


def _tokens(text: str) -> Tokens:
    return without_articles(tokenise(code_points(text)))


def _path_sums(words: U32) -> U64:
    """Return the sum of the first word, of the first two, and so on (see ``ontology.trie``)."""
    return np.cumsum(words.astype(np.uint64) * multipliers()[: len(words)], dtype=np.uint64)


def _set_bit(bits: npt.NDArray[np.uint8], place: int) -> None:
    bits[place >> 3] |= np.uint8(1 << (place & 7))


def _put(slots: U64, hash_: int, payload: int, *, payload_bits: int) -> None:
    """Write a hash's payload into its slot, or into the first free one.

    Raises: Inconsistent: there is none.
    """
    check = hash_ >> payload_bits
    own = int(addresses(np.array([hash_], np.uint64), len(slots) // BUCKET - SPARE)[0])
    value = np.uint64(check << payload_bits | payload)
    for step in range(SPARE * BUCKET):
        at = own - own % BUCKET + (own + step) % BUCKET + step // BUCKET * BUCKET
        here = int(slots[at])
        if not here or here >> payload_bits == check:
            slots[at] = value
            return
    raise Inconsistent("a hash table is too full", hint="compile the vocabulary anew")
