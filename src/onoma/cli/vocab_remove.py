"""``onoma vocab remove``: a vocabulary that was added goes."""

from __future__ import annotations

import click

from onoma.encode.stale import drop_stale
from onoma.ontology.cache import forget
from onoma.ontology.workspace import entries, find_entry, remove_entry


@click.command("remove")
@click.argument("name", metavar="ID[@VERSION]")
def command(name: str) -> None:
    """Remove a vocabulary of yours, all its versions or one, and what was compiled of it.

    \b
    onoma vocab remove mine
    onoma vocab remove hp@2025-01-16
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    found = find_entry(name)
    going = [found] if "@" in name else [one for one in entries() if one.id == found.id]
    for entry in going:
        remove_entry(entry)
        forget(f"{entry.id}@{entry.version}")
        click.echo(f"removed {entry.key}")
    drop_stale()
