"""Ranks hypotheses against the words around a pair, "none of them" among them.

One small network scores every row (``entailment``) alike, whichever kind it is of; "none" has a
row of its own, made of the best of each column. Source of the idea: Xu et al. 2022 ("Can NLI
provide proper indirect supervision for low-resource biomedical relation extraction?").
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from onoma.errors import BadFile
from onoma.relate.inference.entailment import NAMES

F32 = npt.NDArray[np.float32]

ALL = "all"
_PARTS = ("mean", "spread", "inner", "inner_bias", "outer", "none")


@dataclass(frozen=True, slots=True)
class Scorer:
    """A network of one hidden layer over rows brought to unit spread."""

    mean: F32
    spread: F32
    inner: F32
    inner_bias: F32
    outer: F32
    none: float

    def margins(self, rows: F32) -> F32:
        """Return a number for each hypothesis, the last for "none": (pairs, hypotheses + 1)."""
        given = self.scaled(rows)
        out = np.maximum(given @ self.inner + self.inner_bias, 0) @ self.outer
        out[:, -1] += self.none
        return np.asarray(out, np.float32)

    def scaled(self, rows: F32) -> F32:
        """Return rows with that of "none" behind them, all of unit spread, with its mark."""
        return with_none((rows - self.mean) / self.spread)


def with_none(scaled: F32) -> F32:
    """Return rows with the row of "none" behind them and a last column that marks it."""
    best = scaled.max(axis=1, keepdims=True)
    whole = np.concatenate([scaled, best], axis=1)
    mark = np.zeros((*whole.shape[:2], 1), np.float32)
    mark[:, -1] = 1
    return np.concatenate([whole, mark], axis=2).astype(np.float32)


def chances_of(margins: F32) -> F32:
    """Return the chances of each pair's hypotheses and of none."""
    raised = np.exp(margins - margins.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def write_scorers(scorers: Mapping[str, Scorer]) -> bytes:
    """Return scorers as the bytes of a file."""
    columns: dict[str, npt.NDArray[np.float16]] = {}
    for name, one in sorted(scorers.items()):
        for part in _PARTS:
            columns[f"{name}.{part}"] = np.asarray(getattr(one, part), np.float16)
    out = io.BytesIO()
    np.savez_compressed(out, **columns)  # type: ignore[arg-type]
    return out.getvalue()


def read_scorers(content: bytes) -> dict[str, Scorer]:
    """Return the scorers of a file's bytes by name.

    Raises: BadFile: they are for other columns.
    """
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        names = sorted({name.partition(".")[0] for name in kept.files})
        found = {
            name: [kept[f"{name}.{part}"].astype(np.float32) for part in _PARTS] for name in names
        }
    for parts in found.values():
        if len(parts[0]) != len(NAMES):
            raise BadFile(
                f"a scorer of {len(parts[0])} columns, not {len(NAMES)}",
                hint="make it again: python bench/relations_low_resource.py --train FILE",
            )
    return {
        name: Scorer(parts[0], parts[1], parts[2], parts[3], parts[4], float(parts[5]))
        for name, parts in found.items()
    }


@cache
def _shipped() -> dict[str, Scorer]:
    place = resources.files("onoma") / "data" / "relate" / "inference" / "scorers.npz"
    return read_scorers(place.read_bytes())


def shipped_scorer(without: str = "") -> Scorer:
    """Return the scorer that ships, taught by all tasks or ``without`` one.

    A task that taught none of them leaves the one of all.
    """
    scorers = _shipped()
    return scorers.get(without) or scorers[ALL]
