"""A graph as people use it: built, added to, asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from onoma.corpus.locking import write_lock
from onoma.errors import Inconsistent
from onoma.graph.belief import Belief, Beliefs, Conflict
from onoma.graph.building import NODES, add_nodes, add_statements, count_edges
from onoma.graph.checking import Problems, check_date
from onoma.graph.equivalents import Leaders, one_id, one_node
from onoma.graph.evidence import Support
from onoma.graph.naming import describer
from onoma.graph.nodes import Node
from onoma.graph.sources import NodeRow, Problem, split_problems
from onoma.graph.statements import Statement
from onoma.graph.store import Edge, GraphStore
from onoma.graph.walking import EVERYTHING, Conditions, Walker, Way
from onoma.ontology.loading import Names


@dataclass(frozen=True, slots=True)
class Added:
    """What a build took in, and what it could not."""

    statements: int
    nodes: int
    problems: Problems


class Graph:
    """A knowledge graph in a folder."""

    def __init__(self, folder: str | Path) -> None:
        """Name the folder; nothing is read yet."""
        self.folder = Path(folder)

    @classmethod
    def open(cls, folder: str | Path) -> Graph:
        """Return a graph that is there.

        Raises: Missing: there is none.
        """
        graph = cls(folder)
        _ = graph.store
        return graph

    @cached_property
    def store(self) -> GraphStore:
        """The graph, opened."""
        return GraphStore(self.folder)

    def add(
        self,
        statements: Iterable[Statement | Problem] = (),
        nodes: Iterable[NodeRow | Problem] = (),
        *,
        vocabulary: Names | None = "core",
        again: bool = False,
    ) -> Added:
        """Add statements and nodes and count the edges; rows that are none are counted as problems.

        A statement that is there already is replaced. Few new ones are counted into what is there;
        ``again``: all is counted anew. ``vocabulary`` gives labels and categories of
        nodes that no file describes; None: none.
        Raises: Busy: another process writes. ExtraMissing: duckdb is not there. DiskFull.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        problems = Problems()
        with write_lock(self.folder):
            rows = [one for one in nodes if not _noted(one, problems)]
            told = [(r.curie, r.label, r.category) for r in rows if isinstance(r, NodeRow)]
            if told:
                columns = [list(column) for column in zip(*told, strict=True)]
                add_nodes(self.folder, pa.table(dict(zip(NODES.names, columns, strict=True))))
            told_ones = _dated(split_problems(statements, problems.note), problems)
            count = add_statements(self.folder, told_ones)
            info = None if vocabulary is None else describer(vocabulary)
            count_edges(self.folder, info, again=again)
        self.__dict__.pop("store", None)
        return Added(count, len(told), problems)

    def merge(self, other: Graph, leaders: Leaders | None = None) -> Added:
        """Take in all statements and nodes of another graph; ``leaders`` make CURIEs one.

        Raises: Inconsistent: it is this one.
        """
        if other.folder.resolve() == self.folder.resolve():
            raise Inconsistent(f"{self.folder}: merged with itself", hint="name another graph")
        told: Iterable[Statement | Problem] = other.statements()
        rows: Iterable[NodeRow | Problem] = other.node_rows()
        if leaders is not None:
            told, rows = one_id(told, leaders), one_node(rows, leaders)
        return self.add(told, rows, vocabulary=None)

    def statements(self) -> Iterable[Statement]:
        """Yield the graph's statements, in the order of its edges."""
        for number in range(self.store.edge_count):
            edge = self.store.edge(number)
            for one in self.store.evidence(number):
                yield Statement(
                    edge.subject.curie, edge.predicate, edge.object.curie, level=edge.level,
                    source=one.source, extractor=one.extractor, document=one.document,
                    start=one.start, end=one.end, text=one.text, date=one.date,
                    confidence=one.confidence, negated=one.negated, qualifiers=one.qualifiers,
                )  # fmt: skip

    def node_rows(self) -> Iterable[NodeRow]:
        """Yield the nodes as rows of a file."""
        for one in self.store.nodes:
            yield NodeRow(one.curie, one.label, one.category)

    def node(self, name: str) -> Node:
        """Return a node by its CURIE or label.

        Raises: UnknownName: there is none.
        """
        return self.store.node(self.store.row_of(name))

    def neighbors(
        self,
        curie: str,
        *,
        k: int = 50,
        direction: str = "both",
        conditions: Conditions = EVERYTHING,
    ) -> list[Edge]:
        """Return the edges of a node, surest first (see ``Walker.neighbors``)."""
        return Walker(self.store, conditions).neighbors(curie, k=k, direction=direction)

    def paths(
        self,
        one: str,
        other: str,
        *,
        longest: int = 6,
        k: int = 10,
        conditions: Conditions = EVERYTHING,
    ) -> list[Way]:
        """Return the shortest paths between two nodes (see ``Walker.paths``)."""
        return Walker(self.store, conditions).paths(one, other, longest=longest, k=k)

    def subgraph(
        self,
        curies: Sequence[str],
        *,
        steps: int = 1,
        most: int = 200,
        conditions: Conditions = EVERYTHING,
    ) -> list[Edge]:
        """Return the edges among nodes and what is around them (see ``Walker.subgraph``)."""
        return Walker(self.store, conditions).subgraph(curies, steps=steps, most=most)

    def evidence(self, edge: Edge, *, k: int | None = 5) -> list[Support]:
        """Return who says an edge, surest first."""
        return self.store.evidence(edge.number, k=k)

    def belief(self, edge: Edge, *, as_of: date | None = None) -> Belief:
        """Return what is believed of an edge, everything weighed that was known on a date."""
        return Beliefs(self.store).of(edge.number, as_of=as_of)

    def timeline(self, edge: Edge) -> list[Belief]:
        """Return how the belief of an edge grew and fell."""
        return Beliefs(self.store).timeline(edge.number)

    def conflicts(self, *, k: int = 50, as_of: date | None = None) -> list[Conflict]:
        """Return the triples that something contradicts, with the present verdict."""
        return Beliefs(self.store).conflicts(k=k, as_of=as_of)

    def emerging(self, since: date, *, k: int = 20) -> list[tuple[Edge, Belief]]:
        """Return the best attested triples that were first told since a date."""
        return Beliefs(self.store).emerging(since, k=k)

    def info(self) -> dict[str, Any]:
        """Return what the graph holds, as plain values."""
        return self.store.info()


def _dated(statements: Iterable[Statement], problems: Problems) -> Iterator[Statement]:
    """Yield statements, and note the dates that are none or are to come; the statement stays."""
    today = date.today()
    for one in statements:
        if one.date:
            for problem in check_date(one, today):
                problems.note(problem)
        yield one


def _noted(one: object, problems: Problems) -> bool:
    if isinstance(one, Problem):
        problems.note(one)
        return True
    return False
