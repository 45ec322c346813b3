"""Graphs: neighbours, ways, sub-graphs, what is believed and since when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from onoma.errors import InputError, OnomaError
from onoma.graph import Conditions, Edge, Graph
from onoma.graph.checking import date_of
from onoma.graph.nodes import Node
from onoma.graph.records import belief_record, edge_record, evidence_records, way_record
from onoma.server.declare import Asked, Call, Given, Meta, operation
from onoma.server.shapes import Direction, Few, Names, Record, Share, Short


class GraphInfo(Given, frozen=True, kw_only=True):
    """A graph in short; one that cannot be read has an ``error``."""

    name: str
    info: Record
    error: str | None = None


class Graphs(Given, frozen=True, kw_only=True):
    """The graphs that the caller may read."""

    graphs: list[GraphInfo]


class GraphAsked(Asked, frozen=True, kw_only=True):
    """A graph by its name."""

    graph: Short


class ConditionsAsked(GraphAsked, frozen=True, kw_only=True):
    """Which edges count: predicates, types of nodes, levels, least confidence, known on a date."""

    predicates: Names = []
    types: Names = []
    levels: Names = []
    least: Share = 0.0
    as_of: Annotated[str, Meta(max_length=10, description="2019, 2019-05 or 2019-05-03")] = ""
    evidence: Annotated[int, Meta(ge=0, le=20, description="Sayings of each edge.")] = 0


class NeighborsAsked(ConditionsAsked, frozen=True, kw_only=True):
    """The edges of a node."""

    curie: Short
    k: Annotated[int, Meta(ge=1, le=1000)] = 50
    direction: Direction = "both"


class PathsAsked(ConditionsAsked, frozen=True, kw_only=True):
    """The ways between two nodes."""

    one: Short
    other: Short
    k: Few = 10
    longest: Annotated[int, Meta(ge=1, le=10)] = 6


class SubgraphAsked(ConditionsAsked, frozen=True, kw_only=True):
    """The edges among nodes and what is around them."""

    curies: Annotated[Names, Meta(min_length=1, max_length=100)]
    steps: Annotated[int, Meta(ge=0, le=4)] = 1
    most: Annotated[int, Meta(ge=2, le=2000)] = 200


class TimelineAsked(GraphAsked, frozen=True, kw_only=True):
    """A node, or two."""

    curie: Short
    other: Short = ""
    k: Few = 20


class ConflictsAsked(GraphAsked, frozen=True, kw_only=True):
    """What is disputed, as known on a date."""

    k: Annotated[int, Meta(ge=1, le=1000)] = 50
    as_of: Annotated[str, Meta(max_length=10)] = ""


class EmergingAsked(GraphAsked, frozen=True, kw_only=True):
    """What was first told on a day or later."""

    since: Annotated[str, Meta(max_length=10)]
    k: Few = 20


class NodeShape(Given, frozen=True, kw_only=True):
    """A node; ``category`` is Biolink's."""

    curie: str
    label: str
    category: str


class Edges(Given, frozen=True, kw_only=True):
    """Edges as ``onoma graph neighbors --json`` gives them, with evidence where asked for.

    ``nodes``: what stands at their ends, each once.
    """

    graph: str
    edges: list[Record]
    nodes: list[NodeShape]


class Ways(Given, frozen=True, kw_only=True):
    """The shortest ways, the surest first; ``nodes``: all that they pass, each once."""

    graph: str
    paths: list[Record]
    nodes: list[NodeShape]


class Beliefs(Given, frozen=True, kw_only=True):
    """Edges with what is believed of them."""

    graph: str
    beliefs: list[Record]


@operation("GET", "/v1/graphs", tag="graphs")
def graphs(call: Call) -> Graphs:
    """List the graphs with what they hold."""
    names = [one for one in call.service.settings.graphs if call.who.may_read(one)]
    return Graphs(graphs=[_in_short(call, name) for name in names])


def _in_short(call: Call, name: str) -> GraphInfo:
    try:
        return GraphInfo(name=name, info=call.service.graph(name, call.who).info())
    except (OnomaError, OSError) as error:
        code = error.code if isinstance(error, OnomaError) else "unreadable"
        return GraphInfo(name=name, info={}, error=code)


@operation("GET", "/v1/graphs/{graph}", of="graph", tag="graphs")
def graph_info(call: Call, asked: GraphAsked) -> GraphInfo:
    """Show how many nodes, edges and statements a graph holds, by type, predicate and level."""
    return GraphInfo(name=asked.graph, info=call.service.graph(asked.graph, call.who).info())


@operation("GET", "/v1/graphs/{graph}/neighbors", of="graph", tag="graphs")
def neighbors(call: Call, asked: NeighborsAsked) -> Edges:
    """Show the edges of a concept, surest and best attested first."""
    graph = call.service.graph(asked.graph, call.who)
    found = graph.neighbors(
        asked.curie, k=asked.k, direction=asked.direction, conditions=_conditions(asked)
    )
    return _edges(graph, found, asked)


@operation("GET", "/v1/graphs/{graph}/paths", of="graph", tag="graphs")
def paths(call: Call, asked: PathsAsked) -> Ways:
    """Show the shortest ways from one concept to another, the surest first."""
    graph = call.service.graph(asked.graph, call.who)
    found = graph.paths(
        asked.one, asked.other, longest=asked.longest, k=asked.k, conditions=_conditions(asked)
    )
    nodes = _nodes(node for way in found for node in way.nodes)
    return Ways(graph=asked.graph, paths=[way_record(one) for one in found], nodes=nodes)


@operation("GET", "/v1/graphs/{graph}/subgraph", of="graph", tag="graphs")
def subgraph(call: Call, asked: SubgraphAsked) -> Edges:
    """Show the edges among concepts and what is around them."""
    graph = call.service.graph(asked.graph, call.who)
    found = graph.subgraph(
        asked.curies, steps=asked.steps, most=asked.most, conditions=_conditions(asked)
    )
    return _edges(graph, found, asked)


@operation("GET", "/v1/graphs/{graph}/timeline", of="graph", tag="graphs")
def timeline(call: Call, asked: TimelineAsked) -> Beliefs:
    """Show how the belief of the edges of a concept, or of two, grew and fell, day by day."""
    graph = call.service.graph(asked.graph, call.who)
    if asked.other:
        ends = (graph.node(asked.curie).row, graph.node(asked.other).row)
        edges = [graph.store.edge(one) for one in graph.store.edges_between(*ends)[: asked.k]]
    else:
        edges = graph.neighbors(asked.curie, k=asked.k)
    rows = [edge_record(e) | belief_record(b) for e in edges for b in graph.timeline(e)]
    return Beliefs(graph=asked.graph, beliefs=rows)


@operation("GET", "/v1/graphs/{graph}/conflicts", of="graph", tag="graphs")
def conflicts(call: Call, asked: ConflictsAsked) -> Beliefs:
    """Show the triples that something contradicts, the most evenly disputed first."""
    found = call.service.graph(asked.graph, call.who).conflicts(k=asked.k, as_of=_day(asked.as_of))
    rows = [
        edge_record(one.edge)
        | belief_record(one.belief)
        | {"against": [edge.predicate for edge in one.against]}
        for one in found
    ]
    return Beliefs(graph=asked.graph, beliefs=rows)


@operation("GET", "/v1/graphs/{graph}/emerging", of="graph", tag="graphs")
def emerging(call: Call, asked: EmergingAsked) -> Beliefs:
    """Show the triples that were first told since a date, best attested first."""
    since = _day(asked.since)
    if since is None:
        raise InputError("no date", hint="write 2019-05-03, 2019-05 or 2019")
    found = call.service.graph(asked.graph, call.who).emerging(since, k=asked.k)
    return Beliefs(graph=asked.graph, beliefs=[edge_record(e) | belief_record(b) for e, b in found])


def _edges(graph: Graph, found: list[Edge], asked: ConditionsAsked) -> Edges:
    rows = []
    for edge in found:
        record = edge_record(edge)
        if asked.evidence:
            record["evidence"] = evidence_records(graph.evidence(edge, k=asked.evidence))
        rows.append(record)
    ends = [node for edge in found for node in (edge.subject, edge.object)]
    return Edges(graph=asked.graph, edges=rows, nodes=_nodes(ends))


def _nodes(found: Iterable[Node]) -> list[NodeShape]:
    return [
        NodeShape(curie=one.curie, label=one.label, category=one.category)
        for one in dict.fromkeys(found)
    ]


def _conditions(asked: ConditionsAsked) -> Conditions:
    return Conditions(
        predicates=asked.predicates, categories=asked.types, levels=asked.levels,
        least=asked.least, as_of=_day(asked.as_of),
    )  # fmt: skip


def _day(given: str) -> date | None:
    found = date_of(given) if given else None
    if given and found is None:
        raise InputError(f"{given!r} is no date", hint="write 2019-05-03, 2019-05 or 2019")
    return found
