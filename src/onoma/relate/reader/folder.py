"""A relation reader's folder: its upper layers, and a card with its tasks, borders and scores."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import BadFile, ModelMissing
from onoma.relate.reader.kinds import Heads
from onoma.relate.reader.sheets import NUMBERS, ZONES

F32 = npt.NDArray[np.float32]
UPPER, CARD = "upper.onnx", "card.json"


@dataclass(frozen=True, slots=True)
class Scale:
    """From a raw chance to a calibrated one, and the border of what is said.

    The logit is stretched by ``slope`` and moved by ``shift`` (Platt 1999; both were fitted on
    documents held back). ``border`` is a calibrated chance, ``novel`` the raw chance of a novel
    finding above which a relation is called one.
    """

    slope: float
    shift: float
    border: float
    novel: float = 0.5

    def calibrated(self, chances: F32) -> F32:
        """Return the calibrated chances of kinds, (candidates, kinds); no row sums to over 1."""
        safe = np.clip(chances, 1e-6, 1 - 1e-6)
        found = 1 / (1 + np.exp(-self.slope * np.log(safe / (1 - safe)) - self.shift))
        whole = np.maximum(found.sum(1, keepdims=True), 1)
        return np.asarray(found / whole, np.float32)


@dataclass(frozen=True, slots=True)
class Card:
    """What a reader was made with: its heads, the tagger below it, and each task's scale."""

    name: str
    heads: Heads
    tensor: str
    tagger: str
    scales: dict[str, Scale]
    whole: dict[str, Any]


def read_card(folder: Path) -> Card:
    """Return a relation reader's card.

    Raises: ModelMissing: no such folder; BadFile: the card is damaged, or of another version.
    """
    path = folder / CARD
    if not path.is_file():
        raise ModelMissing(
            f"{folder} holds no {CARD}", hint="give a folder that onoma train relations wrote"
        )
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        heads = Heads(tuple(card["tasks"]), tuple(tuple(names) for names in card["tasks"].values()))
        scales = {
            task: Scale(**{field: float(value) for field, value in row.items()})
            for task, row in card["scales"].items()
        }
        shapes = tuple(card["zones"]), tuple(card["numbers"])
        found = Card(card["name"], heads, card["tensor"], card["tagger"], scales, card)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadFile(f"{path}: {error!r}", hint="copy the folder again") from error
    if shapes != (ZONES, NUMBERS) or set(scales) != set(heads.tasks):
        raise BadFile(
            f"{path} is of a reader that saw other things",
            hint="train it again with this version: onoma train relations",
        )
    return found


def shipped_reader() -> Path:
    """Return where the reader that ships with the package lies, if one does."""
    return Path(str(resources.files("onoma"))) / "data" / "relate" / "reader"
