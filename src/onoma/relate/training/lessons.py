"""Texts with gold relations to lessons: sheets, and what should be said of each candidate pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from onoma.relate.candidates import candidate_pairs
from onoma.relate.gold import GoldText
from onoma.relate.instances import Tie
from onoma.relate.reader.kinds import TYPES, Heads
from onoma.relate.reader.sheets import Sheet, make_sheets
from onoma.relate.reader.trunk import Trunk
from onoma.relate.tasks import RelationTask

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text of a task: its sheets, and for each of its candidates what is gold.

    ``wanted`` is (candidates, 1 + kinds), the chances of no relation and of each kind;
    ``novel`` (candidates,) is 1 for a novel finding, 0 for background, -1 where nothing is said.
    """

    task: str
    id: str
    pairs: tuple[tuple[int, int], ...]
    sheets: tuple[Sheet, ...]
    wanted: F32
    novel: I64

    @property
    def size(self) -> int:
        """The pieces of its sheets."""
        return sum(len(sheet.types) for sheet in self.sheets)


def make_lessons(
    texts: Sequence[GoldText], task: RelationTask, trunk: Trunk, heads: Heads, *, at_once: int = 16
) -> Iterator[Lesson]:
    """Yield a lesson for each text that has a candidate pair."""
    kinds = heads.kinds(task.name)
    for begin in range(0, len(texts), at_once):
        part = texts[begin : begin + at_once]
        for gold, pieces in zip(part, trunk.read([one.text for one in part]), strict=True):
            pairs = candidate_pairs(gold.text, task)
            sheets = make_sheets(
                gold.text, pieces, pairs, types=TYPES, by_sentence=task.level == "sentence"
            )
            if not sheets:
                continue
            wanted, novel = _gold(gold, task, pairs, kinds)
            small = tuple(
                replace(
                    sheet,
                    vectors=sheet.vectors.astype(np.float16),
                    pooled=sheet.pooled.astype(np.float16),
                )
                for sheet in sheets
            )
            yield Lesson(task.name, gold.text.id, tuple(pairs), small, wanted, novel)


def _gold(
    gold: GoldText, task: RelationTask, pairs: Sequence[tuple[int, int]], kinds: Sequence[str]
) -> tuple[F32, I64]:
    place = {pair: number for number, pair in enumerate(pairs)}
    wanted = np.zeros((len(pairs), 1 + len(kinds)), np.float32)
    novel = np.full(len(pairs), -1, np.int64)
    for tie in gold.ties:
        row = row_of(tie, task, place)
        if row is None:
            continue
        wanted[row, 1 + kinds.index(tie.kind)] = 1
        if tie.novelty:
            novel[row] = int(tie.novelty == "novel")
    wanted[:, 0] = wanted.sum(1) == 0
    return wanted / wanted.sum(1, keepdims=True), novel


def row_of(tie: Tie, task: RelationTask, place: Mapping[tuple[int, int], int]) -> int | None:
    """Return the candidate of a gold tie; where a kind has no direction, either way round."""
    row = place.get((tie.first, tie.second))
    if row is None and not task.kind(tie.kind).is_directed:
        row = place.get((tie.second, tie.first))
    return row


def packs(
    lessons: Sequence[Lesson], drawn: Sequence[int], *, room: int, rng: np.random.Generator
) -> list[list[int]]:
    """Return drawn lessons in groups of one task of about ``room`` pieces, in a random order."""
    groups: list[list[int]] = []
    for task in sorted({lessons[place].task for place in drawn}):
        own = [place for place in drawn if lessons[place].task == task]
        group: list[int] = []
        size = 0
        for place in rng.permutation(own).tolist():
            if group and size + lessons[place].size > room:
                groups.append(group)
                group, size = [], 0
            group.append(place)
            size += lessons[place].size
        groups.append(group)
    return [groups[place] for place in rng.permutation(len(groups))]
