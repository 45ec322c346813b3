"""``onoma corpus purge``: the texts of removed and replaced documents taken off the disk."""

from __future__ import annotations

import sys
from typing import Any

import click

from onoma.cli.app import say
from onoma.cli.corpus_options import corpus_option, open_corpus, plan_of, wait_option
from onoma.corpus.purging import purge


@click.command("purge")
@corpus_option
@wait_option
def command(*, name: str, **options: Any) -> None:
    """Take removed and replaced texts off the disk; their ids stay known.

    Indexes go too, and are made anew when next needed. A stopped run goes on when it is given
    again. Copies that were made of the folder are not touched.

    \b
    onoma corpus remove 12345678 --corpus heart
    onoma corpus purge --corpus heart
    """  # noqa: D301 - click's own sign for a paragraph kept as it is

    def watch(done: int) -> None:
        if not sys.stderr.isatty():
            say(f"{done:,} documents done")

    done = purge(open_corpus(name), plan=plan_of(options), watch=watch)
    click.echo(f"{done:,} texts purged" if done else "nothing to do")
