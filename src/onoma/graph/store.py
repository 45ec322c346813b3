"""A graph opened to be read: nodes, edges and their evidence, the arrays memory-mapped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from onoma.corpus.durable import sum_file
from onoma.errors import Checksum, Inconsistent, Missing
from onoma.graph.counting import UNKNOWN_DAY, Counts, Sayings, count_sayings
from onoma.graph.evidence import EvidenceFiles, Support, evidence_files
from onoma.graph.manifest import read_manifest
from onoma.graph.nodes import Node, Nodes
from onoma.graph.statements import LEVELS

I32 = npt.NDArray[np.int32]
EPOCH = date(1970, 1, 1)
PART = 1 << 13  # statements read together


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

        Raises: Missing: there is none. Inconsistent: its edges were not counted by this version.
        Checksum: a file has not the size that was written (``verify`` reads every byte).
        """
        self.folder = folder
        self.manifest = read_manifest(folder)
        if not self.manifest.counted:
            again = f"onoma graph build {folder} --again"
            if self.manifest.log or self.manifest.nodes:
                words = f"{folder}: its edges were not counted, or by an older version"
                raise Inconsistent(words, hint=again)
            raise Missing(f"{folder}: no graph here", hint="onoma graph build")
        for one in self.manifest.counted:
            path = folder / one.name
            if not path.exists() or path.stat().st_size != one.size:
                raise Checksum(
                    f"{path}: missing or cut", hint=f"onoma graph build {folder} --again"
                )
        self._place = folder / Path(self.manifest.counted[0].name).parent
        self._mapped: dict[str, npt.NDArray[Any]] = {}
        self.nodes = Nodes(self._place / "described.parquet")
        self._evidence = EvidenceFiles(evidence_files(self._place))

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
            mapped = np.load(self._place / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            known = self._mapped[name] = np.asarray(mapped)  # a plain view is quicker to index
        return known

    @cached_property
    def predicates(self) -> tuple[str, ...]:
        """The predicates in the order of their numbers."""
        return tuple(pq.read_table(self._place / "predicates.parquet")["predicate"].to_pylist())

    @property
    def node_count(self) -> int:
        """The number of nodes."""
        return len(self.array("out_start")) - 1

    @property
    def edge_count(self) -> int:
        """The number of edges."""
        return len(self.array("tail"))

    def row_of(self, name: str) -> int:
        """Return a node's row by its CURIE or label (see ``Nodes.row_of``).

        Raises: UnknownName: the graph has no such node; near ones are told.
        """
        return self.nodes.row_of(name)

    def node(self, row: int) -> Node:
        """Return a node."""
        return self.nodes[row]

    def edge(self, number: int) -> Edge:
        """Return an edge."""
        return self.edges([number])[0]

    def edges(self, numbers: Sequence[int], *, as_of: date | None = None) -> list[Edge]:
        """Return edges, counted as they were known on a date."""
        asked = np.asarray(numbers, np.int32)
        counts = self.counts(asked, as_of=as_of)
        triples = (
            self.array(name)[asked].tolist() for name in ("tail", "predicate", "head", "level")
        )
        return [
            Edge(
                number, self.nodes[tail], self.predicates[predicate], self.nodes[head],
                LEVELS[level], float(counts.confidence[place]), int(counts.statements[place]),
                int(counts.documents[place]), int(counts.denied[place]),
                day_of(int(counts.first[place])), day_of(int(counts.last[place])),
            )
            for place, (number, tail, predicate, head, level) in enumerate(
                zip(asked.tolist(), *triples, strict=True)
            )
        ]  # fmt: skip

    def counts(self, edges: I32, *, as_of: date | None = None) -> Counts:
        """Return what is said of edges, a row an edge, as it was known on a date."""
        if as_of is None:
            return Counts(**{name: self.array(name)[edges] for name in Counts.__slots__})
        asserted = np.asarray(self.array("level")[edges] == 0)
        return count_sayings(self.sayings, edges, asserted, until=(as_of - EPOCH).days)

    @cached_property
    def sayings(self) -> Sayings:
        """The statements as arrays, memory-mapped, in the order of the edges."""
        return Sayings(
            self.array("evidence_start"), self.array("said_day"), self.array("said_sure"),
            self.array("said_denies"), self.array("said_by"),
        )  # fmt: skip

    def evidence(self, number: int, *, k: int | None = None) -> list[Support]:
        """Return who says an edge, affirming and surest first; ``k`` at most."""
        start, end = (int(one) for one in self.array("evidence_start")[number : number + 2])
        end = end if k is None else min(end, start + k)
        return self._evidence.rows(self.array("said_place")[start:end])

    def documents(self) -> Iterator[tuple[int, str, str]]:
        """Yield edge, document and source of each statement, in the order of the edges."""
        starts, places = self.array("evidence_start"), self.array("said_place")
        for low in range(0, len(places), PART):
            part = np.arange(low, min(low + PART, len(places)))
            edges = np.searchsorted(starts, part, side="right") - 1
            found = self._evidence.table(places[part], ("document", "source"))
            columns = (found[name].to_pylist() for name in ("document", "source"))
            yield from zip(edges.tolist(), *columns, strict=True)

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

    def info(self) -> dict[str, Any]:
        """Return what the graph holds: counts in all, by category, predicate and level, dates."""
        names, codes = self.nodes.categories
        first, last = self.array("first"), self.array("last")
        dated = first[first != UNKNOWN_DAY]
        return {
            "nodes": self.node_count,
            "edges": self.edge_count,
            "statements": int(self.array("evidence_start")[-1]),
            "denied": int(self.array("denied").sum()),
            "categories": _counted(names, codes),
            "predicates": _counted(self.predicates, self.array("predicate")),
            "levels": _counted(LEVELS, self.array("level")),
            "first": str(day_of(int(dated.min()))) if len(dated) else None,
            "last": str(day_of(int(last.max()))) if len(dated) else None,
            "stale": self.is_stale,
        }

    @property
    def parts(self) -> dict[str, Path]:
        """The Parquet tables of the counted graph by name."""
        return {name: self._place / f"{name}.parquet" for name in ("described", "edge")}


def _counted(names: Sequence[str], codes: npt.NDArray[Any]) -> dict[str, int]:
    """Return how often each name's number stands in an array, the most frequent first."""
    counts = np.bincount(codes, minlength=len(names)).tolist()
    pairs = sorted(zip(names, counts, strict=False), key=lambda one: (-one[1], one[0]))
    return {name: count for name, count in pairs if count}


def day_of(days: int) -> date | None:
    """Return the date that is so many days after 1970-01-01; None for an unknown one."""
    return None if days == UNKNOWN_DAY else EPOCH + timedelta(days=days)
