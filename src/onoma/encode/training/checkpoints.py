"""What a stopped run goes on from: arrays in safetensors, the rest in JSON; no pickle.

A checkpoint is written whole beside the old one and then takes its place, so that a run killed at
any moment leaves one that can be read.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.safetensors import read_safetensors, write_safetensors
from onoma.errors import BadFile

Arrays = Mapping[str, npt.NDArray[Any]]
STATE = "state.json"


def save_checkpoint(folder: Path, groups: Mapping[str, Arrays], state: Mapping[str, Any]) -> None:
    """Write named groups of arrays and a state of plain values, in place of what was there."""
    fresh, old = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, arrays in groups.items():
        write_safetensors(fresh / f"{name}.safetensors", arrays)
    (fresh / STATE).write_text(json.dumps(state), encoding="utf-8")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def find_checkpoint(folder: Path) -> Path | None:
    """Return where the newest whole checkpoint is; a run may have died between two renames."""
    for place in (folder, folder.with_name(folder.name + ".old")):
        if (place / STATE).is_file():
            return place
    return None


def load_checkpoint(
    place: Path, names: tuple[str, ...]
) -> tuple[dict[str, Arrays], dict[str, Any]]:
    """Return the groups of these names, as copies, and the state.

    Raises: BadFile: a file is damaged.
    """
    hint = "remove the folder of the run and train again"
    try:
        state: dict[str, Any] = json.loads((place / STATE).read_text(encoding="utf-8"))
        groups: dict[str, Arrays] = {}
        for name in names:
            arrays = read_safetensors(place / f"{name}.safetensors")
            groups[name] = {key: np.array(array) for key, array in arrays.items()}
    except (OSError, ValueError) as error:
        raise BadFile(f"{place}: {error}", hint=hint) from error
    return groups, state
