"""``onoma rank``: link terms by a ranker that was trained on annotations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import click

from onoma.cli.texts import iter_cells
from onoma.formats.jsonl import encode_record
from onoma.formats.tsv import tsv_line
from onoma.link.ranking.ranker import Ranker
from onoma.types import Candidate

COLUMNS = ("term", "rank", "curie", "label", "score", "name")
SIZE = 1000  # terms looked up together

Pair = tuple[str, str]


@click.command()
@click.argument("terms", nargs=-1)
@click.option(
    "--with",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="What onoma train ranking wrote.",
)
@click.option("-k", type=click.IntRange(1), default=5, show_default=True, help="Concepts per term.")
@click.option("--context", default="", help="The text in which the terms stand.")
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="The score below which the best concept is not answered.",
)
@click.option("--explain", is_flag=True, help="Say why: the signs that were weighed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option(
    "--from-file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="Read terms from the first column of this file, one a line, contexts from the second.",
)
def command(
    terms: tuple[str, ...],
    *,
    folder: Path,
    k: int,
    context: str,
    least: float,
    explain: bool,
    as_json: bool,
    from_file: Path | None,
) -> None:
    r"""Find the concepts that each TERM names by what a ranker was taught, best first.

    \b
    onoma train ranking --data cases.pubtator --prefix SNOMEDCT -o spanish/
    onoma rank --with spanish/ "insuficiencia renal" -k 3
    """
    if not terms and from_file is None:
        raise click.UsageError("give a term, or --from-file")
    ranker = Ranker.open(folder)
    if not as_json:
        click.echo(tsv_line(*COLUMNS, *(["why"] if explain else [])), nl=False)
    pairs = _pairs(terms, from_file, context)
    while batch := list(islice(pairs, SIZE)):
        found = ranker.link([t for t, _ in batch], contexts=[c for _, c in batch], k=k)
        for (term, _), candidates in zip(batch, found, strict=True):
            kept = candidates if candidates and candidates[0].score >= least else []
            _show(term, kept, as_json=as_json, is_explained=explain)


def _pairs(terms: Sequence[str], path: Path | None, context: str) -> Iterator[Pair]:
    yield from ((term, context) for term in terms)
    if path is not None:
        for _, cells in iter_cells(path):
            if cells[0].strip():
                yield cells[0], cells[1] if len(cells) > 1 else context


def _show(term: str, found: Sequence[Candidate], *, as_json: bool, is_explained: bool) -> None:
    """Print the concepts of a term; none: one row without a CURIE."""
    for rank, one in enumerate(found or [None], start=1):
        curie, label, name = (one.curie, one.label, one.name) if one else (None,) * 3
        score, why = (one.score, one.why) if one else (0.0, {})
        if as_json:
            values = (term, rank, curie, label, round(score, 4), name)
            record = dict(zip(COLUMNS, values, strict=True))
            click.echo(encode_record(record | ({"why": why} if is_explained else {})), nl=False)
            continue
        said = ", ".join(f"{sign} {value:g}" for sign, value in why.items())
        cells = [term, rank, curie, label, f"{score:.4f}", name, *([said] if is_explained else [])]
        click.echo(tsv_line(*cells), nl=False)
