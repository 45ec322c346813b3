"""``onoma corpus reannotate``: the mentions of a corpus found anew."""

from __future__ import annotations

import sys
from typing import Any

import click

from onoma.cli.app import say
from onoma.cli.corpus_options import (
    corpus_option,
    open_corpus,
    plan_of,
    recipe_of,
    recipe_options,
    wait_option,
)
from onoma.cli.workers import tie_workers
from onoma.corpus.reannotating import reannotate


@click.command("reannotate")
@corpus_option
@recipe_options
@click.option("--processes", type=click.IntRange(1), default=1, show_default=True)
@wait_option
def command(*, name: str, **options: Any) -> None:
    """Find the mentions of a corpus anew: by a newer vocabulary, or by other settings.

    What the options leave out stays as it was. A stopped run goes on when it is given again.

    \b
    onoma corpus reannotate --corpus heart
    onoma corpus reannotate --corpus heart --mode hybrid
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if options["processes"] > 1:
        tie_workers()
    corpus = open_corpus(name)
    pipeline = recipe_of(options, corpus.manifest.settings)

    def watch(done: int) -> None:
        if not sys.stderr.isatty():
            say(f"{done:,} documents done")

    done = reannotate(corpus, pipeline, plan=plan_of(options), watch=watch)
    click.echo(f"{done:,} documents annotated anew" if done else "nothing to do")
