"""What words and numbers say of a pair beside the network: linear weights of words, then trees.

A task's words weigh for each of its kinds; boosted trees take these margins with the numbers of the
pair (``pair_numbers``) and give the log odds of each kind. The network's scores are joined to them
by a scale (``folder``). Words are kept by their hashes: no string of a corpus ships.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from onoma.errors import BadFile
from onoma.link.candidates.trees import Forest
from onoma.relate.features import PairRows

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
FOREST = ("feature", "threshold", "values", "base")


@dataclass(frozen=True, slots=True)
class WordWeights:
    """Weights of words for each kind: ``codes`` int8 (words, kinds) times ``scale`` (kinds,).

    ``hashes`` (words,) are sorted; ``bias`` (kinds,) is added.
    """

    hashes: I64
    codes: npt.NDArray[np.int8]
    scale: F32
    bias: F32

    @classmethod
    def of(cls, hashes: I64, weights: npt.NDArray[Any], bias: npt.NDArray[Any]) -> WordWeights:
        """Return the weights rounded to eight bits; ``weights`` is (words, kinds)."""
        order = np.argsort(hashes)
        scale = np.maximum(np.abs(weights).max(0, initial=0) / 127, 1e-9)
        codes = np.rint(weights[order] / scale).astype(np.int8)
        return cls(hashes[order], codes, scale.astype(np.float32), bias.astype(np.float32))

    def margins(self, rows: PairRows) -> F32:
        """Return the log odds of each kind, (pairs, kinds)."""
        place = np.searchsorted(self.hashes, rows.words)
        place = np.minimum(place, len(self.hashes) - 1)
        known = self.hashes[place] == rows.words
        owner = np.repeat(np.arange(len(rows)), np.diff(rows.start))
        sums = np.zeros((len(rows), len(self.bias)), np.int64)
        np.add.at(sums, owner[known], self.codes[place[known]])
        return np.asarray(sums * self.scale + self.bias, np.float32)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words and the trees of a task; one forest a kind."""

    words: WordWeights
    forests: tuple[Forest, ...]

    def margins(self, rows: PairRows) -> F32:
        """Return the log odds of each kind, (pairs, kinds)."""
        table = np.concatenate([rows.numbers, self.words.margins(rows)], 1).astype(np.float32)
        return np.stack([forest.margins(table) for forest in self.forests], 1)


def write_wordings(path: Path, wordings: Mapping[str, Wording]) -> None:
    """Write the wordings of tasks into a file."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for task, one in wordings.items():
        own: dict[str, npt.NDArray[Any]] = {
            "hashes": one.words.hashes.astype(np.uint32),
            "codes": one.words.codes,
            "scale": one.words.scale,
            "bias": one.words.bias,
        }
        own |= {key: np.stack([forest.arrays()[key] for forest in one.forests]) for key in FOREST}
        own["threshold"] = own["threshold"].astype(np.float32)
        own["values"] = own["values"].astype(np.float16)
        arrays |= {f"{task}/{key}": value for key, value in own.items()}
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # its stub lacks names
    part.replace(path)


def read_wordings(path: Path) -> dict[str, Wording]:
    """Return what ``write_wordings`` wrote, nothing where there is no such file.

    Raises: BadFile: damaged.
    """
    if not path.is_file():
        return {}
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        return {
            task: _wording(arrays, task) for task in sorted({n.partition("/")[0] for n in arrays})
        }
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise BadFile(f"{path}: damaged", hint="copy the folder again") from error


def _wording(arrays: Mapping[str, npt.NDArray[Any]], task: str) -> Wording:
    own: dict[str, npt.NDArray[Any]] = {
        name: arrays[f"{task}/{name}"] for name in ("hashes", "codes", "scale", "bias", *FOREST)
    }
    words = WordWeights(own["hashes"].astype(np.int64), own["codes"], own["scale"], own["bias"])
    count = len(own["base"])
    forests = tuple(
        Forest.of_arrays({key: own[key][number] for key in FOREST}) for number in range(count)
    )
    return Wording(words, forests)
