"""A few labelled texts sharpen the head of a described type: a convex problem, solved in NumPy.

The head starts where the description puts it and moves as far as the examples ask: logistic
regression over the trunk's vectors, drawn towards the description's head (a prior as in Chelba and
Acero 2006, maximum entropy adaptation). The trunk stays as it is, so this takes a second.

Optimiser: Nesterov 2004, constant momentum for a strongly convex function.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onoma.errors import InputError
from onoma.recognize.tagger.decoding import BEGIN, INSIDE, OUTSIDE
from onoma.recognize.tagger.described import (
    LABELS,
    Describer,
    TypedHeads,
    heads_of_rows,
    rows_of_heads,
)
from onoma.recognize.tagger.folder import Heads
from onoma.recognize.tagger.gazetteer import Marks, unpacked
from onoma.recognize.tagger.tagger import Tagger
from onoma.recognize.tagger.words import Words
from onoma.text.tokens import TextBatch
from onoma.types import Span

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]
Mover = Callable[[str, F32, "ReadExamples"], F32]
"""From a type's name, its head's rows and the words of its examples to rows that fit them."""
STEPS = 300
ENOUGH = 1e-4  # of the first gradient: what is left of it when no more is to be gained


@dataclass(frozen=True, slots=True)
class Example:
    """A text in which every span of a type is marked."""

    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Tuning:
    """How far examples move a head.

    ``pull`` draws it towards the description's: so many words of the examples it takes to move a
    head half-way, as it were. ``copies`` texts are made of each by swapping names; together they
    weigh ``swapped`` of what the example weighs. From fewer than ``least`` examples none are made:
    there they took away more than they gave a head that begins from words (``bench/few_shot.py``),
    and the head moves along the directions of known descriptions alone (``head_space``), drawn back
    by ``along`` words, unless examples left out in turn say that the type lies in none.
    """

    pull: float = 100.0
    copies: int = 4
    swapped: float = 0.5
    least: int = 50
    along: float = 20.0


@dataclass(frozen=True, slots=True)
class ReadExamples:
    """Words of examples: what heads read of them, (words, 2 x width + features + 1), and labels."""

    vectors: F32
    labels: I64
    weight: F32

    @classmethod
    def join(cls, parts: Sequence[ReadExamples]) -> ReadExamples:
        """Return the words of several."""
        columns = ("vectors", "labels", "weight")
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in columns))


def read_examples(
    tagger: Tagger, examples: Sequence[Example], *, weight: float = 1.0
) -> ReadExamples:
    """Return the words of examples as a tagger reads them."""
    batch = TextBatch.of([one.text for one in examples])
    known = tagger.gazetteer
    page = tagger.read(batch, Marks.none() if known is None else known.marks(batch))
    ones = np.ones((len(page.words), 1), np.float32)
    vectors = np.concatenate([tagger.vectors(page), unpacked(page.bits), ones], 1)
    labels = np.zeros(len(page.words), np.int64)
    for number, example in enumerate(examples):
        _label(labels, page.words, example.spans, number)
    return ReadExamples(vectors, labels, np.full(len(labels), weight, np.float32))


def _label(labels: I64, words: Words, spans: Sequence[Span], number: int) -> None:
    """Write the labels of a text's spans; of nested ones the longest stays."""
    low, high = int(words.bounds[number]), int(words.bounds[number + 1])
    starts, ends = words.start[low:high], words.end[low:high]
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span)):
        first = low + int(np.searchsorted(ends, start, side="right"))
        behind = low + int(np.searchsorted(starts, end, side="left"))
        own = labels[first:behind]
        if len(own) and not (own != OUTSIDE).any():
            own[0], own[1:] = BEGIN, INSIDE


def tuned_rows(rows: F32, read: ReadExamples, pull: float) -> F32:
    """Return a head's rows, (3, columns), moved to fit the words that were read.

    Minimised: the weighted sum of surprises, plus ``pull`` / 2 times the squared way from ``rows``
    in units in which a column's mean square is 1.
    """
    pull = pull / max(float(read.weight.sum()), 1e-9)
    share = (read.weight / max(float(read.weight.sum()), 1e-9)).astype(np.float32)
    squares: F32 = np.square(read.vectors)
    scale = np.asarray(np.sqrt(np.maximum(share @ squares, 1e-6)), np.float32)
    words = read.vectors / scale
    start = rows * scale
    wanted = np.eye(LABELS, dtype=np.float32)[read.labels]
    bound = 0.5 * _largest(words * np.sqrt(share)[:, None]) + pull
    slow, fast = math.sqrt(pull), math.sqrt(bound)
    momentum = (fast - slow) / (fast + slow)
    here = ahead = start
    first_size = 0.0
    for _ in range(STEPS):
        off = (_chances(words @ ahead.T) - wanted) * share[:, None]
        gradient = off.T @ words + pull * (ahead - start)
        size = float(np.linalg.norm(gradient))
        first_size = first_size or size
        if size <= ENOUGH * first_size:
            break
        following = ahead - gradient / bound
        ahead = following + momentum * (following - here)
        here = following
    return np.asarray(here / scale, np.float32)


def _chances(scores: F32) -> F32:
    raised = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True), np.float32)


def _largest(matrix: F32) -> float:
    """Return the largest eigenvalue of ``matrix.T @ matrix``, by power iteration."""
    rng = np.random.default_rng(0)
    vector: F32 = np.asarray(rng.normal(size=matrix.shape[1]), np.float32)
    size = 1.0
    for _ in range(20):
        vector = (matrix @ (vector / np.linalg.norm(vector))) @ matrix
        size = float(np.linalg.norm(vector))
    return 1.05 * size


def tuned(
    describer: Describer, heads: TypedHeads, read: dict[str, ReadExamples], move: Mover
) -> TypedHeads:
    """Return heads, those of which there are examples moved to fit them.

    A type of several phrases that has examples begins from the mean of its phrases' heads, and is
    one head then.

    Raises: InputError: examples of a type that is not described.
    """
    for name in read:
        if name not in heads.names:
            raise InputError(
                f"there are examples of {name!r}, which is not described",
                hint=f"described are: {', '.join(heads.names)}",
            )
    width = describer.net.width
    rows = rows_of_heads(heads.heads).reshape(len(heads.owner), LABELS, -1)
    parts: list[tuple[str, F32, int]] = []
    for number, name in enumerate(heads.names):
        own = np.flatnonzero(heads.owner == number).tolist()
        if name in read:
            parts.append((name, move(name, rows[own].mean(0), read[name]), number))
        else:
            parts += [(heads.heads.names[row], rows[row], number) for row in own]
    made: Heads = heads_of_rows(
        [name for name, _, _ in parts], np.concatenate([own for _, own, _ in parts]), width
    )
    return TypedHeads(heads.names, made, np.array([number for _, _, number in parts], np.int64))
