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
    ``shares`` (rows, 1 + kinds).
    """

    pairs: tuple[Pair, ...]
    chances: F32
    novel: F32
    mentions: I64
    owner: I64
    shares: F32


class Answer(NamedTuple):
    """A task with its reading, and the pairs of it for which the task answers."""

    task: RelationTask
    reading: Reading
    wanted: Collection[Pair]
