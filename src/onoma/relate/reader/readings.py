"""What a reader thinks of a text's candidate pairs for a task."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onoma.relate.candidates import Pair
from onoma.relate.tasks import RelationTask

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader thinks of a text's candidates for a task.

    ``chances`` are (candidates, 1 + kinds): no relation, and each kind, calibrated; ``novel``
    (candidates,), the chance of a novel finding. ``mentions`` are the pairs of mentions that were
    read: offsets of both (rows, 4), the ``owner`` candidate of each, and its own chances
    ``shares`` (rows, 1 + kinds). ``members`` are the chances by the network alone and by the words
    alone, where both have a say.
    """

    pairs: tuple[Pair, ...]
    chances: F32
    novel: F32
    mentions: I64
    owner: I64
    shares: F32
    members: tuple[F32, ...] = ()

    def agreement(self, row: int, column: int) -> float | None:
        """Return the share of the members that say a candidate's kind by themselves.

        Each says what it thinks likeliest, no relation included. None without members.
        """
        said = [int(chances[row].argmax()) == column for chances in self.members]
        return sum(said) / len(said) if said else None


class Answer(NamedTuple):
    """A task with its reading, and the pairs of it for which the task answers."""

    task: RelationTask
    reading: Reading
    wanted: Collection[Pair]
