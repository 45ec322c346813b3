"""``onoma vocab build``: compile vocabularies ahead of their first use."""

from __future__ import annotations

import click

from onoma.ontology.loading import compile_vocabulary
from onoma.ontology.workspace import CORE, entries


@click.command("build")
@click.argument("ids", nargs=-1)
def command(ids: tuple[str, ...]) -> None:
    """Compile the vocabularies IDS now (all, if none is named); several as one: core,mine.

    \b
    onoma vocab build
    onoma vocab build core,mine
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    wanted = ids or (CORE, *dict.fromkeys(one.id for one in entries()))
    for name in wanted:
        click.echo(f"{name}\t{compile_vocabulary(name)}")
