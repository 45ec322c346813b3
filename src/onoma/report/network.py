"""A part of a graph as a picture: concepts and what ties them, up to 200 nodes.

Colours tell types, widths how sure an edge is, dashes what is only predicted, red what something
contradicts; a point leads to the object where a predicate has a direction.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from onoma.formats.html import escape
from onoma.graph import Edge, Node
from onoma.graph.predicates import CATEGORIES, predicates
from onoma.graph.sources import TOGETHER
from onoma.report.drawing import Picture, cut, label, legend, text_width, words
from onoma.report.drawing import type_class as class_of
from onoma.report.layout import F64, Box, place_names, place_nodes

WIDE, TALL, MARGIN, TOP = 960.0, 640.0, 80.0, 50.0
ROOMY = 36  # nodes that fit on a picture of this size; it grows with more
OWN_EDGES, MOST_EDGES = 4, 500  # of each node, its surest; in all
WORDED = 26  # edges at most that have their predicate written beside them
LONGEST = 30  # letters of a name
BEND = 0.09  # of an edge's length, for each further edge between two nodes
SMALL_WORDS = 10.5
BEAD = 22.0  # pixels between two places of an edge that names keep away from

_TYPES = {category: name for name, category in reversed(CATEGORIES.items())}


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes and edges that are drawn; ``left_out`` counts edges among the nodes that are not.

    ``against``: numbers of edges that something contradicts; ``focus``: nodes that were asked for.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int = 0
    against: frozenset[int] = frozenset()
    focus: frozenset[str] = frozenset()


def choose(
    edges: Sequence[Edge], *, against: Collection[int] = (), focus: Collection[str] = ()
) -> Network:
    """Return what to draw of edges: all, or of very many the surest of each node.

    What is contradicted stays.
    """
    own: Counter[str] = Counter()
    kept: list[Edge] = []
    asked, hostile = frozenset(focus), frozenset(against)
    order = sorted(edges, key=lambda e: (e.number not in hostile, -e.confidence, e.number))
    for one in order:
        ends = one.subject.curie, one.object.curie
        is_first = min(own[end] for end in ends) < OWN_EDGES
        if one.number in hostile or len(edges) <= 2 * OWN_EDGES * OWN_EDGES or is_first:
            kept.append(one)
            own.update(ends)
        if len(kept) == MOST_EDGES:
            break
    found = {node.curie: node for one in kept for node in (one.subject, one.object)}
    nodes = sorted(found.values(), key=lambda node: (node.curie not in asked, node.row))
    return Network(tuple(nodes), tuple(kept), len(edges) - len(kept), hostile, asked)


def type_of(node: Node) -> str:
    """Return a node's semantic type, or its Biolink category in words."""
    return _TYPES.get(node.category) or node.category.removeprefix("biolink:")


def name_of(node: Node) -> str:
    """Return how people call a node."""
    return node.label or node.curie


def is_directed(predicate: str) -> bool:
    """Whether a predicate says something else from the other side."""
    known = predicates().get(predicate)
    return known is None or not known.is_symmetric


def draw_network(network: Network, title: str) -> Picture | None:
    """Return the picture; None if there is no edge.

    In a page an edge is ``<g class="tie" data-edge="...">`` with its number in the network, a node
    ``<g class="concept" data-node="...">`` with its CURIE.
    """
    if not network.edges:
        return None
    drawn = _Drawn(network)
    said = f"{len(network.nodes)} concepts, {len(network.edges)} edges"
    more = f"; {network.left_out:,} less sure ones are not drawn" if network.left_out else ""
    out = [label(0, 14, title, kind="head"), label(0, 31, said + more, kind="soft")]
    out += [f'<g transform="translate(0 {TOP - 10})">', *drawn.ties(), *drawn.concepts()]
    types = list(dict.fromkeys(type_of(node) for node in network.nodes))
    shown, height = legend(types, 0, drawn.tall + 8, drawn.wide)
    out += [shown, *_key(network, drawn.tall + 8 + height), "</g>"]
    tall = TOP + drawn.tall + height + 26
    return Picture(drawn.wide, tall, title, "".join(out), ("chart.css", "network.css"))


class _Drawn:
    """Where everything is."""

    def __init__(self, network: Network) -> None:
        self._network = network
        scale = math.sqrt(max(len(network.nodes) / ROOMY, 0.35))
        self.wide, self.tall = max(WIDE * scale, 640.0), TALL * scale
        self._row = {node.curie: place for place, node in enumerate(network.nodes)}
        self._ends = np.array(
            [[self._row[e.subject.curie], self._row[e.object.curie]] for e in network.edges]
        )
        size = self.wide - 2 * MARGIN, self.tall - 2 * (MARGIN - 30)
        sure = np.array([one.confidence for one in network.edges])
        margins = np.array([MARGIN, MARGIN - 30])
        self.places = place_nodes(len(network.nodes), self._ends, sure, size=size) + margins
        degree = np.bincount(self._ends.ravel(), minlength=len(network.nodes))
        self._radii = (5 + 9 * np.sqrt(degree / degree.max())).tolist()
        self._names = [cut(name_of(node), LONGEST) for node in network.nodes]
        self._weight = min(1.0, max(0.4, (40 / len(network.edges)) ** 0.5))  # finer where many
        self._curves = list(self._bent())
        self._words = self._worded()

    def _bent(self) -> Iterator[F64]:
        """Yield start, middle and end of each edge; several of one pair are bent apart."""
        many = Counter(tuple(sorted(pair)) for pair in self._ends.tolist())
        seen: Counter[tuple[int, ...]] = Counter()
        for a, b in self._ends.tolist():
            pair = tuple(sorted((a, b)))
            turn = seen[pair] - (many[pair] - 1) / 2
            seen[pair] += 1
            start, end = self.places[a], self.places[b]
            along = end - start if a <= b else start - end
            across = np.array([-along[1], along[0]])
            if a == b:
                yield np.array([start, start + np.array([40.0, -60.0 - 20 * turn]), end])
                continue
            yield np.array([start, (start + end) / 2 + 2 * BEND * turn * across, end])

    def _worded(self) -> dict[int, Box]:
        """Return where the predicates of few edges are written."""
        stating = [n for n, e in enumerate(self._network.edges) if e.predicate != TOGETHER]
        if len(stating) > WORDED:
            return {}
        found: dict[int, Box] = {}
        nodes = [Box(x - r, y - r, 2 * r, 2 * r)
                 for (x, y), r in zip(self.places.tolist(), self._radii, strict=True)]  # fmt: skip
        for place in stating:
            curve = self._curves[place]
            wide = text_width(words(self._network.edges[place].predicate), SMALL_WORDS)
            boxes = []
            for part in (0.5, 0.4, 0.6, 0.3, 0.7):
                x, y = _on(curve, part)
                boxes.append(Box(x - wide / 2, y - 7, wide, 13))
            taken = [*nodes, *found.values()]
            found[place] = min(boxes, key=lambda box: sum(box.shared(one) for one in taken))
        return found

    def ties(self) -> Iterator[str]:
        """Yield the edges, what is contradicted last (above the rest)."""
        network = self._network
        order = sorted(
            range(len(network.edges)), key=lambda n: network.edges[n].number in network.against
        )
        for place in order:
            yield self._tie(place)

    def _tie(self, place: int) -> str:
        network, edge, curve = self._network, self._network.edges[place], self._curves[place]
        kinds = ["tie"]
        kinds += ["predicted"] if edge.level == "predicted" else []
        kinds += ["against"] if edge.number in network.against else []
        (x1, y1), (xm, ym), (x2, y2) = curve.tolist()
        path = f"M{x1:.1f} {y1:.1f}Q{xm:.1f} {ym:.1f} {x2:.1f} {y2:.1f}"
        wide = (0.8 + 3.0 * edge.confidence) * self._weight
        strong = (0.4 + 0.45 * edge.confidence) * self._weight**0.5
        tip = self._tip(place, wide) if is_directed(edge.predicate) else ""
        said = (
            f"{name_of(edge.subject)} {words(edge.predicate)} {name_of(edge.object)}: "
            f"{edge.confidence:.2f}, {edge.level}"
        )
        return (
            f'<g class="{" ".join(kinds)}" data-edge="{place}"><title>{escape(said)}</title>'
            f'<path d="{path}" stroke-width="{wide:.1f}" stroke-opacity="{strong:.2f}"/>{tip}'
            f'<path class="hit" d="{path}"/></g>'
        )

    def _tip(self, place: int, wide: float) -> str:
        """Return the point at the object's side."""
        curve, head = self._curves[place], int(self._ends[place][1])
        toward = curve[2] - curve[1]
        toward = toward / max(float(np.hypot(*toward)), 1e-6)
        across = np.array([-toward[1], toward[0]])
        end = curve[2] - toward * (self._radii[head] + 1)
        back = end - toward * (6 + wide)
        corners = [end, back + across * (2.5 + wide / 2), back - across * (2.5 + wide / 2)]
        return f'<polygon class="tip" points="{_points(corners)}"/>'

    def concepts(self) -> Iterator[str]:
        """Yield the nodes, the words of edges and the names above them."""
        network = self._network
        for node, (x, y), r in zip(network.nodes, self.places.tolist(), self._radii, strict=True):
            said = f"{name_of(node)} ({node.curie}, {words(type_of(node))})"
            yield (
                f'<g class="concept" data-node="{escape(node.curie)}"><title>{escape(said)}</title>'
                f'<circle class="node {class_of(type_of(node))}" cx="{x:.1f}" cy="{y:.1f}" '
                f'r="{r:.1f}"/></g>'
            )
        for place, box in self._words.items():
            said = words(network.edges[place].predicate)
            yield label(box.x + box.width / 2, box.y + 10, said, kind="said", anchor="middle")
        taken = [[b.x, b.y, b.width, b.height] for b in self._words.values()]
        taken += [box for curve in self._curves for box in _beads(curve)]
        boxes = place_names(
            self.places, self._radii, [text_width(name) * 1.04 for name in self._names],
            size=(self.wide, self.tall), taken=np.array(taken),
        )  # fmt: skip
        for node, name, box in zip(network.nodes, self._names, boxes, strict=True):
            kind = "name focus" if node.curie in network.focus else "name"
            yield label(box.x, box.y + 11, name, kind=kind)


def _on(curve: F64, part: float) -> tuple[float, float]:
    """Return a point of a curve, 0 at its start and 1 at its end."""
    start, middle, end = curve
    x, y = (1 - part) ** 2 * start + 2 * part * (1 - part) * middle + part**2 * end
    return float(x), float(y)


def _beads(curve: F64) -> Iterator[list[float]]:
    """Yield small boxes along a curve, which names are to avoid."""
    long = float(np.hypot(*(curve[2] - curve[0])))
    for part in np.linspace(0.0, 1.0, 2 + int(long / BEAD)).tolist():
        x, y = _on(curve, part)
        yield [x - 4, y - 4, 8, 8]


def _points(corners: Sequence[F64]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _key(network: Network, y: float) -> Iterator[str]:
    """Yield what kinds of lines there are."""
    kinds = [("", "wider: surer")]
    if any(one.level == "predicted" for one in network.edges):
        kinds.append((" predicted", "predicted, not stated"))
    if any(one.number in network.against for one in network.edges):
        kinds.append((" against", "contradicted"))
    x = 0.0
    for kind, said in kinds:
        yield (
            f'<g class="tie{kind}"><path d="M{x + 2:.1f} {y}h22" stroke-width="2.5"/></g>'
            f"{label(x + 30, y + 4, said, kind='soft')}"
        )
        x += 44 + text_width(said)
