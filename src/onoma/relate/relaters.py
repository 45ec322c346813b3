"""Who reads relations: the parts by name, and the usual one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from onoma.registry import Registry
from onoma.relate.instances import Relater

RelaterFactory = Callable[[], Relater]

relaters: Registry[RelaterFactory] = Registry(
    "relation reader",
    group="onoma.relaters",
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
    if wanted not in relaters.names():
        relaters.get(wanted)
    return wanted


@cache
def make_relater(name: str) -> Relater:
    """Return the reader of relations of this name, one for all who ask in a process.

    Raises: UnknownName: there is none; ModelMissing: its weights are not there.
    """
    return relaters.get(name)()
