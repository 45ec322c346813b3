"""``onoma vocab index``: the vectors of a vocabulary's names, made ahead of their first use."""

from __future__ import annotations

import click

from onoma.cli.options import model_option
from onoma.encode import load_encoder, open_vectors
from onoma.encode.stale import drop_stale
from onoma.ontology.loading import open_vocabulary
from onoma.ontology.workspace import CORE


@click.command("index")
@click.argument("names", default=CORE, metavar="[IDS]")
@model_option
def command(names: str, *, model: object, threads: int) -> None:
    """Encode the names of the vocabulary IDS (core, mine, core,mine) now.

    What looks names up by meaning does this when it first needs to, which takes minutes for the
    core; what is stopped goes on. Vectors of vocabularies that are gone are removed.

    \b
    onoma vocab index
    onoma vocab index core,mine
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    encoder = load_encoder(None if model is None else str(model), threads=threads)
    store = open_vocabulary(names)
    for folder in drop_stale(encoder):
        click.echo(f"onoma: removed {folder.name}", err=True)
    vectors = open_vectors(store, encoder)
    click.echo(f"{names}\t{len(vectors):,} vectors\t{vectors.folder}")
