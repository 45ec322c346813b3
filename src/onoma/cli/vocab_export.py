"""``onoma vocab export``: a vocabulary as a file for other tools."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from onoma.cli.app import say
from onoma.cli.options import names_option
from onoma.formats import open_output
from onoma.ontology.exporting import LOSSES, export
from onoma.ontology.topics import concepts_of, part_below
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
@names_option("--below", "below", "", "Only these concepts and all below them.")
@click.option("--topic", help="Only a ready topic: covid-19, covid-19-drugs ...")
def command(
    name: str, *, to: str, output: Path | None, below: tuple[str, ...], topic: str | None
) -> None:
    """Write a vocabulary, or a part of it, and say what the format could not hold.

    \b
    onoma vocab export mine --to obographs -o mine.json
    onoma vocab export core --to sssom | head
    onoma vocab export core --topic covid-19 --to tsv -o covid.tsv
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    listing = open_version(name)
    chosen = (*below, *(concepts_of(topic) if topic else ()))
    if chosen:
        listing = part_below(listing, chosen)
    with open_output(output) as stream:
        losses = export(listing, stream, to=to)
    for kind, count in sorted(losses.items()):
        say(f"{count:,} {LOSSES[kind]}")
    sys.stdout.flush()
