"""Who reads relations: the parts by name, and the usual one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from onoma.registry import Registry
from onoma.relate.instances import Relater
from onoma.relate.reader.folder import CARD, shipped_reader

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
FLOORS: dict[str, dict[str, float]] = {READER: {"cid/CID": 0.45}}
"""The least confidence, by reader and kind, where mentions are found rather than given: some of
them are wrong, and a border set with the right ones lets too much through (chosen on halves of
BC5CDR's dev part, ``bench/relations_end_to_end.py``: 0.45 and 0.5)."""


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
def make_relater(name: str) -> Relater:
    """Return the reader of relations of this name, one for all who ask in a process.

    Raises: UnknownName: there is none; ModelMissing: its weights are not there.
    """
    plain, _, place = name.partition(":")
    make = relation_readers.get(plain)
    return make(place) if place else make()
