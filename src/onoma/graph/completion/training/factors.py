"""Training of embeddings: all answers of a question at once, or sampled negatives.

``softmax`` (1-N: every entity, or a sample, competes with the answers; Lacroix et al. 2018) is the
usual; ``adversarial`` is Sun et al. 2019: negatives weighted by how well they score. Regularised by
N3 (Lacroix et al. 2018) or DURA (Zhang et al. 2020). Stops early on the MRR of validation triples
and keeps the best state.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from onoma.encode.bert import need_torch
from onoma.errors import UnknownName
from onoma.graph.completion.factors import DISTANCES, MODELS, Factors
from onoma.graph.completion.ranking import (
    EVERY_ENTITY,
    Candidates,
    Figures,
    measured,
)
from onoma.graph.completion.triples import I64, Links

LOSSES = ("softmax", "adversarial")
REGULARISERS = ("none", "n3", "dura")

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class FactorRecipe:
    """How an embedding is trained.

    ``width``: numbers a vector. ``negatives``: entities that compete in a batch, 0 for all.
    ``patience``: evaluations without gain after which it stops; ``every``: epochs between two.
    ``seconds``: of CPU at most.
    """

    model: str = "complex"
    width: int = 128
    loss: str = "softmax"
    negatives: int = 0
    regulariser: str = "n3"
    strength: float = 0.005
    rate: float = 0.02
    batch: int = 128
    epochs: int = 60
    every: int = 3
    patience: int = 4
    temperature: float = 1.0
    margin: float = 9.0
    dropout: float = 0.0
    seconds: float = 600.0
    seed: int = 1

    def __post_init__(self) -> None:
        """Check the names.

        Raises: UnknownName: a model, loss or regulariser that is none.
        """
        for kind, name, known in (
            ("embedding", self.model, MODELS),
            ("loss", self.loss, LOSSES),
            ("regulariser", self.regulariser, REGULARISERS),
        ):
            if name not in known:
                raise UnknownName(kind, name, known)


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions with all their answers: ``rows`` says whose each of ``answers`` is."""

    heads: I64
    relations: I64
    rows: I64
    answers: I64


class Questions:
    """The distinct questions of a graph, in batches with all their answers."""

    def __init__(self, links: Links) -> None:
        """Take a graph."""
        edges = links.both_ways
        keys = edges[:, 1] * links.entities + edges[:, 0]
        self._keys, starts = np.unique(keys, return_index=True)
        self._bounds = np.append(starts, len(keys))
        self._answers = edges[:, 2]
        self._entities = links.entities

    def __len__(self) -> int:
        """Return how many questions there are."""
        return len(self._keys)

    def batches(self, size: int, rng: np.random.Generator) -> Iterator[Batch]:
        """Yield all questions once, in an order by chance."""
        order = rng.permutation(len(self._keys))
        for low in range(0, len(order), size):
            chosen = order[low : low + size]
            begin, end = self._bounds[chosen], self._bounds[chosen + 1]
            rows = np.repeat(np.arange(len(chosen)), end - begin)
            places = np.concatenate([np.arange(a, b) for a, b in zip(begin, end, strict=True)])
            keys = self._keys[chosen]
            yield Batch(keys % self._entities, keys // self._entities, rows, self._answers[places])


def starting_factors(recipe: FactorRecipe, *, entities: int, relations: int) -> Factors:
    """Return vectors by chance."""
    rng = np.random.default_rng(recipe.seed)
    width = recipe.width
    if recipe.model in DISTANCES:
        entity = rng.uniform(-1, 1, (entities, width)) * recipe.margin / math.sqrt(width)
    else:
        entity = rng.normal(0, 1e-1, (entities, width))
    if recipe.model == "rotate":
        relation = rng.uniform(-math.pi, math.pi, (2 * relations, width // 2))
    else:
        spread = 1.0 if recipe.model in DISTANCES else 1e-1
        relation = rng.normal(0, spread, (2 * relations, width))
    return Factors(recipe.model, entity.astype(np.float32), relation.astype(np.float32))


def train_factors(
    links: Links,
    recipe: FactorRecipe,
    *,
    valid: I64 | None = None,
    known: Links | None = None,
    candidates: Candidates = EVERY_ENTITY,
    tell: Tell = lambda words: None,
) -> tuple[Factors, list[Figures]]:
    """Train an embedding; return the best state and what each evaluation measured.

    ``valid``: questions (entity, relation, answer) by whose MRR it stops and keeps the best state;
    None: it goes to the last epoch. ``known`` has the answers that are filtered (of training and
    validation).
    Raises: ExtraMissing: torch is not installed.
    """
    trainer = _Trainer(links, recipe)
    rng = np.random.default_rng(recipe.seed)
    questions = Questions(links)
    best, history, waited = trainer.factors(), [], 0
    begin = time.process_time()
    for epoch in range(1, recipe.epochs + 1):
        losses = [trainer.learn(batch) for batch in questions.batches(recipe.batch, rng)]
        spent = time.process_time() - begin
        is_last = epoch == recipe.epochs or spent > recipe.seconds
        if valid is not None and (epoch % recipe.every == 0 or is_last):
            figures = measured(trainer.factors(), valid, known or links, candidates)
            history.append(figures)
            is_best = figures.mrr >= max(one.mrr for one in history)
            best, waited = (trainer.factors(), 0) if is_best else (best, waited + 1)
            tell(f"epoch {epoch}, loss {np.mean(losses):.3f}, MRR {figures.mrr:.4f}, {spent:.0f} s")
        if is_last or waited >= recipe.patience:
            break
    return (best if valid is not None else trainer.factors()), history


class _Trainer:
    """The vectors as torch holds them, and one step."""

    def __init__(self, links: Links, recipe: FactorRecipe) -> None:
        self._torch: Any = need_torch("training embeddings of a graph")
        torch = self._torch
        torch.manual_seed(recipe.seed)
        self._recipe = recipe
        start = starting_factors(recipe, entities=links.entities, relations=links.relations)
        self._entity = torch.nn.Parameter(torch.from_numpy(start.entity))
        self._relation = torch.nn.Parameter(torch.from_numpy(start.relation))
        self._scale = torch.nn.Parameter(torch.zeros(()))
        self._rng = np.random.default_rng(recipe.seed + 1)
        self._entities = links.entities
        parameters = [self._entity, self._relation, self._scale]
        kind = torch.optim.Adagrad if recipe.model not in DISTANCES else torch.optim.Adam
        self._optimizer = kind(parameters, lr=recipe.rate)

    def factors(self) -> Factors:
        """Return the present state."""
        entity = self._entity.detach().numpy()
        relation = self._relation.detach().numpy()
        scale = math.exp(float(self._scale.detach()))
        return Factors(self._recipe.model, copy.deepcopy(entity), copy.deepcopy(relation), scale)

    def learn(self, batch: Batch) -> float:
        """Take one step; return the loss."""
        torch, recipe = self._torch, self._recipe
        answers = torch.from_numpy(batch.answers)
        rows = torch.from_numpy(batch.rows)
        head = self._entity[torch.from_numpy(batch.heads)]
        relation = self._relation[torch.from_numpy(batch.relations)]
        question = self._question(torch.dropout(head, recipe.dropout, True), relation)
        pool, places = self._pool(batch.answers)
        scores = self._compare(question, self._entity if pool is None else self._entity[pool])
        if recipe.loss == "softmax":
            loss = self._softmax(scores, rows, places)
        else:
            loss = self._adversarial(scores, rows, places)
        if recipe.regulariser != "none":
            loss = loss + recipe.strength * self._penalty(
                head[rows], question[rows], relation[rows], self._entity[answers]
            )
        self._optimizer.zero_grad()
        loss.backward()
        self._optimizer.step()
        return float(loss.detach())

    def _pool(self, answers: I64) -> tuple[Any, Any]:
        """Return the entities that compete (None: all), and each answer's place among them."""
        torch = self._torch
        if not self._recipe.negatives:
            return None, torch.from_numpy(answers)
        drawn = self._rng.integers(0, self._entities, self._recipe.negatives)
        pool = np.unique(np.concatenate([answers, drawn]))
        return torch.from_numpy(pool), torch.from_numpy(np.searchsorted(pool, answers))

    def _question(self, head: Any, relation: Any) -> Any:
        torch, model = self._torch, self._recipe.model
        if model == "transe":
            return head + relation
        if model == "distmult":
            return head * relation
        real, imaginary = head.chunk(2, -1)
        if model == "complex":
            a, b = relation.chunk(2, -1)
        else:
            a, b = torch.cos(relation), torch.sin(relation)
        return torch.cat([real * a - imaginary * b, real * b + imaginary * a], -1)

    def _compare(self, question: Any, entity: Any) -> Any:
        product = question @ entity.T
        if self._recipe.model in DISTANCES:
            squares = (question**2).sum(1)[:, None] + (entity**2).sum(1)[None] - 2 * product
            product = -squares.clamp_min(1e-6).sqrt()
        return product * self._scale.exp()

    def _softmax(self, scores: Any, rows: Any, places: Any) -> Any:
        """Return the mean over answers of the cross-entropy against all that compete.

        Other answers of the question do not compete with an answer.
        """
        torch = self._torch
        own = scores[rows, places]
        others = scores.index_put((rows, places), torch.tensor(-1e9))
        rest = torch.logsumexp(others, 1)[rows]
        return torch.nn.functional.softplus(rest - own).mean()

    def _adversarial(self, scores: Any, rows: Any, places: Any) -> Any:
        torch, recipe = self._torch, self._recipe
        margin = recipe.margin if recipe.model in DISTANCES else 0.0
        own = torch.nn.functional.logsigmoid(margin + scores[rows, places])
        others = scores.index_put((rows, places), torch.tensor(-1e9))
        weight = torch.softmax(recipe.temperature * others.detach(), 1)
        wrong = (weight * torch.nn.functional.logsigmoid(-margin - others)).sum(1)
        return -(own.mean() + wrong.mean()) / 2

    def _penalty(self, head: Any, question: Any, relation: Any, answer: Any) -> Any:
        if self._recipe.regulariser == "dura":
            parts = head**2, question**2, answer**2
            return sum(part.sum(1).mean() for part in parts)
        cubes = [self._modulus(part) ** 3 for part in (head, relation, answer)]
        return sum(part.sum(1).mean() for part in cubes)

    def _modulus(self, vectors: Any) -> Any:
        if self._recipe.model != "complex":
            return vectors.abs()
        real, imaginary = vectors.chunk(2, -1)
        return (real**2 + imaginary**2 + 1e-12).sqrt()
