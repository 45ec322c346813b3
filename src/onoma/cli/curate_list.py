"""``onoma curate list``: which curations there are."""

from __future__ import annotations

import click

from onoma.cli.corpus_options import show_rows
from onoma.curate import Curation, curations_folder, list_curations
from onoma.errors import OnomaError


@click.command("list")
def command() -> None:
    """List your curations: documents, mentions, readers, what is from where, folder.

    \b
    onoma curate list
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    rows: list[tuple[object, ...]] = []
    for folder in list_curations():
        try:
            one = Curation.open(folder)
        except OnomaError as error:
            rows.append((folder.name, None, None, "", f"damaged: {error.code}", str(folder)))
            continue
        rows.append((one.name, one.sheet["documents"], one.sheet["items"], ", ".join(one.readers),
                     one.sheet["source"], str(folder)))  # fmt: skip
    if not rows:
        click.echo(f"none yet in {curations_folder()}; onoma curate start makes one", err=True)
        return
    show_rows(("name", "documents", "mentions", "readers", "from", "folder"), rows)
