"""A small change to the upper layers of the encoder that ships, and labels read from what it gives.

The lower layers run as they are (int8, onnxruntime). To each matrix of the upper ones a product of
two thin matrices is added (low-rank adaptation); biases and norms are replaced; the mean of the
pieces' vectors is read by one vector a label. That is a fiftieth of the encoder's size.

Source: Hu et al. 2022, LoRA; Devlin et al. 2019 (the layers).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from onoma.encode.opened import OpenedEncoder
from onoma.errors import BadFile

F16 = npt.NDArray[np.float16]
F32 = npt.NDArray[np.float32]

EPSILON = 1e-12  # of layer norms, as in BERT
FAR = np.float32(-1e4)
MOST_PIECES = 2048  # in a batch, its padding included
LONGEST = 96  # pieces of a text that are read


@dataclass(frozen=True, slots=True)
class Adapter:
    """What is changed from layer ``first`` on, by the plain names of weights; vectors of labels.

    ``changes`` has ``NAME.down`` (rank, in) and ``NAME.up`` (out, rank) for matrices, ``NAME.bias``
    and ``NAME.weight`` for what is replaced. ``head`` is (labels, width), ``bias`` (labels,).
    """

    first: int
    changes: Mapping[str, F32]
    head: F32
    bias: F32
    longest: int = LONGEST

    def merged(self, weights: Mapping[str, F32]) -> dict[str, F32]:
        """Return the upper layers' weights with the changes in them.

        Raises: BadFile: a change is of another encoder.
        """
        out = dict(weights)
        for name, change in self.changes.items():
            plain, _, part = name.rpartition(".")
            if part == "down":
                added = self.changes[f"{plain}.up"] @ change
                self._check(out, f"{plain}.weight", added)
                out[f"{plain}.weight"] = out[f"{plain}.weight"] + added
            elif part != "up":
                self._check(out, name, change)
                out[name] = change
        return out

    @staticmethod
    def _check(weights: Mapping[str, F32], name: str, change: F32) -> None:
        if name not in weights or weights[name].shape != change.shape:
            raise BadFile(f"the encoder has no {name} as this model changes it", hint="train anew")


class AdaptedEncoder:
    """Reads labels by an adapter; safe to use again and again."""

    def __init__(self, adapter: Adapter) -> None:
        """Open the encoder that ships and change its upper layers.

        Raises: ModelMissing, Inconsistent: see ``OpenedEncoder``; BadFile: see ``Adapter.merged``.
        """
        self._adapter = adapter
        self._encoder = opened(adapter.first)
        self._weights = adapter.merged(upper_weights(adapter.first))

    def margins(self, texts: Sequence[str]) -> F32:
        """Return the log odds of each label for each text, (texts, labels)."""
        out = np.zeros((len(texts), len(self._adapter.bias)), np.float32)
        order = np.argsort([len(text) for text in texts], kind="stable").tolist()
        while order:
            rows, order = order[:64], order[64:]
            read = self._encoder.between([texts[row] for row in rows], self._adapter.longest)
            out[rows] = self.margins_of(read)
        return out

    def margins_of(self, read: Sequence[F16]) -> F32:
        """Return the log odds of texts whose vectors below the changes are there already."""
        out = np.zeros((len(read), len(self._adapter.bias)), np.float32)
        for rows in _batches([len(one) for one in read]):
            pooled = self._pooled(*padded([read[row] for row in rows]))
            out[rows] = pooled @ self._adapter.head.T + self._adapter.bias
        return out

    def _pooled(self, x: F32, mask: F32) -> F32:
        """Return the mean of the last layer's vectors, (texts, width)."""
        far = ((1 - mask) * FAR)[:, None, None, :]
        for layer in range(self._adapter.first, self._encoder.layers):
            x = _layer(x, far, self._weights, f"encoder.layer.{layer}", self._encoder.heads)
        summed = (x * mask[:, :, None]).sum(1)
        return np.asarray(summed / mask.sum(1, keepdims=True), np.float32)


@lru_cache(maxsize=2)
def opened(first: int) -> OpenedEncoder:
    """Return the encoder that ships, opened below a layer; once."""
    return OpenedEncoder(first=first)


@lru_cache(maxsize=2)
def upper_weights(first: int) -> Mapping[str, F32]:
    """Return the weights of the layers above; once."""
    return opened(first).weights()


def _batches(sizes: Sequence[int]) -> list[list[int]]:
    """Return which texts are run together: those of about one length."""
    out: list[list[int]] = []
    for row in sorted(range(len(sizes)), key=sizes.__getitem__):
        if not out or (len(out[-1]) + 1) * sizes[row] > MOST_PIECES:
            out.append([])
        out[-1].append(row)
    return out


def padded(read: Sequence[F16]) -> tuple[F32, F32]:
    """Return vectors of pieces as (texts, longest, width), and their mask (texts, longest)."""
    longest = max(map(len, read))
    x = np.zeros((len(read), longest, read[0].shape[1]), np.float32)
    mask = np.zeros((len(read), longest), np.float32)
    for row, one in enumerate(read):
        x[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return x, mask


def _layer(x: F32, far: F32, weights: Mapping[str, F32], name: str, heads: int) -> F32:
    """Return what a layer makes of (texts, pieces, width)."""
    count, length, width = x.shape
    size = width // heads

    def linear(given: F32, part: str) -> F32:
        product = given @ weights[f"{name}.{part}.weight"].T
        return np.asarray(product + weights[f"{name}.{part}.bias"], np.float32)

    def split(given: F32) -> F32:
        return given.reshape(count, length, heads, size).transpose(0, 2, 1, 3)

    def norm(given: F32, part: str) -> F32:
        middle = given - given.mean(-1, keepdims=True)
        scaled = middle / np.sqrt((middle * middle).mean(-1, keepdims=True) + EPSILON)
        return np.asarray(
            scaled * weights[f"{name}.{part}.weight"] + weights[f"{name}.{part}.bias"], np.float32
        )

    query, key, value = (split(linear(x, f"attention.self.{n}")) for n in ("query", "key", "value"))
    scores = query @ key.transpose(0, 1, 3, 2) / np.float32(math.sqrt(size)) + far
    chances = np.exp(scores - scores.max(-1, keepdims=True))
    chances /= chances.sum(-1, keepdims=True)
    seen = (chances @ value).transpose(0, 2, 1, 3).reshape(count, length, width)
    x = norm(x + linear(seen, "attention.output.dense"), "attention.output.LayerNorm")
    wide = _gelu(linear(x, "intermediate.dense"))
    return norm(x + linear(wide, "output.dense"), "output.LayerNorm")


def _gelu(x: F32) -> F32:
    """Return the activation; by tanh, which NumPy has, within 0.001 of the one by erf."""
    root = np.float32(math.sqrt(2 / math.pi))
    return np.asarray(0.5 * x * (1 + np.tanh(root * (x + np.float32(0.044715) * x**3))), np.float32)
