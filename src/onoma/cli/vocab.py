"""``onoma vocab``: show the vocabularies."""

from __future__ import annotations

import sys

import click

import onoma
from onoma.cli.options import vocab_option
from onoma.formats.tsv import tsv_line

COLUMNS = ("name", "version", "concepts", "names", "licence", "notice")


@click.group()
def command() -> None:
    """Show the vocabularies."""


@command.command("list")
@vocab_option
def list_sources(*, vocab: str) -> None:
    """List the sources of a vocabulary with version, size, licence and notice.

    A table on a terminal, tab-separated values in a pipe.
    """
    store = onoma.load(vocab).store
    rows = [
        (s.name, s.version, f"{s.concepts}", f"{s.names}", s.licence, s.notice)
        for s in store.sources()
    ]
    if not sys.stdout.isatty():
        click.echo(tsv_line(*COLUMNS), nl=False)
        for row in rows:
            click.echo(tsv_line(*row), nl=False)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    title = f"{store.version}: {store.n_concepts:,} concepts, {store.n_names:,} names"
    table = Table(title=Text(title), title_justify="left", box=None, header_style="dim")
    for name in COLUMNS:
        table.add_column(name, justify="right" if name in ("concepts", "names") else "left")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
