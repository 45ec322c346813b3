"""Training of the propagation: torch, a few questions at a time, sparse products for the steps."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from onoma.encode.bert import need_torch
from onoma.graph.completion.factors import Factors
from onoma.graph.completion.propagation import (
    PropagationWeights,
    damped_degrees,
    node_degrees,
    standard_rows,
)
from onoma.graph.completion.triples import F32, I64, Links, evenly

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class PropagationRecipe:
    """How the propagation is trained.

    ``batch``: questions a step; ``questions``: at most, as many of each relation as there
    are, 0 for all; ``seconds``: of CPU at most; ``watched``: questions that are not learnt from, by
    which the best epoch's state is kept.
    """

    steps: int = 3
    channels: int = 16
    width: int = 16
    hidden: int = 32
    batch: int = 16
    questions: int = 0
    rate: float = 0.005
    decay: float = 1e-5
    epochs: int = 10
    seconds: float = 600.0
    watched: int = 200
    seed: int = 1


@dataclass(frozen=True)
class Fold:
    """A graph, factors trained on it, and questions it does not hold (entity, relation, answer)."""

    links: Links
    guide: Factors | None
    held: I64


def train_propagation(
    folds: Sequence[Fold], recipe: PropagationRecipe, tell: Tell = lambda words: None
) -> PropagationWeights:
    """Train on the held questions of all folds; the best state on a part of them is returned.

    Raises: ExtraMissing: torch is not installed.
    """
    torch: Any = need_torch("training the propagation over a graph")
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    kinds = 2 * folds[0].links.relations
    weights = {
        name: torch.nn.Parameter(torch.from_numpy(array))
        for name, array in starting_weights(kinds, recipe).arrays().items()
    }
    optimizer = torch.optim.AdamW(weights.values(), lr=recipe.rate, weight_decay=recipe.decay)
    sides = [_Side(torch, fold) for fold in folds]
    share = recipe.questions // len(folds)
    held = [evenly(fold.held, share, rng) if share else fold.held for fold in folds]
    parts = [_grouped(own, fold.links.entities) for own, fold in zip(held, folds, strict=True)]
    watched = [part[: max(1, recipe.watched // len(folds))] for part in parts]
    taught = [part[len(watch) :] for part, watch in zip(parts, watched, strict=True)]
    best, least = _plain(weights), math.inf
    begin = time.process_time()
    for epoch in range(1, recipe.epochs + 1):
        losses = []
        for number, chosen in _order(taught, recipe.batch, rng):
            if time.process_time() - begin > recipe.seconds:
                break
            loss = sides[number].loss(weights, [taught[number][n] for n in chosen])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
            optimizer.step()
            losses.append(float(loss.detach()))
        with torch.no_grad():
            seen = [
                float(side.loss(weights, watch[low : low + recipe.batch]))
                for side, watch in zip(sides, watched, strict=True)
                for low in range(0, len(watch), recipe.batch)
            ]
        told, spent = float(np.mean(seen)), time.process_time() - begin
        if told < least:
            best, least = _plain(weights), told
        mean = float(np.mean(losses)) if losses else math.nan
        tell(f"epoch {epoch}, loss {mean:.4f}, on questions held out {told:.4f}, {spent:.0f} s")
        if spent > recipe.seconds:
            break
    return best


Grouped = tuple[int, int, I64]
"""Entity, relation, answers."""


def _grouped(held: I64, entities: int) -> list[Grouped]:
    """Return the distinct questions with their answers, in an order by chance (always the same)."""
    keys, place = np.unique(held[:, 1] * entities + held[:, 0], return_inverse=True)
    order = np.argsort(place, kind="stable")
    bounds = np.searchsorted(place[order], np.arange(len(keys) + 1))
    out = [
        (int(key % entities), int(key // entities), held[order[bounds[n] : bounds[n + 1]], 2])
        for n, key in enumerate(keys)
    ]
    return [out[n] for n in np.random.default_rng(0).permutation(len(out))]


def _order(
    parts: Sequence[Sequence[Grouped]], size: int, rng: np.random.Generator
) -> list[tuple[int, list[int]]]:
    """Return batches: which fold, which of its questions; in an order by chance."""
    out = []
    for number, part in enumerate(parts):
        order = rng.permutation(len(part)).tolist()
        out += [(number, order[low : low + size]) for low in range(0, len(order), size)]
    return [out[n] for n in rng.permutation(len(out))]


def _plain(weights: dict[str, Any]) -> PropagationWeights:
    arrays = {name: one.detach().numpy().copy() for name, one in weights.items()}
    return PropagationWeights.of_arrays(arrays)


def starting_weights(kinds: int, recipe: PropagationRecipe) -> PropagationWeights:
    """Return weights by chance."""
    rng = np.random.default_rng(recipe.seed)
    width, channels, steps, hidden = recipe.width, recipe.channels, recipe.steps, recipe.hidden

    def drawn(*shape: int, inputs: int) -> F32:
        return rng.normal(0, 1 / math.sqrt(inputs), shape).astype(np.float32)

    bias = np.zeros(4 * width, np.float32)
    bias[width : 2 * width] = 1  # the cell remembers at first
    return PropagationWeights(
        relation=drawn(kinds, width, inputs=1),
        start=drawn(width, channels, inputs=width),
        cell_in=drawn(width + channels, 4 * width, inputs=width + channels),
        cell_own=drawn(width, 4 * width, inputs=width),
        cell_bias=bias,
        attend=drawn(steps, width, width, inputs=width),
        message=drawn(steps, width, channels, inputs=width),
        mix=drawn(steps, channels, channels, inputs=channels) * np.float32(1.4),
        gate=np.tile(np.array([0.5, 0, 1], np.float32), (steps, 1)),
        read=drawn(steps * channels + 2, hidden, inputs=channels),
        asked=drawn(width, hidden, inputs=width),
        read_bias=np.zeros(hidden, np.float32),
        answer=drawn(hidden, inputs=hidden),
        direct=np.ones(1, np.float32),
    )


class _Side:
    """A fold as torch walks it."""

    def __init__(self, torch: Any, fold: Fold) -> None:
        self._torch, self._fold = torch, fold
        links = fold.links
        damped = damped_degrees(links)
        self._degree = torch.from_numpy(node_degrees(links))
        self._moves: dict[int, Any] = {}
        count = links.relations
        for relation in range(2 * count):
            heads, tails = links.of(relation)
            if not len(heads):
                continue
            back = (relation + count) % (2 * count)
            values = damped[relation][heads] * damped[back][tails]
            places = torch.from_numpy(np.stack([tails, heads]))
            shape = (links.entities, links.entities)
            matrix = torch.sparse_coo_tensor(
                places, torch.from_numpy(values), shape, check_invariants=False
            )
            self._moves[relation] = matrix.coalesce()
        self._walk = _walker(torch)

    def loss(self, weights: dict[str, Any], questions: Sequence[Grouped]) -> Any:
        """Return the mean cross-entropy of the answers, other known ones left out."""
        torch, fold = self._torch, self._fold
        heads = np.array([one[0] for one in questions])
        relations = np.array([one[1] for one in questions])
        scores = self.scores(weights, heads, relations)
        known = torch.zeros_like(scores, dtype=torch.bool)
        for n, (head, relation, answers) in enumerate(questions):
            known[n, torch.from_numpy(fold.links.tails(head, relation))] = True
            known[n, torch.from_numpy(answers)] = True
        rest = torch.logsumexp(scores.masked_fill(known, -1e9), 1)
        losses = [
            torch.nn.functional.softplus(rest[n] - scores[n, torch.from_numpy(one[2])]).mean()
            for n, one in enumerate(questions)
        ]
        return torch.stack(losses).mean()

    def scores(self, weights: dict[str, Any], heads: I64, relations: I64) -> Any:
        """Return the scores of all entities; the same numbers as ``Propagation`` gives."""
        torch, fold = self._torch, self._fold
        size, entities = len(heads), fold.links.entities
        guide = torch.zeros(size, entities)
        if fold.guide is not None:
            guide = torch.from_numpy(standard_rows(fold.guide.scores(heads, relations)))
        asked = weights["relation"][torch.from_numpy(relations)]
        channels = weights["start"].shape[1]
        place = torch.from_numpy(heads), torch.arange(size)
        state = torch.zeros(entities, size, channels).index_put(place, asked @ weights["start"])
        hidden = cell = torch.zeros(size, weights["relation"].shape[1])
        kept = []
        for step in range(len(weights["message"])):
            count = (state != 0).any(2).sum(0)
            pooled = state.sum(0) / (1 + count)[:, None]
            hidden, cell = self._refined(weights, torch.cat([asked, pooled], 1), hidden, cell)
            state = self._moved(weights, state, hidden, step)
            a, b, c = weights["gate"][step]
            opened = torch.sigmoid(a * guide + b * self._degree + c)
            state = state * opened.T[:, :, None]
            kept.append(state)
        beside = torch.stack([guide.T, self._degree[:, None].expand(-1, size)], 2)
        read = torch.cat([*kept, beside], 2) @ weights["read"]
        read = torch.relu(read + hidden @ weights["asked"] + weights["read_bias"])
        return (read @ weights["answer"]).T + weights["direct"] * guide

    def _refined(
        self, weights: dict[str, Any], told: Any, hidden: Any, cell: Any
    ) -> tuple[Any, Any]:
        torch = self._torch
        gates = told @ weights["cell_in"] + hidden @ weights["cell_own"] + weights["cell_bias"]
        enter, forget, fresh, leave = gates.chunk(4, 1)
        cell = torch.sigmoid(forget) * cell + torch.sigmoid(enter) * torch.tanh(fresh)
        return torch.sigmoid(leave) * torch.tanh(cell), cell

    def _moved(self, weights: dict[str, Any], state: Any, hidden: Any, step: int) -> Any:
        torch = self._torch
        relation = weights["relation"]
        attention = torch.sigmoid((hidden @ weights["attend"][step].T) @ relation.T)  # (B, 2 R)
        message = (relation[None] * (1 + hidden[:, None])) @ weights["message"][step]
        each = attention[:, :, None] * message  # (B, 2 R, C)
        entities, size, channels = state.shape
        flat = state.reshape(entities, size * channels)
        out = torch.zeros_like(state)
        for number, matrix in self._moves.items():
            moved = self._walk.apply(flat, matrix).reshape(entities, size, channels)
            out = out + each[None, :, number] * moved
        return torch.relu(torch.asinh(out) @ weights["mix"][step])


def _walker(torch: Any) -> Any:
    """Return the step along a fixed sparse matrix, whose gradient is the step back."""

    class Walk(torch.autograd.Function):  # type: ignore[misc]  # torch is not typed here
        @staticmethod
        def forward(ctx: Any, states: Any, matrix: Any) -> Any:
            ctx.matrix = matrix
            return torch.sparse.mm(matrix, states)

        @staticmethod
        def backward(ctx: Any, gradient: Any) -> Any:
            return torch.sparse.mm(ctx.matrix.t(), gradient), None

    return Walk
