"""The re-ranker: trees that turn what speaks for each candidate into the chance that it is right.

A general one ships, grown on the train parts of NCBI Disease and BC5CDR (``bench/linking_ranker``
grows it and measures it on corpora that it has not seen); ``onoma train linker`` grows one for a
user's own annotations. Without its file, or beside an encoder of another kind, candidates are
scored by the weighted sum alone (``scoring``).
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from onoma.errors import BadFile
from onoma.link.candidates.judging import COLUMNS
from onoma.link.candidates.trees import F32, Forest

FORMAT = 1
KINDS = ("fused", "lexical")  # with an encoder, without
HINT = "train the linker anew"


@dataclass(frozen=True, slots=True)
class Ranker:
    """Forests whose margins are added, and the name of the encoder they know (empty: none)."""

    forests: tuple[Forest, ...]
    encoder: str = ""

    def margins(self, table: F32) -> F32:
        """Return the log odds that each row of a table is right."""
        return np.asarray(sum(forest.margins(table) for forest in self.forests), np.float32)

    def write(self, path: Path) -> None:
        """Write the forests into a file."""
        arrays: dict[str, Any] = {}
        for number, forest in enumerate(self.forests):
            arrays |= {f"{key}{number}": value for key, value in forest.arrays().items()}
        said = {"format": FORMAT, "columns": COLUMNS, "encoder": self.encoder}
        told = np.frombuffer(json.dumps(said).encode(), np.uint8)
        with path.open("wb") as file:
            np.savez_compressed(file, said=told, **arrays)

    @classmethod
    def read(cls, raw: bytes, where: str) -> Ranker:
        """Read what ``write`` wrote.

        Raises: BadFile: damaged, or grown for other columns.
        """
        try:
            with np.load(io.BytesIO(raw), allow_pickle=False) as found:
                arrays = {name: found[name] for name in found.files}
            said = json.loads(arrays.pop("said").tobytes())
            if said["format"] != FORMAT or tuple(said["columns"]) != COLUMNS:
                raise BadFile(f"{where} judges other columns", hint=HINT)
            forests: list[Forest] = []
            while f"feature{len(forests)}" in arrays:
                number = len(forests)
                keys = ("feature", "threshold", "values", "base")
                forests.append(Forest.of_arrays({key: arrays[f"{key}{number}"] for key in keys}))
            if any((forest.feature >= len(COLUMNS)).any() for forest in forests):
                raise BadFile(f"{where} asks columns that there are not", hint=HINT)
        except (OSError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise BadFile(f"{where}: damaged", hint=HINT) from error
        return cls(tuple(forests), str(said["encoder"]))


def shipped_ranker(encoder: str | None) -> Ranker | None:
    """Return the ranker that ships for an encoder of this name (None: for none), if one does."""
    found = _shipped("lexical" if encoder is None else "fused")
    if found is None or found.encoder != (encoder or ""):
        return None
    return found


@lru_cache(maxsize=2)
def _shipped(kind: str) -> Ranker | None:
    path = files("onoma") / "data" / "linker" / f"{kind}.npz"
    if not path.is_file():
        return None
    return Ranker.read(path.read_bytes(), str(path))
