"""What occurs together, as a graph: the first entities and the ties that are least by chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from onoma.formats.html import escape
from onoma.report.drawing import Picture, cut, label, legend, text_width, type_class, words
from onoma.report.layout import place_names, place_nodes
from onoma.report.results import Entity, Pair

MOST_NODES = 60
OWN_EDGES = 4  # of each entity, its strongest
LEAST = 2  # documents or sentences that a pair shares
WIDE, TALL, MARGIN, TOP = 960.0, 640.0, 70.0, 50.0
LONGEST = 28  # letters of a name
TITLE = "What occurs together"


@dataclass(frozen=True, slots=True)
class Graph:
    """Entities with the pairs of them that are drawn."""

    nodes: tuple[Entity, ...]
    edges: tuple[Pair, ...]


def choose(entities: Sequence[Entity], pairs: Sequence[Pair], *, most: int) -> Graph:
    """Return the first entities that have ties, and the strongest ties of each.

    A tie needs two documents (or sentences) in common and more of them than chance has it; the
    strength is Dunning's likelihood ratio.
    """
    ranks = {one.rank for one in entities}
    strong = [
        one for one in pairs
        if one.g2 > 0 and one.units >= LEAST and one.first in ranks and one.second in ranks
    ]  # fmt: skip
    strong.sort(key=lambda one: (-one.g2, one.first, one.second))
    own: dict[int, int] = dict.fromkeys(ranks, 0)
    kept = []
    for one in strong:
        if min(own[one.first], own[one.second]) < OWN_EDGES:
            kept.append(one)
            own[one.first] += 1
            own[one.second] += 1
    tied = [one for one in entities if own[one.rank]][:most]
    ranks = {one.rank for one in tied}
    edges = tuple(one for one in kept if one.first in ranks and one.second in ranks)
    tied = [one for one in tied if any(one.rank in (e.first, e.second) for e in edges)]
    return Graph(tuple(tied), edges)


def draw_graph(graph: Graph, *, near: str, title: str = TITLE) -> Picture | None:
    """Return the picture of a graph; None if it has no edge."""
    if not graph.edges:
        return None
    place = {one.rank: number for number, one in enumerate(graph.nodes)}
    pairs = np.array([[place[one.first], place[one.second]] for one in graph.edges])
    most = max(one.units for one in graph.edges)
    weights = np.array([one.units / most for one in graph.edges])
    size = WIDE - 2 * MARGIN, TALL - 2 * MARGIN
    places = place_nodes(len(graph.nodes), pairs, weights, size=size) + MARGIN
    top = max(one.documents for one in graph.nodes)
    radii = [5 + 15 * math.sqrt(one.documents / top) for one in graph.nodes]
    names = [cut(one.name, LONGEST) for one in graph.nodes]
    boxes = place_names(places, radii, [text_width(name) for name in names], size=(WIDE, TALL))
    out = [label(0, 14, title, kind="head"), label(0, 31, _key(near), kind="soft"),
           f'<g transform="translate(0 {TOP - 20})">']  # fmt: skip
    for one, (a, b) in zip(graph.edges, pairs.tolist(), strict=True):
        (x1, y1), (x2, y2) = places[a], places[b]
        wide, share = 0.8 + 5.2 * math.sqrt(one.units / most), one.units / most
        said = f"{graph.nodes[a].name} and {graph.nodes[b].name}: {one.units:,} {near}s"
        out.append(
            f'<line class="edge" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke-width="{wide:.1f}" stroke-opacity="{0.25 + 0.4 * share:.2f}"><title>'
            f"{escape(said)}, {one.lift:.1f} times as often as by chance</title></line>"
        )
    for node, (x, y), r in zip(graph.nodes, places.tolist(), radii, strict=True):
        said = f"{node.name} ({words(node.type)}): {node.documents:,} documents"
        out.append(
            f'<circle class="node {type_class(node.type)}" cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}">'
            f"<title>{escape(said)}</title></circle>"
        )
    for name, box in zip(names, boxes, strict=True):
        out.append(label(box.x, box.y + 11, name, kind="name"))
    types = list(dict.fromkeys(one.type for one in graph.nodes))
    shown, height = legend(types, 0, TALL + 8, WIDE)
    out.append(f"{shown}</g>")
    return Picture(WIDE, TOP - 20 + TALL + height + 8, title, "".join(out))


def _key(near: str) -> str:
    return f"size: documents; line: {near}s in common, where that is more than chance"
