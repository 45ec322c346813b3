"""Calibration and borders, fitted on documents held back from training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from onoma.relate.reader.folder import Scale
from onoma.relate.reader.kinds import Heads
from onoma.relate.reader.upper import Upper, gathered
from onoma.relate.tasks import RelationTask
from onoma.relate.training.lessons import Lesson

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
BORDERS = np.arange(0.05, 0.8, 0.01)
STEADY = 10.0  # a ridge that draws the scale towards none where little was held back


def upper_scores(upper: Upper, lessons: Sequence[Lesson]) -> list[F32]:
    """Return what a reader scores each lesson's candidates, (candidates, scores)."""
    out = []
    for lesson in lessons:
        found = np.concatenate([upper.run(sheet) for sheet in lesson.sheets])
        owner = np.concatenate([sheet.owner for sheet in lesson.sheets])
        out.append(gathered(found, owner, len(lesson.pairs)))
    return out


def task_chances(scores: Sequence[F32], heads: Heads, task: str) -> F32:
    """Return raw chances of no relation and of each kind, of all candidates one after the other."""
    own = np.concatenate(scores)[:, heads.columns(task)]
    wide = np.exp(own - own.max(1, keepdims=True))
    return np.asarray(wide / wide.sum(1, keepdims=True), np.float32)


def fit_scale(
    chances: F32,
    wanted: F32,
    task: RelationTask,
    *,
    novel: F32 | None = None,
    told: F32 | None = None,
) -> Scale:
    """Return the scale of a task from raw chances and gold, both (candidates, 1 + kinds).

    ``novel`` are chances of a novel finding, ``told`` what is gold of it, -1 for nothing.
    """
    counted = 1 + np.flatnonzero([kind.is_evaluated for kind in task.kinds])
    kinds, gold = chances[:, counted], wanted[:, counted] > 0
    best = kinds.argmax(1)
    rows = np.arange(len(kinds))
    slope, shift = platt(kinds[rows, best], gold[rows, best])
    plain = Scale(slope, shift, 0.5)
    calibrated = plain.calibrated(chances[:, 1:])[:, counted - 1]
    border = best_border(calibrated, gold)
    return Scale(slope, shift, border, best_novelty(novel, told))


def platt(chances: F32, held: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Return the slope and shift of logits that fit best, by Newton's steps (Platt 1999)."""
    safe = np.clip(chances.astype(float), 1e-6, 1 - 1e-6)
    logit = np.log(safe / (1 - safe))
    x = np.stack([logit, np.ones_like(logit)], 1)
    weights = np.array([1.0, 0.0])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (p - held) + STEADY * (weights - [1.0, 0.0]) * [1, 0.1]
        bend = (x * (p * (1 - p))[:, None]).T @ x + STEADY * np.diag([1, 0.1])
        weights = weights - np.linalg.solve(bend, slope)
    return float(max(weights[0], 0.1)), float(weights[1])


def best_border(chances: F32, gold: npt.NDArray[np.bool_]) -> float:
    """Return the border of best micro F1, smoothed over its neighbours."""
    scores = np.array([f1_at(chances, gold, border) for border in BORDERS])
    smooth = np.convolve(np.pad(scores, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    return float(np.round(BORDERS[int(smooth.argmax())], 3))


def f1_at(chances: F32, gold: npt.NDArray[np.bool_], border: float) -> float:
    """Return the micro F1 of saying each candidate's likeliest kind where it is above a border."""
    best, said = chances.argmax(1), chances.max(1) >= border
    right = gold[np.arange(len(gold)), best][said].sum()
    return float(2 * right / max(said.sum() + gold.sum(), 1))


def best_novelty(novel: F32 | None, told: F32 | None) -> float:
    """Return the border of novel findings that is right most often."""
    if novel is None or told is None or not (told >= 0).any():
        return 0.5
    own, gold = novel[told >= 0], told[told >= 0]
    right = [float(((own >= border) == gold).mean()) for border in BORDERS]
    return float(np.round(BORDERS[int(np.argmax(right))], 3))


def calibration_error(chances: F64, held: npt.NDArray[np.bool_], bins: int = 10) -> float:
    """Return the expected calibration error (Naeini et al. 2015), bins of equal width."""
    place = np.minimum((chances * bins).astype(int), bins - 1)
    error = 0.0
    for one in range(bins):
        own = place == one
        if own.any():
            error += own.mean() * abs(float(chances[own].mean()) - float(held[own].mean()))
    return error
