"""Weights in the safetensors format: read mapped, written whole.

A file is the length of a JSON header (8 bytes, little endian), the header (name to dtype, shape and
place) and the bytes. Nothing in it can run, so a stranger's file is safe to open.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.errors import BadFile

LONGEST_HEADER = 100_000_000
TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "U8": "|u1"}
HINT = "copy the model folder again"


def read_safetensors(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a file, float ones as float32.

    Raises: BadFile: the file is cut, its header is damaged, or it holds an unknown type.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > min(size - 8, LONGEST_HEADER):
            raise BadFile(f"{path} is no safetensors file, or it is cut", hint=HINT)
        try:
            header = json.loads(file.read(length))
            entries = {k: v for k, v in header.items() if k != "__metadata__"}
            places = {k: _place(v, size - 8 - length) for k, v in entries.items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadFile(f"{path}: damaged header: {error}", hint=HINT) from error
    if not places:
        raise BadFile(f"{path} holds no weights", hint=HINT)
    data = np.memmap(path, np.uint8, "r", offset=8 + length)
    return {name: _array(data[a:b], kind, shape) for name, (a, b, kind, shape) in places.items()}


def _place(entry: dict[str, Any], room: int) -> tuple[int, int, str, list[int]]:
    start, stop = (int(n) for n in entry["data_offsets"])
    shape = [int(n) for n in entry["shape"]]
    kind = str(entry["dtype"])
    width = 2 if kind == "BF16" else np.dtype(TYPES[kind]).itemsize
    if not 0 <= start <= stop <= room or stop - start != width * math.prod(shape):
        raise ValueError("an array lies outside the file (it is cut), or has another size")
    return start, stop, kind, shape


def _array(raw: npt.NDArray[np.uint8], kind: str, shape: list[int]) -> npt.NDArray[Any]:
    if kind == "BF16":  # the upper half of a float32
        wide = np.ascontiguousarray(raw).view("<u2").astype(np.uint32) << 16
        return wide.view(np.float32).reshape(shape)
    found = np.ascontiguousarray(raw).view(TYPES[kind]).reshape(shape)
    return found.astype(np.float32) if found.dtype.kind == "f" else found


def write_safetensors(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write arrays under their names; the file appears whole or not at all."""
    kinds = {np.dtype(code): kind for kind, code in TYPES.items()}
    header: dict[str, Any] = {}
    place = 0
    for name, array in arrays.items():
        stop = place + array.nbytes
        header[name] = {
            "dtype": kinds[array.dtype.newbyteorder("<")],
            "shape": list(array.shape),
            "data_offsets": [place, stop],
        }
        place = stop
    words = json.dumps(header).encode()
    words += b" " * (-len(words) % 8)
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(len(words).to_bytes(8, "little") + words)
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).tobytes())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
