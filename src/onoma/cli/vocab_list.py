"""``onoma vocab list``: which vocabularies there are."""

from __future__ import annotations

import sys

import click

from onoma.formats.tsv import tsv_line
from onoma.ontology.loading import vocabulary_folder, vocabulary_names
from onoma.ontology.sources import read_sources
from onoma.ontology.workspace import CORE, entries

COLUMNS = ("name", "version", "concepts", "names", "licence", "notice")


@click.command("list")
@click.option("--vocab", help="Only the sources of this vocabulary.")
def command(*, vocab: str | None) -> None:
    """List your vocabularies and the core's sources: version, size, licence, notice.

    A table on a terminal, tab-separated values in a pipe.
    """
    rows = []
    for name in vocabulary_names(vocab or CORE):
        _, sources = read_sources(vocabulary_folder(name))
        rows += [
            (s.name, s.version, f"{s.concepts}", f"{s.names}", s.licence, s.notice) for s in sources
        ]
    if vocab is None:
        own = (
            (one.id, one.folder.name, f"{one.concepts}", f"{one.names}", one.licence,
             f"{one.name}, from {one.file}, added {one.added[:10]}")
            for one in entries()
        )  # fmt: skip
        rows = [*own, *rows]
    if not sys.stdout.isatty():
        for row in (COLUMNS, *rows):
            click.echo(tsv_line(*row), nl=False)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="dim")
    for name in COLUMNS:
        table.add_column(name, justify="right" if name in ("concepts", "names") else "left")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
