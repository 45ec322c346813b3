"""``onoma similarity``: how near two texts are in meaning."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

from onoma.cli.options import model_option
from onoma.cli.texts import iter_cells
from onoma.encode import load_encoder
from onoma.encode.similarity import similarities
from onoma.errors import BadLine
from onoma.formats.jsonl import encode_record
from onoma.formats.tsv import tsv_line

COLUMNS = ("a", "b", "score")
BLOCK = 4096  # pairs scored at once


@click.command()
@click.argument("texts", nargs=-1, metavar="A B")
@click.option(
    "--from-file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="Read pairs from the first two columns of this file, one a line.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@model_option
def command(
    texts: tuple[str, ...],
    *,
    from_file: Path | None,
    as_json: bool,
    model: Path | None,
    threads: int,
) -> None:
    """Show how near A and B are in meaning: the cosine of their vectors, -1 to 1.

    \b
    onoma similarity "renal failure" "kidney disease"
    onoma similarity --from-file pairs.tsv --json
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if len(texts) not in (0, 2) or (not texts and from_file is None):
        raise click.UsageError("give two texts, or --from-file")
    encoder = load_encoder(model, threads=threads)
    if not as_json:
        click.echo(tsv_line(*COLUMNS), nl=False)
    pairs = _iter_pairs(texts, from_file)
    while block := list(islice(pairs, BLOCK)):
        for (a, b), score in zip(block, similarities(block, encoder), strict=True):
            values = (a, b, round(score, 4))
            record = dict(zip(COLUMNS, values, strict=True))
            line = encode_record(record) if as_json else tsv_line(a, b, f"{score:.4f}")
            click.echo(line, nl=False)


def _iter_pairs(texts: tuple[str, ...], path: Path | None) -> Iterator[tuple[str, str]]:
    """Yield the pair given, then those of the file; lines without any text are passed over."""
    if texts:
        yield texts[0], texts[1]
    if path is None:
        return
    for number, cells in iter_cells(path):
        if len(cells) >= 2:
            yield cells[0], cells[1]
        elif cells[0].strip():
            raise BadLine(str(path), number, cells[0], "a pair needs two columns")
