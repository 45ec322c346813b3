"""``onoma graph predict``: the links that a graph lacks, ranked and explained."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from onoma.cli.app import say
from onoma.cli.graph_options import named, split
from onoma.formats.jsonl import encode_record
from onoma.graph import Graph
from onoma.graph.completion import Completer, Prediction, Reason, load_completion
from onoma.graph.completion.records import prediction_record, reason_records

FOLDER = "completion"


@dataclass(frozen=True, slots=True)
class _Options:
    """What the command line asks for."""

    model: Path | None
    k: int
    types: str | None
    explain: bool
    parts: bool
    save: bool
    as_json: bool


@click.command("predict")
@click.argument("graph", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("head")
@click.argument("predicate")
@click.argument("tail")
@click.option("--with", "model", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="What onoma train kge wrote (completion/ in the graph's folder).")  # fmt: skip
@click.option("-k", default=20, show_default=True, type=click.IntRange(1), help="Answers at most.")
@click.option("--types", metavar="LIST", help="Only answers of these types.")
@click.option("--explain", is_flag=True, help="With rules and paths, their edges and sentences.")
@click.option("--parts", is_flag=True, help="With each scorer's own score.")
@click.option("--save", is_flag=True, help="Add the answers to the graph, as predicted edges.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(graph: Path, head: str, predicate: str, tail: str, **options: Any) -> None:
    """Rank what may stand for ? in HEAD PREDICATE TAIL; what GRAPH holds is left out.

    One of HEAD and TAIL is a CURIE, the other is ?. The chance is how often answers scored so were
    among links held out in training. Needs what onoma train kge learnt of the graph.

    \b
    onoma graph predict heart NCBIGene:4000 gene_associated_with_condition "?" --explain
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    given = _Options(**options)
    held = Graph.open(graph)
    completer = Completer(held.store, load_completion(given.model or graph / FOLDER))
    if completer.staleness:
        say(completer.staleness)
    found = completer.predict(
        None if head == "?" else head, predicate, None if tail == "?" else tail,
        k=given.k, types=split(given.types),
    )  # fmt: skip
    is_json = given.as_json or not sys.stdout.isatty()
    for one in found:
        reasons = completer.explain(one) if given.explain else []
        if is_json:
            record = prediction_record(one, has_parts=given.parts)
            if given.explain:
                record["reasons"] = reason_records(held, reasons)
            sys.stdout.buffer.write(encode_record(record))
        else:
            _print(held, one, reasons, has_parts=given.parts)
    if given.save:
        held.add(completer.statements(found), vocabulary=None)
        say(f"{len(found)} predicted links added; train again to have them told from new ones")


def _print(graph: Graph, one: Prediction, reasons: list[Reason], *, has_parts: bool) -> None:
    ends = f"{named(one.subject)} {one.predicate} {named(one.object)}"
    click.echo(f"{one.rank:3}. {ends}  chance {one.chance:.3f}")
    if has_parts:
        click.echo("     " + ", ".join(f"{name} {value:g}" for name, value in one.parts))
    for reason in reasons:
        click.echo(f"     {reason.rule}  (confidence {reason.confidence:.2f})")
        for edge in reason.edges:
            click.echo(f"       {named(edge.subject)} {edge.predicate} {named(edge.object)}")
            for said in graph.evidence(edge, k=1):
                if said.text:
                    click.echo(f"         {said.document or said.source}: {said.text}")
