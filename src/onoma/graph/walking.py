"""Walks over a graph: neighbours, shortest paths with conditions, sub-graphs.

Every step is taken for a whole front of nodes at once, over the memory-mapped arrays. Paths grow
from both ends (Pohl 1971, bidirectional search), the smaller front first.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from onoma.errors import InputError, UnknownName
from onoma.graph.counting import runs
from onoma.graph.nodes import Node
from onoma.graph.predicates import ANY, CATEGORIES, canonical_predicate
from onoma.graph.statements import LEVELS
from onoma.graph.store import Edge, GraphStore

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

DIRECTIONS = ("both", "out", "in")
MOST_PATHS = 1000


@dataclass(frozen=True, slots=True)
class Conditions:
    """Which edges and nodes count.

    ``predicates``, ``categories`` (semantic types or Biolink's), ``levels``: empty for all. An
    edge counts from ``least`` confidence on. ``as_of`` a date only what was said until then is
    counted, and edges of which nothing was said are not there; what has no date counts always.
    Categories are asked of the nodes on the way and of neighbours, not of the ends.
    """

    predicates: Sequence[str] = ()
    categories: Sequence[str] = ()
    levels: Sequence[str] = ()
    least: float = 0.0
    as_of: date | None = None


EVERYTHING = Conditions()


@dataclass(frozen=True, slots=True)
class Way:
    """A way between two nodes: its nodes in order, and between each two the edges that count."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[Edge, ...], ...]

    def __len__(self) -> int:
        """Return the number of steps."""
        return len(self.edges)


class Walker:
    """Walks over a graph under some conditions; safe to use again and again."""

    def __init__(self, graph: GraphStore, conditions: Conditions = EVERYTHING) -> None:
        """Take a graph and what counts.

        Raises: UnknownName: a predicate, category or level that the graph has not.
        """
        self._graph = graph
        self._tail, self._head = graph.array("tail"), graph.array("head")
        self._out, self._in = graph.array("out_start"), graph.array("in_start")
        self._in_edge = graph.array("in_edge")
        self._predicates = _chosen(conditions.predicates, graph.predicates, "predicate")
        self._levels = _chosen(conditions.levels, LEVELS, "level")
        self._nodes = self._node_mask(conditions.categories)
        self._least, self._as_of = conditions.least, conditions.as_of

    def _node_mask(self, categories: Sequence[str]) -> Bools | None:
        if not categories:
            return None
        names, codes = self._graph.nodes.categories
        wanted = {CATEGORIES.get(one, one) for one in categories}
        unknown = wanted - {*names, *CATEGORIES.values(), ANY}
        if unknown:
            raise UnknownName("category", sorted(unknown)[0], (*CATEGORIES, *names))
        return np.array([name in wanted for name in names])[codes]

    def edges_of(self, rows: I32, *, direction: str = "both") -> tuple[I32, I32, I32]:
        """Return the edges at nodes that count: edge, node asked (as a place in ``rows``), other.

        Raises: UnknownName: no such direction.
        """
        if direction not in DIRECTIONS:
            raise UnknownName("direction", direction, DIRECTIONS)
        found = []
        if direction != "in":
            edges, place = runs(self._out, rows)
            found.append((edges, place, np.asarray(self._head[edges])))
        if direction != "out":
            at, place = runs(self._in, rows)
            edges = np.asarray(self._in_edge[at])
            found.append((edges, place, np.asarray(self._tail[edges])))
        edge, place, other = (np.concatenate(part) for part in zip(*found, strict=True))
        kept = self._counts(edge)
        return edge[kept].astype(np.int32), place[kept].astype(np.int32), other[kept]

    def _counts(self, edges: I32) -> Bools:
        graph, kept = self._graph, np.ones(len(edges), np.bool_)
        if self._predicates is not None:
            kept &= self._predicates[graph.array("predicate")[edges]]
        if self._levels is not None:
            kept &= self._levels[graph.array("level")[edges]]
        if self._as_of is not None:
            known = graph.counts(edges, as_of=self._as_of)
            kept &= (known.statements > 0) & (known.confidence >= self._least)
        elif self._least > 0:
            kept &= graph.array("confidence")[edges] >= self._least
        return kept

    def _edges(self, numbers: I32) -> list[Edge]:
        return self._graph.edges(numbers.tolist(), as_of=self._as_of)

    def neighbors(self, curie: str, *, k: int = 50, direction: str = "both") -> list[Edge]:
        """Return the edges of a node to nodes that count, surest and best attested first.

        Raises: UnknownName: no such node or direction.
        """
        rows = np.array([self._graph.row_of(curie)], np.int32)
        edge, _, other = self.edges_of(rows, direction=direction)
        if self._nodes is not None:
            edge = edge[self._nodes[other]]
        edge = np.unique(edge)
        known = self._graph.counts(edge, as_of=self._as_of)
        order = np.lexsort((edge, -known.statements, -known.confidence))[:k]
        return self._edges(edge[order])

    def reach(self, curie: str, steps: int) -> I32:
        """Return the rows of the nodes at most so many steps away, without the node itself."""
        start = self._graph.row_of(curie)
        seen = np.zeros(self._graph.node_count, np.bool_)
        seen[start] = True
        front = np.array([start], np.int32)
        for _ in range(steps):
            front = self._onward(front, seen)
        seen[start] = False
        return np.flatnonzero(seen).astype(np.int32)

    def _onward(self, front: I32, seen: Bools) -> I32:
        _, _, other = self.edges_of(front)
        if self._nodes is not None:
            other = other[self._nodes[other]]
        new = np.unique(other[~seen[other]])
        seen[new] = True
        return new

    def paths(self, one: str, other: str, *, longest: int = 6, k: int = 10) -> list[Way]:
        """Return the shortest paths between two nodes, at most ``k``, the surest first.

        A path's sureness is the product of the best edge of each step. None longer than
        ``longest`` steps is looked for; of very many only the first thousand are compared.
        Raises: UnknownName: no such node. InputError: both are one.
        """
        start, goal = self._graph.row_of(one), self._graph.row_of(other)
        if start == goal:
            raise InputError(f"{one} is both ends", hint="name two nodes")
        depth = self._depths(start, goal, longest)
        if depth is None:
            return []
        ways = list(_ways(self, depth, start, goal))
        paths = [self._path(way) for way in ways]
        paths.sort(key=_doubt)
        return paths[:k]

    def _depths(self, start: int, goal: int, longest: int) -> list[I32] | None:
        """Return the nodes of each step on shortest paths, from start to goal; None without one."""
        count = self._graph.node_count
        sides = [np.full(count, -1, np.int16), np.full(count, -1, np.int16)]
        fronts = [[np.array([start], np.int32)], [np.array([goal], np.int32)]]
        sides[0][start], sides[1][goal] = 0, 0
        while len(fronts[0]) + len(fronts[1]) - 2 < longest:
            side = int(self._cost(fronts[1][-1]) < self._cost(fronts[0][-1]))
            _, _, found = self.edges_of(fronts[side][-1])
            ends = found[sides[1 - side][found] >= 0]
            if len(ends):
                return self._between(fronts, side, np.unique(ends), sides)
            new = found[sides[side][found] < 0]
            if self._nodes is not None:
                new = new[self._nodes[new]]
            new = np.unique(new)
            if not len(new):
                return None
            sides[side][new] = len(fronts[side])
            fronts[side].append(new)
        return None

    def _cost(self, front: I32) -> int:
        out = self._out[front + 1] - self._out[front]
        into = self._in[front + 1] - self._in[front]
        return int(out.sum() + into.sum())

    def _between(
        self, fronts: list[list[I32]], side: int, met: I32, sides: list[npt.NDArray[np.int16]]
    ) -> list[I32]:
        """Return the layers between both ends once a front has met the other side's nodes."""
        far = sides[1 - side]
        met = met[far[met] == far[met].min()]
        layers = [self._backward(fronts[side], met), self._forward(fronts[1 - side], met, far)]
        whole = layers[0] + [met] + layers[1]
        return whole if side == 0 else whole[::-1]

    def _backward(self, fronts: list[I32], met: I32) -> list[I32]:
        out: list[I32] = []
        now = met
        for front in reversed(fronts):
            _, _, found = self.edges_of(now)
            now = np.intersect1d(found, front)
            out.append(now)
        return out[::-1]

    def _forward(self, fronts: list[I32], met: I32, far: npt.NDArray[np.int16]) -> list[I32]:
        out: list[I32] = []
        now = met
        for step in range(int(far[met[0]]) - 1, -1, -1):
            _, _, found = self.edges_of(now)
            now = np.intersect1d(found, fronts[step])
            out.append(now)
        return out

    def _path(self, way: Sequence[int]) -> Way:
        steps = []
        for here, there in itertools.pairwise(way):
            every = np.array(self._graph.edges_between(here, there), np.int32)
            kept = every[self._counts(every)]
            steps.append(tuple(sorted(self._edges(kept), key=lambda one: -one.confidence)))
        return Way(tuple(self._graph.node(row) for row in way), tuple(steps))

    def subgraph(self, curies: Sequence[str], *, steps: int = 1, most: int = 200) -> list[Edge]:
        """Return the edges among nodes and what is around them, up to ``most`` nodes.

        Nearer nodes are taken first, of equally near ones those with the surest edges.
        Raises: UnknownName: no such node.
        """
        rows = np.array([self._graph.row_of(one) for one in curies], np.int32)
        kept = list(dict.fromkeys(rows.tolist()))
        front = rows
        for _ in range(steps):
            edge, _, other = self.edges_of(front)
            allowed = np.ones(len(other), np.bool_) if self._nodes is None else self._nodes[other]
            known = self._graph.counts(edge, as_of=self._as_of)
            order = np.argsort(-known.confidence, kind="stable")
            ranked = [int(other[n]) for n in order if allowed[n]]
            new = [row for row in dict.fromkeys(ranked) if row not in set(kept)]
            front = np.array(new[: max(0, most - len(kept))], np.int32)
            kept += front.tolist()
        inside = np.zeros(self._graph.node_count, np.bool_)
        inside[kept] = True
        edge, _, other = self.edges_of(np.array(sorted(kept), np.int32), direction="out")
        return self._edges(np.unique(edge[inside[other]]))


def _chosen(names: Sequence[str], known: Sequence[str], what: str) -> Bools | None:
    """Return which of the known names are asked; None for all."""
    if not names:
        return None
    wanted = {canonical_predicate(one) if what == "predicate" else one for one in names}
    for one in sorted(wanted - set(known)):
        raise UnknownName(what, one, known)
    return np.array([one in wanted for one in known], np.bool_)


def _ways(walker: Walker, layers: Sequence[I32], start: int, goal: int) -> Iterator[list[int]]:
    """Yield the paths through layers of nodes, one node of each, at most ``MOST_PATHS``."""
    allowed = [set(one.tolist()) for one in layers]
    count = 0
    stack = [[start]]
    while stack and count < MOST_PATHS:
        way = stack.pop()
        if len(way) == len(layers):
            if way[-1] == goal:
                count += 1
                yield way
            continue
        _, _, found = walker.edges_of(np.array([way[-1]], np.int32))
        nexts = sorted(set(found.tolist()) & allowed[len(way)], reverse=True)
        stack += [[*way, one] for one in nexts]


def _doubt(path: Way) -> tuple[float, tuple[str, ...]]:
    sure = 1.0
    for step in path.edges:
        sure *= max(one.confidence for one in step)
    return -sure, tuple(one.curie for one in path.nodes)
