"""``onoma cluster``: terms that mean one thing, put together, for a curator to look over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from onoma.cli.options import project_option, types_option, vocab_option
from onoma.cli.texts import iter_texts
from onoma.formats.jsonl import encode_record
from onoma.formats.tsv import tsv_line
from onoma.link.candidates.clustering import Clustering
from onoma.pipeline.clustering import cluster

COLUMNS = ("cluster", "name", "curie", "term", "score")
MISSES = ("one", "other", "score", "reason")


@click.command()
@click.argument(
    "terms", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@types_option
@vocab_option
@project_option
@click.option(
    "--least", type=click.FloatRange(0, 1), help="The score from which on two terms are joined."
)
@click.option("--ungrounded", is_flag=True, help="Do not use the vocabulary's own names.")
@click.option("--encoder", default="", metavar="DIR", help="A model folder, or none.")
@click.option(
    "--near-misses",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the pairs that are alike and kept apart, with the reason, to this file.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a cluster.")
def command(
    terms: Path,
    *,
    types: tuple[str, ...] | None,
    least: float | None,
    ungrounded: bool,
    encoder: str,
    near_misses: Path | None,
    as_json: bool,
    **where: Any,
) -> None:
    """Put the terms of a file (one a line) that mean one thing together, near misses kept apart.

    Tab-separated values: the cluster's number, its name, its CURIE if it is known, a term of it and
    the term's score beside the most central one.

    \b
    onoma cluster terms.txt --near-misses check.tsv > clusters.tsv
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    found = cluster(
        list(iter_texts((), terms)), types=types or (), encoder=encoder, least=least,
        grounded=not ungrounded, vocabulary=where["vocab"], project=where["project"],
    )  # fmt: skip
    show = _show_json if as_json else _show_rows
    show(found)
    if near_misses is not None:
        rows = [tsv_line(*MISSES)]
        rows += [tsv_line(m.one, m.other, f"{m.score:.4f}", m.reason) for m in found.near_misses]
        near_misses.write_bytes(b"".join(rows))


def _show_rows(found: Clustering) -> None:
    click.echo(tsv_line(*COLUMNS), nl=False)
    for number, one in enumerate(found.clusters, start=1):
        for member in one.members:
            cells = (number, one.name, one.curie, member.term, f"{member.score:.4f}")
            click.echo(tsv_line(*cells), nl=False)


def _show_json(found: Clustering) -> None:
    for number, one in enumerate(found.clusters, start=1):
        members = [{"term": m.term, "score": round(m.score, 4)} for m in one.members]
        record = {"cluster": number, "name": one.name, "curie": one.curie, "terms": members}
        click.echo(encode_record(record), nl=False)
