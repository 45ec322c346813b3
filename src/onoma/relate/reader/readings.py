"""What a reader thinks of a text's candidate pairs for a task."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onoma.relate.candidates import Pair
from onoma.relate.reader.folder import Scale
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


@dataclass(frozen=True, slots=True)
class Beside:
    """What a network says that read some of the candidates one by one.

    ``scores`` (candidates, 1 + kinds), or None where no network reads this task, ``is_read``
    (candidates,); ``first`` is the scale of candidates that were not worth it.
    """

    scores: F32 | None
    is_read: npt.NDArray[np.bool_]
    first: Scale | None

    @classmethod
    def nothing(cls, candidates: int) -> Beside:
        """Return what is said where no network reads one by one."""
        return cls(None, np.zeros(candidates, bool), None)

    def of(self, owner: I64) -> Beside:
        """Return the same for pairs of mentions, by the candidate that each belongs to."""
        scores = None if self.scores is None else self.scores[owner]
        return Beside(scores, self.is_read[owner], self.first)

    def chances(self, scale: Scale, scores: F32, odds: F32) -> F32:
        """Return chances by ``scale`` where a candidate was read, else by the first one."""
        found = scale.chances(scores, odds, self.scores)
        if self.first is None:
            return found
        return np.where(self.is_read[:, None], found, self.first.chances(scores, odds))


class Answer(NamedTuple):
    """A task with its reading, and the pairs of it for which the task answers."""

    task: RelationTask
    reading: Reading
    wanted: Collection[Pair]
