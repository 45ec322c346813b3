"""``onoma corpus verify``: every file of a corpus checked."""

from __future__ import annotations

import click

from onoma.cli.app import EXIT_FAILED
from onoma.cli.corpus_options import corpus_option, size_words
from onoma.corpus import find_corpus, verify


@click.command("verify")
@corpus_option
def command(*, name: str) -> int:
    """Check every file of a corpus: checksums, rows, order, and what is derived from it.

    Exit code 1: something is damaged; onoma corpus repair puts it right.

    \b
    onoma corpus verify --corpus heart
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    found = verify(find_corpus(name))
    for problem in found.problems:
        click.echo(f"{problem.file}: {problem.words}")
    if found.spare:
        click.echo(f"{len(found.spare)} files of a stopped run; the next add removes them")
    if not found.is_sound:
        click.echo("damaged: onoma corpus repair")
        return EXIT_FAILED
    click.echo(f"sound: {found.rows:,} rows in {found.files} files, {size_words(found.size)}")
    return 0
