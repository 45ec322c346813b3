"""``onoma graph report``: a page of what a graph knows of a concept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import orjson

from onoma.cli.graph_options import conditions, conditions_options, write_text
from onoma.errors import InputError
from onoma.graph import Graph
from onoma.report.concept import report_on
from onoma.report.concept_page import concept_page, concept_record


@click.command("report")
@click.argument("graph", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("concept")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True,
    help="The page (.html); its figures go into a .json file beside it.",
)  # fmt: skip
@click.option("-k", default=15, show_default=True, type=click.IntRange(1), help="Facts a relation.")
@click.option("--evidence", default=3, show_default=True, type=click.IntRange(0), help="Sentences.")
@conditions_options(as_json=False)
def command(
    graph: Path, concept: str, *, output: Path, k: int, evidence: int, **options: Any
) -> None:
    """Write a page of what GRAPH knows of CONCEPT (a CURIE or a label).

    By relation with the best sentences, over the years, with what contradicts it; what is only
    predicted stands apart. The page needs no network.

    \b
    onoma graph report heart MONDO:0005148 -o diabetes.html
    onoma graph report heart metformin --as-of 2015 -o then.html
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if output.suffix not in (".html", ".htm"):
        raise InputError(f"{output} is no page", hint="name it .html; its .json comes beside it")
    held = Graph.open(graph)
    found = report_on(held, concept, conditions=conditions(options), k=k, evidence=evidence)
    info = held.info()
    holds = (
        f"{info['nodes']:,} concepts, {info['edges']:,} edges, {info['statements']:,} statements"
    )
    about = {"graph": graph.name, "it holds": holds}
    record = orjson.dumps(concept_record(found), option=orjson.OPT_INDENT_2).decode()
    write_text(output.with_suffix(".json"), [record, "\n"])
    write_text(output, concept_page(found, about=about))
