"""``onoma key add|list|remove``: who may use a server."""

from __future__ import annotations

from pathlib import Path

import click

from onoma.cli.app import say
from onoma.cli.corpus_options import show_rows
from onoma.server.access import SCOPES, Keys
from onoma.server.sessions import Sessions
from onoma.server.settings import state_folder

_STATE = click.option(
    "--state", type=click.Path(file_okay=False, path_type=Path), help="The server's own folder."
)


@click.group()
def command() -> None:
    """Make and remove the keys of a server (onoma serve --keys).

    \b
    onoma key add notebook --scopes read,annotate
    onoma key list
    """  # noqa: D301 - click's own sign for a paragraph kept as it is


@command.command("add")
@click.argument("name")
@click.option("--scopes", default="read,annotate", show_default=True,
              help=f"What it may do, of {', '.join(SCOPES)}.")  # fmt: skip
@click.option("--only", "projects", help="The corpora and graphs that it may read (else all).")
@_STATE
def add(name: str, *, scopes: str, projects: str | None, state: Path | None) -> None:
    """Make a key called NAME and print it, once.

    \b
    onoma key add notebook --scopes read,annotate --only heart
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    wanted = [one.strip() for one in scopes.split(",") if one.strip()]
    only = None if projects is None else [one.strip() for one in projects.split(",") if one.strip()]
    click.echo(Keys(state or state_folder()).add(name, wanted, only))
    say("keep it now: it cannot be shown again")


@command.command("list")
@_STATE
def list_keys(*, state: Path | None) -> None:
    """List the keys: prefix, name, scopes, what they may read, since when.

    \b
    onoma key list
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    rows = [
        (one.prefix, one.name, ",".join(one.scopes),
         "all" if one.projects is None else ",".join(one.projects), one.created)
        for one in Keys(state or state_folder()).all()
    ]  # fmt: skip
    show_rows(("prefix", "name", "scopes", "reads", "created"), rows)


@command.command("remove")
@click.argument("prefix")
@_STATE
def remove(prefix: str, *, state: Path | None) -> None:
    """Take a key away, by its PREFIX or its name; its sessions end with it.

    \b
    onoma key remove notebook
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    folder = state or state_folder()
    gone = Keys(folder).remove(prefix)
    Sessions(folder).drop(gone.prefix)
    say(f"removed: {gone.name} ({gone.prefix})")
