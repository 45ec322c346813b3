"""The nodes of a graph: concepts by row, CURIE and label."""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from onoma.errors import UnknownName

BEGIN = 3  # characters in which a label that may have been meant agrees with a name


@dataclass(frozen=True, slots=True)
class Node:
    """A concept of the graph."""

    row: int
    curie: str
    label: str
    category: str


class Nodes:
    """The nodes in the order of their CURIEs, read when the first is asked for."""

    def __init__(self, path: Path) -> None:
        """Name the Parquet file."""
        self._path = path

    @cached_property
    def _table(self) -> pa.Table:
        return pq.read_table(self._path)

    @cached_property
    def _curies(self) -> pa.ChunkedArray:
        return self._table["curie"].combine_chunks()

    @cached_property
    def _labels(self) -> pa.ChunkedArray:
        return self._table["label"].combine_chunks()

    @cached_property
    def categories(self) -> tuple[tuple[str, ...], npt.NDArray[np.uint8]]:
        """The categories' names, and each node's as a number of them."""
        coded = self._table["category"].combine_chunks().dictionary_encode()
        return tuple(coded.dictionary.to_pylist()), coded.indices.to_numpy().astype(np.uint8)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._table)

    def __getitem__(self, row: int) -> Node:
        """Return the node of a row."""
        names, codes = self.categories
        label = self._labels[row].as_py()
        return Node(row, self._curies[row].as_py(), label, names[codes[row]])

    def __iter__(self) -> Iterator[Node]:
        """Yield the nodes in the order of their CURIEs."""
        names, codes = self.categories
        for batch in self._table.to_batches():
            for row in batch.to_pylist():
                yield Node(row["row"], row["curie"], row["label"], names[codes[row["row"]]])

    def row_of(self, name: str) -> int:
        """Return the row of a node by its CURIE or, in any case, by its label.

        Raises: UnknownName: no node has it, or several have the label; which ones is told.
        """
        place = bisect_left(_Lookup(self._curies), name)
        if place < len(self._curies) and self._curies[place].as_py() == name:
            return place
        named = np.flatnonzero(pc.equal(pc.utf8_lower(self._labels), name.lower()))
        if len(named) == 1:
            return int(named[0])
        if len(named):
            several = [self._curies[int(row)].as_py() for row in named[:5]]
            raise UnknownName("single node", name, several)
        near = self._curies.slice(max(0, place - 2), 5).to_pylist() if ":" in name else []
        raise UnknownName("node", name, near or self._labels_like(name))

    def _labels_like(self, name: str) -> list[str]:
        """Return a few labels that are spelled like a name and begin as it does."""
        begin = pc.starts_with(self._labels, name[:BEGIN], ignore_case=True)
        labels = {one.lower(): one for one in self._labels.filter(begin).to_pylist()}
        return [labels[one] for one in difflib.get_close_matches(name.lower(), labels, n=5)]

    def curies(self) -> list[str]:
        """Return the CURIEs in their order."""
        found: list[str] = self._curies.to_pylist()
        return found


class _Lookup(Sequence[str]):
    """A sorted Arrow array, as ``bisect`` reads it."""

    def __init__(self, values: pa.ChunkedArray) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, place: Any) -> Any:
        return self._values[place].as_py()
