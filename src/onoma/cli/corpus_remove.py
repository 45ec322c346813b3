"""``onoma corpus remove``: documents that count no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from onoma.cli.app import EXIT_FAILED, say
from onoma.cli.corpus_options import corpus_option, ids_of, open_corpus, plan_of, wait_option


@click.command("remove")
@click.argument("ids", nargs=-1)
@corpus_option
@click.option(
    "--from-file",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of ids, one a line.",
)
@wait_option
def command(ids: tuple[str, ...], *, name: str, path: Path | None, **options: Any) -> int:
    """Remove the documents of these IDS; adding their files again leaves them out.

    Exit code 1: some were not there.

    \b
    onoma corpus remove 12345678 --corpus heart
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    wanted = list(dict.fromkeys(ids_of(ids, path)))
    if not wanted:
        raise click.UsageError("no id is given")
    corpus = open_corpus(name)
    removed = corpus.remove(wanted, plan=plan_of(options)).removed
    click.echo(f"{removed:,} removed")
    if removed < len(wanted):
        say(f"{len(wanted) - removed:,} were not there")
        return EXIT_FAILED
    return 0
