"""What a reader's scores are: the kinds of its tasks, side by side, and the numbers of types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onoma.relate.tasks import WIDER, RelationTask
from onoma.types import SEMANTIC_TYPES

_PLAIN = {"drug", "protein", "phenotype"}  # read as their wider type is

TYPES: dict[str, int] = {
    name: 1 + SEMANTIC_TYPES.index(WIDER[name] if name in _PLAIN else name)
    for name in SEMANTIC_TYPES
}
"""The number of each semantic type; 0 is none. A drug is read as a chemical is."""


@dataclass(frozen=True, slots=True)
class Heads:
    """The columns of the scores: for each task no relation and its kinds; then background, novel.

    ``tasks`` are their names, ``names`` the kinds of each.
    """

    tasks: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, tasks: Sequence[RelationTask]) -> Heads:
        """Return the heads of some tasks."""
        return cls(
            tuple(task.name for task in tasks),
            tuple(tuple(kind.name for kind in task.kinds) for task in tasks),
        )

    def kinds(self, task: str) -> tuple[str, ...]:
        """Return the kinds of a task in the order of their columns."""
        return self.names[self.tasks.index(task)]

    def columns(self, task: str) -> slice:
        """Return the columns of a task: no relation, and its kinds."""
        place = self.tasks.index(task)
        start = sum(1 + len(own) for own in self.names[:place])
        return slice(start, start + 1 + len(self.names[place]))

    @property
    def novelty(self) -> slice:
        """The columns of background and novel."""
        return slice(self.width - 2, self.width)

    @property
    def width(self) -> int:
        """How many columns there are."""
        return 2 + sum(1 + len(own) for own in self.names)
