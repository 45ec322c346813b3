"""``onoma graph merge|validate|export|sparql``: graphs and files."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from onoma.cli.app import say
from onoma.cli.graph_build import tell
from onoma.cli.options import vocab_option
from onoma.formats.jsonl import encode_record
from onoma.graph import Graph, Leaders, check_files
from onoma.graph.exporting import FORMS, LEFT_OUT
from onoma.graph.exporting import export as write
from onoma.graph.exporting import sparql as ask
from onoma.ontology.loading import open_vocabulary

_GRAPH = click.argument("graph", type=click.Path(exists=True, file_okay=False, path_type=Path))
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("graph", type=click.Path(file_okay=False, path_type=Path))
@click.argument("others", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--merge-equivalents", is_flag=True, help="CURIEs of one concept become one node.")
@vocab_option
def merge(graph: Path, others: tuple[Path, ...], *, merge_equivalents: bool, vocab: str) -> int:
    """Take the statements of the graphs OTHERS into GRAPH.

    \b
    onoma graph merge all heart kidney --merge-equivalents
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    code, leaders = 0, Leaders(open_vocabulary(vocab)) if merge_equivalents else None
    for one in others:
        added = Graph(graph).merge(Graph.open(one), leaders)
        say(f"{one}: {added.statements:,} statements, {added.nodes:,} nodes")
        code = max(code, tell(added.problems))
    return code


@click.command()
@click.option("--edges", type=_FILE, help="KGX edges, or subject/predicate/object.")
@click.option("--nodes", type=_FILE, help="KGX nodes (id, name, category).")
def validate(edges: Path | None, nodes: Path | None) -> int:
    """Check files by the Biolink model; errors grouped by kind, with five samples each.

    \b
    onoma graph validate --edges edges.tsv --nodes nodes.tsv
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if edges is None and nodes is None:
        raise click.UsageError("name --edges, --nodes or both")
    checked = check_files(nodes, edges, today=date.today())
    say(f"{checked.nodes:,} nodes, {checked.edges:,} edges, {len(checked.problems):,} problems")
    return tell(checked.problems)


@click.command()
@_GRAPH
@click.option("--to", "form", type=click.Choice(sorted(FORMS)), required=True, help="The form.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where to.")
def export(graph: Path, *, form: str, output: Path) -> None:
    """Write GRAPH for other tools; KGX and Neo4j take two files, named after -o.

    \b
    onoma graph export heart --to kgx-tsv -o heart
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    for path in write(Graph.open(graph).store, output, form):
        say(f"written: {path}")
    if form in LEFT_OUT:
        say(f"left out, {form} has no place for it: {LEFT_OUT[form]}")


@click.command()
@_GRAPH
@click.argument("query")
def sparql(graph: Path, query: str) -> None:
    """Ask GRAPH the SPARQL QUERY; a JSON object a solution. Needs the extra rdf.

    \b
    onoma graph sparql heart 'SELECT ?s WHERE { ?s ?p ?o } LIMIT 5'
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    for row in ask(Graph.open(graph).store, query):
        sys.stdout.buffer.write(encode_record(dict(row)))
