"""A whole run: corpora to lessons, lessons to layers, layers to a reader's folder."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from onoma.encode.bert import Shape
from onoma.encode.training.unpacking import float_weights
from onoma.errors import InputError
from onoma.recognize.tagger.folder import TRUNK, shipped_tagger
from onoma.relate.gold import GoldText, RelationCorpus
from onoma.relate.reader.folder import NOVEL
from onoma.relate.reader.hierarchy import Above, nothing_above
from onoma.relate.reader.kinds import TYPES, Heads
from onoma.relate.reader.trunk import Trunk, checksum, load_trunk
from onoma.relate.training.finishing import Layers, Taught, finish_reader, learn_wordings
from onoma.relate.training.lessons import Lesson, make_lessons
from onoma.relate.training.model import Model, Plan, starting_weights
from onoma.relate.training.trainer import Recipe, Trainer

NAME = "onoma-relations"
SHIPPED = ("cid", "biored", "chemprot", "dimb", "gutbrainie", "ade", "pgr")
"""The tasks of the reader that ships."""
HELD = 10  # one document in so many is held back for scales and borders
DRAW = "held "  # before its id in the checksum that draws it: dev parts are drawn by the bare id
Watch = Callable[[int, int, float], None]


@dataclass(frozen=True, slots=True)
class Below:
    """The tagger that a reader stands on: its folder, its shape, and the tensor it is cut at."""

    folder: Path
    shape: Shape
    first: int

    @property
    def tensor(self) -> str:
        """The output of the layer below the reader's own."""
        return f"encoder.layer.{self.first - 1}.output.LayerNorm"


class Session:
    """A run in a folder: ``train`` may be stopped and goes on; ``finish`` writes the reader."""

    def __init__(
        self,
        corpora: Sequence[RelationCorpus],
        out: Path,
        recipe: Recipe,
        *,
        tagger: Path | None = None,
        above: Above = nothing_above,
    ) -> None:
        """Read the lessons and take up the run that the folder holds, if any.

        Raises: InputError: nothing to learn from; Inconsistent: a run of another recipe.
        """
        self.out, self.recipe, self._above = out, recipe, above
        self.below = below_of(tagger or shipped_tagger(), recipe)
        self.heads = Heads.of([corpus.task for corpus in corpora])
        self.texts = {corpus.task.name: (len(corpus.train), len(corpus.dev)) for corpus in corpora}
        self.taught = self._read(corpora)
        lessons = [one for task in self.heads.tasks for one in self.taught[task].learnt]
        if not lessons:
            raise InputError("there is nothing to learn from", hint="give more documents")
        shape = self.below.shape
        self.plan = Plan(shape, recipe.first, max(TYPES.values()), recipe.hidden, self.heads.width)
        weights = float_weights(self.below.folder / TRUNK, shape)
        start = starting_weights(weights, self.plan, np.random.default_rng(recipe.seed))
        model = Model(start, self.plan, recipe.dropout)
        self.trainer = Trainer(model, lessons, self.heads, recipe)
        self.trainer.take_up(out / "checkpoint")

    def _read(self, corpora: Sequence[RelationCorpus]) -> dict[str, Taught]:
        trunk = load_trunk(self.below.tensor, folder=self.below.folder)
        rng = np.random.default_rng(self.recipe.seed)
        taught = {}
        for corpus in corpora:
            taught[corpus.task.name] = taught_of(corpus, trunk, self.heads, self.recipe, rng)
        return taught

    def train(self, watch: Watch, *, save_every: float = 240.0) -> None:
        """Train to the end; a checkpoint is written every so many seconds."""
        self.trainer.run(watch=watch, folder=self.out / "checkpoint", save_every=save_every)

    def finish(self, whole: Mapping[str, Any]) -> Path:
        """Write the reader's folder; ``whole`` goes into its card. Return where it lies."""
        worded = [task for task in self.recipe.worded if task in self.taught]
        settings = self.recipe
        wordings = learn_wordings(
            self.taught, worded, self._above, most=settings.words, is_graph=settings.graph
        )
        novel = [task for task in worded if NOVEL in wordings and _tells(self.taught[task])]
        card = {
            "name": NAME,
            "tensor": self.below.tensor,
            "tagger": checksum(self.below.folder),
            NOVEL: novel[0] if novel else "",
            "held": DRAW,
            "recipe": asdict(self.recipe),
            "texts": {task: counts[0] for task, counts in self.texts.items()},
            **whole,
        }
        layers = Layers(self.trainer.averaged(), self.plan, self.heads)
        place = self.out / "reader"
        finish_reader(place, layers, self.taught, wordings=wordings, above=self._above, whole=card)
        return place


def taught_of(
    corpus: RelationCorpus, trunk: Trunk, heads: Heads, recipe: Recipe, rng: np.random.Generator
) -> Taught:
    """Return the lessons of a corpus, and those held back.

    Raises: InputError: too few documents.
    """
    learnt, held = parted(corpus.train)
    most = dict(recipe.most).get(corpus.task.name, len(learnt))
    learnt = [learnt[place] for place in sorted(rng.permutation(len(learnt))[:most])]
    parts: list[list[Lesson]] = [
        list(make_lessons(part, corpus.task, trunk, heads)) for part in (learnt, held)
    ]
    if not parts[1]:
        raise InputError(
            f"{corpus.task.name} has too few documents to hold some back",
            hint="a tenth is held back to calibrate on; give a few dozen at least",
        )
    return Taught(parts[0], parts[1], {one.text.id: one.text for one in corpus.train})


def below_of(folder: Path, recipe: Recipe) -> Below:
    """Return the tagger below a reader; the shape is that of the encoder that it grew from."""
    return Below(folder, Shape(6, 12, 384, 1e-12, "gelu"), recipe.first)


def parted(texts: Sequence[GoldText], draw: str = DRAW) -> tuple[list[GoldText], list[GoldText]]:
    """Return texts to learn from and those held back, sentences of one document together.

    ``draw`` is that of the reader that learnt (``held`` of its card; "" where it has none): what is
    fitted beside learnt layers must not have been seen by them.
    """
    learnt: list[GoldText] = []
    held: list[GoldText] = []
    for one in texts:
        document = one.text.id.partition("#")[0]
        drawn = zlib.crc32((draw + document).encode())
        (held if drawn % HELD == 0 else learnt).append(one)
    return learnt, held


def read_recipe(path: Path) -> Recipe:
    """Return a recipe from a JSON file with some of its fields.

    Raises: InputError: no JSON object, or it has other fields.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        lists: dict[str, Any] = {
            name: tuple(found[name]) for name in ("rare", "worded", "marked") if name in found
        }
        if "most" in found:
            lists["most"] = tuple((str(task), int(count)) for task, count in found["most"])
        return replace(Recipe(), **(found | lists))
    except (ValueError, TypeError) as error:
        raise InputError(
            f"{path}: {error}", hint=f"fields of a recipe: {', '.join(asdict(Recipe()))}"
        ) from error


def _tells(taught: Taught) -> bool:
    return any((lesson.novel >= 0).any() for lesson in taught.learnt)
