"""The mathematics of a linear chain: the best labels, and the chance of each, of many at once.

Scores of labels come as (sequences, longest, labels), shorter sequences filled up behind; those
of one label after another as (labels + 1, labels), the last row being the beginning. Lafferty et
al. 2001; forward and backward in chances, each step brought to sum 1 (Rabiner 1989).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
OUTSIDE = 0
NEVER = -1e4


@dataclass(frozen=True, slots=True)
class Scheme:
    """Labels of types: outside, then begin, inside, end and single of each type (BILOU).

    Ratinov and Roth 2009 found them better than begin, inside, outside.
    """

    types: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of labels."""
        return 1 + 4 * len(self.types)

    def allowed(self) -> Bools:
        """Return which label may follow which, (labels + 1, labels); the last row begins."""
        places = np.arange(len(self) - 1) % 4
        kinds = np.arange(len(self) - 1) // 4
        opens = np.append(False, (places == 0) | (places == 1))
        enters = np.append(True, (places == 0) | (places == 3))
        kind = np.append(-1, kinds)
        ok = (~opens)[:, None] & enters[None]
        ok |= opens[:, None] & ~enters[None] & (kind[:, None] == kind[None])
        return np.concatenate([ok, enters[None]])

    def labels(self, count: int, spans: list[tuple[int, int, int]]) -> I64:
        """Return the labels of ``count`` words, of which some make up spans of numbered types."""
        out = np.full(count, OUTSIDE, np.int64)
        for low, high, kind in spans:
            base = 1 + 4 * kind
            out[low:high] = base + 1
            out[low], out[high - 1] = base, base + 2
            if high - low == 1:
                out[low] = base + 3
        return out

    def spans(self, labels: I64) -> list[tuple[int, int, int]]:
        """Return the spans of a sequence of labels; one that never ends is none."""
        found, low = [], -1
        for place, label in enumerate(labels.tolist()):
            kind, part = divmod(label - 1, 4)
            if label == OUTSIDE:
                low = -1
            elif part == 3:
                found.append((place, place + 1, kind))
            elif part == 0:
                low = place
            elif part == 2 and low >= 0:
                found.append((low, place + 1, kind))
        return found


def best_labels(scores: F64, follow: F64, sizes: I64) -> I64:
    """Return the best labels of each sequence, (sequences, longest); Viterbi 1967."""
    count, longest, labels = scores.shape
    back = np.zeros((longest, count, labels), np.int16)
    here = scores[:, 0] + follow[-1]
    last = here.copy()
    for place in range(1, longest):
        reach = here[:, :, None] + follow[None, :-1]
        back[place] = reach.argmax(1)
        here = reach.max(1) + scores[:, place]
        last = np.where((sizes > place)[:, None], here, last)
    out = np.zeros((count, longest), np.int64)
    rows = np.arange(count)
    label = last.argmax(1)
    for place in range(longest - 1, -1, -1):
        out[:, place] = np.where(sizes > place, label, OUTSIDE)
        label = np.where(sizes > place, back[place, rows, label], label)
    return out


@dataclass(frozen=True, slots=True)
class Chances:
    """Of each sequence: the chance of each label at each word, and how surprising it is in all.

    ``pairs`` are expected numbers of one label after another, over all sequences.
    """

    single: F64
    pairs: F64
    total: F64


def chances(scores: F64, follow: F64, sizes: I64) -> Chances:
    """Return the chances of labels; ``total`` is the logarithm of the sum over all labellings."""
    count, longest, labels = scores.shape
    top = scores.max(2, keepdims=True)
    rise = np.exp(scores - top)
    inside = np.arange(longest)[None] < sizes[:, None]
    rise[~inside] = 1.0
    step, begin = np.exp(follow[:-1]), np.exp(follow[-1])
    ahead = np.empty((longest, count, labels))
    scale = np.ones((longest, count))
    here = rise[:, 0] * begin
    for place in range(longest):
        if place:
            moved = (ahead[place - 1] @ step) * rise[:, place]
            here = np.where(inside[:, place, None], moved, ahead[place - 1])
        scale[place] = np.where(inside[:, place], here.sum(1), 1.0)
        ahead[place] = here / scale[place][:, None]
    behind = np.ones((longest, count, labels))
    for place in range(longest - 2, -1, -1):
        weighed = behind[place + 1] * rise[:, place + 1] / scale[place + 1][:, None]
        behind[place] = np.where(inside[:, place + 1, None], weighed @ step.T, 1.0)
    single = (ahead * behind).transpose(1, 0, 2) * inside[:, :, None]
    weighed = behind[1:] * rise[:, 1:].transpose(1, 0, 2) / scale[1:][:, :, None]
    weighed *= inside[:, 1:].T[:, :, None]
    pairs = np.zeros_like(follow)
    pairs[:-1] = step * np.einsum("tnl,tnm->lm", ahead[:-1], weighed)
    pairs[-1] = single[:, 0].sum(0)
    total = np.log(scale).sum(0) + (top[:, :, 0] * inside).sum(1)
    return Chances(single, pairs, total)
