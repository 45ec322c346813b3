"""Several scorers as one: a listwise ranker learnt on triples that none of them has seen.

Each scorer's row of scores gives three features of a candidate: its score on one scale for all
questions, by the spread of the question's scores, and by the question's best score. They are
weighed for all relations together, with a deviation for each relation that is held small.
Source: the listwise loss is ListNet's top one (Cao et al. 2007); that symbolic, factor and graph
scores are put together is the idea of BioGraphFusion's hybrid scoring, the ranker is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.graph.completion.ranking import EVERY_ENTITY, Candidates, Scorer
from onoma.graph.completion.triples import F32, I64, Links, evenly

PER_SCORER = 3
LIMIT = 30.0  # of a feature


@dataclass(frozen=True)
class Weights:
    """What the ranker learnt.

    ``shared``: (features,); ``own``: (2 R, features), each relation's deviation; ``scales``: one a
    scorer; ``slope`` and ``border`` turn a log share into a chance (Platt 1999).
    """

    shared: F32
    own: F32
    scales: F32
    slope: float = 1.0
    border: float = 0.0


class Fusion:
    """A scorer made of scorers."""

    name = "fusion"

    def __init__(
        self, parts: Sequence[Scorer], weights: Weights, candidates: Candidates = EVERY_ENTITY
    ) -> None:
        """Take the scorers, in the order in which they were learnt, and their weights."""
        self.parts, self.weights, self.candidates = tuple(parts), weights, candidates

    def scores(self, heads: I64, relations: I64) -> F32:
        """Return the weighed features, higher is better."""
        return self._joined((part.scores(heads, relations) for part in self.parts), relations)

    def named_scores(self, heads: I64, relations: I64) -> dict[str, F32]:
        """Return each scorer's own scores by its name, the fusion's last; each is asked once."""
        rows = [part.scores(heads, relations) for part in self.parts]
        named = {part.name: row for part, row in zip(self.parts, rows, strict=True)}
        return named | {self.name: self._joined(rows, relations)}

    def _joined(self, each_rows: Iterable[F32], relations: I64) -> F32:
        weights = self.weights
        each = weights.shared[None] + weights.own[relations]  # (n, features)
        out: F32 | None = None
        for number, rows in enumerate(each_rows):
            own = each[:, number * PER_SCORER : (number + 1) * PER_SCORER]
            told = weighed(rows, weights.scales[number], own, self.candidates, relations)
            out = told if out is None else out + told
        if out is None:
            raise ValueError("a fusion of nothing")
        return out

    def chances(self, rows: F32, relations: I64) -> F32:
        """Return the chance that each candidate is an answer, for rows of ``scores``.

        In 0 to 1, calibrated on triples held out: what a graph lacks by far more than its held-out
        part is more likely than this says.
        """
        masked = self.candidates.masked(rows, relations)
        shares = log_shares(masked)
        linear = np.clip(self.weights.slope * shares + self.weights.border, -50, 50)
        return np.asarray(1 / (1 + np.exp(-linear)), np.float32)


def log_shares(rows: F32) -> F32:
    """Return the logarithm of each candidate's share in a softmax of its row."""
    top = rows.max(1, keepdims=True)
    with np.errstate(divide="ignore"):
        return np.asarray(rows - top - np.log(np.exp(rows - top).sum(1, keepdims=True)), np.float32)


def weighed(rows: F32, scale: np.float32, each: F32, candidates: Candidates, relations: I64) -> F32:
    """Return the weighed sum of one scorer's features.  # (n, entities)."""
    spread, best = _measures(rows, candidates, relations)
    factors = each[:, 1] / spread + each[:, 2] / best
    return np.asarray(
        each[:, :1] * np.arcsinh(rows / scale) + np.clip(rows * factors[:, None], -LIMIT, LIMIT),
        np.float32,
    )


def _measures(rows: F32, candidates: Candidates, relations: I64) -> tuple[F32, F32]:
    """Return the spread and the best size of each row's candidates, 1 where there is none."""
    if candidates.allowed is None:
        spread, best = rows.std(1), np.abs(rows).max(1)
    else:
        kept = candidates.allowed[relations]
        spread = np.std(rows, axis=1, where=kept)
        best = np.max(np.abs(rows), axis=1, where=kept, initial=0)
    return np.where(spread > 0, spread, 1), np.where(best > 0, best, 1)


def features_at(
    rows: F32, scale: np.float32, places: I64, candidates: Candidates, relations: I64
) -> F32:
    """Return one scorer's features of some candidates.  # (n, places, 3)."""
    spread, best = _measures(rows, candidates, relations)
    own = np.take_along_axis(rows, places, axis=1)
    made = [np.arcsinh(own / scale), own / spread[:, None], own / best[:, None]]
    return np.stack(made, axis=2).astype(np.float32)


@dataclass(frozen=True, slots=True)
class FusionRecipe:
    """How the ranker is learnt.

    ``near`` and ``far``: competitors of each answer, the best by the scorers and ones by chance;
    ``questions``: at most; ``shrink``: how small the weights are held, ``own``: and deviations.
    """

    near: int = 100
    far: int = 60
    questions: int = 4000
    shrink: float = 1e-4
    own: float = 1e-2
    steps: int = 400
    rate: float = 0.03
    seed: int = 1


def learn_fusion(
    folds: Sequence[Sequence[Scorer]],
    held: Sequence[I64],
    known: Links,
    candidates: Candidates = EVERY_ENTITY,
    recipe: FusionRecipe | None = None,
) -> Weights:
    """Return weights learnt on questions (entity, relation, answer) the scorers have not seen.

    ``folds``: the scorers of each fold, ``held``: its questions. ``known``: what is filtered, the
    held-out triples among it.
    """
    recipe = recipe or FusionRecipe()
    rng = np.random.default_rng(recipe.seed)
    held = [evenly(one, recipe.questions // len(held), rng) for one in held]
    scales = _scales(folds[0], held[0][:200])
    made = [
        _lists(parts, part, known, candidates, scales, recipe)
        for parts, part in zip(folds, held, strict=True)
    ]
    lists, stands_for = (np.concatenate(one) for one in zip(*made, strict=True))
    relations = np.concatenate(held)[:, 1]
    shared, own = _descend(lists, stands_for, relations, 2 * known.relations, recipe)
    scores = _summed(lists, shared[None] + own[relations])
    slope, border = _calibrated(scores, stands_for)
    return Weights(shared, own, scales, slope, border)


def _summed(lists: F32, weights: F32) -> F32:
    """Return the weighed sum of each candidate's features.  # (n, places)."""
    return np.asarray((lists @ weights[:, :, None])[:, :, 0], np.float32)


def _scales(parts: Sequence[Scorer], sample: I64) -> F32:
    """Return the typical size of each scorer's scores, of those that are not 0."""
    out = []
    for part in parts:
        sizes = np.abs(part.scores(sample[:, 0], sample[:, 1]))
        sizes = sizes[sizes > 0]
        out.append(float(np.median(sizes)) if len(sizes) else 1.0)
    return np.array(out, np.float32)


def _lists(
    parts: Sequence[Scorer],
    held: I64,
    known: Links,
    candidates: Candidates,
    scales: F32,
    recipe: FusionRecipe,
) -> tuple[F32, F32]:
    """Return the features of each question's answer (first) and competitors.

    With them: for how many entities each stands (a competitor by chance for many, 0 is none), so
    that sums over a list are about those over all entities.  # (n, 1 + near + far, features)
    """
    rng = np.random.default_rng(recipe.seed)
    features, counts = [], []
    for low in range(0, len(held), 32):
        part = held[low : low + 32]
        heads, relations, answers = part.T
        rows = [one.scores(heads, relations) for one in parts]
        chosen, count = _competitors(rows, part, known, candidates, recipe, rng)
        looked = np.concatenate([answers[:, None], chosen], axis=1)
        made = [
            features_at(row, scale, looked, candidates, relations)
            for row, scale in zip(rows, scales, strict=True)
        ]
        features.append(np.clip(np.concatenate(made, axis=2), -LIMIT, LIMIT))
        counts.append(np.concatenate([np.ones((len(part), 1), np.float32), count], axis=1))
    return np.concatenate(features), np.concatenate(counts)


def _competitors(
    rows: Sequence[F32],
    part: I64,
    known: Links,
    candidates: Candidates,
    recipe: FusionRecipe,
    rng: np.random.Generator,
) -> tuple[I64, F32]:
    """Return entities that compete with each answer, and for how many each stands.

    The best of every scorer stand for themselves, those by chance for all the rest.
    """
    each = max(1, recipe.near // len(rows))
    total = each * len(rows) + recipe.far
    out, stands = np.zeros((len(part), total), np.int64), np.zeros((len(part), total), np.float32)
    for n, (head, relation, answer) in enumerate(part.tolist()):
        wrong = np.ones(known.entities, np.bool_)
        if candidates.allowed is not None:
            wrong &= candidates.allowed[relation]
        wrong[known.tails(head, relation)] = False
        wrong[answer] = False
        pool = np.flatnonzero(wrong)
        if not len(pool):
            continue
        near = np.unique(np.concatenate([pool[_top(row[n, pool], each)] for row in rows]))
        rest = np.setdiff1d(pool, near, assume_unique=True)
        far = rng.choice(rest, min(recipe.far, len(rest)), replace=False)
        end = len(near) + len(far)
        out[n, :end] = np.concatenate([near, far])
        stands[n, : len(near)] = 1
        stands[n, len(near) : end] = len(rest) / max(len(far), 1)
    return out, stands


def _top(scores: F32, count: int) -> npt.NDArray[np.intp]:
    count = min(count, len(scores))
    return np.argpartition(-scores, count - 1)[:count]


def _descend(
    lists: F32, stands_for: F32, relations: I64, kinds: int, recipe: FusionRecipe
) -> tuple[F32, F32]:
    """Return the weights of the least listwise loss (Adam, all lists at once)."""
    width = lists.shape[2]
    whole = np.zeros((kinds + 1, width), np.float32)  # the last row is shared
    first, second = np.zeros_like(whole), np.zeros_like(whole)
    shrink = np.full((kinds + 1, 1), recipe.own, np.float32)
    shrink[-1] = recipe.shrink
    order = np.argsort(relations, kind="stable")
    lists, relations = lists[order], relations[order]
    with np.errstate(divide="ignore"):
        offsets = np.log(stands_for[order])  # of what is none: minus infinity
    for step in range(1, recipe.steps + 1):
        scores = _summed(lists, whole[-1] + whole[relations]) + offsets
        share = np.exp(scores - scores.max(1, keepdims=True))
        share /= share.sum(1, keepdims=True)
        share[:, 0] -= 1
        slope = (share[:, None] @ lists)[:, 0] / len(lists)
        gradient = np.zeros_like(whole)
        np.add.at(gradient, relations, slope)
        gradient[-1] = slope.sum(0)
        gradient += 2 * shrink * whole
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        rate = recipe.rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        whole -= (rate * first / (np.sqrt(second) + 1e-8)).astype(np.float32)
    return whole[-1], whole[:-1]


def _calibrated(scores: F32, stands_for: F32) -> tuple[float, float]:
    """Return slope and border that turn log shares into chances of being the answer (column 0)."""
    with np.errstate(divide="ignore"):
        offsets = np.log(stands_for)
    whole = scores + offsets
    top = whole.max(1, keepdims=True)
    shares = scores - top - np.log(np.exp(whole - top).sum(1, keepdims=True))
    gold = np.zeros_like(scores)
    gold[:, 0] = 1
    kept = stands_for > 0
    x, y = shares[kept].astype(np.float64), gold[kept].astype(np.float64)
    many = stands_for[kept].astype(np.float64)
    weights = np.array([1.0, 0.0])
    design = np.stack([x, np.ones_like(x)], axis=1)
    for _ in range(25):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -50, 50)))
        slope = design.T @ (many * (chance - y)) + 1e-3 * weights
        bend = (design * (many * chance * (1 - chance))[:, None]).T @ design + 1e-3 * np.eye(2)
        weights = weights - np.linalg.solve(bend, slope)
    return float(weights[0]), float(weights[1])
