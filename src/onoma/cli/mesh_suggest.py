"""``onoma mesh suggest``: the MeSH headings that a query asks for."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from onoma.cli.app import say
from onoma.cli.mesh_options import dialect_option, json_option, read_words
from onoma.cli.options import vocab_option
from onoma.errors import InputError
from onoma.formats.jsonl import encode_record
from onoma.formats.tsv import tsv_line
from onoma.search.mesh.clauses import read_clauses
from onoma.search.mesh.methods import METHODS
from onoma.search.mesh.suggest import Suggested, open_means, suggest_for

HEAD = ("clause", "curie", "label", "score", "terms")
WIDEST = 60  # characters of a clause that a table shows


@click.command()
@click.argument("query")
@click.option(
    "--method",
    type=click.Choice(sorted(METHODS)),
    default="fused",
    show_default=True,
    help="How headings are found.",
)
@click.option(
    "-k", type=click.IntRange(1), default=20, show_default=True, help="Headings a clause."
)
@click.option(
    "--least", type=click.FloatRange(0, 1), help="The score below which none is suggested."
)
@dialect_option
@vocab_option
@json_option
def command(
    query: str, *, method: str, k: int, least: float | None, dialect: str, vocab: str, as_json: bool
) -> None:
    """Suggest MeSH headings for each clause of QUERY: a text, a file, or - for standard input.

    A clause is what AND joins. Plain words are terms, separated by commas or lines. Headings that
    the clause has already are marked.

    \b
    onoma mesh suggest "heart attack, myocardial infarct*"
    onoma mesh suggest '(rotator cuff*[tw]) AND (ultrasound[tw] OR sonograph*[tw])' --dialect pubmed
    onoma mesh suggest query.txt --method lexical --json
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    means = open_means(vocab)
    if means.meanings is None and method != "lexical":
        say("no vectors of names, so by words alone; make them once: onoma vocab index")
    clauses = read_clauses(read_words(query), means.headings, dialect=dialect)
    if not clauses:
        raise InputError("the query has no words to suggest headings for", hint="give a term")
    found = [suggest_for(one, means, method=method, least=least, k=k) for one in clauses]
    if as_json:
        _write_json(found)
    elif sys.stdout.isatty():
        _show(found)
    else:
        click.echo(tsv_line(*HEAD), nl=False)
        for one in found:
            for s in one.suggestions:
                cells = (one.clause, s.curie, s.label, f"{s.score:.3f}", "; ".join(s.terms))
                click.echo(tsv_line(*cells), nl=False)


def _write_json(found: Sequence[Suggested]) -> None:
    for one in found:
        for s in one.suggestions:
            record = {
                "clause": one.clause, "curie": s.curie, "label": s.label,
                "score": round(s.score, 4), "terms": list(s.terms), "is_there": s.is_there,
            }  # fmt: skip
            click.echo(encode_record(record), nl=False)


def _show(found: Sequence[Suggested]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    for one in found:
        words = one.clause if len(one.clause) <= WIDEST else one.clause[: WIDEST - 1] + "…"
        table = Table(title=Text(words), title_justify="left", box=None, header_style="dim")
        for name in (*HEAD[1:], ""):
            table.add_column(name)
        for s in one.suggestions:
            there = "is there" if s.is_there else ""
            cells = (s.curie, s.label, f"{s.score:.2f}", "; ".join(s.terms), there)
            table.add_row(*(Text(cell) for cell in cells))
        if not one.suggestions:
            table.add_row("-", "no heading", "", "", "")
        Console().print(table)
