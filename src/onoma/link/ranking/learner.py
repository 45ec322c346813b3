"""The training loop that both models of a ranker share; a stopped run goes on where it was.

With one thread, the same inputs, seed and processor give the same weights, stopped or not.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.bert import need_torch
from onoma.encode.folder import read_folder
from onoma.encode.training.checkpoints import find_checkpoint, load_checkpoint, save_checkpoint
from onoma.encode.training.results import write_model
from onoma.encode.training.student import Student
from onoma.errors import Inconsistent

F32 = npt.NDArray[np.float32]
Watch = Callable[[str, int, int, float], None]
"""What is trained, the step, how many there are, the loss."""

WARM = 0.06  # share of the steps in which the rate rises
DECAY = 0.01
GRADIENT = 1.0  # its norm is cut to this
SAVED_EVERY = 90.0  # seconds
GROUPS = ("weights", "first", "second", "kept")
HEAD = ("head.weight", "head.bias")


@dataclass(frozen=True, slots=True)
class Run:
    """What a run does: its name, where it lies, how many steps, at which rate, by which seed."""

    name: str
    folder: Path
    steps: int
    rate: float
    seed: int
    has_head: bool = False


class Learner:
    """Weights that learn; ``kept`` are arrays of the lesson that a checkpoint holds, too."""

    def __init__(self, start: Path, run: Run, *, identity: Mapping[str, object]) -> None:
        """Read the starting weights, or take up the run that the folder holds.

        Raises: ExtraMissing, ModelMissing, BadFile: the start cannot be used; Inconsistent: the
        folder holds another run.
        """
        self.torch = need_torch("onoma train ranking")
        self.torch.manual_seed(run.seed)
        self.run = run
        self.student = Student(read_folder(start, wants="safetensors"))
        self.weights: dict[str, Any] = dict(self.student.weights)
        if run.has_head:
            width = self.student.shape.width
            for name, shape in zip(HEAD, ((width,), (1,)), strict=True):
                self.weights[name] = self.torch.zeros(shape, requires_grad=True)
        self.optimizer = self.torch.optim.AdamW(
            self.weights.values(), lr=run.rate, weight_decay=DECAY, fused=True
        )
        self.step = 0
        self.rng = np.random.default_rng(run.seed)
        self.kept: dict[str, npt.NDArray[Any]] = {}
        self.identity = json.loads(json.dumps({"start": self.student.folder.name, **identity}))
        place = find_checkpoint(run.folder / "checkpoint")
        if place is not None:
            self._take_up(place)

    def learn(self, lesson: Callable[[Learner], Any], watch: Watch | None = None) -> None:
        """Run to the end; ``lesson`` returns the loss of a step as a tensor."""
        saved = time.monotonic()
        while self.step < self.run.steps:
            loss = lesson(self)
            self._descend(loss)
            self.step += 1
            if watch is not None:
                watch(self.run.name, self.step, self.run.steps, float(loss.detach()))
            if time.monotonic() - saved > SAVED_EVERY and self.step < self.run.steps:
                self.save()
                saved = time.monotonic()
        self.save()

    def _descend(self, loss: Any) -> None:
        done = self.step / self.run.steps
        for group in self.optimizer.param_groups:
            group["lr"] = self.run.rate * max(min(done / WARM, 1.0), 1e-3) * (1.0 - done)
        self.optimizer.zero_grad()
        loss.backward()
        self.torch.nn.utils.clip_grad_norm_(list(self.weights.values()), GRADIENT)
        self.optimizer.step()

    def save(self) -> None:
        """Write a checkpoint."""
        groups: dict[str, dict[str, npt.NDArray[Any]]] = {name: {} for name in GROUPS}
        for name, weight in self.weights.items():
            groups["weights"][name] = weight.detach().numpy()
            state = self.optimizer.state.get(weight)
            if state:
                groups["first"][name] = state["exp_avg"].numpy()
                groups["second"][name] = state["exp_avg_sq"].numpy()
        groups["kept"] = {**self.kept, "none": np.zeros(1, np.float32)}
        state = {
            "step": self.step,
            "identity": self.identity,
            "rng": self.rng.bit_generator.state,
        }
        save_checkpoint(self.run.folder / "checkpoint", groups, state)

    def _take_up(self, place: Path) -> None:
        groups, state = load_checkpoint(place, GROUPS)
        if state["identity"] != self.identity:
            raise Inconsistent(
                f"{self.run.folder} holds a run of other data, settings or start",
                hint=f"remove {self.run.folder.parent}, or give another folder with -o",
            )
        with self.torch.no_grad():
            for name, weight in self.weights.items():
                weight.copy_(self.torch.from_numpy(groups["weights"][name]))
                if name in groups["first"]:
                    self.optimizer.state[weight] = {
                        "step": self.torch.tensor(float(state["step"])),
                        "exp_avg": self.torch.from_numpy(groups["first"][name]),
                        "exp_avg_sq": self.torch.from_numpy(groups["second"][name]),
                    }
        self.kept = {name: array for name, array in groups["kept"].items() if name != "none"}
        self.step = int(state["step"])
        self.rng.bit_generator.state = state["rng"]

    def write(self, folder: Path) -> None:
        """Write the model as int8 ONNX, with its head if it has one; whole or not at all."""
        part = folder.with_name(folder.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        start = self.student.folder.path
        write_model(
            part, start, self.student.arrays(), self.student.shape, name=f"onoma-{self.run.name}"
        )
        (part / "model.safetensors").unlink()  # four times the size of what is run
        if self.run.has_head:
            head = [self.weights[name].detach().numpy().ravel().tolist() for name in HEAD]
            (part / "head.json").write_text(json.dumps(head[0] + head[1]), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
