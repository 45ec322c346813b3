"""The upper layers of the relation reader as they learn, in torch."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.bert import Shape, need_torch
from onoma.encode.training.student import has_fast_half
from onoma.relate.reader.sheets import NUMBERS, ZONES, Sheet, mark_roles

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
UNSEEN = -1e4  # the bias of what another text of a pack holds
PARTS = ("query", "key", "value")
STARTS = {"own": 2.0, "partner": 1.0, "between": 1.0, "elsewhere": -1.0, "neighbour": -0.5}
FRESH = 0.02  # spread of new weights, as BERT's
SEEN = 0.15  # spread of what is added to vectors, whose own is about 0.6


@dataclass(frozen=True, slots=True)
class Plan:
    """The measures of a reader: its trunk's, the layers it has of its own, and its heads."""

    shape: Shape
    first: int  # its lowest layer, as the trunk counts
    types: int
    hidden: int
    scores: int

    @property
    def layers(self) -> range:
        """The numbers of its layers."""
        return range(self.first, self.shape.layers)


def starting_weights(
    trunk: Mapping[str, F32], plan: Plan, rng: np.random.Generator
) -> dict[str, F32]:
    """Return the weights a run begins with: the trunk's upper layers, and what is new."""
    own = tuple(f"encoder.layer.{layer}." for layer in plan.layers)
    weights = {name: np.array(array) for name, array in trunk.items() if name.startswith(own)}
    width, hidden = plan.shape.width, plan.hidden

    def draw(*shape: int, spread: float = FRESH) -> F32:
        return rng.normal(0, spread, shape).astype(np.float32)

    bias = np.zeros((len(plan.layers), len(ZONES), plan.shape.heads), np.float32)
    for zone, value in STARTS.items():
        bias[:, ZONES.index(zone)] = value
    return weights | {
        "text.types": draw(plan.types + 1, width, spread=SEEN),
        "mark.types": draw(plan.types + 1, width, spread=SEEN),
        "mark.roles": draw(4, width, spread=SEEN),
        "zones": bias,
        "places": draw(len(plan.layers), plan.shape.heads, len(ZONES), width // plan.shape.heads),
        "subject.weight": draw(hidden, width, spread=1 / math.sqrt(3 * width)),
        "object.weight": draw(hidden, width, spread=1 / math.sqrt(3 * width)),
        "product.weight": draw(hidden, width, spread=1 / math.sqrt(3 * width)),
        "numbers.weight": draw(hidden, len(NUMBERS), spread=1 / math.sqrt(len(NUMBERS))),
        "hidden.bias": np.zeros(hidden, np.float32),
        "scores.weight": draw(plan.scores, hidden, spread=1 / math.sqrt(hidden)),
        "scores.bias": np.zeros(plan.scores, np.float32),
    }


class Weights:
    """Weights that are learnt, as tensors by name."""

    def __init__(self, weights: Mapping[str, F32]) -> None:
        """Take the weights."""
        self.torch = need_torch("training")
        self.weights = {
            name: self.torch.tensor(np.array(array)).requires_grad_()
            for name, array in weights.items()
        }
        self.half = has_fast_half()

    def arrays(self) -> dict[str, F32]:
        """Return a copy of the weights."""
        return {n: w.detach().numpy().copy() for n, w in self.weights.items()}

    def take(self, arrays: Mapping[str, F32]) -> None:
        """Take other weights, in place."""
        with self.torch.no_grad():
            for name, weight in self.weights.items():
                weight.copy_(self.torch.from_numpy(np.ascontiguousarray(arrays[name])))

    def groups(self, rate: float, head_rate: float) -> list[dict[str, Any]]:
        """Return the weights with their learning rates."""
        own = [w for n, w in self.weights.items() if n.startswith("encoder.")]
        new = [w for n, w in self.weights.items() if not n.startswith("encoder.")]
        return [
            {"params": own, "lr": rate, "peak": rate},
            {"params": new, "lr": head_rate, "peak": head_rate},
        ]


class Model(Weights):
    """The weights, and what they make of packs of sheets."""

    def __init__(self, weights: Mapping[str, F32], plan: Plan, dropout: float = 0.1) -> None:
        """Take the weights."""
        super().__init__(weights)
        self.plan, self.dropout = plan, dropout

    def scores(self, sheets: Sequence[Sheet], *, learning: bool = False) -> Any:
        """Return the scores of the sheets' pairs of mentions as a tensor, (pairs, scores)."""
        torch = self.torch
        rest = self.dropout if learning else 0.0
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half):
            return self._scores(sheets, rest).float()

    def _scores(self, sheets: Sequence[Sheet], rest: float) -> Any:
        torch, ops, weights = self.torch, self.torch.nn.functional, self.weights
        text = torch.from_numpy(np.concatenate([s.vectors for s in sheets]).astype(np.float32))
        types = torch.from_numpy(np.concatenate([s.types for s in sheets]))
        pooled = torch.from_numpy(np.concatenate([s.pooled for s in sheets]).astype(np.float32))
        ends = torch.from_numpy(np.concatenate([s.ends for s in sheets]))
        roles = torch.from_numpy(np.concatenate([mark_roles(s) for s in sheets], 1))
        if rest:
            text = text * self._keep((len(text), 1), rest / 2)
        text = ops.dropout(text + ops.embedding(types, weights["text.types"]), rest, bool(rest))
        marks = pooled + ops.embedding(ends, weights["mark.types"])
        marks = marks.transpose(0, 1) + ops.embedding(roles, weights["mark.roles"])
        marks = ops.dropout(marks.reshape(-1, text.shape[1]), rest, bool(rest))
        parts = _parts(torch, sheets)
        for place, layer in enumerate(self.plan.layers):
            text, marks = self._layer(f"encoder.layer.{layer}", text, marks, (place, parts), rest)
        subject, target = marks.reshape(2, -1, text.shape[1])
        numbers = torch.from_numpy(np.concatenate([s.numbers for s in sheets]))
        mixed = (
            ops.linear(subject, weights["subject.weight"])
            + ops.linear(target, weights["object.weight"])
            + ops.linear(subject * target, weights["product.weight"])
            + ops.linear(numbers, weights["numbers.weight"])
            + weights["hidden.bias"]
        )
        mixed = ops.dropout(ops.relu(mixed), rest, bool(rest))
        return ops.linear(mixed, weights["scores.weight"], weights["scores.bias"])

    def _keep(self, shape: tuple[int, ...], share: float) -> Any:
        return (self.torch.rand(*shape) >= share).float()

    def _layer(
        self, name: str, text: Any, marks: Any, seen: tuple[int, list[_Part]], rest: float
    ) -> tuple[Any, Any]:
        """Return text and markers after a layer; ``seen`` is its place and who sees what."""
        torch, ops, weights = self.torch, self.torch.nn.functional, self.weights
        shape = self.plan.shape

        def linear(x: Any, part: str) -> Any:
            return ops.linear(x, weights[f"{name}.{part}.weight"], weights[f"{name}.{part}.bias"])

        def norm(x: Any, part: str) -> Any:
            own = weights[f"{name}.{part}.weight"], weights[f"{name}.{part}.bias"]
            return ops.layer_norm(x, (shape.width,), *own, shape.epsilon)

        count = len(text)
        x = torch.cat([text, marks])
        heads = [
            linear(x, f"attention.self.{part}").view(len(x), shape.heads, -1).transpose(0, 1)
            for part in PARTS
        ]  # (heads, pieces and markers, size) each
        zones = weights["zones"][seen[0]], weights["places"][seen[0]]
        found = [_looked(torch, heads, part, zones) for part in seen[1]]
        whole = torch.cat(
            [one for one, _ in found]
            + [two[:, 0] for _, two in found]
            + [two[:, 1] for _, two in found],
            1,
        )
        whole = whole.transpose(0, 1).reshape(len(x), shape.width)
        out = linear(whole, "attention.output.dense")
        x = norm(x + ops.dropout(out, rest, bool(rest)), "attention.output.LayerNorm")
        wide = ops.gelu(linear(x, "intermediate.dense"))
        out = linear(wide, "output.dense")
        x = norm(x + ops.dropout(out, rest, bool(rest)), "output.LayerNorm")
        return x[:count], x[count:]


@dataclass(frozen=True, slots=True)
class _Part:
    """Where a sheet's rows stand in a run, and the zones of its pieces.

    ``text`` are rows of pieces; ``marks`` (2, pairs) rows of markers; ``zones`` numbers,
    (2 x pairs, pieces).
    """

    text: slice
    marks: Any
    zones: Any


def _parts(torch: Any, sheets: Sequence[Sheet]) -> list[_Part]:
    pieces = np.cumsum([0, *(len(s.types) for s in sheets)]).tolist()
    pairs = np.cumsum([0, *(len(s.owner) for s in sheets)]).tolist()
    parts = []
    for place, sheet in enumerate(sheets):
        rows = pieces[-1] + np.arange(pairs[place], pairs[place + 1])
        flat = sheet.zones.reshape(2 * len(sheet.owner), -1)
        hot = torch.nn.functional.one_hot(torch.from_numpy(flat).long(), len(ZONES))
        parts.append(
            _Part(
                slice(pieces[place], pieces[place + 1]),
                torch.from_numpy(np.stack([rows, rows + pairs[-1]])),
                hot.to(torch.bfloat16),
            )
        )
    return parts


def _looked(
    torch: Any, heads: Sequence[Any], part: _Part, zones: tuple[Any, Any]
) -> tuple[Any, Any]:
    """Return what pieces and markers see, (heads, pieces, size) and (heads, 2, pairs, size)."""
    query, key, value = (one[:, part.text] for one in heads)
    root = 1 / math.sqrt(key.shape[2])
    own = torch.softmax(query @ key.transpose(1, 2) * root, -1).to(value.dtype) @ value
    flat = part.marks.reshape(-1)
    ask, keys, values = (one[:, flat] for one in heads)
    count, pairs = key.shape[1], part.marks.shape[1]
    other, others = (torch.roll(one, pairs, 1) for one in (keys, values))
    far = (ask @ key.transpose(1, 2)).float() * root + (
        part.zones @ zones[0].to(part.zones.dtype)
    ).permute(2, 0, 1)
    near = torch.stack([(ask * keys).sum(-1), (ask * other).sum(-1)], -1).float() * root
    share = torch.softmax(torch.cat([far, near], -1), -1).to(value.dtype)
    found = share[..., :count] @ value
    found = found + share[..., count, None] * values + share[..., count + 1, None] * others
    # where what is seen stands: (markers, heads, zones)
    stands = share[..., :count].transpose(0, 1) @ part.zones.to(share.dtype)
    found = found + stands.transpose(0, 1) @ zones[1].to(share.dtype)
    return own, found.unflatten(1, (2, pairs))


def gathered(torch: Any, scores: Any, owner: I64, candidates: int) -> Any:
    """Return the scores of candidates: log-sum-exp over their pairs of mentions.

    A candidate without a pair has zeros. Source: Verga et al. 2018, section 3.3.
    """
    index = torch.from_numpy(owner)
    spread = index[:, None].expand_as(scores)
    top = torch.full((candidates, scores.shape[1]), -1e9)
    top = top.scatter_reduce(0, spread, scores.detach(), "amax")
    sums = torch.zeros(candidates, scores.shape[1])
    sums = sums.index_add(0, index, torch.exp(scores - top[index]))
    return torch.where(sums > 0, torch.log(sums.clamp(min=1e-9)) + top, torch.zeros(()))
