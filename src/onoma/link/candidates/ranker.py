"""The re-ranker: trees that turn what speaks for each candidate into the chance that it is right.

A general one ships, grown on the train parts of NCBI Disease and BC5CDR (``bench/linking_ranker``
grows it and measures it on corpora that it has not seen); ``onoma train linker`` grows one for a
user's own annotations. Without its file, or beside an encoder of another kind, candidates are
scored by the weighted sum alone (``scoring``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from onoma.errors import BadFile
from onoma.link.candidates.forest_files import read_forests, write_forests
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
        said = {"format": FORMAT, "columns": COLUMNS, "encoder": self.encoder}
        with path.open("wb") as file:
            write_forests(file, {str(n): one for n, one in enumerate(self.forests)}, said)

    @classmethod
    def read(cls, raw: bytes, where: str) -> Ranker:
        """Read what ``write`` wrote.

        Raises: BadFile: damaged, or grown for other columns.
        """
        said, forests = read_forests(raw, where, HINT)
        if said.get("format") != FORMAT or tuple(said.get("columns", ())) != COLUMNS:
            raise BadFile(f"{where} judges other columns", hint=HINT)
        if any((forest.feature >= len(COLUMNS)).any() for forest in forests.values()):
            raise BadFile(f"{where} asks columns that there are not", hint=HINT)
        if "encoder" not in said:
            raise BadFile(f"{where}: damaged", hint=HINT)
        return cls(tuple(forests.values()), str(said["encoder"]))


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
