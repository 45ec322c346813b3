"""A tagger's folder: trunk, heads, pieces and a card that says what it learnt and how well."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.safetensors import read_safetensors
from onoma.errors import BadFile, Inconsistent, ModelMissing, UnknownName
from onoma.recognize.tagger.gazetteer import FEATURES

F32 = npt.NDArray[np.float32]
TRUNK, HEADS, CARD = "model.onnx", "heads.safetensors", "card.json"
OWN = "/"  # between a corpus and its label in a head's name


@dataclass(frozen=True, slots=True)
class Heads:
    """The last layer: for each head the scores of outside, begin and inside.

    A head is a semantic type (``disease``) or one corpus's idea of it (``bc5cdr/Disease``).
    ``first`` and ``last`` read the vectors of a word's first and last piece, (3 x heads, width);
    ``direct`` its bits, (3 x heads, features); ``bias`` is added.
    """

    names: tuple[str, ...]
    first: F32
    last: F32
    direct: F32
    bias: F32

    def pick(self, names: Sequence[str]) -> Heads:
        """Return some of the heads, in the order given.

        Raises: UnknownName: there is no such head.
        """
        for name in names:
            if name not in self.names:
                raise UnknownName("type of this tagger", name, self.names)
        rows = np.concatenate(
            [np.arange(3) + 3 * self.names.index(name) for name in names] or [np.empty(0, int)]
        ).astype(np.int64)
        parts = (getattr(self, part)[rows] for part in ("first", "last", "direct", "bias"))
        return Heads(tuple(names), *parts)

    @property
    def shared(self) -> tuple[str, ...]:
        """The heads that are semantic types."""
        return tuple(name for name in self.names if OWN not in name)


def read_card(folder: Path) -> dict[str, Any]:
    """Return a tagger's card.

    Raises: ModelMissing: no such folder; BadFile: the card is damaged; Inconsistent: the tagger
    reads other bits than this version writes.
    """
    path = folder / CARD
    if not path.is_file():
        raise ModelMissing(
            f"{folder} holds no {CARD}", hint="give a folder that onoma train ner wrote"
        )
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        features, heads = tuple(card["features"]), tuple(card["heads"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadFile(f"{path}: {error!r}", hint="copy the folder again") from error
    if features != FEATURES or not heads:
        raise Inconsistent(
            f"{folder} was trained with other features",
            hint="train it again with this version: onoma train ner",
        )
    return dict(card)


def read_heads(folder: Path, names: Sequence[str]) -> Heads:
    """Return the heads of a folder.

    Raises: BadFile: the file is damaged or does not fit the card.
    """
    path = folder / HEADS
    if not path.is_file():
        raise BadFile(f"{folder} holds no {HEADS}", hint="copy the folder again")
    arrays: Mapping[str, npt.NDArray[Any]] = read_safetensors(path)
    parts = [arrays.get(part) for part in ("first", "last", "direct", "bias")]
    if any(part is None or len(part) != 3 * len(names) for part in parts):
        raise BadFile(f"{path} does not fit the card", hint="copy the folder again")
    return Heads(tuple(names), *(np.asarray(part, np.float32) for part in parts))


def shipped_tagger() -> Path:
    """Return where the tagger that ships with the package lies, if one does."""
    return Path(str(resources.files("onoma"))) / "data" / "tagger"
