"""``onoma graph info|neighbors|paths|subgraph``: what a graph holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from onoma.cli.graph_options import (
    conditions,
    conditions_options,
    named,
    show,
    write_text,
)
from onoma.formats.jsonl import encode_record
from onoma.graph import Graph, Way
from onoma.graph.records import edge_record, evidence_records, way_record
from onoma.report.network_page import MOST_DRAWN, network_of, network_parts

_GRAPH = click.argument("graph", type=click.Path(exists=True, file_okay=False, path_type=Path))
_EDGE = ("subject_label", "predicate", "object_label", "object", "confidence", "documents", "first")


@click.command()
@_GRAPH
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def info(graph: Path, *, as_json: bool) -> None:
    """Show how many nodes, edges and statements a graph holds, by type, predicate and level.

    \b
    onoma graph info heart
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    held = Graph.open(graph).info()
    if as_json or not sys.stdout.isatty():
        sys.stdout.buffer.write(encode_record(held))
        return
    for name, value in held.items():
        shown = value if not isinstance(value, dict) else ", ".join(
            f"{key} {count:,}" for key, count in value.items()
        )  # fmt: skip
        click.echo(f"{name:12} {shown}")


@click.command()
@_GRAPH
@click.argument("curie")
@click.option("-k", default=50, show_default=True, type=click.IntRange(1), help="Edges at most.")
@click.option("--direction", type=click.Choice(["both", "out", "in"]), default="both")
@click.option("--evidence", default=0, type=click.IntRange(0), help="So many sayings of each.")
@conditions_options()
def neighbors(
    graph: Path, curie: str, *, k: int, direction: str, evidence: int, as_json: bool, **options: Any
) -> None:
    """Show the edges of the concept CURIE in GRAPH, surest and best attested first.

    \b
    onoma graph neighbors heart MONDO:0005148 --types chemical --evidence 2
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    held = Graph.open(graph)
    edges = held.neighbors(curie, k=k, direction=direction, conditions=conditions(options))
    records = []
    for edge in edges:
        record = edge_record(edge)
        if evidence:
            record["evidence"] = evidence_records(held.evidence(edge, k=evidence))
        records.append(record)
    show(records, (*_EDGE, *(["evidence"] if evidence else [])), as_json=as_json)


@click.command()
@_GRAPH
@click.argument("one")
@click.argument("other")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1), help="Paths at most.")
@click.option("--longest", default=6, show_default=True, type=click.IntRange(1), help="Steps.")
@conditions_options()
def paths(
    graph: Path, one: str, other: str, *, k: int, longest: int, as_json: bool, **options: Any
) -> int:
    """Show the shortest ways from the concept ONE to the concept OTHER, the surest first.

    \b
    onoma graph paths heart CHEBI:6801 MONDO:0005148 --types gene,process
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    found = Graph.open(graph).paths(
        one, other, longest=longest, k=k, conditions=conditions(options)
    )
    if as_json or not sys.stdout.isatty():
        for way in found:
            sys.stdout.buffer.write(encode_record(way_record(way)))
    else:
        for way in found:
            click.echo(_told(way))
    return 0


def _told(way: Way) -> str:
    parts = [named(way.nodes[0])]
    for node, step in zip(way.nodes[1:], way.edges, strict=True):
        best = step[0]
        arrow = f"-[{best.predicate}]->" if best.object == node else f"<-[{best.predicate}]-"
        parts += [arrow, named(node)]
    return " ".join(parts)


@click.command()
@_GRAPH
@click.argument("curies", nargs=-1, required=True)
@click.option("--steps", default=1, show_default=True, type=click.IntRange(0), help="How far.")
@click.option("--most", default=200, show_default=True, type=click.IntRange(2), help="Nodes.")
@click.option("--to", "form", type=click.Choice(["svg", "html"]), help="As a picture.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Its file.")
@conditions_options()
def subgraph(
    graph: Path, curies: tuple[str, ...], *, form: str | None, output: Path | None, as_json: bool,
    **options: Any,
) -> None:  # fmt: skip
    """Write the edges among CURIES and what is around them, as lines or as a picture.

    A picture (--to svg or html) takes 200 nodes at most; the page shows what is said of an edge.

    \b
    onoma graph subgraph heart MONDO:0005148 CHEBI:6801 --steps 1
    onoma graph subgraph heart metformin --most 60 --to html -o metformin.html
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    form = form or (output.suffix.lstrip(".") if output is not None else None)
    if form not in (None, "svg", "html"):
        raise click.UsageError(f"no picture of this kind: {output}; name it .svg or .html")
    held = Graph.open(graph)
    most = min(options["most"], MOST_DRAWN) if form else options["most"]
    edges = held.subgraph(curies, steps=options["steps"], most=most, conditions=conditions(options))
    if form is None:
        show([edge_record(edge) for edge in edges], _EDGE, as_json=as_json)
        return
    picture = network_of(held, edges, curies, as_of=options["as_of"])
    write_text(output, network_parts(held, picture, form, name=graph.name))
