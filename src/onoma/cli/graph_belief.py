"""``onoma graph timeline|conflicts|emerging``: what is believed, and since when."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from onoma.cli.graph_options import date_option, show
from onoma.graph import Graph
from onoma.graph.records import belief_record, edge_record

_GRAPH = click.argument("graph", type=click.Path(exists=True, file_okay=False, path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
_TRIPLE = ("subject_label", "predicate", "object_label")


@click.command()
@_GRAPH
@click.argument("subject")
@click.argument("object", required=False)
@click.option("-k", default=20, show_default=True, type=click.IntRange(1), help="Edges at most.")
@_JSON
def timeline(graph: Path, subject: str, object: str | None, *, k: int, as_json: bool) -> None:
    """Show how the belief of the triples of SUBJECT (and OBJECT) grew and fell, day by day.

    \b
    onoma graph timeline heart CHEBI:6801 MONDO:0005148
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    held = Graph.open(graph)
    if object is None:
        edges = held.neighbors(subject, k=k)
    else:
        between = held.store.edges_between(held.node(subject).row, held.node(object).row)
        edges = [held.store.edge(number) for number in between[:k]]
    records = [
        edge_record(edge) | belief_record(belief)
        for edge in edges
        for belief in held.timeline(edge)
    ]
    show(records, (*_TRIPLE, "date", "confidence", "verdict", "reason"), as_json=as_json)


@click.command()
@_GRAPH
@click.option("-k", default=50, show_default=True, type=click.IntRange(1), help="At most.")
@date_option("--as-of", "As it was known on a date.")
@_JSON
def conflicts(graph: Path, *, k: int, as_of: date | None, as_json: bool) -> None:
    """Show the triples that something contradicts, the most evenly disputed first.

    \b
    onoma graph conflicts heart --as-of 2020
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    found = Graph.open(graph).conflicts(k=k, as_of=as_of)
    records = [
        edge_record(one.edge)
        | belief_record(one.belief)
        | {"against": [edge.predicate for edge in one.against]}
        for one in found
    ]
    show(records, (*_TRIPLE, "against", "verdict", "reason"), as_json=as_json)


@click.command()
@_GRAPH
@date_option("--since", "First told on this day or later.", required=True)
@click.option("-k", default=20, show_default=True, type=click.IntRange(1), help="At most.")
@_JSON
def emerging(graph: Path, *, since: date, k: int, as_json: bool) -> None:
    """Show the triples that were first told since a date, best attested first.

    \b
    onoma graph emerging heart --since 2024
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    found = Graph.open(graph).emerging(since, k=k)
    records = [edge_record(edge) | belief_record(belief) for edge, belief in found]
    show(records, (*_TRIPLE, "first", "affirming", "confidence", "reason"), as_json=as_json)
