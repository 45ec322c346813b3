"""Taxa with one name and no equivalent, in a form of their own.

They are a third of all concepts, and in the ordinary tables each would cost its label twice. In
``taxa.npz`` they are sorted by name, so that species of one genus stand together and
front coding leaves little more than the epithet. The store takes each row as an ordinary concept:
CURIE ``NCBITaxon:<taxon>``, label and only name ``name``, parent ``NCBITaxon:<parent>``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from core.table import Table

PREFIX = "NCBITaxon:"


@dataclass(frozen=True, slots=True, order=True)
class Taxon:
    """A row of ``taxa.npz``; ``parent`` is 0 at a root."""

    name: str
    taxon: int
    types: int
    parent: int


def lean_rows(table: Table) -> set[int]:
    """Return the concepts that the compact form can hold without loss.

    A taxon above a concept of the ordinary tables stays there, so that ordinary parents need no
    row of the compact table.
    """
    names = Counter(place for place, *_ in table.names)
    linked = {place for place, _ in table.equivalents}
    lean = {
        place
        for place, curie in enumerate(table.curies)
        if table.sources[place] == "ncbitaxon"
        and names[place] == 1
        and place not in linked
        and curie.startswith(PREFIX)
    }
    lean &= {place for place, text, _, _ in table.names if text == table.labels[place]}
    upper: dict[int, list[int]] = {}
    for child, parent in table.parents:
        upper.setdefault(child, []).append(parent)
    lean -= {place for place in lean if len(upper.get(place, ())) > 1}
    stack = [place for place in range(len(table.curies)) if place not in lean]
    while stack:
        for parent in upper.get(stack.pop(), ()):
            if parent in lean:
                lean.discard(parent)
                stack.append(parent)
    return lean


def lean_taxa(table: Table, lean: set[int]) -> list[Taxon]:
    """Return the compact rows, sorted by name."""
    number = {place: int(table.curies[place].removeprefix(PREFIX)) for place in lean}
    parents = {child: parent for child, parent in table.parents if child in lean}
    rows = []
    for place in lean:
        parent = parents.get(place)
        local = 0 if parent is None else int(table.curies[parent].removeprefix(PREFIX))
        rows.append(Taxon(table.labels[place], number[place], table.types[place], local))
    return sorted(rows)
