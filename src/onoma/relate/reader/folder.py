"""A relation reader's folder: its upper layers, and a card with its tasks, borders and scores."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import BadFile, ModelMissing
from onoma.relate.reader.kinds import Heads
from onoma.relate.reader.sheets import NUMBERS, ZONES

F32 = npt.NDArray[np.float32]
UPPER, WORDING, CARD = "upper.onnx", "wording.npz", "card.json"
WORTH = 0.05
SAY = (0.5, 0.75)  # of the rest, and of what reads pairs one by one, where they are pooled
NOVEL = "novelty"  # the wording of novel findings


@dataclass(frozen=True, slots=True)
class Scale:
    """Joins the network's scores with the words' log odds into calibrated chances.

    The logit of a kind is ``network`` times its score above that of none, ``marked`` times that
    of the pair read with marks, ``words`` times its log odds by words, and its own of ``shifts``
    (vector scaling: Guo et al. 2017); all were fitted on documents held back. ``border`` is the
    chance above which a relation is said, ``novel`` holds three such numbers for a novel finding.
    """

    network: float
    words: float
    shifts: tuple[float, ...]
    border: float
    novel: tuple[float, float, float] = (1.0, 0.0, 0.0)
    marked: float = 0.0

    def chances(self, scores: F32, odds: F32, marked: F32 | None = None) -> F32:
        """Return the chances of none and of each kind, (candidates, 1 + kinds).

        ``scores`` and ``marked`` are (candidates, 1 + kinds), ``odds`` (candidates, kinds).
        """
        logits = self.network * (scores[:, 1:] - scores[:, :1]) + self.words * odds
        if marked is not None:
            logits = logits + self.marked * (marked[:, 1:] - marked[:, :1])
        logits = np.concatenate([np.zeros((len(scores), 1)), logits + np.array(self.shifts)], 1)
        wide = np.exp(logits - logits.max(1, keepdims=True))
        return np.asarray(wide / wide.sum(1, keepdims=True), np.float32)

    def members(self) -> tuple[Scale, ...]:
        """Return the scales of the networks alone and of the words alone, each as loud as all.

        None where only one of them weighs: an ensemble has several members.
        """
        networks = self.network + self.marked
        if not (networks and self.words):
            return ()
        loud = (networks + self.words) / networks
        seen = replace(self, network=loud * self.network, marked=loud * self.marked, words=0.0)
        said = replace(self, network=0.0, marked=0.0, words=networks + self.words)
        return seen, said

    def pooled(self, other: Scale) -> Scale:
        """Return the scale of this one and of one that reads pairs one by one, ``SAY`` of each.

        A logarithmic opinion pool (Genest and Zidek 1986), where there is no document that neither
        has learnt from, on which their weights could be fitted. The border and novelty are of this.
        """
        own, theirs = SAY
        return Scale(
            own * self.network + theirs * other.network,
            own * self.words + theirs * other.words,
            tuple(
                own * one + theirs * two for one, two in zip(self.shifts, other.shifts, strict=True)
            ),
            self.border,
            self.novel,
            own * self.marked + theirs * other.marked,
        )

    def novelty(self, scores: F32, odds: F32) -> F32:
        """Return the chance of a novel finding from ``scores``, (candidates, 2), and ``odds``."""
        network, words, shift = self.novel
        logits = network * (scores[:, 1] - scores[:, 0]) + words * odds + shift
        return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


@dataclass(frozen=True, slots=True)
class PairPart:
    """A network that reads pairs one by one: its file, its tasks, the encoder below it.

    ``first`` are the scales of its tasks without it: it reads the pairs that have by them a chance
    of ``WORTH`` to be related, for the others they stand. ``is_masked``: of masked names.
    """

    file: str
    heads: Heads
    encoder: str
    first: dict[str, Scale]
    is_masked: bool = False

    def worth(self, task: str, scores: F32, odds: F32) -> tuple[npt.NDArray[np.bool_], F32]:
        """Return which pairs of a task are to be read, and the first chances of all."""
        chances = self.first[task].chances(scores, odds)
        return 1 - chances[:, 0] >= WORTH, chances


@dataclass(frozen=True, slots=True)
class Card:
    """What a reader was made with: its heads, the tagger below it, and each task's scale."""

    name: str
    heads: Heads
    tensor: str
    tagger: str
    scales: dict[str, Scale]
    whole: dict[str, Any]
    marked: tuple[PairPart, ...] = ()


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
        heads = _heads(card["tasks"])
        scales = _scales(card["scales"])
        shapes = tuple(card["zones"]), tuple(card["numbers"])
        marked = tuple(
            PairPart(
                row["file"], _heads(row["tasks"]), row["encoder"], _scales(row["first"]),
                bool(row.get("masked", False)),
            )
            for row in card.get("marked", [])
        )  # fmt: skip
        found = Card(card["name"], heads, card["tensor"], card["tagger"], scales, card, marked)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadFile(f"{path}: {error!r}", hint="copy the folder again") from error
    if shapes != (ZONES, NUMBERS) or set(scales) != set(heads.tasks):
        raise BadFile(
            f"{path} is of a reader that saw other things",
            hint="train it again with this version: onoma train relations",
        )
    return found


def _scales(rows: dict[str, dict[str, Any]]) -> dict[str, Scale]:
    return {
        task: Scale(
            float(row["network"]),
            float(row["words"]),
            tuple(map(float, row["shifts"])),
            float(row["border"]),
            (float(row["novel"][0]), float(row["novel"][1]), float(row["novel"][2])),
            float(row.get("marked", 0.0)),
        )
        for task, row in rows.items()
    }


def _heads(tasks: dict[str, list[str]]) -> Heads:
    return Heads(tuple(tasks), tuple(tuple(names) for names in tasks.values()))


def shipped_reader() -> Path:
    """Return where the reader that ships with the package lies, if one does."""
    return Path(str(resources.files("onoma"))) / "data" / "relate" / "reader"
