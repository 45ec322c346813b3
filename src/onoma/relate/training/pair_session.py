"""The second half of a run: what reads pairs one by one is learnt and joined to a reader."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from onoma.encode.bert import Shape, read_weights, shape_of
from onoma.encode.differences import read_model
from onoma.encode.encoder import shipped_folder
from onoma.encode.folder import read_folder
from onoma.encode.training.unpacking import float_weights
from onoma.errors import InputError
from onoma.relate.gold import RelationCorpus
from onoma.relate.reader.folder import NOVEL, UPPER, WORDING, PairPart, Scale, read_card
from onoma.relate.reader.hierarchy import Above, nothing_above
from onoma.relate.reader.kinds import Heads
from onoma.relate.reader.marked import Marker, PairReader, load_vectors
from onoma.relate.reader.trunk import load_trunk
from onoma.relate.reader.upper import Upper
from onoma.relate.reader.wording import read_wordings
from onoma.relate.tasks import RelationTask, relation_task
from onoma.relate.training.finishing import Taught, held_back
from onoma.relate.training.marked import F32, make_trainer, pair_lessons, pair_shape, write_pairs
from onoma.relate.training.results import scale_rows, write_card
from onoma.relate.training.scales import fit_scale
from onoma.relate.training.session import DRAW, taught_of
from onoma.relate.training.trainer import Recipe, Watch

CHECKPOINT = "checkpoint-pairs"


def is_marked(task: RelationTask, recipe: Recipe) -> bool:
    """Say whether a recipe reads a task's pairs one by one."""
    return bool(recipe.marked_passes) and task.name in recipe.marked


class PairSession:
    """A run in a folder: ``train`` may be stopped and goes on; ``finish`` writes the reader."""

    def __init__(
        self,
        corpora: Sequence[RelationCorpus],
        reader: Path,
        out: Path,
        recipe: Recipe,
        *,
        tagger: Path | None = None,
        start: Path | None = None,
    ) -> None:
        """Read the lessons and take up the run that the folder holds, if any.

        ``reader`` is the folder of the reader that is added to; ``start`` one with the weights of a
        BERT that the layers begin with, in place of the encoder that ships.

        Raises: InputError: the recipe reads no pairs of these tasks, or the reader does not know
        one; Inconsistent: a run of another recipe.
        """
        self.out, self.recipe, self._reader, self._card = out, recipe, reader, read_card(reader)
        own = [corpus for corpus in corpora if is_marked(corpus.task, recipe)]
        lacking = {corpus.task.name for corpus in own} - set(self._card.heads.tasks)
        if not own or lacking:
            raise InputError(
                f"{reader} did not learn {', '.join(sorted(lacking))}" if lacking
                else "none of these tasks has pairs that are read one by one",
                hint="give tasks of the reader whose relations stand in one sentence",
            )  # fmt: skip
        self.heads, self._vectors = Heads.of([corpus.task for corpus in own]), load_vectors()
        trunk = load_trunk(self._card.tensor, folder=tagger, expect=self._card.tagger)
        rng = np.random.default_rng(recipe.seed)
        self.taught: dict[str, Taught] = {
            corpus.task.name: taught_of(corpus, trunk, self._card.heads, recipe, rng)
            for corpus in own
        }
        marker = Marker(self._vectors.pieces, is_masked=recipe.is_masked)
        lessons = [
            lesson
            for taught in self.taught.values()
            for lesson in pair_lessons(taught.learnt, taught.texts, marker)
        ]
        weights, self._shape = _starting(start or shipped_folder())
        self.trainer = make_trainer(
            lessons, self.heads, recipe, (weights, self._shape), self._vectors
        )
        self.trainer.take_up(out / CHECKPOINT)

    def train(self, watch: Watch, *, save_every: float = 240.0) -> None:
        """Train to the end; a checkpoint is written every so many seconds."""
        self.trainer.run(watch=watch, folder=self.out / CHECKPOINT, save_every=save_every)

    def finish(self, above: Above = nothing_above) -> Path:
        """Write the reader's folder, what it knew with the pairs beside; return where it lies."""
        place, file = self.out / "reader", f"pairs-{'-'.join(self.heads.tasks)}.onnx"
        place.mkdir(parents=True, exist_ok=True)
        (place / UPPER).write_bytes(read_model(self._reader / UPPER))
        if (self._reader / WORDING).is_file() and self._reader.resolve() != place.resolve():
            shutil.copyfile(self._reader / WORDING, place / WORDING)
        others = self._others(place)
        first = self._card.scales | {
            task: scale for part in self._card.marked for task, scale in part.first.items()
        }
        first = {task: first[task] for task in self.heads.tasks}
        shape = pair_shape(self._shape, self.recipe)
        write_pairs(place / file, self.trainer.averaged(), shape, self.heads)
        own = {
            "file": file,
            "tasks": dict(zip(self.heads.tasks, map(list, self.heads.names), strict=True)),
            "encoder": self._vectors.checksum,
            "masked": self.recipe.is_masked,
            "first": scale_rows(first),
            "steps": len(self.trainer.plan),
            "texts": {task: len(one.learnt) for task, one in self.taught.items()},
            "recipe": asdict(self.recipe),
        }
        part = PairPart(file, self.heads, self._vectors.checksum, first, self.recipe.is_masked)
        scales = self._scales(place, part, above)
        whole = {**self._card.whole, "marked": [own, *others]}  # the first that knows a task
        write_card(place, self._card.heads, scales, whole)
        return place

    def _others(self, place: Path) -> list[dict[str, Any]]:
        """Take over what the reader has, for other tasks too; return the rows of the card."""
        rows = []
        for row in self._card.whole.get("marked", []):
            if not set(row["tasks"]) <= set(self.heads.tasks):
                (place / row["file"]).write_bytes(read_model(self._reader / row["file"]))
                rows.append(row)
        return rows

    def _scales(self, place: Path, part: PairPart, above: Above) -> dict[str, Scale]:
        """Return the reader's scales, those of the tasks with pairs fitted anew."""
        reader = PairReader(place / part.file, self._vectors, is_masked=part.is_masked)
        upper, wordings = Upper(place / UPPER), read_wordings(place / WORDING)
        scales = dict(self._card.scales)
        for task, own in self.taught.items():
            words = {name: one for name, one in wordings.items() if name in (task, NOVEL)}
            held = held_back(upper, self._card.heads, (own.held, own.texts), words, above)
            found = [reader.read(own.texts[one.id], one.pairs) for one in own.held]
            marked: F32 = np.concatenate([scores for scores, _ in found])
            is_read = np.concatenate([has_sentence for _, has_sentence in found])
            held = replace(held, marked=marked[:, self.heads.columns(task)])
            told = relation_task(task)
            if self._card.whole.get("held") == DRAW:
                is_read &= part.worth(task, held.scores, held.odds)[0]
                scale = fit_scale(held.part(is_read), told)
                scales[task] = replace(scale, novel=part.first[task].novel)
            else:  # the reader learnt from what is held back here
                scales[task] = part.first[task].pooled(fit_scale(held.part(is_read).alone(), told))
        return scales


def _starting(place: Path) -> tuple[dict[str, F32], Shape]:
    """Return the weights of a BERT's folder, floats or int8 ones unpacked, and its shape."""
    folder = read_folder(place)
    if folder.weights.suffix == ".onnx":
        shape = shape_of(folder)
        return float_weights(folder.weights, shape), shape
    weights, shape = read_weights(folder)
    return {name: np.asarray(array, np.float32) for name, array in weights.items()}, shape
