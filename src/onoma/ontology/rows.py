"""The tables of a vocabulary being built: rows packed as they come, then brought into order."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

CHUNK = 1 << 16
I64 = npt.NDArray[np.int64]


class Rows:
    """Rows of one table, packed into Arrow a chunk at a time."""

    def __init__(self, columns: dict[str, pa.DataType]) -> None:
        """Take the columns' names and kinds."""
        self._schema = pa.schema(list(columns.items()))
        self._open: list[list[Any]] = [[] for _ in columns]
        self._parts: list[pa.RecordBatch] = []

    def add(self, *row: object) -> None:
        """Take one row."""
        for column, value in zip(self._open, row, strict=True):
            column.append(value)
        if len(self._open[0]) >= CHUNK:
            self._pack()

    def _pack(self) -> None:
        arrays = [pa.array(v, f.type) for v, f in zip(self._open, self._schema, strict=True)]
        self._parts.append(pa.record_batch(arrays, schema=self._schema))
        for column in self._open:
            column.clear()

    def table(self) -> pa.Table:
        """Return all rows; the collection is empty afterwards."""
        self._pack()
        parts, self._parts = self._parts, []
        return pa.Table.from_batches(parts, schema=self._schema).combine_chunks()


def filled_labels(labels: list[str], curies: list[str], names: pa.Table) -> list[str]:
    """Return a label for each concept: where none is given its first name, else its CURIE."""
    bare = {row for row, label in enumerate(labels) if not label.strip()}
    if not bare:
        return labels
    out = [label or curie for label, curie in zip(labels, curies, strict=True)]
    for row, text in zip(names.column("concept").to_pylist(), names.column("text").to_pylist(),
                         strict=True):  # fmt: skip
        if row in bare:
            bare.discard(row)
            out[row] = text
    return out


def without_repeats(names: pa.Table) -> pa.Table:
    """Return names by concept and scope, each text of a concept once."""
    if not names.num_rows:
        return names
    codes = _codes(names)
    concept = names.column("concept").to_numpy().astype(np.int64)
    scope = names.column("scope").to_numpy()
    order = np.lexsort((scope, concept))
    pair = (concept[order] << 32) | codes[order]
    _, first = np.unique(pair, return_index=True)
    return names.take(pa.array(order[np.sort(first)]))


def _codes(names: pa.Table) -> I64:
    """Return a number for each text, equal for equal texts."""
    encoded = pc.dictionary_encode(names.column("text").combine_chunks())
    return np.asarray(encoded.indices.to_numpy().astype(np.int64))


def first_of_each(table: pa.Table) -> pa.Table:
    """Return the first row of each concept, by concept."""
    _, first = np.unique(table.column("concept").to_numpy(), return_index=True)
    return table.take(pa.array(first, pa.int64()))


def retired_table(obsolete: pa.Table, former: pa.Table, live: dict[str, int]) -> pa.Table:
    """Return old and new CURIEs, chains followed to their end, none of them a living concept."""
    step = dict(zip(*(column.to_pylist() for column in former.columns), strict=True))
    for old, new in zip(obsolete.column("curie").to_pylist(),
                        obsolete.column("replaced_by").to_pylist(), strict=True):  # fmt: skip
        if new:
            step[old] = new
    pairs = []
    for old in sorted(step.keys() - live.keys()):
        seen, new = {old}, step[old]
        while new in step and new not in live and new not in seen:
            seen.add(new)
            new = step[new]
        if new not in seen:
            pairs.append((old, new))
    return pa.table(
        {
            "old": pa.array([old for old, _ in pairs], pa.string()),
            "new": pa.array([new for _, new in pairs], pa.string()),
        }
    )
