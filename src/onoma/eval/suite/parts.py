"""What a task of the suite is made of: texts by number, what is wanted of them, the score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.metrics.counts import F64, I64
from onoma.metrics.resampling import Statistic

F32 = npt.NDArray[np.float32]
KINDS = ("classification", "clustering", "pairs", "retrieval")
LONGEST = 800  # characters of a text: about 170 word pieces, so that a core reads some 50 a second


def cut(text: str) -> str:
    """Return the beginning of a text, its white space single, cut between words."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else flat[: LONGEST + 1].rsplit(" ", 1)[0][:LONGEST]


class Numbering:
    """Numbers texts, equal ones alike, so that each is embedded once."""

    def __init__(self) -> None:
        """Start without texts."""
        self._numbers: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        """Return the number of a text, after ``cut``."""
        return self._numbers.setdefault(cut(text), len(self._numbers))

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts by number."""
        return tuple(self._numbers)


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts of one label each; what is to be told apart stands in ``is_test``."""

    texts: tuple[str, ...]
    gold: tuple[str, ...]
    is_test: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of texts (rows of two numbers) with how near they should be."""

    texts: tuple[str, ...]
    rows: I64
    gold: F64


@dataclass(frozen=True, slots=True)
class Choices:
    """Rows of numbers of texts: one, the one that belongs to it, those that do not."""

    texts: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Search:
    """Queries and documents, by number, and which of these each query should find."""

    texts: tuple[str, ...]
    queries: I64
    documents: I64
    relevant: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class Miss:
    """Something that went wrong: what was given, wanted and answered."""

    given: str
    gold: str
    predicted: str


@dataclass(frozen=True, slots=True)
class Marks:
    """Measures by name, the leading one first, over ``n`` units that the bootstrap draws whole."""

    n: int
    measures: Mapping[str, Statistic]
    misses: Sequence[Miss] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class SuiteTask:
    """A registered task.

    ``files`` stand in ``folder``, itself in the folder of all data sets; an empty ``folder`` says
    that the task is made of the vocabulary that ships. ``read`` takes that folder and a generator.
    """

    name: str
    kind: str
    about: str
    folder: str
    files: tuple[str, ...]
    licence: str
    measure: str
    read: Callable[[Path, np.random.Generator], Any]
    score: Callable[[Any, F32], Marks]
