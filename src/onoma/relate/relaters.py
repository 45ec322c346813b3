"""Who reads relations: the parts by name, and the usual one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from onoma.registry import Registry
from onoma.relate.instances import Relater

RelaterFactory = Callable[[], Relater]

relation_readers: Registry[RelaterFactory] = Registry(
    "relation reader",
    group="onoma.relation_readers",
    builtin={
        "reader": "onoma.relate.reader:load_reader",
        "rules": "onoma.relate.systems.triggers:trigger_rules",
    },
)
USUAL = "reader"
QUICK = "rules"
"""For many documents: some hundred times as fast."""
NOBODY = "none"


def checked_name(name: str = "") -> str:
    """Return the name of a reader of relations, the usual one's unless given.

    Raises: UnknownName: there is none of this name.
    """
    wanted = name or USUAL
    if wanted not in relation_readers.names():
        relation_readers.get(wanted)
    return wanted


def usual_reader(mode: str) -> str:
    """Return who reads the relations of many documents: nobody who takes much longer than a mode.

    >>> usual_reader("dictionary"), usual_reader("hybrid")
    ('rules', 'reader')
    """
    return QUICK if mode == "dictionary" else USUAL


@cache
def make_relater(name: str) -> Relater:
    """Return the reader of relations of this name, one for all who ask in a process.

    Raises: UnknownName: there is none; ModelMissing: its weights are not there.
    """
    return relation_readers.get(name)()
