"""The words behind the edges: each statement with its document and place, read when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from onoma.types import Fields

STABILITY = "stability"
"""The qualifier that tells how often an extractor, sampled again and again, says the same."""


@dataclass(frozen=True, slots=True)
class Support:
    """One saying of an edge, with where it stands."""

    source: str
    extractor: str
    document: str
    start: int | None
    end: int | None
    text: str
    date: str
    confidence: float
    negated: bool
    qualifiers: Fields = ()

    def qualifier(self, name: str) -> str:
        """Return the value of a qualifier; empty where there is none."""
        return next((value for key, value in self.qualifiers if key == name), "")


class EvidenceFile:
    """The statements in the order of their edges; only the row groups that are asked are read."""

    def __init__(self, path: Path) -> None:
        """Name the Parquet file."""
        self._path = path
        self._last: tuple[int, pa.Table] | None = None

    @cached_property
    def _file(self) -> pq.ParquetFile:
        return pq.ParquetFile(self._path)

    @cached_property
    def _starts(self) -> list[int]:
        meta = self._file.metadata
        sizes = [meta.row_group(n).num_rows for n in range(meta.num_row_groups)]
        return [0, *np.cumsum(sizes).tolist()]

    def rows(self, start: int, end: int) -> list[Support]:
        """Return the statements from one place to another."""
        out: list[Support] = []
        starts = self._starts
        group = int(np.searchsorted(starts, start, side="right")) - 1
        while group < len(starts) - 1 and starts[group] < end:
            low, high = starts[group], starts[group + 1]
            part = self._group(group).slice(max(start - low, 0), min(end, high) - max(start, low))
            out += map(_support, part.to_pylist())
            group += 1
        return out

    def _group(self, number: int) -> pa.Table:
        """Return a row group; the last one is kept, as what is asked lies near together."""
        if self._last is None or self._last[0] != number:
            self._last = (number, self._file.read_row_group(number))
        return self._last[1]


def _support(row: dict[str, Any]) -> Support:
    qualifiers = tuple((one["name"], one["value"]) for one in row["qualifiers"] or ())
    return Support(
        row["source"], row["extractor"], row["document"], row["start"], row["end"], row["text"],
        row["date"], float(row["confidence"]), bool(row["negated"]), qualifiers,
    )  # fmt: skip
