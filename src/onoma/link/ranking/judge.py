"""How much each sign counts: a small network fitted so that the right concept leads.

Signs are standardised; a linear score and one hidden layer are added. The loss is the softmax over
each text's concepts (listwise, as in Cao et al. 2007, ListNet's top one), with weight decay.
NumPy alone: a few thousand texts take seconds. Deterministic by seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.link.ranking.pool import SIGNS, Pool

F64 = npt.NDArray[np.float64]
F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

HIDDEN = 12
STEPS = 200
RATE = 0.03
DECAY = 2e-3
PARTS = ("mean", "scale", "line", "inner", "shift", "outer")


@dataclass(frozen=True)
class Judge:
    """A fitted network; ``arrays`` are its parts by name."""

    arrays: Mapping[str, F64]

    def scores(self, signs: F32) -> F64:
        """Return a score a row, higher is better; differences within a text count."""
        return _forward(self.arrays, _standard(self.arrays, signs))[0]

    def chances(self, pool: Pool) -> F64:
        """Return each row's share of its text's whole: a softmax of the scores."""
        return softmax(self.scores(pool.signs), pool.text)

    @classmethod
    def fit(cls, pool: Pool, right: Bools, *, seed: int) -> Judge:
        """Return a judge fitted to a pool; texts without a right and a wrong concept tell nothing.

        A pool without any gives the judge that goes by spelling.
        """
        size = int(pool.text.max(initial=-1)) + 1
        good = np.bincount(pool.text[right], minlength=size) > 0
        bad = np.bincount(pool.text[~right], minlength=size) > 0
        keep = (good & bad)[pool.text]
        if not keep.any():
            return cls.plain()
        signs, text = pool.signs[keep].astype(np.float64), pool.text[keep]
        return cls(_fitted(signs, text, right[keep], np.random.default_rng(seed)))

    @classmethod
    def plain(cls) -> Judge:
        """Return the judge that goes by what was seen before and by spelling."""
        arrays = _start(np.random.default_rng(0))
        arrays |= {"mean": np.zeros(len(SIGNS)), "scale": np.ones(len(SIGNS))}
        line = arrays["line"]
        line[SIGNS.index("gram")], line[SIGNS.index("share")] = 10.0, 20.0
        return cls(arrays)

    def to_json(self) -> dict[str, Any]:
        """Return the parts as plain lists."""
        return {name: np.round(self.arrays[name], 6).tolist() for name in PARTS}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Judge:
        """Return the judge of plain lists.

        Raises: ValueError, KeyError: a part is lacking, or of another size.
        """
        arrays = {name: np.array(found[name], np.float64) for name in PARTS}
        shapes = {name: one.shape for name, one in _start(np.random.default_rng(0)).items()}
        for name, array in arrays.items():
            if array.shape != shapes.get(name, (len(SIGNS),)):
                raise ValueError(f"{name} has another size")
        return cls(arrays)


def softmax(scores: F64, text: I64) -> F64:
    """Return each row's share among the rows of its text."""
    size = int(text.max(initial=-1)) + 1
    highest = np.full(size, -np.inf)
    np.maximum.at(highest, text, scores)
    out = np.exp(scores - highest[text])
    return np.asarray(out / np.bincount(text, weights=out, minlength=size)[text])


def _start(rng: np.random.Generator) -> dict[str, F64]:
    return {
        "line": np.zeros(len(SIGNS)),
        "inner": rng.normal(0, 1 / np.sqrt(len(SIGNS)), (len(SIGNS), HIDDEN)),
        "shift": np.zeros(HIDDEN),
        "outer": np.zeros(HIDDEN),
    }


def _standard(arrays: Mapping[str, F64], signs: npt.NDArray[np.floating]) -> F64:
    return np.asarray((signs - arrays["mean"]) / arrays["scale"], np.float64)


def _forward(arrays: Mapping[str, F64], signs: F64) -> tuple[F64, F64]:
    """Return the scores, and what the hidden layer gives."""
    hidden = np.tanh(signs @ arrays["inner"] + arrays["shift"])
    return np.asarray(signs @ arrays["line"] + hidden @ arrays["outer"]), hidden


def _fitted(signs: F64, text: I64, right: Bools, rng: np.random.Generator) -> dict[str, F64]:
    """Return the parts after all steps of Adam over the whole pool."""
    _, text = np.unique(text, return_inverse=True)
    size = int(text.max()) + 1
    fixed = {"mean": signs.mean(0), "scale": np.maximum(signs.std(0), 1e-3)}
    signs = _standard(fixed, signs)
    arrays = _start(rng)
    first = {name: np.zeros_like(one) for name, one in arrays.items()}
    second = {name: np.zeros_like(one) for name, one in arrays.items()}
    for step in range(1, STEPS + 1):
        scores, hidden = _forward(arrays, signs)
        chance = softmax(scores, text)
        good = np.bincount(text, weights=chance * right, minlength=size)
        gain = (chance - chance * right / np.maximum(good[text], 1e-12)) / size
        back = np.outer(gain, arrays["outer"]) * (1 - hidden**2)
        slopes = {
            "line": signs.T @ gain,
            "inner": signs.T @ back,
            "shift": back.sum(0),
            "outer": hidden.T @ gain,
        }
        rate = RATE * (1 - (step - 1) / STEPS)
        for name, slope in slopes.items():
            slope = slope + DECAY * arrays[name]
            first[name] = 0.9 * first[name] + 0.1 * slope
            second[name] = 0.999 * second[name] + 0.001 * slope**2
            mean, square = first[name] / (1 - 0.9**step), second[name] / (1 - 0.999**step)
            arrays[name] = arrays[name] - rate * mean / (np.sqrt(square) + 1e-8)
    return fixed | arrays
