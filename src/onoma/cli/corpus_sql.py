"""``onoma corpus sql``: the corpus's tables asked in SQL."""

from __future__ import annotations

import sys

import click
import orjson

from onoma.cli.corpus_options import corpus_option, open_corpus, show_rows


@click.command("sql")
@click.argument("query")
@corpus_option
@click.option("--json", "is_json", is_flag=True, help="One JSON object a line.")
def command(query: str, *, name: str, is_json: bool) -> None:
    """Print what a QUERY gives over the tables documents, mentions, relations and fields.

    Only the documents that count are in them. Needs the extra library.

    \b
    onoma corpus sql "SELECT year, count(*) FROM documents GROUP BY year ORDER BY year"
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    table = open_corpus(name).sql(query)
    rows = table.to_pylist()
    if is_json:
        for row in rows:
            sys.stdout.buffer.write(orjson.dumps(row, default=str) + b"\n")
        return
    show_rows(table.column_names, [list(row.values()) for row in rows])
