"""``onoma mesh log``: the log of searches for PRISMA-S, with versions and their differences."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

import onoma
from onoma.cli.mesh_options import corpus_option, dialect_option, read_words
from onoma.errors import InputError
from onoma.search.mesh.log import Search, append, differences, read_log, run, table, version
from onoma.search.mesh.searched import LibrarySearched
from onoma.search.query.parse import parse


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--add", "query", metavar="QUERY", help="Run this query (a text, a file, -), log it.")
@click.option("--note", default="", help="What this version is, or why it was changed.")
@click.option(
    "--diff", "versions", type=int, nargs=2, metavar="OLD NEW", help="How two versions differ."
)
@corpus_option
@dialect_option
def command(
    file: Path,
    *,
    query: str | None,
    note: str,
    versions: tuple[int, int] | None,
    corpus: str,
    dialect: str,
) -> None:
    """Keep the searches of a review in FILE, or show them as a table for its appendix.

    Each search keeps its date, what was searched (corpus, size, vocabulary version), the strategy
    exactly as given, and the number of records of each line, as PRISMA-S asks. FILE holds JSON
    lines and only grows; every search is a version.

    \b
    onoma mesh log searches.jsonl --add query.txt --dialect pubmed --corpus heart --note "first"
    onoma mesh log searches.jsonl > appendix.md
    onoma mesh log searches.jsonl --diff 1 2
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    searches = read_log(file)
    if query is not None:
        searched = LibrarySearched.open(corpus)
        text = read_words(query).strip()
        tree = parse(text, dialect)
        lines = run(tree, searched, dialect=dialect)
        search = Search(
            version=max((one.version for one in searches), default=0) + 1,
            date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            database=searched.described(), dialect=dialect, query=text, lines=lines,
            records=lines[-1].records, software=f"onoma {onoma.__version__}", note=note,
        )  # fmt: skip
        append(file, search)
        click.echo(table([search]))
        return
    if not searches:
        raise InputError(f"{file}: no searches yet", hint="log one with --add QUERY")
    if versions is not None:
        old, new = (version(searches, number) for number in versions)
        click.echo("\n".join(differences(old, new)))
        return
    click.echo(table(searches))
