"""The training loop: draws batches, scores them by the recipe's losses, keeps checkpoints.

Deterministic: with one thread, the same recipe, vocabulary and processor give the same weights,
and so does a run that was stopped and went on.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.bert import need_torch
from onoma.encode.training.bank import Bank
from onoma.encode.training.checkpoints import find_checkpoint, load_checkpoint, save_checkpoint
from onoma.encode.training.knowledge import Knowledge
from onoma.encode.training.losses import LOSSES, Batch
from onoma.encode.training.parts import PARTS
from onoma.encode.training.recipe import Recipe
from onoma.encode.training.sentences import SentencePairs
from onoma.encode.training.student import Student
from onoma.errors import Inconsistent

I64 = npt.NDArray[np.int64]
F32 = npt.NDArray[np.float32]
Watch = Callable[[int, int, dict[str, float]], None]
Measure = Callable[[Student], dict[str, float]]

GROUPS = ("weights", "average", "first", "second", "bank")
NEAREST = 1.5  # is-a steps up to which a description may fit a neighbour as well
GRADIENT = 1.0  # its norm is cut to this
DESCRIPTIONS = frozenset({"definition", "relation"})


class Trainer:
    """One run in one folder.

    ``history`` holds a row of losses for every ten steps, and of measures where there are any.
    """

    def __init__(
        self,
        student: Student,
        knowledge: Knowledge,
        recipe: Recipe,
        *,
        folder: Path,
        sentences: SentencePairs | None = None,
        begin: Mapping[str, F32] | None = None,
    ) -> None:
        """Prepare a run, or take up the one that the folder holds.

        ``student`` has the starting weights; with ``begin`` learning goes on from those, and the
        starting ones are what ``distillation`` holds it near to.

        Raises: Inconsistent: the folder holds a run of another recipe or vocabulary.
        """
        self.torch = need_torch("training")
        self.student, self.knowledge, self.recipe = student, knowledge, recipe
        self.folder, self.sentences = folder, sentences
        self.teacher = Student(student.folder) if sentences is not None else None
        self.begun_from = _digest(begin) if begin is not None else ""
        self.step = 0
        self.history: list[dict[str, float]] = []
        self.losses: dict[str, float] = {}  # the last ones of every sort of step
        self.rng = np.random.default_rng(recipe.seed)
        self.lessons = [name for name, share in recipe.lessons.items() if share > 0]
        shares = np.array([recipe.lessons[name] for name in self.lessons], np.float64)
        self.shares = shares / shares.sum()
        self.optimizer = self.torch.optim.AdamW(
            student.weights.values(), lr=recipe.rate, weight_decay=recipe.decay, fused=True
        )
        place = find_checkpoint(folder / "checkpoint")
        if place is not None:
            self._take_up(place)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            self.bank = Bank(knowledge, self._labelled())
            if begin is not None:
                student.take(begin)
                self.bank.vectors = self._labelled()
            self.average = student.arrays()

    def _labelled(self) -> F32:
        """Return a vector of each cluster's label; zeros where no step will look at them."""
        if self.sentences is not None and self.recipe.sentences >= 1:
            return np.zeros((len(self.knowledge), self.student.shape.width), np.float32)
        return self.student.encode([names[0] for names in self.knowledge.names])

    @property
    def identity(self) -> dict[str, Any]:
        """What two runs must share for one to go on from the other."""
        return {
            "recipe": asdict(self.recipe),
            "clusters": len(self.knowledge),
            "names": sum(map(len, self.knowledge.names)),
            "translations": sum(map(len, self.knowledge.translations.values())),
            "start": str(self.student.folder.name),
            "begun from": self.begun_from,
            "sentences": len(self.sentences or ()),
        }

    def run(
        self,
        *,
        until: int | None = None,
        watch: Watch | None = None,
        measure: Measure | None = None,
        save_every: float = 240.0,
        measure_every: int = 0,
    ) -> None:
        """Train to the end of the recipe, or to step ``until``.

        ``watch`` is called after each step with its number, their count and its losses;
        ``measure`` every ``measure_every`` steps with a student of the averaged weights. A
        checkpoint is written every ``save_every`` seconds and at the end.
        """
        last = min(self.recipe.steps, until or self.recipe.steps)
        saved = began = time.monotonic()
        while self.step < last:
            found = self._one_step()
            self.losses |= found
            self.step += 1
            if watch is not None:
                watch(self.step, self.recipe.steps, found)
            if self.step % 10 == 0 or self.step == last:
                self.history.append({"step": self.step, **self.losses})
            if measure and measure_every and self.step % measure_every == 0:
                self.history.append({"step": self.step, **self._measured(measure)})
            if time.monotonic() - saved > save_every and self.step < last:
                self.save()
                saved = time.monotonic()
        self.seconds = time.monotonic() - began
        self.save()

    def _measured(self, measure: Measure) -> dict[str, float]:
        """Return the measures of the averaged weights; the learning ones come back after it."""
        own = self.student.arrays()
        self.student.take(self.average)
        found = measure(self.student)
        self.student.take(own)
        return found

    def _one_step(self) -> dict[str, float]:
        share = self.recipe.sentences if self.sentences is not None else 0.0
        turn = math.floor(self.step * share + 1e-9)
        if math.floor((self.step + 1) * share + 1e-9) > turn:
            return self._sentence_step(turn)
        return self._concept_step()

    def _sentence_step(self, turn: int) -> dict[str, float]:
        """Learn from pairs of sentences; both sides' neighbours are held near the first ones."""
        recipe, pairs = self.recipe, self.sentences
        assert pairs is not None  # noqa: S101 - the caller has looked
        assert self.teacher is not None  # noqa: S101 - made with them
        places = pairs.draw(turn, recipe.batch, recipe.seed)
        texts = [side[place] for side in (pairs.a, pairs.b) for place in places.tolist()]
        vectors = self.student.vectors(texts, [recipe.longest_sentence] * len(texts))
        with self.torch.no_grad():
            start = self.teacher.vectors(texts, [recipe.longest_sentence] * len(texts))
        size = len(places)
        none = self.torch.zeros((size, size), dtype=self.torch.bool)
        batch = Batch(
            a=vectors[:size],
            b=vectors[size:],
            same=self.torch.from_numpy(pairs.same(places)),
            near=none,
            is_described=none[0],
            steps=none.to(self.torch.float32),
            start=start[:size],
            temperature=recipe.temperature,
            margin=recipe.margin,
        )
        weights = {n: w for n, w in recipe.losses.items() if w and n != "hierarchy"}
        both = replace(batch, a=vectors, start=start)
        parts = {n: LOSSES.get(n)(both if n == "distillation" else batch) for n in weights}
        total = sum(weights[name] * loss for name, loss in parts.items())
        self._learn(total)
        found = {f"{name} of sentences": float(loss.detach()) for name, loss in parts.items()}
        return {**found, "loss of sentences": float(total.detach())}

    def _concept_step(self) -> dict[str, float]:
        recipe = self.recipe
        clusters = self.bank.draw(
            self.rng, size=recipe.batch, neighbours=recipe.neighbours, within=recipe.within
        )
        pairs, described = self._pairs(clusters)
        size = len(clusters)
        longest = [recipe.longest_name] * size
        longest += [recipe.longest_text if one else recipe.longest_name for one in described]
        texts = [a for a, _ in pairs] + [b for _, b in pairs]
        vectors = self.student.vectors(texts, longest)
        batch = self._batch(clusters, vectors, described)
        parts = {n: LOSSES.get(n)(batch) for n, weight in recipe.losses.items() if weight}
        total = sum(recipe.losses[name] * loss for name, loss in parts.items())
        self._learn(total)
        self.bank.update(clusters, vectors[:size].detach().numpy())
        parts["loss"] = total
        return {name: float(loss.detach()) for name, loss in parts.items()}

    def _pairs(self, clusters: I64) -> tuple[list[tuple[str, str]], list[bool]]:
        """Return two texts about each cluster, and whether the second one describes it."""
        pairs, described = [], []
        wanted = self.rng.choice(len(self.lessons), len(clusters), p=self.shares)
        for cluster, place in zip(clusters.tolist(), wanted.tolist(), strict=True):
            for turn in range(len(self.lessons)):  # the next lesson, where one has no pair
                name = self.lessons[(place + turn) % len(self.lessons)]
                pair = PARTS.get(name)(self.knowledge, cluster, self.rng)
                if pair is not None:
                    break
            else:
                name, pair = "", (self.knowledge.names[cluster][0],) * 2
            pairs.append(pair)
            described.append(name in DESCRIPTIONS)
        return pairs, described

    def _batch(self, clusters: I64, vectors: Any, described: list[bool]) -> Batch:
        steps = self.bank.steps(clusters)
        tensor = self.torch.from_numpy
        return Batch(
            a=vectors[: len(clusters)],
            b=vectors[len(clusters) :],
            same=tensor(self.bank.same(clusters)),
            near=tensor(steps <= NEAREST),
            is_described=tensor(np.array(described)),
            steps=tensor(steps),
            start=tensor(self.bank.start[clusters].astype(np.float32)),
            temperature=self.recipe.temperature,
            margin=self.recipe.margin,
        )

    def _learn(self, loss: Any) -> None:
        recipe, done = self.recipe, self.step / self.recipe.steps
        rise = min(done / recipe.warm, 1.0) if recipe.warm else 1.0
        rate = recipe.rate * max(rise, 1e-3) * (1.0 - done)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad()
        loss.backward()
        self.torch.nn.utils.clip_grad_norm_(self.student.weights.values(), GRADIENT)
        self.optimizer.step()
        kept = min(recipe.average, (1 + self.step) / (10 + self.step))
        for name, weight in self.student.weights.items():
            own = self.average[name]
            own *= kept
            own += (1 - kept) * weight.detach().numpy()

    def save(self) -> None:
        """Write a checkpoint and the history."""
        moments: dict[str, dict[str, F32]] = {"first": {}, "second": {}}
        for name, weight in self.student.weights.items():
            state = self.optimizer.state.get(weight)
            if state:
                moments["first"][name] = state["exp_avg"].numpy()
                moments["second"][name] = state["exp_avg_sq"].numpy()
        bank: dict[str, npt.NDArray[Any]] = {
            "vectors": self.bank.vectors,
            "start": self.bank.start,
            "visits": self.bank.visits,
        }
        groups = {"weights": self.student.arrays(), "average": self.average, **moments}
        state = {
            "step": self.step,
            "identity": self.identity,
            "rng": self.rng.bit_generator.state,
            "history": self.history,
            "losses": self.losses,
        }
        save_checkpoint(self.folder / "checkpoint", {**groups, "bank": bank}, state)
        lines = "".join(json.dumps(row) + "\n" for row in self.history)
        (self.folder / "history.jsonl").write_text(lines, encoding="utf-8")

    def _take_up(self, place: Path) -> None:
        groups, state = load_checkpoint(place, GROUPS)
        if state["identity"] != json.loads(json.dumps(self.identity)):
            raise Inconsistent(
                f"{self.folder} holds a run of another recipe, vocabulary or start",
                hint="give another folder with -o, or remove that one",
            )
        self.student.take(groups["weights"])
        self.average = {name: np.array(array) for name, array in groups["average"].items()}
        for name, weight in self.student.weights.items():
            self.optimizer.state[weight] = {
                "step": self.torch.tensor(float(state["step"])),
                "exp_avg": self.torch.from_numpy(groups["first"][name]),
                "exp_avg_sq": self.torch.from_numpy(groups["second"][name]),
            }
        bank = groups["bank"]
        self.bank = Bank(self.knowledge, bank["vectors"])
        self.bank.start = bank["start"].astype(np.float16)
        self.bank.visits = bank["visits"]
        self.step = int(state["step"])
        self.rng.bit_generator.state = state["rng"]
        self.history = state["history"]
        self.losses = state["losses"]


def _digest(weights: Mapping[str, F32]) -> str:
    """Return what tells one set of weights from another."""
    found = hashlib.sha256()
    for name in sorted(weights):
        found.update(name.encode())
        found.update(np.ascontiguousarray(weights[name], np.float32).tobytes())
    return found.hexdigest()[:16]
