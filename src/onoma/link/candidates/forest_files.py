"""Forests in a file, with what is said of them: a npz of their arrays and of a piece of JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any, BinaryIO
from zipfile import BadZipFile

import numpy as np

from onoma.errors import BadFile
from onoma.link.candidates.trees import Forest

KEYS = ("feature", "threshold", "values", "base")
SAID = "said"


def write_forests(file: BinaryIO, forests: Mapping[str, Forest], said: Mapping[str, Any]) -> None:
    """Write forests by name, and what is said of them."""
    arrays: dict[str, Any] = {SAID: np.frombuffer(json.dumps(said).encode(), np.uint8)}
    for name, forest in forests.items():
        arrays |= {f"{key}{name}": value for key, value in forest.arrays().items()}
    np.savez_compressed(file, **arrays)


def read_forests(raw: bytes, where: str, hint: str) -> tuple[dict[str, Any], dict[str, Forest]]:
    """Return what ``write_forests`` wrote: what is said, and the forests in their order.

    Raises: BadFile: damaged; ``where`` names the file, ``hint`` says what to do.
    """
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        said = dict(json.loads(arrays.pop(SAID).tobytes()))
        names = [one.removeprefix(KEYS[0]) for one in arrays if one.startswith(KEYS[0])]
        forests = {
            name: Forest.of_arrays({key: arrays[f"{key}{name}"] for key in KEYS}) for name in names
        }
    except (OSError, ValueError, KeyError, TypeError, BadZipFile) as error:
        raise BadFile(f"{where}: damaged", hint=hint) from error
    return said, forests
