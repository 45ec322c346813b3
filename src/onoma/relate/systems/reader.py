"""The neural reader that ships, as one of the systems: nothing of the lesson is learnt."""

from __future__ import annotations

from onoma.relate.instances import Relater
from onoma.relate.reader import load_reader
from onoma.relate.systems import Lesson


def make(lesson: Lesson) -> Relater:
    """Return the shipped reader of a lesson's task, as it was trained.

    Raises: ModelMissing: no reader ships; UnknownName: it does not know the task.
    """
    return load_reader().for_task(lesson.task.name)
