"""A learned vote: which spans of several recognisers are right, by who found them and their looks.

Boosted trees give each span that any system finds a chance of being a mention; the best set of
spans above a border is taken. Both are learned from annotated documents that no system has learned
from.

Source: Wolpert 1992, Stacked generalization; Wang and Patrick 2009 (for clinical entities).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from onoma.errors import BadFile, InputError, ModelMissing
from onoma.formats import open_output
from onoma.link.candidates.trees import Forest, Growth, grow
from onoma.pipeline.voting import GROUP_OF, Ballot, Found, Rival, elected, rivals

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

FORMAT = 1
FILE = "stack.npz"
LOOKS = ("found by", "touched by", "best score", "words", "characters", "capitals",
         "first capital", "digit", "times in the text")  # fmt: skip
OWN = ("exact", "score", "shared", "score across")
"""Columns of each system."""
GROWTH = Growth(trees=60, depth=2, rate=0.12, pull=8.0, least=10, share=0.7)
FOLDS, BORDER_FOLDS = 5, 3
BORDERS = tuple(np.round(np.arange(0.1, 0.91, 0.05), 2).tolist())
SMOOTH = (0.25, 0.5, 0.25)  # over neighbouring borders: one lucky document does not decide
FEW = 40  # right spans of a type below which its best single system is followed


@dataclass(frozen=True, slots=True)
class Lesson:
    """A document: its text, what the systems found in it, and the spans that are right."""

    text: str
    ballot: Ballot
    gold: frozenset[tuple[int, int, str]]


@dataclass(frozen=True, slots=True)
class Stack:
    """Trees over the evidence of named systems for some types, and the border of their chances.

    ``followed``: for each type of which too few were marked to learn from, its best system.
    """

    systems: tuple[str, ...]
    types: tuple[str, ...]
    forest: Forest
    border: float
    followed: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)

    def join(self, text: str, ballot: Ballot, *, nested: bool = False) -> list[Found]:
        """Return the spans that stay, in order, with their chances as scores.

        Raises: InputError: the ballot is of other systems.
        """
        if set(ballot) != set(self.systems):
            raise InputError(
                f"this stack is of {', '.join(self.systems)}, not of {', '.join(ballot)}",
                hint="train it on these systems: onoma train stack",
            )
        seats = rivals({name: ballot[name] for name in self.systems})
        if not seats:
            return []
        table = evidence(text, seats, self.systems, self.types)
        chances = _followed(seats, _chances(self.forest, table), self.followed)
        taken = elected(seats, (chances - self.border).tolist(), nested=nested)
        return [Found(*seats[i].span, seats[i].type, float(chances[i])) for i in taken]

    def write(self, folder: Path) -> None:
        """Write the stack into a folder."""
        said = {
            "format": FORMAT, "systems": self.systems, "types": self.types, "border": self.border,
            "followed": self.followed, "about": self.about,
        }  # fmt: skip
        arrays: dict[str, Any] = dict(self.forest.arrays())
        arrays["said"] = np.frombuffer(json.dumps(said).encode(), np.uint8)
        with open_output(folder / FILE) as file:
            np.savez_compressed(file, **arrays)


def read_stack(folder: Path) -> Stack:
    """Return the stack of a folder.

    Raises: ModelMissing: there is none; BadFile: it is damaged.
    """
    path = folder / FILE
    if not path.is_file():
        raise ModelMissing(f"{folder} holds no {FILE}", hint="make one: onoma train stack")
    try:
        with np.load(path, allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        said = json.loads(arrays.pop("said").tobytes())
        forest = Forest.of_arrays(arrays)
        stack = Stack(
            tuple(said["systems"]), tuple(said["types"]), forest, float(said["border"]),
            dict(said["followed"]), dict(said["about"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, BadZipFile) as error:
        raise BadFile(f"{path}: damaged", hint="train it again: onoma train stack") from error
    wide = len(LOOKS) + len(OWN) * len(stack.systems) + len(stack.types)
    if said["format"] != FORMAT or (forest.feature >= wide).any():
        raise BadFile(f"{path}: of another version", hint="train it again: onoma train stack")
    return stack


def evidence(
    text: str, seats: Sequence[Rival], systems: Sequence[str], types: Sequence[str]
) -> F32:
    """Return a row of numbers a span: how it looks, what each system says, its type."""
    times = Counter((one.group, text[one.span[0] : one.span[1]].lower()) for one in seats)
    rows = np.zeros((len(seats), len(LOOKS) + len(OWN) * len(systems) + len(types)), np.float32)
    for row, one in zip(rows, seats, strict=True):
        words = text[one.span[0] : one.span[1]]
        row[: len(LOOKS)] = (
            len(one.exact), len(one.other), max(one.exact.values(), default=0.0),
            len(words.split()), len(words), words.isupper(), words[:1].isupper(),
            any(sign.isdigit() for sign in words), times[one.group, words.lower()],
        )  # fmt: skip
        place = len(LOOKS)
        for name in systems:
            shared, across = one.other.get(name, (0.0, -1.0))
            row[place : place + len(OWN)] = (
                name in one.exact, one.exact.get(name, -1.0), shared, across
            )  # fmt: skip
            place += len(OWN)
        row[place:] = [one.group == type_ for type_ in types]
    return rows


def _chances(forest: Forest, table: F32) -> F32:
    return np.asarray(1.0 / (1.0 + np.exp(-forest.margins(table))), np.float32)


def _followed(seats: Sequence[Rival], chances: F32, followed: Mapping[str, str]) -> F32:
    """Return the chances, those of types of which one system is followed by that one's word."""
    own = [(place, followed[one.group] in one.exact) for place, one in enumerate(seats)
           if one.group in followed]  # fmt: skip
    out = chances.copy()
    for place, is_found in own:
        out[place] = float(is_found)
    return out


def fit(lessons: Sequence[Lesson], systems: Sequence[str], *, seed: int = 1) -> Stack:
    """Return a stack of these systems, learned from these documents.

    The border is that of the best F1 over documents the trees had not seen (in folds). Of a type
    with few right spans, the system is followed that finds it best.
    Raises: InputError: nothing is right, or fewer than two documents.
    """
    counts = Counter(kind for one in lessons for _, _, kind in one.gold)
    types = tuple(sorted(counts))
    if not types or len(lessons) < 2:
        raise InputError("there is too little to learn from", hint="give two documents or more")
    pages = [_Page.of(one, systems, types) for one in lessons]
    rare = [kind for kind in types if counts[kind] < FEW and counts[kind] < counts.total()]
    followed = {kind: _best_system(pages, systems, kind) for kind in rare}
    unseen = [np.zeros(0, np.float32)] * len(pages)
    for held in parts(len(pages), seed=seed, folds=BORDER_FOLDS):
        forest = _grown([page for number, page in enumerate(pages) if number not in held])
        for number in held:
            chances = _chances(forest, pages[number].table)
            unseen[number] = _followed(pages[number].seats, chances, followed)
    reached = np.pad([_f1(pages, unseen, one) for one in BORDERS], 1, "edge")
    best = int(np.convolve(reached, SMOOTH, "valid").argmax())
    return Stack(tuple(systems), types, _grown(pages), BORDERS[best], followed)


def _best_system(pages: Sequence[_Page], systems: Sequence[str], kind: str) -> str:
    """Return the system with the best F1 for a type."""

    def f1(name: str) -> float:
        found = [
            is_right
            for page in pages
            for one, is_right in zip(page.seats, page.right.tolist(), strict=True)
            if one.group == kind and name in one.exact
        ]
        gold = sum(one[2] == kind for page in pages for one in page.lesson.gold)
        return float(2 * sum(found) / max(len(found) + gold, 1))

    return max(systems, key=f1)


def parts(size: int, *, seed: int, folds: int = FOLDS) -> list[frozenset[int]]:
    """Return the numbers of some documents in parts of about one size."""
    order = np.random.default_rng(seed).permutation(size).tolist()
    return [frozenset(order[first::folds]) for first in range(min(folds, size))]


@dataclass(frozen=True, slots=True)
class _Page:
    """A lesson with its evidence and which rows are right."""

    lesson: Lesson
    seats: list[Rival]
    table: F32
    right: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, lesson: Lesson, systems: Sequence[str], types: Sequence[str]) -> _Page:
        seats = rivals({name: lesson.ballot[name] for name in systems})
        right = np.array([(*one.span, one.group) in lesson.gold for one in seats], np.bool_)
        return cls(lesson, seats, evidence(lesson.text, seats, systems, types), right)


def _grown(pages: Sequence[_Page]) -> Forest:
    table = np.concatenate([page.table for page in pages])
    return grow(table, np.concatenate([page.right for page in pages]), growth=GROWTH)


def _f1(pages: Sequence[_Page], chances: Sequence[F32], border: float) -> float:
    """Return the F1 of what is taken above a border."""
    right = taken = gold = 0
    for page, own in zip(pages, chances, strict=True):
        best = list(elected(page.seats, (own - border).tolist()))
        right += int(page.right[best].sum())
        taken += len(best)
        gold += len(page.lesson.gold)
    return 2 * right / max(taken + gold, 1)


def group_of(type_: str) -> str:
    """Return the group of types that a type counts in."""
    return GROUP_OF.get(type_, type_)
