"""Texts with their vectors as files: Parquet (text, vector) or NumPy (vectors alone)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from onoma.encode.encoder import Encoder
from onoma.errors import InputError

BLOCK = 8192  # texts encoded and written at once
KINDS = (".parquet", ".npy")


def write_embeddings(path: Path, texts: Iterable[str], encoder: Encoder) -> int:
    """Write one row per text, in the order given, and return their number.

    The file appears whole or not at all. A Parquet file names the encoder and its sha256 in its
    metadata; a NumPy file is (texts, dimension) float32.

    Raises: InputError: the extension is neither ``.parquet`` nor ``.npy``; ExtraMissing: Parquet
    without PyArrow.
    """
    if path.suffix not in KINDS:
        raise InputError(f"{path}: no format by that extension", hint=f"one of {', '.join(KINDS)}")
    part = path.with_name(path.name + ".part")
    try:
        write = _parquet_writer() if path.suffix == ".parquet" else _write_numpy
        count = write(part, _blocks(texts), encoder)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def _blocks(texts: Iterable[str]) -> Iterator[list[str]]:
    source = iter(texts)
    while block := list(islice(source, BLOCK)):
        yield block


def _parquet_writer() -> Callable[[Path, Iterator[list[str]], Encoder], int]:
    parquet: Any = import_module("onoma.encode.parquet")  # an extra
    return parquet.write_parquet  # type: ignore[no-any-return]


def _write_numpy(path: Path, blocks: Iterator[list[str]], encoder: Encoder) -> int:
    empty = np.zeros((0, encoder.dimension), np.float32)
    whole = np.concatenate([empty, *(encoder.encode(block) for block in blocks)])
    with path.open("wb") as file:
        np.save(file, whole, allow_pickle=False)
    return len(whole)
