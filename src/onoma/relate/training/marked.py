"""The reader of marked pairs as it learns, in torch, and its ONNX file (``reader.marked``)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.bert import Shape, run_layers
from onoma.encode.training.export import (
    OPSET,
    Graph,
    need_onnx,
    quantise,
    write_activation,
    write_layer,
    write_linear,
    write_mask,
)
from onoma.relate.instances import RelationText
from onoma.relate.reader.kinds import TYPES, Heads
from onoma.relate.reader.marked import INPUTS, ROLES, Marked, Marker, WordVectors, stacked
from onoma.relate.training.lessons import Lesson
from onoma.relate.training.model import Weights
from onoma.relate.training.trainer import Recipe, Trainer

F32 = npt.NDArray[np.float32]
MULTIPLE = 16  # lengths are made up to it: each new shape compiles kernels
CHUNK = 2_000  # sentences out of which batches of like length are made
SURE = 0.5  # the chance of no relation from which on a lesson is one without
FRESH = 0.05  # spread of the marks' first vectors
ENDS = 3  # vectors that the head reads: subject, object, the whole


@dataclass(frozen=True, slots=True)
class PairLesson:
    """A marked pair and what should be said of it: ``wanted`` (1 + kinds,) chances."""

    task: str
    marked: Marked
    wanted: F32

    @property
    def size(self) -> int:
        """Its pieces, made up as they are when they are run."""
        return -(-self.marked.size // MULTIPLE) * MULTIPLE

    @property
    def pairs(self) -> tuple[int]:
        """Its one pair."""
        return (0,)


def pair_lessons(
    lessons: Sequence[Lesson], texts: Mapping[str, RelationText], marker: Marker
) -> list[PairLesson]:
    """Return the marked sentences of the pairs of lessons; each is to say what its pair has."""
    found = []
    for lesson in lessons:
        marked = marker.mark(texts[lesson.id], lesson.pairs)
        found += [
            PairLesson(lesson.task, one, wanted)
            for own, wanted in zip(marked, lesson.wanted, strict=True)
            for one in own
        ]
    return found


def starting_layers(
    start: Mapping[str, F32], shape: Shape, heads: Heads, layers: int, seed: int
) -> dict[str, F32]:
    """Return the weights that a run begins with: the lower layers of a BERT, and what is new."""
    own = tuple(f"encoder.layer.{layer}." for layer in range(layers))
    weights = {name: np.array(array) for name, array in start.items() if name.startswith(own)}
    rng, width = np.random.default_rng(seed), shape.width

    def draw(*size: int, spread: float) -> F32:
        return rng.normal(0, spread, size).astype(np.float32)

    spread = 1 / math.sqrt(ENDS * width)
    return weights | {
        "marks": np.concatenate([np.zeros((1, width)), draw(ROLES, width, spread=FRESH)]).astype(
            np.float32
        ),
        "kinds": np.zeros((max(TYPES.values()) + 1, width), np.float32),
        "turn.weight": draw(width, ENDS * width, spread=spread),
        "turn.bias": np.zeros(width, np.float32),
        "scores.weight": draw(heads.width, width, spread=1 / math.sqrt(width)),
        "scores.bias": np.zeros(heads.width, np.float32),
    }


class PairModel(Weights):
    """The weights, and what they make of marked sentences."""

    def __init__(
        self,
        weights: Mapping[str, F32],
        shape: Shape,
        vectors: Callable[[npt.NDArray[np.int64]], F32],
        dropout: float,
    ) -> None:
        """Take the weights; ``shape`` counts the layers that they have."""
        super().__init__(weights)
        self.shape, self.dropout, self._vectors = shape, dropout, vectors

    def scores(self, sentences: Sequence[Marked]) -> Any:
        """Return the scores of pairs as a tensor, (pairs, scores), with dropout: for learning."""
        torch, ops = self.torch, self.torch.nn.functional
        longest = max(one.size for one in sentences)
        columns = stacked(sentences, -(-longest // MULTIPLE) * MULTIPLE)
        vectors = torch.from_numpy(self._vectors(columns["pieces"]))
        roles, kinds, mask, places = (
            torch.from_numpy(columns[name])
            for name in ("roles", "kinds", "attention_mask", "places")
        )
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half):
            x = vectors + ops.embedding(roles, self.weights["marks"])
            x = x + ops.embedding(kinds, self.weights["kinds"])
            x = run_layers(self.weights, self.shape, self._dropped(x), mask, self._dropped)
            rows = torch.arange(len(sentences))
            ends = torch.cat([x[rows, places[:, 0]], x[rows, places[:, 1]], x[:, 0]], 1)
            ends = ops.dropout(ends, self.dropout)
            turned = ops.linear(ends, self.weights["turn.weight"], self.weights["turn.bias"])
            turned = ops.dropout(ops.gelu(turned), self.dropout)
            found = ops.linear(turned, self.weights["scores.weight"], self.weights["scores.bias"])
        return found.float()

    def _dropped(self, x: Any) -> Any:
        """Return vectors with some numbers left out, the same in a whole sentence: it is cheap."""
        keep = self.torch.rand(x.shape[0], 1, x.shape[2]) >= self.dropout
        return x * (keep.to(x.dtype) / (1 - self.dropout))


class PairTrainer(Trainer):
    """The training loop over marked pairs; batches are of one task and of like lengths."""

    model: PairModel
    lessons: Sequence[PairLesson]

    def make_plan(self, rng: np.random.Generator) -> list[list[list[int]]]:
        """Return the batches of each step."""
        plan: list[list[list[int]]] = []
        for _ in range(self.recipe.passes):
            drawn = self.drawn(rng)
            groups: list[list[int]] = []
            for task in self.heads.tasks:
                own = [place for place in drawn if self.lessons[place].task == task]
                order = rng.permutation(own).tolist()
                for begin in range(0, len(order), CHUNK):
                    part = order[begin : begin + CHUNK]
                    groups += _alike(part, self.lessons, self.recipe.marked_room)
            plan += [[groups[place]] for place in rng.permutation(len(groups))]
        return plan

    def drawn(self, rng: np.random.Generator) -> list[int]:
        """Return the lessons of one pass; of those without a relation a share (``unrelated``).

        What is held back says how rare relations are.
        """
        found, share = super().drawn(rng), self.recipe.unrelated
        if share >= 1:
            return found
        luck = rng.random(len(self.lessons))
        return [x for x in found if self.lessons[x].wanted[0] < SURE or luck[x] < share]

    def loss(self, lessons: Sequence[PairLesson]) -> Any:  # type: ignore[override]
        """Return the mean surprise over pairs of one task, as a tensor."""
        torch = self.model.torch
        scores = self.model.scores([lesson.marked for lesson in lessons])
        wanted = torch.from_numpy(np.stack([lesson.wanted for lesson in lessons]))
        own = torch.log_softmax(scores[:, self.heads.columns(lessons[0].task)], -1)
        return -(wanted * own).sum(1).mean()


def _alike(places: Sequence[int], lessons: Sequence[PairLesson], room: int) -> list[list[int]]:
    groups: list[list[int]] = []
    group: list[int] = []
    for place in sorted(places, key=lambda one: lessons[one].size):
        if group and (len(group) + 1) * lessons[place].size > room:
            groups.append(group)
            group = []
        group.append(place)
    return [*groups, group] if group else groups


def pair_recipe(recipe: Recipe) -> Recipe:
    """Return the recipe of the loop over marked pairs."""
    return replace(recipe, passes=recipe.marked_passes, rate=recipe.marked_rate)


def pair_shape(shape: Shape, recipe: Recipe) -> Shape:
    """Return the measures of the layers that are learnt."""
    return replace(shape, layers=recipe.marked_layers)


def make_trainer(
    lessons: Sequence[PairLesson],
    heads: Heads,
    recipe: Recipe,
    start: tuple[Mapping[str, F32], Shape],
    vectors: WordVectors,
) -> PairTrainer:
    """Return a run that begins with the layers of a BERT, ``start`` its weights and shape."""
    weights, shape = start
    layers = starting_layers(weights, shape, heads, recipe.marked_layers, recipe.seed)
    model = PairModel(layers, pair_shape(shape, recipe), vectors, recipe.dropout)
    return PairTrainer(model, lessons, heads, pair_recipe(recipe))


def write_pairs(path: Path, weights: Mapping[str, F32], shape: Shape, heads: Heads) -> None:
    """Write the layers and the head as ONNX, their matrices int8.

    Raises: ExtraMissing: onnx is not installed.
    """
    onnx = need_onnx()
    graph = Graph(onnx)
    write_mask(graph)
    x = "vectors"
    for table, index in (("marks", "roles"), ("kinds", "kinds")):
        rows = graph.constant(f"{table}.table", weights[table])
        x = graph.node(
            "Add", [x, graph.node("Gather", [rows, index], f"{table}.own")], f"x.{table}"
        )
    for layer in range(shape.layers):
        x = write_layer(graph, weights, shape, layer, x)
    axis = graph.constant("last", np.array([-1], np.int64))
    at = graph.node("Unsqueeze", ["places", axis], "places.deep")
    ends = graph.node("GatherND", [x, at], "ends", batch_dims=1)
    flat = graph.constant("flat", np.array([0, 2 * shape.width], np.int64))
    ends = graph.node("Reshape", [ends, flat], "ends.flat")
    first = graph.constant("first", np.array(0, np.int64))
    whole = graph.node("Gather", [x, first], "whole", axis=1)
    both = graph.node("Concat", [ends, whole], "read", axis=1)
    turned = write_activation(
        graph, write_linear(graph, weights, both, "turn"), "turned", shape.activation
    )
    write_linear(graph, weights, turned, "scores", "scores")
    kinds, info = onnx.TensorProto, onnx.helper.make_tensor_value_info
    sizes: dict[str, tuple[int, list[str | int]]] = {
        name: (kinds.INT64, ["pairs", "pieces"]) for name in INPUTS
    }
    sizes["vectors"] = (kinds.FLOAT, ["pairs", "pieces", shape.width])
    sizes["places"] = (kinds.INT64, ["pairs", 2])
    made = onnx.helper.make_graph(
        graph.nodes,
        "pairs",
        [info(name, *one) for name, one in sizes.items()],
        [info("scores", kinds.FLOAT, ["pairs", heads.width])],
        graph.constants,
    )
    model = onnx.helper.make_model(made, opset_imports=[onnx.helper.make_opsetid("", OPSET)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    quantise(onnx, model, part)
    part.replace(path)
