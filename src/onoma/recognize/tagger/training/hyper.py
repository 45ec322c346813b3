"""What learns to write heads from descriptions: with its trunk, or over one that is frozen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.bert import need_torch
from onoma.encode.folder import ModelFolder
from onoma.encode.training.student import has_fast_half
from onoma.recognize.tagger.described import LABELS, PARTS, DescriptionNet
from onoma.recognize.tagger.gazetteer import FEATURES
from onoma.recognize.tagger.training.model import F32, Lesson, Model, surprise
from onoma.recognize.tagger.training.recipe import Recipe

PREFIX = "description."
HIDDEN = 256
NOISE = 0.3  # length of what is added to a description's vector, which has length 1
MOSTLY = 3.0  # most words are no mention


@dataclass(frozen=True, slots=True)
class AskedLesson(Lesson):
    """A lesson whose heads are descriptions: ``asked`` has their vectors, (heads, dimension)."""

    asked: F32


@dataclass(frozen=True, slots=True)
class ReadLesson:
    """Words that a frozen trunk has read: vectors of first and last piece, (words, 2 x width)."""

    vectors: npt.NDArray[np.float16]
    word_bits: F32
    labels: npt.NDArray[np.int8]
    asked: F32


def new_net(
    dimension: int, width: int, rng: np.random.Generator, *, hidden: int = HIDDEN
) -> dict[str, F32]:
    """Return the weights of a network that has learnt nothing."""
    rows = 2 * width + len(FEATURES) + 1
    spread = 0.5 / math.sqrt(width * hidden)
    leave = rng.normal(0, spread, (LABELS, rows, hidden))
    leave[:, 2 * width :] = 0
    bias = np.zeros((LABELS, rows))
    bias[0, -1] = MOSTLY
    arrays = {
        "enter": rng.normal(0, 1 / math.sqrt(dimension), (hidden, dimension)),
        "enter_bias": np.zeros(hidden),
        "leave": leave.reshape(-1, hidden),
        "leave_bias": bias.reshape(-1),
    }
    return {PREFIX + name: array.astype(np.float32) for name, array in arrays.items()}


def net_arrays(arrays: Mapping[str, F32], centre: F32) -> dict[str, F32]:
    """Return the arrays of a network among some weights, by the names of its file."""
    return {"centre": centre, **{name: arrays[PREFIX + name] for name in PARTS[1:]}}


def net_of(arrays: Mapping[str, F32], centre: F32) -> DescriptionNet:
    """Return the network among some weights."""
    return DescriptionNet(**net_arrays(arrays, centre))


def asked_scores(
    weights: Mapping[str, Any], read: tuple[Any, Any], word_bits: F32, asked: F32, centre: F32
) -> Any:
    """Return the scores of words for descriptions as a tensor, (words, heads, 3)."""
    torch = need_torch("training")
    noise = torch.randn(asked.shape) * (NOISE / math.sqrt(asked.shape[1]))
    inner = (torch.from_numpy(asked - centre) + noise) * math.sqrt(asked.shape[1])
    inner = inner @ weights[PREFIX + "enter"].T + weights[PREFIX + "enter_bias"]
    rows = torch.nn.functional.silu(inner) @ weights[PREFIX + "leave"].T
    rows = (rows + weights[PREFIX + "leave_bias"]).reshape(LABELS * len(asked), -1)
    ones = torch.ones(len(word_bits), 1)
    words = torch.cat([*read, torch.from_numpy(word_bits), ones], 1)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_fast_half()):
        found = words @ rows.T
    return found.float().reshape(len(words), -1, LABELS)


class DescribedModel(Model):
    """A tagger in training whose heads are written from descriptions."""

    def __init__(
        self, folder: ModelFolder, names: tuple[str, ...], recipe: Recipe, *, centre: F32
    ) -> None:
        """Read the starting weights of the trunk; ``centre`` is the mean of descriptions.

        Raises: BadFile, ExtraMissing: see ``Model``.
        """
        self.centre = centre
        super().__init__(folder, names, recipe)

    def new_weights(self, rng: np.random.Generator) -> dict[str, F32]:
        """Return a network that has learnt nothing."""
        return new_net(len(self.centre), self.shape.width, rng)

    def scores(self, lesson: Lesson) -> Any:
        """Return the scores of the words for what is asked, with dropout."""
        assert isinstance(lesson, AskedLesson)  # noqa: S101 - a session gives no others
        read = self.read(lesson)
        return asked_scores(self.weights, read, lesson.word_bits, lesson.asked, self.centre)


class FrozenModel:
    """A network of descriptions over vectors that a trunk has written once."""

    def __init__(self, width: int, names: tuple[str, ...], recipe: Recipe, *, centre: F32) -> None:
        """Begin a network for a trunk of this width.

        Raises: ExtraMissing: torch is not installed.
        """
        torch = need_torch("training")
        self.names, self.recipe, self.centre, self.width = names, recipe, centre, width
        arrays = new_net(len(centre), width, np.random.default_rng(recipe.seed))
        self.weights = {
            name: torch.tensor(array).requires_grad_() for name, array in arrays.items()
        }

    def groups(self) -> list[dict[str, Any]]:
        """Return all weights, with the rate of heads."""
        rate = self.recipe.head_rate
        return [{"params": list(self.weights.values()), "lr": rate, "peak": rate}]

    def loss(self, lesson: ReadLesson) -> Any:
        """Return the loss of words that are read."""
        torch = need_torch("training")
        vectors = torch.from_numpy(lesson.vectors.astype(np.float32))
        share = self.recipe.dropout
        if share:
            vectors = torch.nn.functional.dropout(vectors, share)
        read = vectors[:, : self.width], vectors[:, self.width :]
        scores = asked_scores(self.weights, read, lesson.word_bits, lesson.asked, self.centre)
        return surprise(scores, lesson.labels)

    def arrays(self) -> dict[str, F32]:
        """Return a copy of the weights."""
        return {n: w.detach().numpy().copy() for n, w in self.weights.items()}

    def take(self, arrays: Mapping[str, F32]) -> None:
        """Take other weights, in place."""
        torch = need_torch("training")
        with torch.no_grad():
            for name, weight in self.weights.items():
                weight.copy_(torch.from_numpy(np.ascontiguousarray(arrays[name])))
