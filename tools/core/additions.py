"""Our own names, from ``additions.tsv``: everyday words that no source has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.rules import fold
from core.table import SCOPE, Table
from onoma.types import TYPE_BIT

FILE = Path(__file__).with_name("additions.tsv")


@dataclass(frozen=True, slots=True)
class Addition:
    """One line: a CURIE, a name, its scope, and whether it demotes the name elsewhere."""

    curie: str
    text: str
    scope: str
    demote: bool


def read_additions(path: Path = FILE) -> Iterator[Addition]:
    """Yield the additions; a line holds CURIE, scope, ``demote`` or ``-``, names split by ``|``."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        curie, scope, mark, texts = line.split("\t")
        for text in texts.split("|"):
            yield Addition(curie, text.strip(), scope, mark == "demote")


def added_taxa(path: Path = FILE) -> frozenset[int]:
    """Return the taxa that the additions name."""
    prefix = "NCBITaxon:"
    return frozenset(
        int(item.curie.removeprefix(prefix))
        for item in read_additions(path)
        if item.curie.startswith(prefix)
    )


def apply_additions(table: Table, path: Path = FILE) -> list[str]:
    """Add the names and return the CURIEs that no source has (a mistake in the file).

    An addition marked ``demote`` says which organism an everyday word means in papers ("rats" are
    10116, not the genus 10114): the same text on other organisms becomes a broad name there.
    """
    wrong = []
    demoted: dict[str, int] = {}
    for item in read_additions(path):
        place = table.row.get(item.curie)
        if place is None:
            wrong.append(item.curie)
            continue
        added = table.name(place, item.text, scope=item.scope, source="onoma")
        if item.demote:
            demoted[fold(item.text).lower()] = place
        elif not added and fold(item.text) != item.text:
            continue
    _demote(table, demoted)
    return wrong


def _demote(table: Table, demoted: dict[str, int]) -> None:
    organism = TYPE_BIT["organism"]
    for at, (place, text, _, source) in enumerate(table.names):
        owner = demoted.get(text.lower())
        if owner is not None and owner != place and table.types[place] & organism:
            table.names[at] = (place, text, SCOPE["broad"], source)
