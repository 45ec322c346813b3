"""``onoma corpus index``: what a corpus is searched by, brought up to date."""

from __future__ import annotations

import sys

import click

from onoma.cli.app import say
from onoma.cli.corpus_options import PATIENCE, corpus_option, wait_option
from onoma.search.indexing import Progress
from onoma.search.library import library


@click.command("index")
@corpus_option
@click.option(
    "--vectors",
    "has_vectors",
    is_flag=True,
    help="Also the vectors of meaning: some 25 ms a document; can be stopped and goes on.",
)
@click.option(
    "--says",
    "has_statements",
    is_flag=True,
    help="Also what sentences say: challenges, directions; 0.3 s a document; goes on if stopped.",
)
@wait_option
def command(*, name: str, has_vectors: bool, has_statements: bool, no_wait: bool) -> None:
    """Bring what a corpus is searched by up to date: words, concepts and, if wished, more.

    onoma search does the first by itself. A damaged or outdated index is built anew.

    \b
    onoma corpus index --vectors --says --corpus heart
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    wait = 0.0 if no_wait else PATIENCE

    def watch(progress: Progress) -> None:
        _line(f"{progress.done:,} of {progress.total:,} records indexed")

    found = library(name, watch=watch, wait=wait)
    made = ""
    if has_vectors:
        count = found.embed(
            watch=lambda done, total: _line(f"{done:,} of {total:,} documents encoded"), wait=wait
        )
        made += f", {count:,} with vectors"
    if has_statements:
        count = found.read_statements(
            watch=lambda done, total: _line(f"{done:,} of {total:,} documents read"), wait=wait
        )
        made += f", {count:,} read for challenges and directions"
    if sys.stderr.isatty():
        click.echo(err=True)
    say(f"{len(found):,} documents can be searched{made}")


def _line(words: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{words}", nl=False, err=True)
    else:
        say(words)
