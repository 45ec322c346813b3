"""Training of embeddings: all answers of a question at once, or sampled negatives.

``softmax`` (1-N: every entity, or a sample, competes with the answers; Lacroix et al. 2018) is the
usual; ``adversarial`` is Sun et al. 2019: negatives weighted by how well they score. Regularised by
N3 (Lacroix et al. 2018) or DURA (Zhang et al. 2020). Stops early on the MRR of validation triples
and keeps the best state. Where a sample competes, a step touches the vectors of that sample alone,
so that its time does not grow with the graph.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
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
    ``answers``: of a question that are learnt in a step, drawn anew each time, 0 for all.
    ``patience``: evaluations without gain after which it stops; ``every``: epochs between two.
    ``seconds``: of CPU at most.
    """

    model: str = "complex"
    width: int = 128
    loss: str = "softmax"
    negatives: int = 0
    answers: int = 0
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


MANY = 10_000  # entities from which on a sample competes
_DISTANCE = FactorRecipe(width=64, regulariser="none", rate=0.005, dropout=0.2)
_PRODUCT = FactorRecipe(width=64, regulariser="dura", strength=0.1, rate=0.05, every=2)
_SAMPLED = FactorRecipe(
    width=64, regulariser="none", rate=0.05, margin=2.0, batch=256, negatives=1024, answers=16,
    every=2,
)  # fmt: skip


def usual_recipe(model: str, *, entities: int) -> FactorRecipe:
    """Return how a model is trained on a graph of so many entities, unless somebody says else.

    Settings for large graphs were chosen on a part of the training triples of HPO's annotations.
    Raises: UnknownName: no such model.
    """
    is_distance = model in DISTANCES
    if entities < MANY:
        return replace(_DISTANCE if is_distance else _PRODUCT, model=model)
    if is_distance:
        return replace(_SAMPLED, model=model)
    return replace(_SAMPLED, model=model, regulariser="dura", rate=0.2, strength=0.02)


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions with all their answers: ``rows`` says whose each of ``answers`` is.

    ``taught``: places in ``answers`` of those that are learnt; none of the others competes.
    """

    heads: I64
    relations: I64
    rows: I64
    answers: I64
    taught: I64


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

    def batches(self, size: int, rng: np.random.Generator, most: int = 0) -> Iterator[Batch]:
        """Yield all questions once, in an order by chance; ``most`` answers of each are taught."""
        order = rng.permutation(len(self._keys))
        for low in range(0, len(order), size):
            chosen = order[low : low + size]
            begin, end = self._bounds[chosen], self._bounds[chosen + 1]
            rows = np.repeat(np.arange(len(chosen)), end - begin)
            places = np.concatenate([np.arange(a, b) for a, b in zip(begin, end, strict=True)])
            keys, taught = self._keys[chosen], np.arange(len(rows))
            if most:
                taught = _few_of_each(rows, most, rng)
            yield Batch(
                keys % self._entities, keys // self._entities, rows, self._answers[places], taught
            )


def _few_of_each(rows: I64, most: int, rng: np.random.Generator) -> I64:
    """Return the places of at most so many of each row, by chance."""
    order = np.lexsort((rng.random(len(rows)), rows))
    ordered = rows[order]
    turn = np.arange(len(rows)) - np.searchsorted(ordered, ordered)
    return np.sort(order[turn < most])


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
        batches = questions.batches(recipe.batch, rng, recipe.answers)
        losses = [trainer.learn(batch) for batch in batches]
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


def _optimizers(torch: Any, recipe: FactorRecipe, entity: Any, rest: list[Any]) -> list[Any]:
    """Return what moves the vectors: distances like Adam, products Adagrad."""
    if recipe.model not in DISTANCES:
        return [torch.optim.Adagrad([entity, *rest], lr=recipe.rate)]
    kind = torch.optim.SparseAdam if recipe.negatives else torch.optim.Adam
    return [kind([entity], lr=recipe.rate), torch.optim.Adam(rest, lr=recipe.rate)]


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
        self._place = np.full(links.entities, -1, np.int64)  # among those that compete in a step
        self._optimizers = _optimizers(torch, recipe, self._entity, [self._relation, self._scale])

    def factors(self) -> Factors:
        """Return the present state."""
        entity = self._entity.detach().numpy()
        relation = self._relation.detach().numpy()
        scale = math.exp(float(self._scale.detach()))
        return Factors(self._recipe.model, copy.deepcopy(entity), copy.deepcopy(relation), scale)

    def learn(self, batch: Batch) -> float:
        """Take one step; return the loss."""
        torch, recipe = self._torch, self._recipe
        head, pool, places = self._vectors(batch)
        relation = self._relation[torch.from_numpy(batch.relations)]
        question = self._question(torch.dropout(head, recipe.dropout, True), relation)
        scores = self._compare(question, pool)
        competes = np.flatnonzero(places >= 0)  # the other answers, which must not
        shut = torch.from_numpy(batch.rows[competes]), torch.from_numpy(places[competes])
        rows, own = (torch.from_numpy(one[batch.taught]) for one in (batch.rows, places))
        if recipe.loss == "softmax":
            loss = self._softmax(scores, rows, own, shut)
        else:
            loss = self._adversarial(scores, rows, own, shut)
        if recipe.regulariser != "none":
            loss = loss + recipe.strength * self._penalty(
                head[rows], question[rows], relation[rows], pool[own]
            )
        for one in self._optimizers:
            one.zero_grad()
        loss.backward()
        with torch.sparse.check_sparse_tensor_invariants(enable=False):  # they are ours, and sound
            for one in self._optimizers:
                one.step()
        return float(loss.detach())

    def _vectors(self, batch: Batch) -> tuple[Any, Any, I64]:
        """Return the heads' vectors, those that compete, and each answer's place among them.

        An answer that is neither learnt nor drawn is at -1.
        """
        torch = self._torch
        if not self._recipe.negatives:
            return self._entity[torch.from_numpy(batch.heads)], self._entity, batch.answers
        drawn = self._rng.integers(0, self._entities, self._recipe.negatives)
        pool = np.unique(np.concatenate([batch.answers[batch.taught], drawn]))
        used, at = np.unique(np.concatenate([pool, batch.heads]), return_inverse=True)
        vectors = torch.nn.functional.embedding(
            torch.from_numpy(used), self._entity, sparse=True
        )  # one look-up, so that the gradient has a row for each of these entities and no other
        self._place[pool] = np.arange(len(pool))
        places = self._place[batch.answers]
        self._place[pool] = -1
        at_pool, at_heads = (torch.from_numpy(one) for one in np.split(at, [len(pool)]))
        return vectors[at_heads], vectors[at_pool], places

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

    def _softmax(self, scores: Any, rows: Any, places: Any, shut: Any) -> Any:
        """Return the mean over answers of the cross-entropy against all that compete.

        Other answers of the question (``shut``) do not compete with an answer.
        """
        torch = self._torch
        own = scores[rows, places]
        others = scores.index_put(shut, torch.tensor(-1e9))
        rest = torch.logsumexp(others, 1)[rows]
        return torch.nn.functional.softplus(rest - own).mean()

    def _adversarial(self, scores: Any, rows: Any, places: Any, shut: Any) -> Any:
        torch, recipe = self._torch, self._recipe
        margin = recipe.margin if recipe.model in DISTANCES else 0.0
        own = torch.nn.functional.logsigmoid(margin + scores[rows, places])
        others = scores.index_put(shut, torch.tensor(-1e9))
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
