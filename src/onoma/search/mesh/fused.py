"""Which candidates a clause asks for: trees over all evidence, grown on clauses made of MeSH."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from onoma.errors import BadFile
from onoma.link.candidates.forest_files import read_forests, write_forests
from onoma.link.candidates.trees import Forest, Growth, grow
from onoma.search.mesh.evidence import FEATURES, MEANING

F32 = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

NAME = "suggester"
GROWTH = Growth(trees=120, depth=4, rate=0.07, pull=20.0, least=60, share=0.5, seed=1)
CUTS = tuple(round(step / 100, 2) for step in range(5, 95, 5))


@dataclass(frozen=True, slots=True)
class Suggester:
    """Chances, 0 to 1, that a searcher would add a heading; ``cut`` is where a list ends."""

    forest: Forest
    cut: float

    def chances(self, table: F32) -> F32:
        """Return the chance of each row of evidence."""
        return np.asarray(1 / (1 + np.exp(-self.forest.margins(table))), np.float32)


def teach(table: F32, meant: Bools, clause: npt.NDArray[np.int64], *, seed: int = 1) -> Suggester:
    """Return trees grown on four clauses in five, with the cut that gives the best F1 on the rest.

    Rows are candidates; ``clause`` numbers the clause of each. In one clause of six what an encoder
    says is left out, so that the trees can do without.
    """
    rng = np.random.default_rng(seed)
    clauses = np.unique(clause)
    blind = rng.choice(clauses, len(clauses) // 6, replace=False)
    table = table.copy()
    table[np.ix_(np.isin(clause, blind), np.array(MEANING))] = np.nan
    held = np.isin(clause, rng.choice(clauses, len(clauses) // 5, replace=False))
    suggester = Suggester(grow(table[~held], meant[~held], growth=GROWTH), 0.0)
    chance = suggester.chances(table[held])
    return Suggester(suggester.forest, max(CUTS, key=lambda cut: _f1(chance >= cut, meant[held])))


def _f1(chosen: Bools, meant: Bools) -> float:
    return 2 * float((chosen & meant).sum()) / max(int(chosen.sum() + meant.sum()), 1)


def save(suggester: Suggester, file: BinaryIO) -> None:
    """Write a suggester."""
    said = {"cut": suggester.cut, "features": list(FEATURES)}
    write_forests(file, {NAME: suggester.forest}, said)


def load(path: Path | None = None) -> Suggester:
    """Return the suggester that ships, or that of a file.

    Raises: BadFile: damaged, or made for other evidence.
    """
    if path is not None:
        return _read(path.read_bytes(), str(path))
    return _shipped()


@lru_cache(maxsize=1)
def _shipped() -> Suggester:
    file = resources.files("onoma") / "data" / "mesh" / "suggester.npz"
    return _read(file.read_bytes(), "the suggester that ships")


def _read(raw: bytes, where: str) -> Suggester:
    hint = "install onoma again, or make it anew: tools/ship_mesh_suggester.py"
    said, forests = read_forests(raw, where, hint)
    if said.get("features") != list(FEATURES) or NAME not in forests:
        raise BadFile(f"{where}: made for other evidence", hint=hint)
    return Suggester(forests[NAME], float(said["cut"]))
