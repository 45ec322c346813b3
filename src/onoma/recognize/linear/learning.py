"""Training: the chance of the annotators' labels is raised by AdaGrad, a few sentences at a time.

Half of the kinds of signs are hidden from each batch, by chance, so that no single one is relied on
(Sutton et al. 2006, feature bagging), and the weights are averaged over the later passes. Duchi et
al. 2011.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.recognize.linear.chain import NEVER, OUTSIDE, Scheme, chances
from onoma.recognize.linear.signs import BITS, NOTHING

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
Watch = Callable[[int, int, float], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """How it learns.

    ``passes`` over the texts, of which the later half are averaged; ``rate`` is AdaGrad's, and
    ``begin`` the square that it begins with, so that rare signs do not leap; ``hidden`` the share
    of kinds of signs that a batch goes without; ``least`` how often a sign is met to count;
    ``words`` of a batch; ``decay`` draws the weights of a batch's signs to nothing.
    """

    passes: int = 8
    rate: float = 0.1
    begin: float = 0.1
    hidden: float = 0.5
    least: int = 2
    words: int = 1500
    decay: float = 0.02
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Lesson:
    """Sentences to learn from: buckets of each word, labels, and where sentences begin."""

    signs: I32
    labels: I64
    first: I64

    @classmethod
    def join(cls, parts: Sequence[tuple[I32, I64, I64]]) -> Lesson:
        """Join texts, each with its signs, labels and first words of sentences (and its size)."""
        base, firsts = 0, [np.zeros(1, np.int64)]
        for _, labels, first in parts:
            firsts.append(first[1:] + base)
            base += len(labels)
        signs = np.concatenate([p[0] for p in parts])
        return cls(signs, np.concatenate([p[1] for p in parts]), np.unique(np.concatenate(firsts)))


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt: buckets that count, in order, a row of label weights each, and follow.

    ``follow`` is added to one label after another, (labels + 1, labels).
    """

    keys: I32
    rows: F32
    follow: F64

    def table(self) -> I32:
        """Return the row of each bucket, counted from 1; 0 for those that do not count."""
        out = np.zeros(1 << BITS, np.int32)
        out[self.keys] = np.arange(1, len(self.keys) + 1)
        out[NOTHING] = 0
        return out


def learn(lesson: Lesson, scheme: Scheme, pace: Pace, watch: Watch | None = None) -> Weights:
    """Return weights that give the labels of a lesson their chance."""
    met = np.bincount(lesson.signs.ravel(), minlength=1 << BITS)
    met[NOTHING] = 0
    keys = np.flatnonzero(met >= pace.least).astype(np.int32)
    blank = Weights(keys, np.zeros((len(keys) + 1, len(scheme)), np.float32), np.zeros(0))
    signs = blank.table()[lesson.signs]
    learner = _Learner(blank.rows, scheme, pace)
    rng = np.random.default_rng(pace.seed)
    mean_rows, mean_follow, kept = np.zeros_like(blank.rows), np.zeros_like(learner.follow), 0
    for number in range(pace.passes):
        loss = 0.0
        for rows in _batches(lesson.first, pace.words, rng):
            loss += learner.step(signs, lesson, rows, rng)
        if number >= pace.passes // 2:
            kept += 1
            mean_rows += (learner.rows - mean_rows) / kept
            mean_follow += (learner.follow - mean_follow) / kept
        if watch is not None:
            watch(number + 1, pace.passes, loss / len(lesson.labels))
    return Weights(keys, mean_rows[1:], np.where(learner.allowed, mean_follow, NEVER))


def _batches(first: I64, words: int, rng: np.random.Generator) -> Iterator[I64]:
    """Yield numbers of sentences, some of about the same length together, in a new order."""
    sizes = np.diff(first)
    order = np.argsort(sizes * (1 + 0.2 * rng.random(len(sizes))), kind="stable")
    cuts = np.flatnonzero(np.diff(np.cumsum(sizes[order]) // words)) + 1
    parts = np.split(order, cuts)
    for place in rng.permutation(len(parts)).tolist():
        if len(parts[place]):
            yield parts[place]


class _Learner:
    """Weights on the way, with the squares of all their steps."""

    def __init__(self, rows: F32, scheme: Scheme, pace: Pace) -> None:
        self.rows, self.pace = rows, pace
        self.squares = np.full_like(rows, pace.begin)
        self.allowed = scheme.allowed()
        self.follow = np.zeros(self.allowed.shape)
        self.follow_squares = np.full(self.allowed.shape, pace.begin)

    def step(self, signs: I32, lesson: Lesson, sentences: I64, rng: np.random.Generator) -> float:
        """Learn from some sentences; return how surprising their labels were."""
        begins, sizes = (
            lesson.first[sentences],
            lesson.first[sentences + 1] - lesson.first[sentences],
        )
        inside = np.arange(int(sizes.max()))[None] < sizes[:, None]
        words = (begins[:, None] + np.arange(inside.shape[1]))[inside]
        kept = rng.random(signs.shape[1]) >= self.pace.hidden
        own = signs[np.ix_(words, np.flatnonzero(kept))]
        scores = np.zeros((*inside.shape, self.rows.shape[1]))
        scores[inside] = self.rows[own].sum(1)
        follow = np.where(self.allowed, self.follow, NEVER)
        found = chances(scores, follow, sizes)
        gold = np.zeros(inside.shape, np.int64)
        gold[inside] = lesson.labels[words]
        wanted = np.eye(scores.shape[2])[gold]
        off = (found.single - wanted)[inside].astype(np.float32)
        self._move_rows(own, off)
        surprise = float(found.total.sum() - self._move_follow(found.pairs, gold, inside, follow))
        return surprise - float((scores * wanted)[inside].sum())

    def _move_rows(self, own: I32, off: F32) -> None:
        met, place = np.unique(own, return_inverse=True)
        place = place.ravel()
        width = own.shape[1]
        gradient = np.stack(
            [np.bincount(place, np.repeat(column, width), len(met)) for column in off.T], 1
        ).astype(np.float32)
        gradient[met == 0] = 0.0
        here = self.rows[met]
        gradient += self.pace.decay * here
        self.squares[met] += gradient**2
        self.rows[met] = here - self.pace.rate * gradient / np.sqrt(self.squares[met])

    def _move_follow(
        self, expected: F64, gold: I64, inside: npt.NDArray[np.bool_], follow: F64
    ) -> float:
        """Move what labels in a row add; return the score that the gold rows have of it."""
        counts = np.zeros_like(expected)
        both = inside[:, 1:]
        np.add.at(counts, (gold[:, :-1][both], gold[:, 1:][both]), 1.0)
        counts[-1] += np.bincount(gold[:, 0], minlength=counts.shape[1])
        gradient = np.where(self.allowed, expected - counts, 0.0)
        self.follow_squares += gradient**2
        self.follow -= self.pace.rate * gradient / np.sqrt(self.follow_squares)
        return float((counts * np.where(self.allowed, follow, 0.0)).sum())


assert OUTSIDE == 0  # noqa: S101 - sequences are filled up with it
