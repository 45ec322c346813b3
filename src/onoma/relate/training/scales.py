"""Calibration and borders, fitted on documents held back from training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.bert import need_torch
from onoma.relate.reader.folder import Scale
from onoma.relate.reader.upper import Upper, gathered
from onoma.relate.tasks import RelationTask
from onoma.relate.training.lessons import Lesson

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
BORDERS = np.arange(0.05, 0.8, 0.01)
EVEN = 0.02  # how strongly network and words are drawn to one weight: few documents are held back
STEADY = 1e-2  # a ridge that draws shifts to none where little was held back


def upper_scores(upper: Upper, lessons: Sequence[Lesson]) -> list[F32]:
    """Return what a reader scores each lesson's candidates, (candidates, scores)."""
    out = []
    for lesson in lessons:
        found = np.concatenate([upper.run(sheet) for sheet in lesson.sheets])
        owner = np.concatenate([sheet.owner for sheet in lesson.sheets])
        out.append(gathered(found, owner, len(lesson.pairs)))
    return out


@dataclass(frozen=True, slots=True)
class Held:
    """What was held back for a task: the network's scores, the words' log odds, and gold.

    ``scores`` and ``marked`` (candidates, 1 + kinds), ``odds`` (candidates, kinds), zeros where
    there are none, ``wanted`` (candidates, 1 + kinds); of novelty ``pair`` (candidates, 2),
    ``novel_odds`` and ``novel`` (candidates,), -1 where nothing is said.
    """

    scores: F32
    marked: F32
    odds: F32
    wanted: F32
    pair: F32
    novel_odds: F32
    novel: npt.NDArray[np.int64]

    def alone(self) -> Held:
        """Return the same with nothing but what was read one by one."""
        return replace(self, scores=np.zeros_like(self.scores), odds=np.zeros_like(self.odds))

    def part(self, which: npt.NDArray[np.bool_]) -> Held:
        """Return some of the candidates."""
        return Held(*(getattr(self, name)[which] for name in self.__slots__))


def fit_scale(held: Held, task: RelationTask) -> Scale:
    """Return the scale of a task that makes the gold of held back documents likeliest."""
    torch = need_torch("training")
    parts = [held.scores[:, 1:] - held.scores[:, :1], held.odds]
    parts.append(held.marked[:, 1:] - held.marked[:, :1])
    used = torch.tensor([float(np.abs(one).max(initial=0) > 0) for one in parts])
    table = torch.stack([torch.from_numpy(one).double() for one in parts])
    wanted, used = torch.from_numpy(held.wanted).double(), used.double()
    free = (0.5 * used).requires_grad_()
    shifts = torch.zeros(table.shape[2], dtype=torch.double, requires_grad=True)

    def loss() -> Any:
        weights = free * used
        whole = torch.nn.functional.pad(torch.tensordot(weights, table, 1) + shifts, (1, 0))
        apart = (used * (weights - weights.sum() / used.sum().clamp(min=1)) ** 2).sum()
        drawn = 2 * EVEN * apart + STEADY * (shifts**2).mean()
        return drawn - (wanted * whole.log_softmax(1)).sum(1).mean()

    _lowest(torch, [free, shifts], loss)
    network, words, marked = (max(float(x), 0.0) for x in (free * used).detach())
    found = Scale(network, words, tuple(shifts.detach().tolist()), 0.5, _novel(held), marked)
    counted = 1 + np.flatnonzero([kind.is_evaluated for kind in task.kinds])
    chances = found.chances(held.scores, held.odds, held.marked)[:, counted]
    return replace(found, border=best_border(chances, held.wanted[:, counted] > 0))


def _novel(held: Held) -> tuple[float, float, float]:
    """Return how the novelty of held back relations is best joined of network and words.

    Without a shift: how much is novel in a few dozen documents is chance (59 % in those of BioRED,
    69 % in the others), and network and words have learnt it from ten times as many.
    """
    told = held.novel >= 0
    if len(np.unique(held.novel[told])) < 2:
        return 1.0, 0.0, 0.0
    torch = need_torch("training")
    columns = [held.pair[told, 1] - held.pair[told, 0], held.novel_odds[told]]
    table = torch.from_numpy(np.stack(columns, 1)).double()
    gold = torch.from_numpy(held.novel[told]).double()
    free = torch.tensor([0.5, 0.5], dtype=torch.double, requires_grad=True)
    mean = torch.nn.functional.binary_cross_entropy_with_logits
    _lowest(torch, [free], lambda: mean(table @ free, gold) + STEADY * (free**2).mean())
    network, words = free.detach().tolist()
    return network, words, 0.0


def _lowest(torch: Any, free: list[Any], loss: Callable[[], Any]) -> None:
    """Move free tensors to where a convex loss is lowest."""
    optimizer = torch.optim.LBFGS(free, max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> Any:
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    optimizer.step(closure)


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


def calibration_error(chances: F64, held: npt.NDArray[np.bool_], bins: int = 10) -> float:
    """Return the expected calibration error (Naeini et al. 2015), bins of equal width."""
    place = np.minimum((chances * bins).astype(int), bins - 1)
    error = 0.0
    for one in range(bins):
        own = place == one
        if own.any():
            error += own.mean() * abs(float(chances[own].mean()) - float(held[own].mean()))
    return error
