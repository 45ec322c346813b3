"""``onoma mcp``: tools for assistants, over standard input and output."""

from __future__ import annotations

import sys
from typing import Any

import click

from onoma.cli.options import project_option
from onoma.cli.serve import graphs_of
from onoma.server.mcp.stdio import talk
from onoma.server.settings import ServerSettings, state_folder


@click.command()
@click.option("--graph", "graphs", multiple=True, metavar="[NAME=]DIR", help="A graph to show.")
@project_option
def command(**options: Any) -> None:
    """Answer an assistant's questions by the Model Context Protocol (MCP), on standard input.

    Eight tools that only read: concepts, annotation, search, documents, relations, graphs, MeSH.
    Over HTTP the same are at /mcp of onoma serve.

    \b
    onoma mcp --graph heart
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    settings = ServerSettings(
        folder=str(state_folder()),
        graphs=graphs_of(options["graphs"]),
        project=options["project"] or "",
    )
    talk(settings, sys.stdin.buffer, sys.stdout.buffer)
