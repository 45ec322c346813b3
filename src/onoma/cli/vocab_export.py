"""``onoma vocab export``: a vocabulary as a file for other tools."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from onoma.cli.app import say
from onoma.formats import open_output
from onoma.ontology.exporting import LOSSES, export
from onoma.ontology.versions import open_version


@click.command("export")
@click.argument("name", metavar="ID[@VERSION]")
@click.option(
    "--to",
    type=click.Choice(["obographs", "sssom", "tsv"]),
    required=True,
    help="OBO Graph JSON, a table of names, or the mappings as SSSOM.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Output file."
)
def command(name: str, *, to: str, output: Path | None) -> None:
    """Write a vocabulary for other tools, and say what the format could not hold.

    \b
    onoma vocab export mine --to obographs -o mine.json
    onoma vocab export core --to sssom | head
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    listing = open_version(name)
    with open_output(output) as stream:
        losses = export(listing, stream, to=to)
    for kind, count in sorted(losses.items()):
        say(f"{count:,} {LOSSES[kind]}")
    sys.stdout.flush()
