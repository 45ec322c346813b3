"""Scores of words to spans: the best sequence in which nothing goes on that did not begin.

Each head (a semantic type, or one corpus's idea of it) has its own three scores a word, outside,
begin, inside, so spans of different heads may nest and overlap.
Source: Viterbi 1967 with transitions allowed or not, as in Collobert et al. 2011, section 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
I8 = npt.NDArray[np.int8]

OUTSIDE, BEGIN, INSIDE = range(3)
SURE = 0.9995  # a word that is outside with this chance stays outside, and parts what is decoded


@dataclass(frozen=True, slots=True)
class WordSpans:
    """Spans of words ``first ..< behind``, each of a head, with a score in 0 to 1."""

    head: I64
    first: I64
    behind: I64
    score: F32

    def __len__(self) -> int:
        """Return the number of spans."""
        return len(self.head)


def log_chances(scores: F32) -> F32:
    """Return the logarithms of chances from scores, over the last axis."""
    moved = scores - scores.max(-1, keepdims=True)
    return np.asarray(moved - np.log(np.exp(moved).sum(-1, keepdims=True)), np.float32)


def decode(scores: F32, bounds: I64) -> WordSpans:
    """Return the spans of each head, sorted by head and place.

    ``scores`` is (words, heads, 3), ``bounds`` says where documents begin and the last one ends.
    A span's score is the geometric mean of the chances of its words' labels.
    """
    n_words = len(scores)
    if not n_words:
        empty = np.empty(0, np.int64)
        return WordSpans(empty, empty, empty, np.empty(0, np.float32))
    flat = log_chances(scores).transpose(1, 0, 2).reshape(-1, 3)  # (heads x words, 3)
    open_ = flat[:, OUTSIDE] < np.log(SURE)
    breaks = np.zeros(n_words, bool)
    breaks[bounds[:-1][bounds[:-1] < n_words]] = True
    place = np.flatnonzero(open_)
    head, word = np.divmod(place, n_words)
    new = np.ones(len(place), bool)
    new[1:] = (np.diff(place) > 1) | breaks[word[1:]] | (np.diff(head) > 0)
    runs = np.append(np.flatnonzero(new), len(place))
    chances = flat[place]
    labels = best_labels(chances, runs)
    start = np.flatnonzero(labels == BEGIN)
    if not len(start):
        empty = np.empty(0, np.int64)
        return WordSpans(empty, empty, empty, np.empty(0, np.float32))
    ends = np.append(np.flatnonzero((labels != INSIDE) | new), len(place))
    behind = ends[np.searchsorted(ends, start, side="right")]
    chosen = np.append(0.0, np.cumsum(chances[np.arange(len(place)), labels], dtype=np.float64))
    size = behind - start
    score = np.exp((chosen[behind] - chosen[start]) / size).astype(np.float32)
    return WordSpans(head[start], word[start], word[start] + size, score)


def best_labels(chances: F32, runs: I64) -> I8:
    """Return the label of each word of some runs, the best allowed sequence of each.

    ``chances`` are logarithms, (words, 3); run r is ``runs[r] ..< runs[r + 1]``. Words inside
    follow a beginning or another word inside, also at the head of a run.
    """
    labels = np.zeros(len(chances), np.int8)
    size = np.diff(runs)
    order = np.argsort(-size, kind="stable")
    begin, size = runs[:-1][order], size[order]
    back = np.zeros((len(chances), 3), np.int8)
    best = np.zeros((len(order), 3))
    steps = int(size[0]) if len(size) else 0
    count = np.searchsorted(-size, -np.arange(1, steps + 1), side="right")  # runs that long
    for step in range(steps):
        live = int(count[step])
        here = begin[:live] + step
        if step == 0:
            best[:, :2], best[:, 2] = chances[here, :2], -np.inf
            continue
        from_any = best[:live].argmax(1)
        top = best[:live].max(1)
        goes_on = 1 + (best[:live, INSIDE] > best[:live, BEGIN])
        back[here, OUTSIDE] = back[here, BEGIN] = from_any
        back[here, INSIDE] = goes_on
        inner = best[np.arange(live), goes_on]
        best[:live] = chances[here] + np.stack([top, top, inner], 1)
    last = begin + size - 1
    state = best.argmax(1).astype(np.int8)
    for step in range(steps - 1, -1, -1):
        live = int(count[step])
        here = begin[:live] + step
        ending = here == last[:live]
        current = np.where(ending, best[:live].argmax(1), state[:live]).astype(np.int8)
        labels[here] = current
        state[:live] = back[here, current]
    return labels
