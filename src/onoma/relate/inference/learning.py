"""Teaches the scorer of hypotheses from many tasks, and fits it to a new one with few examples.

Optimiser: Adam (Kingma and Ba 2015), in NumPy. Loss: the cross entropy of the right hypothesis
among all of its task and "none" (a ranking loss over the candidates of each pair).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from onoma.relate.inference.entailment import NAMES
from onoma.relate.inference.scorer import Scorer, chances_of, with_none
from onoma.relate.saying.linear import SIZE, numbered

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

HIDDEN = 32
BATCH = 64
RATE = 2e-3
WORD_RATE = 0.015
PULL = 1e-3
FOLDS = 4
ROUNDS = (1, 2, 4, 8, 16)  # of a fit, which folds choose from
FEW_BORDER = 0.3  # the border with one text alone


@dataclass(frozen=True, slots=True)
class Examples:
    """Pairs of a task: rows (pairs, hypotheses, columns) and the number of the right hypothesis.

    One more than the last hypothesis is "none".
    """

    rows: F32
    right: I64


class _Adam:
    """Steps of Adam over named arrays, in place."""

    def __init__(self, arrays: Mapping[str, F32], rate: float) -> None:
        self._arrays, self._rate, self._count = arrays, rate, 0
        self._first = {name: np.zeros_like(one) for name, one in arrays.items()}
        self._second = {name: np.zeros_like(one) for name, one in arrays.items()}

    def step(self, slopes: Mapping[str, F32]) -> None:
        self._count += 1
        for name, slope in slopes.items():
            first = self._first[name] = 0.9 * self._first[name] + 0.1 * slope
            second = self._second[name] = 0.999 * self._second[name] + 0.001 * slope**2
            size = np.sqrt(second / (1 - 0.999**self._count)) + 1e-8
            self._arrays[name] -= self._rate * first / (1 - 0.9**self._count) / size


def teach_scorer(
    tasks: Sequence[Examples], *, rounds: int = 4, pull: float = 1e-4, seed: int = 1
) -> Scorer:
    """Return a scorer taught by all tasks alike; how often "none" is right is learnt by task.

    Its own border of "none" is the mean of theirs.
    """
    rng = np.random.default_rng(seed)
    flat = np.concatenate([one.rows.reshape(-1, len(NAMES))[::7] for one in tasks])
    mean, spread = flat.mean(axis=0), flat.std(axis=0) + 1e-2
    given = [with_none((one.rows - mean) / spread) for one in tasks]
    wide = len(NAMES) + 1
    arrays = {
        "inner": (rng.normal(size=(wide, HIDDEN)) / np.sqrt(wide)).astype(np.float32),
        "bias": np.zeros(HIDDEN, np.float32),
        "outer": (rng.normal(size=HIDDEN) / np.sqrt(HIDDEN)).astype(np.float32),
        "none": np.zeros(len(tasks), np.float32),
    }
    adam = _Adam(arrays, RATE)
    each = max(len(one.right) for one in tasks)
    for _ in range(rounds):
        batches = [
            (task, part)
            for task, one in enumerate(tasks)
            for part in _batches(len(one.right), each, rng)
        ]
        for number in rng.permutation(len(batches)).tolist():
            task, part = batches[number]
            slopes = _slopes(arrays, given[task][part], tasks[task].right[part], task)
            for name in ("inner", "outer"):
                slopes[name] += pull * arrays[name]
            adam.step(slopes)
    return Scorer(
        mean.astype(np.float32), spread.astype(np.float32), arrays["inner"], arrays["bias"],
        arrays["outer"], float(arrays["none"].mean()),
    )  # fmt: skip


def _batches(count: int, each: int, rng: np.random.Generator) -> list[I64]:
    """Return the batches of one round: a small task is seen up to three times."""
    times = min(max(each // max(count, 1), 1), 3)
    rows = np.concatenate([rng.permutation(count) for _ in range(times)])
    return [rows[at : at + BATCH] for at in range(0, len(rows), BATCH)]


def _slopes(arrays: Mapping[str, F32], given: F32, right: I64, task: int) -> dict[str, F32]:
    inner = given @ arrays["inner"] + arrays["bias"]
    active = np.maximum(inner, 0)
    margins = active @ arrays["outer"]
    margins[:, -1] += arrays["none"][task]
    gap = chances_of(margins)
    gap[np.arange(len(right)), right] -= 1
    gap /= len(right)
    back = gap[..., None] * arrays["outer"] * (inner > 0)
    wide, hidden = given.shape[-1], active.shape[-1]
    none = np.zeros_like(arrays["none"])
    none[task] = gap[:, -1].sum()
    return {
        "inner": given.reshape(-1, wide).T @ back.reshape(-1, hidden),
        "bias": back.sum(axis=(0, 1)),
        "outer": active.reshape(-1, hidden).T @ gap.reshape(-1),
        "none": none,
    }


@dataclass(frozen=True, slots=True)
class Fitted:
    """A linear model of a task's classes, beside what the scorer says if that is asked.

    ``trust`` weighs the scorer's margins; ``weights`` are those of hashed features, ``dense`` of
    the sentence's vector.
    """

    trust: float
    weights: F32
    dense: F32
    bias: F32

    def chances(self, base: F32, features: Sequence[Sequence[str]], vectors: F32) -> F32:
        """Return the chance of each hypothesis and of none; ``base`` are the scorer's margins."""
        margins = self.trust * base + vectors @ self.dense + self.bias
        for number, one in enumerate(features):
            margins[number] += self.weights[numbered(one)].sum(axis=0)
        return chances_of(margins.astype(np.float32))


def fit_rounds(
    base: F32,
    features: Sequence[Sequence[str]],
    vectors: F32,
    right: I64,
    *,
    seed: int = 1,
) -> Iterator[Fitted]:
    """Yield a linear model of a task on top of the scorer's margins after each round, without end.

    ``base`` are the margins; with zeros it is a plain classifier of the same features. The first
    one has learnt nothing yet.
    """
    classes = base.shape[1]
    rng = np.random.default_rng(seed)
    rows = [numbered(one) for one in features]
    weights = np.zeros((SIZE, classes), np.float32)
    squares = np.full((SIZE, classes), 1e-2, np.float32)
    arrays = {
        "dense": np.zeros((vectors.shape[1], classes), np.float32),
        "bias": np.zeros(classes, np.float32),
        "trust": np.ones(1, np.float32),
    }
    adam = _Adam(arrays, 1e-2)
    while True:
        yield Fitted(
            float(arrays["trust"][0]), weights.copy(), arrays["dense"].copy(), arrays["bias"].copy()
        )
        for part in _batches(len(right), len(right), rng):
            margins = arrays["trust"] * base[part] + vectors[part] @ arrays["dense"]
            margins += arrays["bias"]
            for at, number in enumerate(part.tolist()):
                margins[at] += weights[rows[number]].sum(axis=0)
            gap = chances_of(margins.astype(np.float32))
            gap[np.arange(len(part)), right[part]] -= 1
            for at, number in enumerate(part.tolist()):
                slope = gap[at] + PULL * weights[rows[number]]
                squares[rows[number]] += slope**2
                weights[rows[number]] -= WORD_RATE * slope / np.sqrt(squares[rows[number]])
            gap /= len(part)
            adam.step(
                {
                    "dense": vectors[part].T @ gap + 10 * PULL * arrays["dense"],
                    "bias": gap.sum(axis=0),
                    "trust": np.array([(gap * base[part]).sum()], np.float32),
                }
            )


def fit_task(
    base: F32,
    features: Sequence[Sequence[str]],
    vectors: F32,
    right: I64,
    *,
    rounds: int,
    seed: int = 1,
) -> Fitted:
    """Return the model of ``fit_rounds`` after some rounds."""
    found = fit_rounds(base, features, vectors, right, seed=seed)
    return next(islice(found, rounds, None))


def crossed_fit(
    base: F32,
    features: Sequence[Sequence[str]],
    vectors: F32,
    right: I64,
    owner: I64,
    *,
    seed: int = 1,
) -> tuple[Fitted, float]:
    """Return a model and its border of best F1, both chosen on folds of the texts.

    ``owner`` numbers each pair's text. How many rounds are best is told by the likelihood of the
    folds left out; with few examples it is few, and the scorer's word counts.
    """
    folds = owner % FOLDS
    parts = [np.flatnonzero(folds == fold) for fold in np.unique(folds)]
    if len(parts) < 2:
        return fit_task(base, features, vectors, right, rounds=1, seed=seed), FEW_BORDER
    chances = np.zeros((len(ROUNDS), *base.shape), np.float32)
    for inside in parts:
        other = np.setdiff1d(np.arange(len(right)), inside)
        found = fit_rounds(
            base[other], [features[n] for n in other.tolist()], vectors[other], right[other],
            seed=seed,
        )  # fmt: skip
        words = [features[n] for n in inside.tolist()]
        wanted = (model for number, model in enumerate(found) if number in ROUNDS)
        for place, model in enumerate(islice(wanted, len(ROUNDS))):
            chances[place, inside] = model.chances(base[inside], words, vectors[inside])
    likely = np.log(chances[:, np.arange(len(right)), right] + 1e-6).mean(axis=1)
    best = int(likely.argmax())
    fitted = fit_task(base, features, vectors, right, rounds=ROUNDS[best], seed=seed)
    return fitted, best_border(chances[best, :, :-1], right)


def best_border(chances: F32, right: I64) -> float:
    """Return the border of best micro F1; ``chances`` has no column for "none"."""
    scores, kinds = chances.max(axis=1), chances.argmax(axis=1)
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(kinds[order] == right[order])
    gold = int((right < chances.shape[1]).sum())
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + max(gold, 1))
    return float(scores[order[int(f1.argmax())]])
