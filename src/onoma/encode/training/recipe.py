"""Everything that decides what a training run does, in one file that is kept beside its result."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from onoma.encode.training.losses import LOSSES
from onoma.encode.training.parts import PARTS
from onoma.errors import BadFile, InputError

LESSONS = {
    "synonym": 0.42, "definition": 0.12, "relation": 0.18, "modifier": 0.04, "swap": 0.04,
    "spelling": 0.03, "translation": 0.17,
}  # fmt: skip
"""Shares; where a concept does not offer a lesson, the next one is given, after the last the first:
without translations their share goes to synonyms."""
LOSS_WEIGHTS = {"infonce": 1.0, "distillation": 2.0, "hierarchy": 0.1}


@dataclass(frozen=True, slots=True)
class Recipe:
    """The settings of a training run.

    ``pairs`` is how many pairs of texts are seen; ``neighbours`` how many mined clusters stand
    beside each drawn one (0: none are mined), ``within`` whether those are of its own vocabulary;
    ``lessons`` and ``losses`` name registered parts with their shares and weights; ``average`` is
    how much of the averaged weights each step keeps (0: no averaging); ``start_share`` how much of
    the starting weights is in the model that is left (0: none); ``held_out`` the share of the
    concepts that no lesson names; ``sentences`` the share of the pairs that are sentences, where
    the run is given any, ``longest_sentence`` the pieces of one that are read.
    """

    pairs: int = 280_000
    batch: int = 128
    neighbours: int = 7
    within: bool = True
    rate: float = 8e-5
    warm: float = 0.04
    temperature: float = 0.05
    margin: float = 0.02
    decay: float = 0.01
    average: float = 0.99
    start_share: float = 0.3
    held_out: float = 0.04
    longest_name: int = 32
    longest_text: int = 48
    sentences: float = 0.1
    longest_sentence: int = 64
    seed: int = 1
    lessons: dict[str, float] = field(default_factory=lambda: dict(LESSONS))
    losses: dict[str, float] = field(default_factory=lambda: dict(LOSS_WEIGHTS))

    def __post_init__(self) -> None:
        """Check what can be checked before an hour is spent.

        Raises: InputError, UnknownName: a setting cannot be used.
        """
        for name in self.lessons:
            PARTS.get(name)
        for name in self.losses:
            LOSSES.get(name)
        sizes = {"pairs": self.pairs, "batch": self.batch - 1, "rate": self.rate}
        for name, value in sizes.items():
            if value <= 0:
                raise InputError(f"{name} is too small", hint="see onoma train encoder --help")
        shares = (*self.lessons.values(), *self.losses.values())
        if min(shares, default=0) < 0 or not any(self.lessons.values()):
            raise InputError("shares of lessons and weights of losses are 0 or more", hint="")
        if not 0 <= self.held_out <= 0.5:
            raise InputError(f"held_out is {self.held_out}", hint="it lies in 0 to 0.5")
        if not 0 <= self.sentences <= 1:
            raise InputError(f"sentences is {self.sentences}", hint="it lies in 0 to 1")
        if not 0 <= self.average < 1 or not 0 <= self.start_share < 1:
            raise InputError(
                "average and start_share lie in 0 to 1", hint="1 itself learns nothing"
            )

    @property
    def steps(self) -> int:
        """How many batches there are."""
        return -(-self.pairs // self.batch)

    def save(self, path: Path) -> None:
        """Write the recipe as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")


ADAPTING = Recipe(pairs=20_000, rate=4e-5, sentences=1.0, start_share=0.25)
"""For a user's own texts: those alone, near what it starts from."""


def read_recipe(path: Path) -> Recipe:
    """Return the recipe of a JSON file.

    Raises: BadFile: it is no recipe; InputError: a setting cannot be used.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        unknown = set(found) - {one.name for one in fields(Recipe)}
        if unknown:
            raise BadFile(f"{path}: no setting {sorted(unknown)[0]!r}", hint="see the docs")
        return Recipe(**found)
    except (OSError, ValueError, TypeError) as error:
        raise BadFile(
            f"{path} is no recipe: {error}", hint="see docs/train-an-encoder.md"
        ) from error
