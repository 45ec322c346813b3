"""A question spreads over the graph: guided by factors, each step's relations refined by the last.

From the asked entity, states of a few channels move along the edges for some steps. A recurrent
cell reads the question's relation and what the states of the last step hold together, and its
output refines every relation's weight for the next step; how well the factors think of a node opens
or shuts it (the guided sub-graph); at last a small network reads a node's states of all steps
beside its factor score (the hybrid score). Forward pass in NumPy; training is in ``training``.
Source: Lin et al. 2025, BioGraphFusion (tensor factors as global semantics, recurrent refinement of
relations, query-guided sub-graph, hybrid score), Zhang and Yao 2022 (RED-GNN), Zhu et al. 2021
(NBFNet). Ours is smaller: weights of an edge depend on its relation, the question and the step,
not on both nodes' states; a node is opened by its factor score and degree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from onoma.graph.completion.factors import Factors
from onoma.graph.completion.triples import F32, I64, Links

DAMPING = 0.4  # of the degrees at both ends of a step, as in path counts


@dataclass(frozen=True)
class PropagationWeights:
    """The learnt numbers; ``L`` steps, ``C`` channels, ``D`` numbers a relation, ``H`` hidden.

    ``relation`` (2 R, D); ``start`` (D, C); the cell's ``cell_in`` (D + C, 4 D), ``cell_own``
    (D, 4 D), ``cell_bias`` (4 D); ``attend`` (L, D, D), ``message`` (L, D, C), ``mix`` (L, C, C);
    ``gate`` (L, 3): of factor score, degree, and a constant; ``read`` (L C + 2, H), ``asked``
    (D, H), ``read_bias`` (H), ``answer`` (H), ``direct`` (1): the factor score's own weight.
    """

    relation: F32
    start: F32
    cell_in: F32
    cell_own: F32
    cell_bias: F32
    attend: F32
    message: F32
    mix: F32
    gate: F32
    read: F32
    asked: F32
    read_bias: F32
    answer: F32
    direct: F32

    @property
    def steps(self) -> int:
        """How many steps are made."""
        return len(self.message)

    def arrays(self) -> dict[str, F32]:
        """Return the arrays by name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, F32]) -> PropagationWeights:
        """Return the weights of named arrays.

        Raises: KeyError: one is not there.
        """
        return cls(**{one.name: arrays[one.name] for one in fields(cls)})


def sigmoid(x: F32) -> F32:
    """Return 1 / (1 + e^-x)."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))), np.float32)


def standard_rows(rows: F32) -> F32:
    """Return rows of mean 0 and spread 1."""
    spread = rows.std(1, keepdims=True)
    return np.asarray((rows - rows.mean(1, keepdims=True)) / np.where(spread > 0, spread, 1))


def node_degrees(links: Links) -> F32:
    """Return the logarithm of each node's degree, of mean 0 and spread 1."""
    return np.asarray(standard_rows(np.log1p(links.degrees.sum(0))[None])[0])


def damped_degrees(links: Links) -> F32:
    """Return what a step's end counts by its degree.  # (2 R, entities)."""
    return np.asarray(np.maximum(links.degrees, 1) ** -DAMPING, np.float32)


class Propagation:
    """Scores every entity by what reaches it from the asked one."""

    name = "propagation"

    def __init__(
        self, links: Links, weights: PropagationWeights, guide: Factors | None = None
    ) -> None:
        """Take a graph, the weights, and the factors that guide."""
        self._links, self._weights, self._guide = links, weights, guide
        self._damped = damped_degrees(links)
        self._degree = node_degrees(links)

    def scores(self, heads: I64, relations: I64) -> F32:
        """Return a row of scores a question, higher is better."""
        rows = []
        for head, relation in zip(heads.tolist(), relations.tolist(), strict=True):
            rows.append(self._row(head, relation))
        return np.stack(rows) if rows else np.zeros((0, self._links.entities), np.float32)

    def _row(self, head: int, relation: int) -> F32:
        weights = self._weights
        guide = np.zeros(self._links.entities, np.float32)
        if self._guide is not None:
            found = self._guide.scores(np.array([head]), np.array([relation]))
            guide = standard_rows(found)[0]
        asked = weights.relation[relation]
        state = np.zeros((weights.start.shape[1], self._links.entities), np.float32)
        state[:, head] = asked @ weights.start
        hidden = cell = np.zeros(weights.relation.shape[1], np.float32)
        kept = []
        for step in range(weights.steps):
            pooled = state.sum(1) / (1 + np.count_nonzero(state.any(0)))
            hidden, cell = self._refined(np.concatenate([asked, pooled]), hidden, cell)
            state = self._moved(state, hidden, step)
            a, b, c = weights.gate[step]
            state = state * sigmoid(a * guide + b * self._degree + c)
            kept.append(state)
        read = np.concatenate([*kept, guide[None], self._degree[None]]).T @ weights.read
        read = np.maximum(read + hidden @ weights.asked + weights.read_bias, 0)
        return np.asarray(read @ weights.answer + weights.direct[0] * guide, np.float32)

    def _refined(self, told: F32, hidden: F32, cell: F32) -> tuple[F32, F32]:
        """Return the recurrent cell's next output and memory (LSTM)."""
        weights = self._weights
        gates = told @ weights.cell_in + hidden @ weights.cell_own + weights.cell_bias
        enter, forget, fresh, leave = np.split(gates, 4)
        cell = sigmoid(forget) * cell + sigmoid(enter) * np.tanh(fresh)
        return np.asarray(sigmoid(leave) * np.tanh(cell)), np.asarray(cell)

    def _moved(self, state: F32, hidden: F32, step: int) -> F32:
        """Return the states one step on."""
        weights, links = self._weights, self._links
        attention = sigmoid(weights.relation @ (weights.attend[step] @ hidden))
        message = (weights.relation * (1 + hidden)) @ weights.message[step]
        each = attention[:, None] * message  # (2 R, C)
        out = np.zeros_like(state)
        for relation in range(2 * links.relations):
            back = (relation + links.relations) % (2 * links.relations)
            if not len(links.of(relation)[0]):
                continue
            moved = links.step(state * self._damped[relation], relation) * self._damped[back]
            out += each[relation][:, None] * moved
        mixed = np.arcsinh(out).T @ weights.mix[step]
        return np.asarray(np.maximum(mixed, 0).T)
