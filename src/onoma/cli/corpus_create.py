"""``onoma corpus create``: a new corpus."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from onoma.cli.corpus_options import recipe_of, recipe_options
from onoma.corpus import Corpus, new_corpus


@click.command("create")
@click.argument("name")
@recipe_options
def command(name: str, **options: Any) -> None:
    """Make the corpus NAME in your folder of corpora, or a folder where NAME is a path.

    What is to be found in its documents is settled here; reannotate changes it.

    \b
    onoma corpus create heart
    onoma corpus create ./trials --types disease,chemical --mode hybrid
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    folder = new_corpus(name)
    settings = recipe_of(options).settings
    corpus = Corpus.create(folder, settings=replace(settings, kernel="auto"))
    click.echo(f"made: {corpus.folder}")
    click.echo(f"fill it: onoma corpus add PATHS --corpus {name}")
