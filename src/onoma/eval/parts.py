"""What flows through an evaluation: items, systems, scores.

A reader makes ``Items`` of files. A system sees what is ``given`` of each, never the gold, and
answers one guess an item in the same order. A task scores the guesses. Types of what is given,
wanted and guessed are the task's own; each task's file says what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from onoma.metrics import Score
from onoma.metrics.counts import F64, I64
from onoma.metrics.resampling import Statistic

Given = TypeVar("Given")
Gold = TypeVar("Gold")

MADE_UP = "none"
"""The row or column of a confusion picture for what has no counterpart."""


@dataclass(frozen=True, slots=True)
class Item(Generic[Given, Gold]):
    """One thing to answer. ``text`` is what overlap with training is told by."""

    id: str
    given: Given
    gold: Gold
    text: str = ""


ItemReader = Callable[[Path, Mapping[str, str]], Iterable[Item[Any, Any]]]
"""Makes items of a file; the options are those of the data set's row."""


@dataclass(frozen=True, slots=True)
class View:
    """One semantic type of a set: the corpus's words for it, and what Onoma is asked for."""

    name: str
    words: tuple[str, ...]
    types: tuple[str, ...]
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a data set: the split that it is (``all``: no official one) and its checksum."""

    split: str
    path: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class DataSet:
    """A row of the table of data sets; ``options`` are what its reader needs to know besides."""

    name: str
    folder: str
    tasks: tuple[str, ...]
    format: str
    licence: str
    source: str
    cite: str
    parts: tuple[Part, ...]
    views: tuple[View, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """Where gold is read from: a row of the table with its folder, or a file of the user's."""

    path: Path
    row: DataSet | None
    split: str
    equivalents: Path | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Data:
    """What a reader gives: the items to score, those to train on, and what all share.

    ``train`` is None where no training part is known. ``shared`` is what every item is answered
    from: the documents that are searched, the triples that are known.
    """

    items: Sequence[Item[Any, Any]]
    train: Sequence[Item[Any, Any]] | None = None
    views: tuple[View, ...] = ()
    shared: Any = None
    equivalents: Mapping[str, frozenset[str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What a system is made with; ``project`` is a folder of lists that block and add names."""

    task: str
    views: tuple[View, ...]
    train: Sequence[Item[Any, Any]] | None
    shared: Any
    vocabulary: str = "core"
    seed: int = 0
    project: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """Answers items; ``about`` names what the answers depend on (vocabulary, weights)."""

    predict: Callable[[Sequence[Any]], Sequence[Any]]
    about: Mapping[str, str] = field(default_factory=dict)


SystemMaker = Callable[[Setting], System]


@dataclass(frozen=True, slots=True)
class Measure:
    """A named statistic; a share is shown as a percentage."""

    name: str
    statistic: Statistic
    is_share: bool = True


@dataclass(frozen=True, slots=True)
class Example:
    """Where something went wrong, in its context: the part in question stands in ``marked``."""

    id: str
    before: str
    marked: str
    after: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that went wrong, once or often, with the first places."""

    kind: str
    surface: str
    gold: str
    predicted: str
    count: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of gold label (row) against predicted label (column)."""

    labels: tuple[str, ...]
    counts: I64


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table by type, label or kind."""

    name: str
    score: Score


@dataclass(frozen=True, slots=True)
class Scored:
    """What a task makes of guesses; the first measure leads.

    ``n`` units are drawn whole by the bootstrap; ``decisions`` has the score of each decision,
    higher is better, for paired comparison.
    """

    n: int
    measures: tuple[Measure, ...]
    decisions: F64
    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()
    confusion: Confusion | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A registered task: how gold is read, how guesses are read and scored.

    ``read_guess`` makes a guess of the JSON value in a file of predictions; ``plain`` says in words
    what a file of the user's own looks like. ``keys`` are the names of an item by which it counts
    as seen in training.
    """

    name: str
    summary: str
    plain: str
    default: str
    read: Callable[[Source], Data]
    score: Callable[[Data, Sequence[Any]], Scored]
    read_guess: Callable[[Any], Any]
    keys: Callable[[Item[Any, Any]], Sequence[str]] = lambda item: ()
