"""The training loop: lessons in the plan's order, averaged weights, checkpoints.

Deterministic: with one thread, the same recipe, corpora and processor give the same weights, and so
does a run that was stopped and went on, unless the recipe bounds its time.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from onoma.encode.bert import need_torch
from onoma.encode.training.checkpoints import find_checkpoint, load_checkpoint, save_checkpoint
from onoma.encode.wordpiece import WordPiece
from onoma.errors import Inconsistent
from onoma.recognize.tagger.training.lessons import make_lesson
from onoma.recognize.tagger.training.model import F32, I64
from onoma.recognize.tagger.training.recipe import Recipe
from onoma.recognize.tagger.training.shelf import Shelf

Watch = Callable[[int, int, float], None]
Measure = Callable[[], dict[str, float]]
Lessons = Callable[[I64, int], Any]
"""Windows and the number of a step to the lesson that a model takes."""

GROUPS = ("weights", "average", "best", "first", "second")
GRADIENT = 1.0  # its norm is cut to this
LEADING = "mean"  # the measure that is the better the higher


class Learner(Protocol):
    """What learns: weights by name as tensors, and the loss of a lesson."""

    names: tuple[str, ...]
    recipe: Recipe
    weights: dict[str, Any]

    def groups(self) -> list[dict[str, Any]]:
        """Return the weights that learn, with the rate of each group."""

    def loss(self, lesson: Any) -> Any:
        """Return the loss of a lesson as a tensor."""

    def arrays(self) -> dict[str, F32]:
        """Return a copy of the weights."""

    def take(self, arrays: Mapping[str, F32]) -> None:
        """Take other weights, in place."""


def plain_lessons(shelf: Shelf, recipe: Recipe, pieces: WordPiece) -> Lessons:
    """Return what makes lessons of a shelf's windows."""
    head, tail = pieces.number([""], 2)[0]
    hidden = pieces.pieces.get("[MASK]", pieces.pieces[pieces.unknown])
    unread = head, tail, pieces.pad, hidden
    return lambda windows, step: make_lesson(shelf, windows, recipe, unread=unread, seed=step)


class Trainer:
    """One run in one folder; ``history`` holds losses and measures by step."""

    def __init__(
        self,
        model: Learner,
        shelf: Shelf,
        pieces: WordPiece,
        *,
        folder: Path,
        lessons: Lessons | None = None,
    ) -> None:
        """Prepare a run, or take up the one that the folder holds.

        ``lessons`` makes what the model takes of windows, where ``make_lesson`` is not all.
        Raises: Inconsistent: the folder holds a run of another recipe or of other corpora.
        """
        self.torch = need_torch("training")
        self.model, self.shelf, self.folder = model, shelf, folder
        self.recipe = model.recipe
        self._lessons = lessons or plain_lessons(shelf, model.recipe, pieces)
        rng = np.random.default_rng(self.recipe.seed)
        self.plan = shelf.plan(self.recipe.pieces, passes=self.recipe.passes, rng=rng)
        self.step, self.best_at, self.is_done, self.seconds = 0, -1, False, 0.0
        self.history: list[dict[str, float]] = []
        self.optimizer = self.torch.optim.AdamW(
            model.groups(), weight_decay=self.recipe.decay, fused=True
        )
        self.average: dict[str, Any] | None = None
        self.best: dict[str, F32] | None = None
        place = find_checkpoint(folder / "checkpoint")
        if place is not None:
            self._take_up(place)
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def steps(self) -> int:
        """How many batches there are."""
        return len(self.plan)

    @property
    def identity(self) -> dict[str, Any]:
        """What two runs must share for one to go on from the other."""
        labels = 0
        for section in self.shelf.sections:
            labels = zlib.crc32(section.labels.tobytes(), labels)
            labels = zlib.crc32(section.page.bits.tobytes(), labels)
        return {
            "recipe": asdict(self.recipe),
            "heads": list(self.model.names),
            "windows": len(self.shelf),
            "labels": labels,
        }

    def run(
        self,
        *,
        until: int | None = None,
        watch: Watch | None = None,
        measure: Measure | None = None,
        save_every: float = 240.0,
    ) -> None:
        """Train to the end of the plan, to step ``until``, or until measures get no better.

        ``watch`` is called after each step with its number, their count and the loss; ``measure``
        ``recipe.measures`` times in a run, while the model has its averaged weights. A checkpoint
        is written every ``save_every`` seconds and at the end.
        """
        last = min(self.steps, until or self.steps)
        saved = clock = time.monotonic()
        while self.step < last and not self.is_done and self.done < 1:
            before = self.done
            loss = self._one_step()
            self.step += 1
            self.seconds, clock = self.seconds + time.monotonic() - clock, time.monotonic()
            if watch is not None:
                watch(self.step, self.steps, loss)
            if self.step % 10 == 0 or self.step == last:
                self.history.append({"step": self.step, "loss": loss})
            if measure is not None and self._is_time(before):
                self._look(measure)
            if time.monotonic() - saved > save_every and self.step < last:
                self.save()
                saved = time.monotonic()
        self.save()

    @property
    def done(self) -> float:
        """How much of the run is done, 0 to 1: of its steps, or of its time."""
        limit = 60 * self.recipe.minutes
        return min(max(self.step / self.steps, self.seconds / limit if limit else 0.0), 1.0)

    def _is_time(self, before: float) -> bool:
        """Say whether a measure is due, ``before`` being how much was done a step ago."""
        times = max(self.recipe.measures, 1)
        return int(self.done * times + 1e-9) > int(before * times + 1e-9)

    def _look(self, measure: Measure) -> None:
        """Measure the averaged weights, and remember them if they are the best so far."""
        own = self.model.arrays()
        averaged = self.averaged()
        self.model.take(averaged)
        found = measure()
        self.model.take(own)
        rows = [row for row in self.history if LEADING in row]
        self.history.append({"step": self.step, **found})
        if found.get(LEADING, 0.0) >= max((row[LEADING] for row in rows), default=0.0):
            self.best, self.best_at = averaged, len(rows)
        if self.recipe.patience and len(rows) - self.best_at >= self.recipe.patience:
            self.is_done = True

    def averaged(self) -> dict[str, F32]:
        """Return the averaged weights, those of the moment while there is no average."""
        if self.average is None:
            return self.model.arrays()
        return {name: weight.numpy().copy() for name, weight in self.average.items()}

    def chosen(self) -> dict[str, F32]:
        """Return the weights of the best measure, the averaged ones where nothing was measured."""
        return self.averaged() if self.best is None else self.best

    def _one_step(self) -> float:
        recipe, torch = self.recipe, self.torch
        done = self.done
        rise = min((done + 1 / self.steps) / recipe.warm, 1.0) if recipe.warm else 1.0
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * rise * (1.0 - done)
        torch.manual_seed(recipe.seed * 1_000_003 + self.step)
        windows = self.plan[self.step]
        lesson = self._lessons(windows, self.step)
        self.optimizer.zero_grad()
        loss = self.model.loss(lesson)
        loss.backward()
        learning = [w for w in self.model.weights.values() if w.requires_grad]
        torch.nn.utils.clip_grad_norm_(learning, GRADIENT)
        self.optimizer.step()
        if recipe.average and done >= recipe.average_from and not self.step % recipe.average_every:
            self._average()
        return float(loss.detach())

    def _average(self) -> None:
        weights = {n: w.detach() for n, w in self.model.weights.items()}
        if self.average is None:
            self.average = {name: weight.clone() for name, weight in weights.items()}
        for name, weight in weights.items():
            self.average[name].lerp_(weight, 1 - self.recipe.average)

    def save(self) -> None:
        """Write a checkpoint and the history."""
        moments: dict[str, dict[str, F32]] = {"first": {}, "second": {}}
        for name, weight in self.model.weights.items():
            state = self.optimizer.state.get(weight)
            if state:
                moments["first"][name] = state["exp_avg"].numpy()
                moments["second"][name] = state["exp_avg_sq"].numpy()
        groups = {"weights": self.model.arrays(), **moments}
        if self.average is not None:
            groups["average"] = self.averaged()
        if self.best is not None:
            groups["best"] = self.best
        state = {
            "step": self.step,
            "best_at": self.best_at,
            "is_done": self.is_done,
            "seconds": self.seconds,
            "groups": list(groups),
            "identity": self.identity,
            "history": self.history,
        }
        save_checkpoint(self.folder / "checkpoint", groups, state)
        lines = "".join(json.dumps(row) + "\n" for row in self.history)
        (self.folder / "history.jsonl").write_text(lines, encoding="utf-8")

    def _take_up(self, place: Path) -> None:
        state = load_checkpoint(place, ())[1]
        if state["identity"] != json.loads(json.dumps(self.identity)):
            raise Inconsistent(
                f"{self.folder} holds a run of another recipe, other corpora or another start",
                hint="give another folder with -o, or remove that one",
            )
        groups = load_checkpoint(place, tuple(state["groups"]))[0]
        self.model.take(groups["weights"])
        if "average" in groups:
            self.average = {n: self.torch.from_numpy(a) for n, a in groups["average"].items()}
        if "best" in groups:
            self.best = dict(groups["best"])
        for name, weight in self.model.weights.items():
            if name in groups["first"]:
                self.optimizer.state[weight] = {
                    "step": self.torch.tensor(float(state["step"])),
                    "exp_avg": self.torch.from_numpy(groups["first"][name]),
                    "exp_avg_sq": self.torch.from_numpy(groups["second"][name]),
                }
        self.step, self.best_at = int(state["step"]), int(state["best_at"])
        self.is_done, self.history = bool(state["is_done"]), state["history"]
        self.seconds = float(state["seconds"])
