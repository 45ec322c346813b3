"""Few examples move a head only where heads of descriptions lie.

A head has thousands of weights, and five sentences say little of most of them. The network that
writes heads has seen hundreds of descriptions, and how its hidden layer differs among them tells in
which directions types differ: a head moves along these alone, the further the more the known ones
vary there, and in what it adds to each label. The prior is that of hierarchical Bayes (a Gaussian
fitted to the hidden layers of known tasks; Bakker and Heskes 2003), the fit logistic regression
in some hundred and fifty unknowns, by Newton's method with steps shortened where they overshoot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.recognize.tagger.described import LABELS, DescriptionNet
from onoma.recognize.tagger.examples import ReadExamples

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
KEPT = 0.99  # of the variance among known descriptions
STEPS = 25
ENOUGH = 1e-3  # the longest way along a direction that ends the search
SIZES = (1.0, 0.5, 0.25, 0.1, 0.03, 0.01)  # of Newton's step, the longest that helps is taken
AT_ONCE = 4096  # words


@dataclass(frozen=True, slots=True)
class HeadSpace:
    """Directions in which a head may move, (directions, labels, columns), a unit each as usual."""

    directions: F32

    @classmethod
    def of(cls, net: DescriptionNet, vectors: F32) -> HeadSpace:
        """Return the directions in which the heads of known descriptions differ."""
        hidden = net.hidden(vectors).astype(np.float64)
        around = hidden - hidden.mean(0)
        _, sizes, ways = np.linalg.svd(around / np.sqrt(max(len(hidden) - 1, 1)))
        share = np.cumsum(sizes**2) / max(float((sizes**2).sum()), 1e-12)
        count = min(int(np.searchsorted(share, KEPT)) + 1, len(sizes))
        steps = (ways[:count] * sizes[:count, None]).astype(np.float32)
        columns = len(net.leave_bias) // LABELS
        moved = (steps @ net.leave.T).reshape(count, LABELS, columns)
        constant = np.zeros((LABELS, LABELS, columns), np.float32)
        constant[range(LABELS), range(LABELS), -1] = 1.0
        return cls(np.concatenate([moved, constant]))

    def tuned(self, rows: F32, read: ReadExamples, pull: float) -> F32:
        """Return a head's rows, (3, columns), moved along the directions to fit words.

        Minimised: the weighted sum of surprises, plus ``pull`` / 2 times the squared way.
        """
        way = np.zeros(len(self.directions))
        here, loss = rows, self.surprise(rows, read)
        for _ in range(STEPS):
            slope, bend = self._slopes(here, read)
            full = np.linalg.solve(bend + pull * np.eye(len(way)), slope + pull * way)
            for size in SIZES:
                step = size * full
                there = rows + np.einsum("d,dlc->lc", way - step, self.directions)
                ahead = self.surprise(there, read) + 0.5 * pull * float(np.square(way - step).sum())
                if ahead <= loss:
                    break
            else:
                break
            way, here, loss = way - step, there, ahead
            if float(np.abs(step).max()) < ENOUGH:
                break
        return np.asarray(here, np.float32)

    def surprise(self, rows: F64 | F32, read: ReadExamples) -> float:
        """Return the weighted sum of surprises."""
        scores = (read.vectors @ rows.T).astype(np.float64)
        top = scores.max(1, keepdims=True)
        total = np.log(np.exp(scores - top).sum(1)) + top[:, 0]
        return float(read.weight @ (total - scores[np.arange(len(scores)), read.labels]))

    def _slopes(self, rows: F64 | F32, read: ReadExamples) -> tuple[F64, F64]:
        """Return slope and bend of the surprise of all words, along the directions."""
        size = len(self.directions)
        slope, bend = np.zeros(size), np.zeros((size, size))
        for at in range(0, len(read.labels), AT_ONCE):
            more = self._parts(rows, read, slice(at, at + AT_ONCE))
            slope, bend = slope + more[0], bend + more[1]
        return slope, bend

    def _parts(self, rows: F64 | F32, read: ReadExamples, part: slice) -> tuple[F64, F64]:
        """Return slope and bend of the surprise of some words, along the directions."""
        vectors, weight = read.vectors[part], read.weight[part]
        along = np.einsum("wc,dlc->wld", vectors, self.directions, optimize=True)
        scores = (vectors @ rows.T).astype(np.float64)
        raised = np.exp(scores - scores.max(1, keepdims=True))
        chance = raised / raised.sum(1, keepdims=True)
        off = (chance - np.eye(LABELS)[read.labels[part]]) * weight[:, None]
        slope = np.einsum("wl,wld->d", off, along, optimize=True)
        weighed = along * (chance * weight[:, None])[:, :, None]
        mean = np.einsum("wl,wld->wd", chance, along, optimize=True)
        flat, own = weighed.reshape(-1, along.shape[2]), along.reshape(-1, along.shape[2])
        bend = flat.T @ own - (mean * weight[:, None]).T @ mean
        return slope, bend
