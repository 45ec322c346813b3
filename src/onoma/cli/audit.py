"""``onoma audit show|verify``: what a server did for whom."""

from __future__ import annotations

from pathlib import Path

import click

from onoma.cli.app import say
from onoma.formats.jsonl import encode_record
from onoma.server.audit import Audit
from onoma.server.settings import state_folder

_STATE = click.option(
    "--state", type=click.Path(file_okay=False, path_type=Path), help="The server's own folder."
)


@click.group()
def command() -> None:
    """Show and check the audit trail of a server.

    \b
    onoma audit verify
    """  # noqa: D301 - click's own sign for a paragraph kept as it is


@command.command("show")
@click.option(
    "-k", default=20, show_default=True, type=click.IntRange(0), help="Last lines, 0: all."
)
@_STATE
def show(*, k: int, state: Path | None) -> None:
    """Write the last lines of the trail, as JSON.

    \b
    onoma audit show -k 100
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    rows = list(Audit(state or state_folder()).rows())
    for row in rows[-k:] if k else rows:
        click.echo(encode_record(row), nl=False)


@command.command("verify")
@_STATE
def verify(*, state: Path | None) -> None:
    """Check that no line was changed, put in or taken out; print the last one's digest.

    Keep the digest elsewhere: whoever can write the file can write it all anew.

    \b
    onoma audit verify
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    chain = Audit(state or state_folder()).verify()
    say(f"{chain.count:,} lines, none changed")
    click.echo(chain.digest)
