"""The words behind the edges: each statement with its document and place, read when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from onoma.types import Fields

STABILITY = "stability"
"""The qualifier that tells how often an extractor, sampled again and again, says the same."""


EVIDENCE = "evidence"
"""How the names of the files of evidence begin."""
HELD = 4  # row groups
I64 = npt.NDArray[np.int64]


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


def evidence_files(folder: Path) -> list[Path]:
    """Return the files of evidence of a counted graph, in the order of their places."""
    return [folder / f"{EVIDENCE}.parquet", *sorted(folder.glob(f"{EVIDENCE}-*.parquet"))]


class EvidenceFiles:
    """Statements by place, in one file behind the other; only the row groups asked are read."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Name the Parquet files, in the order of their places."""
        self._paths = tuple(paths)
        self._group = lru_cache(maxsize=HELD)(self._read)

    @cached_property
    def _files(self) -> list[pq.ParquetFile]:
        return [pq.ParquetFile(path) for path in self._paths]

    @cached_property
    def _groups(self) -> list[tuple[int, int]]:
        """The row groups of all files: the file, and the number in it."""
        return [(n, m) for n, one in enumerate(self._files) for m in range(one.num_row_groups)]

    @cached_property
    def _starts(self) -> I64:
        sizes = [self._files[n].metadata.row_group(m).num_rows for n, m in self._groups]
        return np.cumsum([0, *sizes])

    def __len__(self) -> int:
        """Return how many statements there are."""
        return int(self._starts[-1])

    def table(self, places: I64, columns: Sequence[str]) -> pa.Table:
        """Return columns of the statements at places, in that order."""
        groups = np.searchsorted(self._starts, places, side="right") - 1
        parts, order = [], []
        for group in np.unique(groups).tolist():
            own = np.flatnonzero(groups == group)
            rows = pa.array(places[own] - self._starts[group])
            parts.append(self._group(group).select(list(columns)).take(rows))
            order.append(own)
        if not parts:
            return self._files[0].schema_arrow.empty_table().select(list(columns))
        return pa.concat_tables(parts).take(pa.array(np.argsort(np.concatenate(order))))

    def rows(self, places: I64) -> list[Support]:
        """Return the statements at places."""
        return [_support(row) for row in self.table(places, _FIELDS).to_pylist()]

    def _read(self, group: int) -> pa.Table:
        """Return a row group; the last ones are kept, as what is asked lies near together."""
        file, number = self._groups[group]
        return self._files[file].read_row_group(number)


_FIELDS = tuple(one.name for one in fields(Support))


def _support(row: dict[str, Any]) -> Support:
    qualifiers = tuple((one["name"], one["value"]) for one in row["qualifiers"] or ())
    return Support(
        row["source"], row["extractor"], row["document"], row["start"], row["end"], row["text"],
        row["date"], float(row["confidence"]), bool(row["negated"]), qualifiers,
    )  # fmt: skip
