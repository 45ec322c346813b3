"""The training loop of the relation reader: packs of lessons in random order, averaged weights."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.training.checkpoints import find_checkpoint, load_checkpoint, save_checkpoint
from onoma.errors import Inconsistent
from onoma.relate.reader.kinds import Heads
from onoma.relate.training.lessons import Lesson, packs
from onoma.relate.training.model import Model, gathered

F32 = npt.NDArray[np.float32]
Watch = Callable[[int, int, float], None]
GRADIENT = 1.0  # its norm is cut to this
EVERY = 4  # steps between two that are averaged


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a reader is trained."""

    passes: int = 7
    rate: float = 2e-4
    head_rate: float = 1e-3
    decay: float = 0.01
    warm: float = 0.05
    dropout: float = 0.1
    room: int = 600  # pieces that are run at once
    runs: int = 1  # of them in a step
    average: float = 0.99
    average_from: float = 0.4
    novelty: float = 0.5  # weight of its loss
    hidden: int = 384
    first: int = 3  # the lowest layer that is the reader's own
    rare: tuple[str, ...] = ("dimb", "gutbrainie", "ade", "pgr")  # a pass takes a part of them
    share: float = 0.5  # that part
    most: tuple[tuple[str, int], ...] = (("pgr", 2000),)  # texts of a task that are used at all
    worded: tuple[str, ...] = ("cid", "biored", "chemprot", "dimb", "pgr")
    """The tasks that words weigh in. In ADE they would learn how its negatives were made; in
    GutBrainIE they did not help."""
    words: int = 6500  # that weigh, a task
    graph: bool = True  # trees see what words say of the text's other pairs
    marked: tuple[str, ...] = ("chemprot", "dimb", "ade", "pgr")
    """The tasks whose pairs are also read one by one, with marks round them (of sentences only)."""
    marked_passes: int = 4
    marked_rate: float = 1.5e-4
    marked_room: int = 3_000  # pieces of a step
    marked_layers: int = 5
    is_masked: bool = False  # names are masked where pairs are read one by one
    unrelated: float = 1.0  # the share of pairs without a relation that a pass over them takes
    seed: int = 0


class Trainer:
    """One run: steps over the plan of packs."""

    def __init__(self, model: Any, lessons: Sequence[Any], heads: Heads, recipe: Recipe) -> None:
        """Prepare a run of a model (``Model``, or one with its methods) over its lessons."""
        self.model, self.lessons, self.heads, self.recipe = model, lessons, heads, recipe
        self.plan = self.make_plan(np.random.default_rng(recipe.seed))
        self.step = 0
        self.optimizer = model.torch.optim.AdamW(
            model.groups(recipe.rate, recipe.head_rate), weight_decay=recipe.decay, fused=True
        )
        self.average: dict[str, Any] | None = None

    def make_plan(self, rng: np.random.Generator) -> list[list[list[int]]]:
        """Return the packs of lessons of each step."""
        recipe = self.recipe
        plan: list[list[list[int]]] = []
        for _ in range(recipe.passes):
            order = packs(self.lessons, self.drawn(rng), room=recipe.room, rng=rng)
            plan += [
                order[place : place + recipe.runs] for place in range(0, len(order), recipe.runs)
            ]
        return plan

    def drawn(self, rng: np.random.Generator) -> list[int]:
        """Return the lessons of one pass: all but a part of those of rare tasks."""
        luck = rng.random(len(self.lessons))
        return [
            place
            for place, lesson in enumerate(self.lessons)
            if lesson.task not in self.recipe.rare or luck[place] < self.recipe.share
        ]

    def run(
        self, *, watch: Watch | None = None, folder: Path | None = None, save_every: float = 240.0
    ) -> None:
        """Train to the end of the plan; with a folder, checkpoints are written into it."""
        saved = time.monotonic()
        while self.step < len(self.plan):
            loss = self._one_step(self.step)
            self.step += 1
            if watch is not None:
                watch(self.step, len(self.plan), loss)
            is_last = self.step == len(self.plan)
            if folder is not None and (is_last or time.monotonic() - saved > save_every):
                self.save(folder)
                saved = time.monotonic()

    @property
    def identity(self) -> dict[str, Any]:
        """What two runs must share for one to go on from the other."""
        pairs = sum(len(lesson.pairs) for lesson in self.lessons)
        shape = {"lessons": len(self.lessons), "pairs": pairs, "tasks": list(self.heads.tasks)}
        return {"recipe": asdict(self.recipe), **shape}

    def save(self, folder: Path) -> None:
        """Write a checkpoint."""
        groups: dict[str, dict[str, F32]] = {
            "weights": self.model.arrays(),
            "first": {},
            "second": {},
        }
        for name, weight in self.model.weights.items():
            state = self.optimizer.state.get(weight)
            if state:
                groups["first"][name] = state["exp_avg"].numpy()
                groups["second"][name] = state["exp_avg_sq"].numpy()
        if self.average is not None:
            groups["average"] = self.averaged()
        state = {"step": self.step, "groups": list(groups), "identity": self.identity}
        save_checkpoint(folder, groups, state)

    def take_up(self, folder: Path) -> None:
        """Go on from the checkpoint of a folder, if it holds one.

        Raises: Inconsistent: it is of another recipe or of other texts.
        """
        place = find_checkpoint(folder)
        if place is None:
            return
        state = load_checkpoint(place, ())[1]
        if state["identity"] != json.loads(json.dumps(self.identity)):
            raise Inconsistent(
                f"{folder.parent} holds a run of another recipe or of other corpora",
                hint="give another folder with -o, or remove that one",
            )
        torch = self.model.torch
        groups = load_checkpoint(place, tuple(state["groups"]))[0]
        self.model.take(groups["weights"])
        if "average" in groups:
            self.average = {n: torch.from_numpy(np.array(a)) for n, a in groups["average"].items()}
        for name, weight in self.model.weights.items():
            if name in groups["first"]:
                self.optimizer.state[weight] = {
                    "step": torch.tensor(float(state["step"])),
                    "exp_avg": torch.from_numpy(np.array(groups["first"][name])),
                    "exp_avg_sq": torch.from_numpy(np.array(groups["second"][name])),
                }
        self.step = int(state["step"])

    def _one_step(self, step: int) -> float:
        recipe, torch = self.recipe, self.model.torch
        done = step / len(self.plan)
        rise = min((step + 1) / len(self.plan) / recipe.warm, 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * rise * (1.0 - done)
        torch.manual_seed(recipe.seed * 1_000_003 + step)
        self.optimizer.zero_grad()
        total = 0.0
        for pack in self.plan[step]:
            loss = self.loss([self.lessons[place] for place in pack]) / len(self.plan[step])
            loss.backward()
            total += float(loss.detach())
        torch.nn.utils.clip_grad_norm_(list(self.model.weights.values()), GRADIENT)
        self.optimizer.step()
        if done >= recipe.average_from and step % EVERY == 0:
            self._average()
        return total

    def loss(self, lessons: Sequence[Lesson]) -> Any:
        """Return the mean surprise over the candidates of lessons of one task, as a tensor."""
        torch = self.model.torch
        scores = lesson_scores(self.model, lessons, learning=True)
        wanted = torch.from_numpy(np.concatenate([lesson.wanted for lesson in lessons]))
        own = torch.log_softmax(scores[:, self.heads.columns(lessons[0].task)], -1)
        loss = -(wanted * own).sum(1).mean()
        novel = torch.from_numpy(np.concatenate([lesson.novel for lesson in lessons]))
        if (novel >= 0).any():
            pair = scores[:, self.heads.novelty]
            loss = loss + self.recipe.novelty * torch.nn.functional.cross_entropy(
                pair, novel, ignore_index=-1
            )
        return loss

    def _average(self) -> None:
        if self.average is None:
            self.average = {n: w.detach().clone() for n, w in self.model.weights.items()}
        for name, weight in self.model.weights.items():
            self.average[name].lerp_(weight.detach(), 1 - self.recipe.average)

    def averaged(self) -> dict[str, F32]:
        """Return the averaged weights, those of the moment while there is no average."""
        if self.average is None:
            arrays: dict[str, F32] = self.model.arrays()
            return arrays
        return {name: weight.numpy().copy() for name, weight in self.average.items()}


def lesson_scores(model: Model, lessons: Sequence[Lesson], *, learning: bool = False) -> Any:
    """Return the scores of the candidates of lessons, one after the other, as a tensor."""
    sheets = [sheet for lesson in lessons for sheet in lesson.sheets]
    shifts = np.cumsum([0, *(len(lesson.pairs) for lesson in lessons)])
    owner = np.concatenate(
        [
            sheet.owner + shift
            for lesson, shift in zip(lessons, shifts, strict=False)
            for sheet in lesson.sheets
        ]
    )
    found = model.scores(sheets, learning=learning)
    return gathered(model.torch, found, owner, int(shifts[-1]))


def chances(model: Model, lessons: Sequence[Lesson], heads: Heads) -> list[F32]:
    """Return the chances of no relation and of each kind of each lesson's candidates."""
    out = []
    with model.torch.no_grad():
        for lesson in lessons:
            scores = lesson_scores(model, [lesson])
            own = model.torch.softmax(scores[:, heads.columns(lesson.task)], -1)
            out.append(np.asarray(own.numpy(), np.float32))
    return out
