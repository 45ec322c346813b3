"""``onoma similar``: the concepts whose names are nearest to a term."""

from __future__ import annotations

from typing import Any

import click

from onoma.cli.options import ids_option, project_option, types_option, vocab_option
from onoma.formats.jsonl import encode_record
from onoma.formats.tsv import tsv_line
from onoma.pipeline.clustering import Similar, similar

COLUMNS = ("rank", "curie", "label", "name", "score", "relation", "difference")


@click.command()
@click.argument("term")
@types_option
@ids_option
@vocab_option
@project_option
@click.option("-k", type=click.IntRange(1), default=10, show_default=True, help="How many.")
@click.option("--encoder", default="", metavar="DIR", help="A model folder, or none.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(
    term: str,
    *,
    types: tuple[str, ...] | None,
    ids: tuple[str, ...] | None,
    k: int,
    encoder: str,
    as_json: bool,
    **where: Any,
) -> None:
    """Show the concepts whose names are spelled or meant most like TERM, near misses told.

    \b
    onoma similar "hyperkalaemia" -k 5
    onoma similar "polydactyly" --types phenotype
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    found = similar(
        term, k=k, types=types or (), ids=ids or (), encoder=encoder,
        vocabulary=where["vocab"], project=where["project"],
    )  # fmt: skip
    if not as_json:
        click.echo(tsv_line(*COLUMNS), nl=False)
    for rank, one in enumerate(found, start=1):
        click.echo(_line(rank, one, as_json=as_json), nl=False)


def _line(rank: int, one: Similar, *, as_json: bool) -> bytes | str:
    c = one.candidate
    if as_json:
        values = (rank, c.curie, c.label, c.name, round(c.score, 4), one.relation, one.difference)
        return encode_record(dict(zip(COLUMNS, values, strict=True)))
    return tsv_line(rank, c.curie, c.label, c.name, f"{c.score:.4f}", one.relation, one.difference)
