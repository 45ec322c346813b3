"""``onoma corpus duplicates``: documents that double another one."""

from __future__ import annotations

import click

from onoma.cli.corpus_options import corpus_option, open_corpus, show_rows
from onoma.corpus.doubles import find_doubles


@click.command("duplicates")
@corpus_option
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    default=0.8,
    show_default=True,
    help="Least share of word triples in common, for doubles by their text.",
)
def command(*, name: str, least: float) -> None:
    """List the documents that double an earlier one, by DOI, PMID, PMCID or by their text.

    The score is the share of word triples that both have in common.

    \b
    onoma corpus duplicates --corpus heart
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    corpus = open_corpus(name)
    rows = [
        (row.id, row.of, row.by, round(row.score, 3))
        for row in find_doubles(corpus)
        if row.by != "text" or row.score >= least
    ]
    show_rows(("id", "doubles", "by", "score"), rows)
