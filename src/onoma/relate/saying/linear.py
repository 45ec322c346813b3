"""A linear model over hashed features: small, readable by NumPy alone (Weinberger et al. 2009)."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

SIZE = 1 << 13  # rows; the features that share one cost little here


def numbered(features: Sequence[str]) -> I64:
    """Return the rows of features, each once, in order."""
    return np.array(_rows(features), np.int64)


def _rows(features: Sequence[str]) -> list[int]:
    return sorted({zlib.crc32(one.encode("utf-8", "surrogatepass")) % SIZE for one in features})


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights (SIZE, classes) and biases; rows hold whether a feature is there."""

    weights: F32
    bias: F32

    def margins(self, features: Sequence[str]) -> F32:
        """Return a number a class, higher is better."""
        return np.asarray(self.weights[numbered(features)].sum(0) + self.bias, np.float32)

    def each(self, candidates: Sequence[Sequence[str]]) -> F32:
        """Return the first class's number for each candidate, higher is better."""
        rows = [_rows(features) for features in candidates]
        begin = np.cumsum([0, *map(len, rows[:-1])])
        flat = np.array([row for one in rows for row in one], np.int64)
        return np.asarray(np.add.reduceat(self.weights[flat, 0], begin), np.float32)

    def chances(self, features: Sequence[str]) -> F32:
        """Return the chance of each class; they sum to one."""
        return softmax(self.margins(features))

    def packed(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return what is kept: the weights as int8, a scale a class."""
        scale = np.abs(self.weights).max(0) / 127 + 1e-12
        whole = np.round(self.weights / scale).astype(np.int8)
        return {"weights": whole, "scale": scale.astype(np.float32), "bias": self.bias}


def softmax(margins: F32) -> F32:
    """Return chances of margins."""
    raised = np.exp(margins - margins.max())
    return np.asarray(raised / raised.sum(), np.float32)


def read_linear(content: bytes) -> dict[str, Linear]:
    """Return the models of a file by name."""
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        names = sorted({name.partition(".")[0] for name in kept.files})
        return {
            name: Linear(
                kept[f"{name}.weights"].astype(np.float32) * kept[f"{name}.scale"],
                kept[f"{name}.bias"].astype(np.float32),
            )
            for name in names
        }


def write_linear(models: dict[str, Linear]) -> bytes:
    """Return models as the bytes of a file."""
    columns = {
        f"{name}.{part}": column
        for name, model in sorted(models.items())
        for part, column in model.packed().items()
    }
    out = io.BytesIO()
    np.savez_compressed(out, **columns)  # type: ignore[arg-type]
    return out.getvalue()


@cache
def shipped() -> dict[str, Linear]:
    """Return the models that ship, by name."""
    place = resources.files("onoma") / "data" / "relate" / "saying" / "sayings.npz"
    return read_linear(place.read_bytes())
