"""The tagger that learns: a BERT's weights, the vectors of the bits, and the heads, as tensors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.bert import Shape, hidden, need_torch, read_weights
from onoma.encode.folder import ModelFolder
from onoma.encode.training.student import has_fast_half
from onoma.recognize.tagger.folder import Heads
from onoma.recognize.tagger.gazetteer import FEATURES
from onoma.recognize.tagger.training.earlier import BITS, PARTS, take_over
from onoma.recognize.tagger.training.recipe import Recipe

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
MULTIPLE = 16  # lengths are filled up to it: every new shape costs a compiled kernel


@dataclass(frozen=True, slots=True)
class Lesson:
    """A batch: windows of pieces, and the words that are labelled.

    ``ids`` and ``mask`` are (windows, pieces), ``bits`` (windows, pieces, features); ``first`` and
    ``last`` are places of pieces in the flattened batch, ``word_bits`` (words, features),
    ``labels`` (words, heads), -1 where nothing is said.
    """

    ids: I64
    mask: I64
    bits: F32
    first: I64
    last: I64
    word_bits: F32
    labels: npt.NDArray[np.int8]


class Model:
    """The weights, as tensors by name: the BERT's own names, ``bits.weight`` and the heads."""

    def __init__(self, folder: ModelFolder, names: tuple[str, ...], recipe: Recipe) -> None:
        """Read the starting weights, and begin what they lack.

        Raises: BadFile: they cannot be used; ExtraMissing: torch is not installed.
        """
        self._torch = need_torch("training")
        arrays, self.shape = read_weights(folder)
        self.names, self.recipe = names, recipe
        rng = np.random.default_rng(recipe.seed)
        _begin_anew(arrays, self.shape, recipe.fresh, rng)
        arrays |= {BITS: np.zeros((len(FEATURES), self.shape.width), np.float32)}
        arrays |= self.new_weights(rng)
        self.weights = {n: self._torch.tensor(np.array(a)) for n, a in arrays.items()}
        for name, weight in self.weights.items():
            weight.requires_grad_(depth_of(name, self.shape) >= (recipe.frozen or -1))
        self.half = has_fast_half()

    def new_weights(self, rng: np.random.Generator) -> dict[str, F32]:
        """Return the weights that lie above the trunk, as a run begins with them."""
        return _new_heads(self.shape, len(self.names), rng)

    def arrays(self) -> dict[str, F32]:
        """Return a copy of the weights."""
        return {n: w.detach().numpy().copy() for n, w in self.weights.items()}

    def take(self, arrays: Mapping[str, F32]) -> None:
        """Take other weights, in place."""
        with self._torch.no_grad():
            for name, weight in self.weights.items():
                weight.copy_(self._torch.from_numpy(np.ascontiguousarray(arrays[name])))

    def go_on_from(self, earlier: Mapping[str, F32], heads: tuple[str, ...]) -> None:
        """Begin with the weights of an earlier run that had these heads.

        Where layers are frozen, the vectors of the bits then are too: what the frozen layers say
        stays as it was, to the last digit, and a step need not go back through them.
        """
        own = self.arrays()
        take_over(own, self.names, earlier, heads)
        self.take(own)
        if self.recipe.frozen:
            self.weights[BITS].requires_grad_(False)

    def groups(self) -> list[dict[str, Any]]:
        """Return the weights that learn, with the rate of each group as a share of 1."""
        recipe, found = self.recipe, []
        top = self.shape.layers
        for depth in range(-1, top + 1):
            own = [
                w
                for n, w in self.weights.items()
                if w.requires_grad and depth_of(n, self.shape) == depth
            ]
            share = recipe.layer_decay ** (top - 1 - depth) if depth < top else 0.0
            rate = recipe.head_rate if depth == top else recipe.rate * share
            if own:
                found.append({"params": own, "lr": rate, "peak": rate})
        return found

    def read(self, lesson: Lesson) -> tuple[Any, Any]:
        """Return the vectors of the words' first and last pieces as tensors, with dropout."""
        torch, weights = self._torch, self.weights
        ids, mask = torch.from_numpy(lesson.ids), torch.from_numpy(lesson.mask)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half):
            words = torch.nn.functional.embedding(ids, weights["embeddings.word_embeddings.weight"])
            words = words + (torch.from_numpy(lesson.bits) @ weights[BITS]).float()
            out = hidden(weights, self.shape, ids, mask, self._thinned(words))
        flat = self._thinned(out.float()).reshape(-1, self.shape.width)
        return flat[torch.from_numpy(lesson.first)], flat[torch.from_numpy(lesson.last)]

    def scores(self, lesson: Lesson) -> Any:
        """Return the scores of the words as a tensor, (words, heads, 3), with dropout."""
        torch, weights = self._torch, self.weights
        first, last = self.read(lesson)
        found = first @ weights["first"].T + last @ weights["last"].T + weights["bias"]
        found = found + torch.from_numpy(lesson.word_bits) @ weights["direct"].T
        return found.reshape(len(found), -1, 3)

    def _thinned(self, x: Any) -> Any:
        """Return vectors with some dimensions left out, the same ones in a whole window."""
        share = self.recipe.dropout
        if not share:
            return x
        keep = self._torch.rand(len(x), 1, x.shape[-1]) >= share
        return x * (keep.to(x.dtype) / (1 - share))

    def loss(self, lesson: Lesson) -> Any:
        """Return the mean surprise over words and heads of which something is said."""
        return surprise(self.scores(lesson), lesson.labels)

    def heads(self) -> Heads:
        """Return the heads as they are now."""
        return heads_of(self.arrays(), self.names)


def surprise(scores: Any, labels: npt.NDArray[np.int8]) -> Any:
    """Return the mean surprise of scores, (words, heads, 3), as a tensor.

    A word of which h heads say something has the weight of sqrt(h) such pairs, not of h: else
    a corpus of twelve labels would drown one of a single label.
    """
    torch = need_torch("training")
    wanted = torch.from_numpy(labels.astype(np.int64))
    each = torch.nn.functional.cross_entropy(
        scores.reshape(-1, 3), wanted.reshape(-1), ignore_index=-1, reduction="none"
    ).reshape(wanted.shape)
    said = (wanted >= 0).sum(1, keepdim=True).clamp(min=1).sqrt()
    return (each / said).sum() / ((wanted >= 0) / said).sum().clamp(min=1e-6)


def heads_of(arrays: Mapping[str, F32], names: tuple[str, ...]) -> Heads:
    """Return the heads among some weights."""
    return Heads(names, *(np.asarray(arrays[part], np.float32) for part in PARTS))


def depth_of(name: str, shape: Shape) -> int:
    """Return the layer of a weight: -1 for the embeddings, the layers' count for what is new."""
    if name.startswith("encoder.layer."):
        return int(name.split(".")[2])
    return -1 if name.startswith("embeddings.") else shape.layers


def _new_heads(shape: Shape, n_heads: int, rng: np.random.Generator) -> dict[str, F32]:
    rows, spread = 3 * n_heads, 1 / math.sqrt(shape.width)
    bias = np.zeros((n_heads, 3), np.float32)
    bias[:, 0] = 3.0  # most words are no mention
    return {
        "first": rng.normal(0, spread / 2, (rows, shape.width)).astype(np.float32),
        "last": rng.normal(0, spread / 2, (rows, shape.width)).astype(np.float32),
        "direct": np.zeros((rows, len(FEATURES)), np.float32),
        "bias": bias.reshape(-1),
    }


def _begin_anew(arrays: dict[str, F32], shape: Shape, fresh: int, rng: np.random.Generator) -> None:
    """Draw the weights of the top layers anew, as BERT's were (Zhang et al. 2021, section 4)."""
    for name, array in list(arrays.items()):
        if not shape.layers - fresh <= depth_of(name, shape) < shape.layers:
            continue
        if name.endswith("bias"):
            arrays[name] = np.zeros_like(array)
        elif "LayerNorm" in name:
            arrays[name] = np.ones_like(array)
        else:
            arrays[name] = rng.normal(0, 0.02, array.shape).astype(np.float32)


class TorchTrunk:
    """Runs the trunk of a model that is learning, for measures on the way."""

    batch = 16

    def __init__(self, model: Model) -> None:
        """Take the model; its weights of the moment are run."""
        self._torch, self._model = need_torch("training"), model

    def run(self, ids: I64, mask: I64, features: F32) -> F32:
        """Return the vectors of the pieces."""
        torch, weights = self._torch, self._model.weights
        with (
            torch.no_grad(),
            torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._model.half),
        ):
            numbers = torch.from_numpy(ids)
            words = torch.nn.functional.embedding(
                numbers, weights["embeddings.word_embeddings.weight"]
            )
            words = words + (torch.from_numpy(features) @ weights[BITS]).float()
            out = hidden(weights, self._model.shape, numbers, torch.from_numpy(mask), words)
        return np.asarray(out.float().numpy(), np.float32)
