"""``onoma mesh refine``: what suggested headings find and cost over a corpus."""

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
from onoma.formats.jsonl import encode_record
from onoma.formats.tsv import tsv_line
from onoma.search.mesh.refining import AtCut, Effect, Refined, refine
from onoma.search.mesh.searched import LibrarySearched
from onoma.search.mesh.suggest import open_means
from onoma.search.query.parse import parse
from onoma.search.query.printing import translate


@click.command()
@click.argument("query")
@click.option(
    "--relevant",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the ids of records known to be relevant, one a line.",
)
@click.option("--write", is_flag=True, help="Write the query at the cut to take, and only that.")
@corpus_option
@dialect_option
@json_option
def command(
    query: str, *, relevant: Path | None, write: bool, corpus: str, dialect: str, as_json: bool
) -> None:
    """Show what each MeSH heading suggested for QUERY (a text, a file, or -) finds and costs.

    First a row for each suggestion alone: records and relevant records that it adds. Then a row for
    each score at which suggestions may end. The cut to take finds the most relevant records, with
    the fewest others; without --relevant it is the suggester's own.

    \b
    onoma mesh refine query.txt --dialect pubmed --relevant seeds.txt --corpus heart
    onoma mesh refine query.txt --relevant seeds.txt --write > refined.txt
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    tree = parse(read_words(query).strip(), dialect)
    searched = LibrarySearched.open(corpus)
    ids = read_ids(relevant) if relevant else []
    found = refine(tree, searched, open_means(), relevant=ids)
    if write:
        click.echo(translate(found.best.query, dialect).text)
    elif as_json:
        for record in _records(found):
            click.echo(encode_record(record), nl=False)
    else:
        _show(found)
    if found.best.cut is None:
        say("no suggestion is worth its records here: leave the query as it is")
    else:
        say(f"the cut to take: {found.best.cut:g}, {found.best.headings} headings more")


def _show(found: Refined) -> None:
    click.echo(tsv_line("line", "heading", "score", "records more", "relevant more"), nl=False)
    for one in found.weighed:
        s = one.suggestion
        relevant = one.more.relevant if one.more.wanted else "-"
        score = f"{s.score:.2f}"
        click.echo(tsv_line(one.line, s.label, score, one.more.records, relevant), nl=False)
    click.echo("")
    click.echo(tsv_line("cut", "headings", "records", "recall", "precision"), nl=False)
    for at in found.cuts:
        cut = "none" if at.cut is None else f"{at.cut:g}"
        effect = at.effect
        shares = (_said(effect.recall), _said(effect.precision))
        click.echo(tsv_line(cut, at.headings, effect.records, *shares), nl=False)


def _said(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def _records(found: Refined) -> list[dict[str, object]]:
    weighed = [
        {"line": one.line, "curie": one.suggestion.curie, "label": one.suggestion.label,
         "score": round(one.suggestion.score, 4), "more": _effect(one.more)}
        for one in found.weighed
    ]  # fmt: skip
    return [*weighed, *(_cut(at, at is found.best) for at in found.cuts)]


def _cut(at: AtCut, is_best: bool) -> dict[str, object]:
    said = {"cut": at.cut, "headings": at.headings, "best": is_best}
    return {**said, "effect": _effect(at.effect)}


def _effect(effect: Effect) -> dict[str, object]:
    return {"records": effect.records, "relevant": effect.relevant, "recall": effect.recall,
            "precision": effect.precision}  # fmt: skip
