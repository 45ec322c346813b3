"""``onoma mesh check``: which line of a query loses which seed, and what would keep it."""

from __future__ import annotations

from pathlib import Path

import click

from onoma.cli.app import say
from onoma.cli.mesh_options import (
    corpus_option,
    dialect_option,
    json_option,
    read_ids,
    read_words,
)
from onoma.errors import InputError
from onoma.formats.jsonl import encode_record
from onoma.formats.tsv import tsv_line
from onoma.search.mesh.checking import Check, changed, check
from onoma.search.mesh.searched import LibrarySearched
from onoma.search.mesh.suggest import open_means
from onoma.search.query.parse import parse
from onoma.search.query.printing import translate


@click.command()
@click.argument("query")
@click.option(
    "--seeds",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the ids of records that must be found, one a line.",
)
@click.option("--seed", "more", multiple=True, metavar="ID", help="One such id; repeat for more.")
@click.option("--fix", is_flag=True, help="Write the query with the changes in it, and only that.")
@corpus_option
@dialect_option
@json_option
def command(
    query: str,
    *,
    seeds: Path | None,
    more: tuple[str, ...],
    fix: bool,
    corpus: str,
    dialect: str,
    as_json: bool,
) -> int:
    """Put QUERY (a text, a file, or -) to a corpus and show which line loses which seed.

    For each line that loses a seed, the smallest change is shown: the heading or words of the seed
    that let the fewest other records in. The exit code is 1 where a seed is lost.

    \b
    onoma mesh check query.txt --dialect pubmed --seeds seeds.txt --corpus heart
    onoma mesh check query.txt --seed 10023943 --fix > better.txt
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    ids = [*(read_ids(seeds) if seeds else ()), *more]
    if not ids:
        raise InputError("no seeds", hint="give --seeds FILE or --seed ID")
    tree = parse(read_words(query).strip(), dialect)
    searched = LibrarySearched.open(corpus)
    found = check(tree, ids, searched, open_means())
    if fix:
        written = translate(changed(tree, found.changes), dialect)
        click.echo(written.text)
    elif as_json:
        click.echo(encode_record(_record(found, dialect)), nl=False)
    else:
        _show(found, dialect)
    for one in found.absent:
        say(f"seed {one} is not in the corpus")
    return 1 if found.lost else 0


def _show(found: Check, dialect: str) -> None:
    click.echo(tsv_line("line", "records", "seeds", "lost", "text"), nl=False)
    for line in found.lines:
        text = translate(line.node, dialect).text
        seeds = f"{len(line.kept)} of {len(line.kept) + len(line.lost)}"
        lost = " ".join(line.lost) or "-"
        click.echo(tsv_line(line.number, line.found, seeds, lost, text), nl=False)
    kept = len(found.lines[0].kept) + len(found.lines[0].lost) - len(found.lost)
    seeds, lost = f"{kept} of {kept + len(found.lost)}", " ".join(found.lost) or "-"
    click.echo(tsv_line("all", found.found, seeds, lost, ""), nl=False)
    for one in found.changes:
        text = translate(one.part, dialect).text
        related = "" if one.is_related else " (not near to the line: read the record)"
        click.echo(
            f"line {one.line}: add {text} to keep {', '.join(one.keeps)}: "
            f"{one.more:,} other records more{related}"
        )


def _record(found: Check, dialect: str) -> dict[str, object]:
    return {
        "records": found.found,
        "lost": list(found.lost),
        "absent": list(found.absent),
        "lines": [
            {"number": one.number, "text": translate(one.node, dialect).text, "records": one.found,
             "kept": list(one.kept), "lost": list(one.lost)}
            for one in found.lines
        ],
        "changes": [
            {"line": one.line, "add": translate(one.part, dialect).text, "keeps": list(one.keeps),
             "more": one.more, "is_related": one.is_related}
            for one in found.changes
        ],
    }  # fmt: skip
