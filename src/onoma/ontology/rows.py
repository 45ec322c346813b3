"""The tables of a vocabulary being built: rows packed as they come, then brought into order."""

from __future__ import annotations

from array import array

import numpy as np
import numpy.typing as npt

from onoma.ontology.tables import Column, Table, numbered

PACKED = {np.dtype(np.uint32): "I", np.dtype(np.uint8): "B"}


class Rows:
    """Rows of one table; numbers are packed."""

    def __init__(self, columns: dict[str, npt.DTypeLike]) -> None:
        """Take the columns' names and kinds: a type of numbers, or ``str``."""
        self._kinds = columns
        self._begin()

    def _begin(self) -> None:
        self._columns: list[list[str] | array[int]] = [
            [] if kind is str else array(PACKED[np.dtype(kind)]) for kind in self._kinds.values()
        ]

    def add(self, *row: str | int) -> None:
        """Take one row."""
        for column, value in zip(self._columns, row, strict=True):
            column.append(value)  # type: ignore[arg-type]  # each column has one kind

    def table(self) -> Table:
        """Return all rows; the collection is empty afterwards."""
        kinds = zip(self._kinds.items(), self._columns, strict=True)
        columns: dict[str, Column] = {
            name: values if isinstance(values, list) else np.array(values, kind)
            for (name, kind), values in kinds
        }
        self._begin()
        return Table(columns)


def filled_labels(labels: list[str], curies: list[str], names: Table) -> list[str]:
    """Return a label for each concept: where none is given its first name, else its CURIE."""
    bare = {row for row, label in enumerate(labels) if not label.strip()}
    if not bare:
        return labels
    out = [label or curie for label, curie in zip(labels, curies, strict=True)]
    for row, text in names.rows("concept", "text"):
        if row in bare:
            bare.discard(row)
            out[row] = text
    return out


def without_repeats(names: Table) -> Table:
    """Return names by concept and scope, each text of a concept once."""
    if not len(names):
        return names
    _, codes = numbered(names.texts("text"))
    concept = names.numbers("concept").astype(np.int64)
    order = np.lexsort((names.numbers("scope"), concept))
    pair = (concept[order] << 32) | codes[order]
    _, first = np.unique(pair, return_index=True)
    return names.take(order[np.sort(first)])


def first_of_each(table: Table) -> Table:
    """Return the first row of each concept, by concept."""
    _, first = np.unique(table.numbers("concept"), return_index=True)
    return table.take(first)


def retired_table(obsolete: Table, former: Table, live: dict[str, int]) -> Table:
    """Return old and new CURIEs, chains followed to their end, none of them a living concept."""
    step = dict(former.rows("old", "new"))
    step |= {old: new for old, new in obsolete.rows("curie", "replaced_by") if new}
    pairs = []
    for old in sorted(step.keys() - live.keys()):
        seen, new = {old}, step[old]
        while new in step and new not in live and new not in seen:
            seen.add(new)
            new = step[new]
        if new not in seen:
            pairs.append((old, new))
    return Table({"old": [old for old, _ in pairs], "new": [new for _, new in pairs]})
