"""A graph opened to be read: nodes, edges and their evidence, the arrays memory-mapped."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from onoma.corpus.durable import sum_file
from onoma.errors import Checksum, Missing, UnknownName
from onoma.graph.building import UNKNOWN_DAY, read_manifest
from onoma.graph.statements import LEVELS
from onoma.types import Fields

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Node:
    """A concept of the graph."""

    row: int
    curie: str
    label: str
    category: str


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


@dataclass(frozen=True, slots=True)
class Edge:
    """A triple with what is known of it.

    ``confidence`` is in 0 to 1: the chance that at least one document is right. ``first`` and
    ``last`` are dates of the statements, None where none is dated. ``denied`` of its ``statements``
    say that it does not hold.
    """

    number: int
    subject: Node
    predicate: str
    object: Node
    level: str
    confidence: float
    statements: int
    documents: int
    denied: int
    first: date | None
    last: date | None


class GraphStore:
    """A graph's folder, opened; what is not asked for is not read."""

    def __init__(self, folder: Path) -> None:
        """Open a graph.

        Raises: Missing: there is none, or its edges were not counted. Checksum: a file has not the
        size that was written (``verify`` reads every byte).
        """
        self.folder = folder
        self.manifest = read_manifest(folder)
        if not self.manifest.counted:
            raise Missing(f"{folder}: no graph here", hint="onoma graph build")
        for one in self.manifest.counted:
            path = folder / one.name
            if not path.exists() or path.stat().st_size != one.size:
                raise Checksum(
                    f"{path}: missing or cut", hint=f"onoma graph build {folder} --again"
                )
        self._place = folder / Path(self.manifest.counted[0].name).parent

    def verify(self) -> list[str]:
        """Return the files whose bytes are not those that were written."""
        files = (*self.manifest.log, *self.manifest.nodes, *self.manifest.counted)
        return [
            one.name
            for one in files
            if not (self.folder / one.name).exists()
            or sum_file(self.folder / one.name).sha256 != one.sha256
        ]

    @property
    def is_stale(self) -> bool:
        """Whether statements came after the edges were counted."""
        return self.manifest.counted_to != len(self.manifest.log) + len(self.manifest.nodes)

    def array(self, name: str) -> npt.NDArray[Any]:
        """Return one of the arrays of ``building``, memory-mapped."""
        known = self._mapped.get(name)
        if known is None:
            known = np.load(self._place / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            self._mapped[name] = known
        return known

    @cached_property
    def _mapped(self) -> dict[str, npt.NDArray[Any]]:
        return {}

    @cached_property
    def _described(self) -> pa.Table:
        return pq.read_table(self._place / "described.parquet")

    @cached_property
    def _curies(self) -> pa.ChunkedArray:
        return self._described["curie"].combine_chunks()

    @cached_property
    def categories(self) -> tuple[tuple[str, ...], npt.NDArray[np.uint8]]:
        """Return the categories' names, and each node's as a number of them."""
        coded = self._described["category"].combine_chunks().dictionary_encode()
        return tuple(coded.dictionary.to_pylist()), coded.indices.to_numpy().astype(np.uint8)

    @cached_property
    def predicates(self) -> tuple[str, ...]:
        """The predicates in the order of their numbers."""
        return tuple(pq.read_table(self._place / "predicates.parquet")["predicate"].to_pylist())

    @cached_property
    def _edges(self) -> pa.Table:
        columns = ["statements", "documents", "denied"]
        return pq.read_table(self._place / "edge.parquet", columns=columns)

    @property
    def node_count(self) -> int:
        """The number of nodes."""
        return len(self.array("out_start")) - 1

    @property
    def edge_count(self) -> int:
        """The number of edges."""
        return len(self.array("tail"))

    def row_of(self, curie: str) -> int:
        """Return a node's row.

        Raises: UnknownName: the graph has no such node; near ones are told.
        """
        place = bisect_left(_Lookup(self._curies), curie)
        if place < len(self._curies) and self._curies[place].as_py() == curie:
            return place
        near = self._curies.slice(max(0, place - 2), 5).to_pylist()
        raise UnknownName("node", curie, near)

    def node(self, row: int) -> Node:
        """Return a node."""
        names, codes = self.categories
        label = self._described["label"][row].as_py()
        return Node(row, self._curies[row].as_py(), label, names[codes[row]])

    def edge(self, number: int) -> Edge:
        """Return an edge."""
        counts = self._edges.slice(number, 1).to_pylist()[0]
        return Edge(
            number=number,
            subject=self.node(int(self.array("tail")[number])),
            predicate=self.predicates[self.array("predicate")[number]],
            object=self.node(int(self.array("head")[number])),
            level=LEVELS[self.array("level")[number]],
            confidence=float(self.array("confidence")[number]),
            **counts,
            first=day_of(int(self.array("first")[number])),
            last=day_of(int(self.array("last")[number])),
        )

    def evidence(self, number: int, *, k: int | None = None) -> list[Support]:
        """Return who says an edge, affirming and surest first; ``k`` at most."""
        start, end = (int(one) for one in self.array("evidence_start")[number : number + 2])
        end = end if k is None else min(end, start + k)
        return [_support(row) for row in self._evidence_rows(start, end)]

    def _evidence_rows(self, start: int, end: int) -> list[dict[str, Any]]:
        """Return rows of the evidence; only the row groups that hold them are read."""
        out: list[dict[str, Any]] = []
        starts = self._group_starts
        for group in range(self._evidence_file.num_row_groups):
            low, high = starts[group], starts[group + 1]
            if low < end and start < high:
                table = self._evidence_file.read_row_group(group)
                part = table.slice(max(start - low, 0), min(end, high) - max(start, low))
                out += part.to_pylist()
        return out

    @cached_property
    def _evidence_file(self) -> pq.ParquetFile:
        return pq.ParquetFile(self._place / "evidence.parquet")

    @cached_property
    def _group_starts(self) -> list[int]:
        meta = self._evidence_file.metadata
        sizes = [meta.row_group(n).num_rows for n in range(meta.num_row_groups)]
        return [0, *np.cumsum(sizes).tolist()]

    def denials(self) -> npt.NDArray[np.int32]:
        """Return for each edge how many of its statements deny it."""
        return np.asarray(self._edges["denied"].to_numpy(), np.int32)

    def edges_between(self, one: int, other: int) -> list[int]:
        """Return the edges between two nodes, in either direction."""
        out = []
        for tail, head in ((one, other), (other, one)):
            low, high = self.array("out_start")[tail : tail + 2]
            heads = self.array("head")[low:high]
            out += (np.flatnonzero(heads == head) + low).tolist()
            if one == other:
                break
        return out

    def curies(self) -> list[str]:
        """Return the CURIEs of the nodes, in their order."""
        found: list[str] = self._curies.to_pylist()
        return found

    def info(self) -> dict[str, Any]:
        """Return what the graph holds: counts in all, by category, predicate and level, dates."""
        names, codes = self.categories
        first, last = self.array("first"), self.array("last")
        dated = first[first != UNKNOWN_DAY]
        return {
            "nodes": self.node_count,
            "edges": self.edge_count,
            "statements": int(self.array("evidence_start")[-1]),
            "denied": int(self.denials().sum()),
            "categories": _counted(names, codes),
            "predicates": _counted(self.predicates, self.array("predicate")),
            "levels": _counted(LEVELS, self.array("level")),
            "first": str(day_of(int(dated.min()))) if len(dated) else None,
            "last": str(day_of(int(last.max()))) if len(dated) else None,
            "stale": self.is_stale,
        }

    def iter_nodes(self) -> Iterator[Node]:
        """Yield the nodes in the order of their CURIEs."""
        names, codes = self.categories
        for batch in self._described.to_batches():
            for row in batch.to_pylist():
                yield Node(row["row"], row["curie"], row["label"], names[codes[row["row"]]])

    @property
    def parts(self) -> dict[str, Path]:
        """The Parquet files of the counted graph by name."""
        return {name: self._place / f"{name}.parquet" for name in ("described", "edge", "evidence")}


class _Lookup(Sequence[str]):
    """A sorted Arrow array, as ``bisect`` reads it."""

    def __init__(self, values: pa.ChunkedArray) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, place: Any) -> Any:
        return self._values[place].as_py()


def _counted(names: Sequence[str], codes: npt.NDArray[Any]) -> dict[str, int]:
    """Return how often each name's number stands in an array, the most frequent first."""
    counts = np.bincount(codes, minlength=len(names)).tolist()
    pairs = sorted(zip(names, counts, strict=False), key=lambda one: (-one[1], one[0]))
    return {name: count for name, count in pairs if count}


def day_of(days: int) -> date | None:
    """Return the date that is so many days after 1970-01-01; None for an unknown one."""
    return None if days == UNKNOWN_DAY else EPOCH + timedelta(days=days)


def _support(row: dict[str, Any]) -> Support:
    qualifiers = tuple((one["name"], one["value"]) for one in row["qualifiers"] or ())
    return Support(
        row["source"], row["extractor"], row["document"], row["start"], row["end"], row["text"],
        row["date"], float(row["confidence"]), bool(row["negated"]), qualifiers,
    )  # fmt: skip
