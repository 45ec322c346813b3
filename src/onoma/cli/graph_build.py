"""``onoma graph build``: files and texts to a graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import click

from onoma.cli.app import say
from onoma.cli.corpus_options import open_corpus
from onoma.cli.options import vocab_option
from onoma.formats.inputs import read_annotated
from onoma.graph import (
    Graph,
    Leaders,
    NodeRow,
    Problem,
    Problems,
    Statement,
    one_id,
    one_node,
    read_edges,
    read_hpoa,
    read_hpoa_nodes,
    read_nodes,
    relations_of,
    relations_of_corpus,
)
from onoma.ontology.loading import open_vocabulary

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class _Options:
    """What the command line asks for."""

    edges: tuple[Path, ...]
    nodes: tuple[Path, ...]
    hpoa: tuple[Path, ...]
    documents: tuple[Path, ...]
    corpora: tuple[str, ...]
    together: bool
    vocab: str
    merge_equivalents: bool
    again: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing is named to build from."""
        sources = (self.edges, self.nodes, self.hpoa, self.documents, self.corpora)
        return not (any(sources) or self.again)

    def statements(self) -> Iterator[Statement | Problem]:
        """Yield what the files, documents and corpora state."""
        opened = [open_corpus(name) for name in self.corpora]
        yield from chain.from_iterable(read_edges(one) for one in self.edges)
        yield from chain.from_iterable(read_hpoa(one) for one in self.hpoa)
        found = read_annotated([str(one) for one in self.documents]) if self.documents else ()
        yield from relations_of(found, source="documents", together=self.together)
        for one in opened:
            yield from relations_of_corpus(
                one.batches(), one.live(), source=one.name, models=one.models
            )

    def rows(self) -> Iterator[NodeRow | Problem]:
        """Yield what the files say of nodes."""
        yield from chain.from_iterable(read_nodes(one) for one in self.nodes)
        yield from chain.from_iterable(read_hpoa_nodes(one) for one in self.hpoa)


@click.command("build")
@click.argument("graph", type=click.Path(file_okay=False, path_type=Path))
@click.option("--edges", multiple=True, type=_FILE, help="KGX edges, or subject/predicate/object.")
@click.option("--nodes", multiple=True, type=_FILE, help="KGX nodes (id, name, category).")
@click.option("--hpoa", multiple=True, type=_FILE, help="HPO annotations (phenotype.hpoa).")
@click.option(
    "--documents",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Annotated documents: results of annotate --to jsonl-text, BioC, PubTator, brat ...",
)
@click.option(
    "--corpus", "corpora", multiple=True, metavar="NAME", help="What the texts of a corpus state."
)
@click.option("--merge-equivalents", is_flag=True, help="CURIEs of one concept become one node.")
@click.option("--again", is_flag=True, help="Count the edges anew (of an older version's graph).")
@click.option("--together", is_flag=True, help="Concepts of one sentence too, as a weak sign.")
@vocab_option
def command(graph: Path, **options: Any) -> int:
    """Make the graph in the folder GRAPH, or add to it.

    A statement that is there already (same triple, source and place) is replaced. Rows that cannot
    be read are counted by kind and told at the end; the rest goes in.

    \b
    onoma graph build heart --edges edges.tsv --nodes nodes.tsv
    onoma graph build heart --documents found.jsonl --together
    onoma graph build heart --corpus heart
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    given = _Options(**options)
    if given.is_empty:
        raise click.UsageError("nothing to build from: add --edges, --hpoa, --documents, --corpus")
    told, described = given.statements(), given.rows()
    if given.merge_equivalents:
        leaders = Leaders(open_vocabulary(given.vocab))
        told, described = one_id(told, leaders), one_node(described, leaders)
    added = Graph(graph).add(told, described, vocabulary=given.vocab, again=given.again)
    say(f"{added.statements:,} statements, {added.nodes:,} described nodes added")
    return tell(added.problems)


def tell(problems: Problems) -> int:
    """Say problems by kind; return the exit code."""
    for group in problems.groups():
        say(f"{group.count:,} x {group.kind} ({group.hint})")
        for sample in group.samples:
            say(f"    {sample}")
    return 1 if len(problems) else 0
