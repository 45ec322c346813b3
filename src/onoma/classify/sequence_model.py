"""A small network over the sentences of a document; inference with NumPy alone.

A sentence is the sum of the vectors of its words and word pairs (int8, some 30,000 of them) and
where it stands; a gated recurrent unit reads the sequence both ways, a conditional random field
weighs each label against its neighbours. In the manner of Jin and Szolovits 2018, with a bag of
words in the place of their recurrent reader of words: a hundred times less work.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from onoma.classify.crf import F32, Bools, Chain
from onoma.classify.sentences import I32, I64, U32, Words
from onoma.errors import BadFile

PLACES = 19  # numbers that say where a sentence stands
CENTRES = np.linspace(0, 1, 9, dtype=np.float32)
CELLS = 1 << 14  # places of a block of padded sequences
FORBIDDEN = np.float32(-1e4)


@dataclass(frozen=True, slots=True)
class SequenceModel:
    """The arrays of a model, as in its file (npz); float16 there, float32 here.

    ``keys`` sorted; ``vectors`` (keys, dim) int8 with a ``scale`` a row; ``place`` (places, dim),
    ``join`` (2 dim, dim), ``out`` (2 hidden + dim, labels); of the recurrent unit, for each
    direction: ``read`` (2, dim, 3 hidden), ``keep`` (2, hidden, 3 hidden) with gates reset, update,
    new as in PyTorch; biases beside.
    """

    labels: tuple[str, ...]
    keys: U32
    vectors: npt.NDArray[np.int8]
    scale: F32
    place: F32
    place_bias: F32
    join: F32
    join_bias: F32
    read: F32
    read_bias: F32
    keep: F32
    keep_bias: F32
    out: F32
    out_bias: F32
    step: F32
    first: F32
    last: F32

    @classmethod
    def load(cls, file: Path | BinaryIO) -> SequenceModel:
        """Read a model's file.

        Raises: BadFile: it is not one.
        """
        try:
            with np.load(file, allow_pickle=False) as data:
                arrays = {one.name: data[one.name] for one in fields(cls)}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise BadFile(
                f"{file}: not a model of sentence roles",
                hint="make one with onoma train roles; or the file is damaged: copy it again",
            ) from error
        labels = tuple(arrays.pop("labels").tolist())
        kept = ("keys", "vectors")
        made = {k: a if k in kept else a.astype(np.float32) for k, a in arrays.items()}
        return cls(labels=labels, **made)

    def save(self, file: Path | BinaryIO) -> None:
        """Write the model's file."""
        arrays = {one.name: np.asarray(getattr(self, one.name)) for one in fields(self)}
        kept = ("labels", "keys", "vectors")
        stored = {k: a if k in kept else a.astype(np.float16) for k, a in arrays.items()}
        np.savez_compressed(file, allow_pickle=False, **stored)

    def chances(self, words: Words, sequence: I32, allowed: Bools | None = None) -> F32:
        """Return the chance of each label for each sentence; shape (sentences, labels).

        ``sequence`` numbers the sequence of each sentence, ascending; ``allowed`` (sentences,
        labels) leaves out labels that a heading rules out.
        """
        out = np.zeros((len(sequence), len(self.labels)), np.float32)
        if not len(sequence):
            return out
        start = np.flatnonzero(np.diff(sequence, prepend=sequence[0] - 1))
        length = np.diff(np.append(start, len(sequence)))
        inner = self._inner(self._sums(words, len(sequence)), places(start, length, words))
        chain = Chain(self.step, self.first, self.last)
        for at, is_there in _blocks(start, length):
            scores = self._scores(inner[at], is_there)
            if allowed is not None:
                scores = np.where(allowed[at], scores, FORBIDDEN)
            out[at[is_there]] = chain.marginals(scores, is_there)[is_there]
        return out

    def _sums(self, words: Words, count: int) -> F32:
        """Return the sum of the vectors of each sentence's words, over the root of their number."""
        place, sentence = known_words(self.keys, words)
        out = np.zeros((count, self.vectors.shape[1]), np.float32)
        if len(place):
            first = np.flatnonzero(np.diff(sentence, prepend=-1))
            rows = self.vectors[place] * self.scale[place, None]
            number = np.diff(np.append(first, len(place))).astype(np.float32)
            out[sentence[first]] = np.add.reduceat(rows, first) / np.sqrt(number)[:, None]
        return out

    def _inner(self, sums: F32, where: F32) -> F32:
        """Return what the network makes of each sentence by itself; (sentences, dim)."""
        stands = np.tanh(where @ self.place + self.place_bias)
        inner: F32 = np.tanh(np.hstack([sums, stands]) @ self.join + self.join_bias)
        return inner

    def _scores(self, inner: F32, is_there: Bools) -> F32:
        """Return the score of each label at each place of padded sequences."""
        ahead = self._recurrent(inner, is_there, 0)
        back = self._recurrent(inner[:, ::-1], is_there[:, ::-1], 1)[:, ::-1]
        return np.concatenate([ahead, back, inner], axis=2) @ self.out + self.out_bias

    def _recurrent(self, inner: F32, is_there: Bools, way: int) -> F32:
        """Return the state of the recurrent unit at each place, in one direction."""
        read = inner @ self.read[way] + self.read_bias[way]
        size = self.keep.shape[1]
        state = np.zeros((len(inner), size), np.float32)
        out = np.empty((*inner.shape[:2], size), np.float32)
        for place in range(inner.shape[1]):
            seen, kept = read[:, place], state @ self.keep[way] + self.keep_bias[way]
            gates = 1 / (1 + np.exp(-(seen[:, : 2 * size] + kept[:, : 2 * size])))
            reset, update = gates[:, :size], gates[:, size:]
            new = np.tanh(seen[:, 2 * size :] + reset * kept[:, 2 * size :])
            moved = new + update * (state - new)
            state = np.where(is_there[:, place, None], moved, state)
            out[:, place] = state
        return out


def known_words(keys: U32, words: Words) -> tuple[I64, I64]:
    """Return the places in ``keys`` of the words that are there, each once a sentence, in order."""
    word, place = find_keys(keys, words.key)
    both = words.sentence[word] << 32 | place
    both.sort()  # np.unique hashes, which takes six times as long
    both = both[np.diff(both, prepend=-1) != 0]
    return both & 0xFFFFFFFF, both >> 32


def find_keys(keys: U32, asked: U32) -> tuple[I64, I64]:
    """Return which of the keys asked for are among sorted ``keys``, and their places there.

    Looks into the run of keys that begin with the same bits, which hold one key or none as a rule:
    a quarter of the time of a binary search where there are many to ask for.
    """
    bits = min(max(len(keys).bit_length() + 4, 8), 22)
    shift = np.uint32(32 - bits)
    starts = np.zeros((1 << bits) + 1, np.int32)
    np.cumsum(np.bincount(keys >> shift, minlength=1 << bits), out=starts[1:])
    slot = asked >> shift
    low, high = starts[slot], starts[slot + np.uint32(1)]
    open_ = np.flatnonzero(low < high)
    words, places = [], []
    at = low[open_]
    while len(open_):
        is_it = keys[at] == asked[open_]
        words.append(open_[is_it])
        places.append(at[is_it].astype(np.int64))
        left = np.flatnonzero(~is_it & (at + 1 < high[open_]))
        open_, at = open_[left], at[left] + 1
    if not words:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate(words), np.concatenate(places)


def places(start: I64, length: I64, words: Words) -> F32:
    """Return the numbers that say where each sentence stands; shape (sentences, PLACES)."""
    count = int(length.sum())
    size = np.repeat(length, length).astype(np.float32)
    number = (np.arange(count) - np.repeat(start, length)).astype(np.float32)
    share = number / np.maximum(size - 1, 1)
    long = np.bincount(words.sentence, minlength=count).astype(np.float32)
    columns = [
        share, 1 - share, number == 0, number == 1, number == size - 1, number == size - 2,
        np.minimum(size, 20) / 20, size <= 4, np.log1p(long) / 4, 1 / np.sqrt(1 + long),
    ]  # fmt: skip
    bumps = np.exp(-(((share[:, None] - CENTRES) * 6) ** 2))
    return np.hstack([np.stack(columns, axis=1).astype(np.float32), bumps])


def _blocks(start: I64, length: I64) -> Iterator[tuple[I64, Bools]]:
    """Yield padded blocks of sequences of like length: sentence numbers, and which are there."""
    order = np.argsort(length, kind="stable")[::-1]
    at = 0
    while at < len(order):
        longest = int(length[order[at]])
        chosen = order[at : at + max(1, CELLS // longest)]
        steps = np.arange(longest)
        is_there = steps < length[chosen][:, None]
        numbers = start[chosen][:, None] + np.minimum(steps, length[chosen][:, None] - 1)
        yield numbers, is_there
        at += len(chosen)
