"""``onoma graph``: knowledge graphs; a file a few commands."""

from __future__ import annotations

import click

from onoma.cli.groups import LazyCommands

COMMANDS: dict[str, tuple[str, str]] = {
    "build": ("graph_build", "Make a graph of files and texts, or add to one."),
    "conflicts": ("graph_belief", "Show what is contradicted, and the present verdict."),
    "emerging": ("graph_belief", "Show what was first told since a date, best attested first."),
    "export": ("graph_files", "Write a graph for other tools."),
    "info": ("graph_ask", "Show what a graph holds."),
    "merge": ("graph_files", "Take another graph's statements in."),
    "neighbors": ("graph_ask", "Show what is tied to a concept, surest first."),
    "paths": ("graph_ask", "Show the shortest ways between two concepts."),
    "report": ("graph_report", "Write a page of what a graph knows of a concept."),
    "predict": ("graph_predict", "Rank the links that a graph lacks."),
    "sparql": ("graph_files", "Ask a graph in SPARQL."),
    "subgraph": ("graph_ask", "Write the edges around some concepts."),
    "timeline": ("graph_belief", "Show how the belief of triples grew and fell."),
    "validate": ("graph_files", "Check the files of a graph before it is built."),
}
"""Each command with its module in this folder and its line of help."""


@click.group(cls=LazyCommands, table=COMMANDS)
def command() -> None:
    """Build, ask, date and export knowledge graphs."""
