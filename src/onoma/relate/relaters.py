"""Who reads relations: the parts by name, and the usual one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from onoma.registry import Registry
from onoma.relate.instances import Relater, RelationText, Tie
from onoma.relate.reader.folder import CARD, shipped_reader
from onoma.relate.tasks import relation_task

RelaterFactory = Callable[..., Relater]
"""Makes a reader; of a folder, where one is named behind a colon (``reader:DIR``)."""

relation_readers: Registry[RelaterFactory] = Registry(
    "relation reader",
    group="onoma.relation_readers",
    builtin={
        "reader": "onoma.relate.reader:load_reader",
        "rules": "onoma.relate.quick:quick_rules",
    },
)
READER = "reader"
QUICK = "rules"
"""For many documents: some hundred times as fast."""
NOBODY = "none"
FLOORS: dict[str, dict[str, float]] = {READER: {"causes": 0.45}}
"""The least confidence, by reader and predicate, where mentions are found, not given: some of
them are wrong, and a border set with the right ones lets too much through (chosen on halves of
BC5CDR's dev part, ``bench/relations_end_to_end.py``)."""


def usual_reader(mode: str = "hybrid") -> str:
    """Return who reads relations beside a mode: nobody who takes much longer than it does.

    >>> usual_reader("dictionary")
    'rules'
    """
    ships = (shipped_reader() / CARD).is_file()
    return READER if ships and mode != "dictionary" else QUICK


def checked_name(name: str) -> str:
    """Return the name of a reader of relations if it is one.

    Raises: UnknownName: there is none of this name.
    """
    plain, _, _ = name.partition(":")
    if plain not in relation_readers.names():
        relation_readers.get(plain)
    return name


@cache
def make_relater(name: str, task: str = "") -> Relater:
    """Return the reader of relations of this name, one for all who ask in a process.

    ``task``: it is asked for this task alone, and for all pairs that the task asks about.
    Raises: UnknownName: there is none; ModelMissing: its weights are not there.
    """
    plain, _, place = name.partition(":")
    make = relation_readers.get(plain)
    made = make(place) if place else make()
    return OneTask(made, relation_task(task).name) if task else made


class OneTask:
    """A reader of many tasks' relations, asked for those of one; kinds are named with the task.

    A reader may have ``for_task``, which makes its part for a task (``TaskReader``); of another one
    what belongs to the task is kept.
    """

    def __init__(self, relater: Relater, task: str) -> None:
        """Take the reader and the task's name.

        Raises: UnknownName: the reader does not know the task.
        """
        part = getattr(relater, "for_task", None)
        self._relater: Relater = relater if part is None else part(task)
        self._before = f"{task}/"
        self.name = relater.name

    def relate(self, texts: Sequence[RelationText]) -> list[tuple[Tie, ...]]:
        """Return the task's relations of each text."""
        found = self._relater.relate(texts)
        return [tuple(tie for tie in map(self._named, ties) if self._is_own(tie)) for ties in found]

    def _named(self, tie: Tie) -> Tie:
        return tie if "/" in tie.kind else replace(tie, kind=self._before + tie.kind)

    def _is_own(self, tie: Tie) -> bool:
        return tie.kind.startswith(self._before)
