"""Our own names: everyday words from ``additions.tsv``, and short forms that a rule writes.

The rules: a species with a heading of MeSH is also named with its initial ("S. aureus"), where it
alone is named so; a cell line is also named without its collection's prefix (NCI-H1299, H1299), its
hyphen between letters (Hep-G2, HepG2) and what stands in brackets behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.rules import fold
from core.table import SCOPE, Table
from onoma.types import TYPE_BIT

SHARED = TYPE_BIT["organism"] | TYPE_BIT["cell_line"]  # types within which a name is demoted
BINOMIAL = re.compile(r"^([A-Z])[a-z-]+ ([a-z-]{4,})$")
PREFIXED = re.compile(r"^NCI-(H\d{2,5})$")
BRACKETED = re.compile(r"^([A-Za-z][\w-]{2,9}) ?\([^()]+\)$")
HYPHENED = re.compile(r"^([A-Za-z]{1,4})[-/]([A-Z][A-Za-z]{0,3}-?\d{1,4}[A-Za-z]?)$")

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
    add_short_forms(table)
    return wrong


def _demote(table: Table, demoted: dict[str, int]) -> None:
    for at, (place, text, _, source) in enumerate(table.names):
        owner = demoted.get(text.lower())
        if owner is None or owner == place:
            continue
        if table.types[place] & table.types[owner] & SHARED:
            table.names[at] = (place, text, SCOPE["broad"], source)


def add_short_forms(table: Table) -> None:
    """Add what the rules write, where it names one concept of its kind only."""
    known = {fold(text).lower() for _, text, _, _ in table.names}
    for made in (_short_species(table), _short_lines(table)):
        for text, places in made.items():
            if len(places) == 1 and fold(text).lower() not in known:
                table.name(places.pop(), text, scope="pattern", source="onoma")


def _short_species(table: Table) -> dict[str, set[int]]:
    """Return short form -> the species of MeSH that it may stand for."""
    linked = {place for (place, curie) in table.equivalents if curie.startswith("MESH:D")}
    found: dict[str, set[int]] = {}
    for place in sorted(linked):
        match = BINOMIAL.match(table.labels[place])
        if match and table.curies[place].startswith("NCBITaxon:"):
            found.setdefault(f"{match[1]}. {match[2]}", set()).add(place)
    return found


def _short_lines(table: Table) -> dict[str, set[int]]:
    """Return short form -> the cell lines that it may stand for."""
    found: dict[str, set[int]] = {}
    for place, curie in enumerate(table.curies):
        if not curie.startswith("CVCL:"):
            continue
        label = table.labels[place]
        prefixed, hyphened = PREFIXED.match(label), HYPHENED.match(label)
        bracketed = BRACKETED.match(label)
        text = ""
        if prefixed:
            text = prefixed[1]
        elif hyphened:
            text = hyphened[1] + hyphened[2]
        elif bracketed and any(ch.isdigit() for ch in bracketed[1]):
            text = bracketed[1]
        if text:
            found.setdefault(text, set()).add(place)
    return found
