"""``onoma embed``: texts to vectors."""

from __future__ import annotations

from pathlib import Path

import click

from onoma.cli.options import model_option
from onoma.cli.texts import iter_texts
from onoma.encode import load_encoder
from onoma.encode.tables import write_embeddings


@click.command()
@click.argument("texts", nargs=-1)
@click.option(
    "--from-file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="Read texts from this file, one a line (the first column of a TSV).",
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write: .parquet (text, vector) or .npy (vectors).",
)
@model_option
def command(
    texts: tuple[str, ...],
    *,
    from_file: Path | None,
    output: Path,
    model: Path | None,
    threads: int,
) -> None:
    """Write a unit vector for each of TEXTS, or for each line of a file, in the order given.

    An empty line has the zero vector, so that rows and lines stay together.

    \b
    onoma embed "renal failure" "kidney disease" -o two.npy
    onoma embed --from-file names.tsv -o names.parquet
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if not texts and from_file is None:
        raise click.UsageError("give a text, or --from-file")
    encoder = load_encoder(model, threads=threads)
    output.parent.mkdir(parents=True, exist_ok=True)
    count = write_embeddings(output, iter_texts(texts, from_file), encoder)
    click.echo(f"onoma: {count:,} vectors of {encoder.dimension} numbers in {output}", err=True)
