"""A linear-chain conditional random field over padded sequences, with NumPy alone.

Source: Lafferty, McCallum and Pereira 2001; marginals by the forward-backward algorithm in
logarithms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Chain:
    """Scores of a label after another (from, to), of the first one and of the last one."""

    step: F32
    first: F32
    last: F32

    def marginals(self, scores: F32, is_there: Bools) -> F32:
        """Return the chance of each label at each place.

        ``scores`` (sequences, places, labels); ``is_there`` (sequences, places) is True first, then
        False where a sequence has ended.
        """
        forward = self._forward(scores, is_there)
        backward = np.empty_like(scores)
        backward[:, -1] = self.last
        for place in range(scores.shape[1] - 2, -1, -1):
            ahead = (scores[:, place + 1] + backward[:, place + 1])[:, None, :] + self.step
            following = is_there[:, place + 1, None]
            backward[:, place] = np.where(following, _log_sum(ahead, axis=2), self.last)
        both = forward + backward
        both -= both.max(axis=2, keepdims=True)
        np.exp(both, out=both)
        both /= both.sum(axis=2, keepdims=True)
        return both

    def _forward(self, scores: F32, is_there: Bools) -> F32:
        """Return the logarithms of the sums over what may stand before, the place included."""
        out = np.empty_like(scores)
        out[:, 0] = self.first + scores[:, 0]
        for place in range(1, scores.shape[1]):
            before = out[:, place - 1, :, None] + self.step
            summed = _log_sum(before, axis=1) + scores[:, place]
            out[:, place] = np.where(is_there[:, place, None], summed, out[:, place - 1])
        return out


def _log_sum(values: F32, axis: int) -> F32:
    """Return the logarithm of the sum of exponentials along an axis."""
    top = values.max(axis=axis, keepdims=True)
    summed: F32 = np.log(np.exp(values - top).sum(axis=axis)) + np.squeeze(top, axis)
    return summed
