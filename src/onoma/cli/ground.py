"""``onoma ground``: find the concepts that a term names."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

import onoma
from onoma.cli.options import ids_option, project_option, types_option, vocab_option
from onoma.errors import BadLine
from onoma.formats.jsonl import encode_record
from onoma.formats.lines import iter_lines
from onoma.formats.opening import open_stream
from onoma.formats.tsv import tsv_line
from onoma.types import Candidate

COLUMNS = ("term", "rank", "curie", "label", "score")


@click.command()
@click.argument("terms", nargs=-1)
@types_option
@ids_option
@vocab_option
@project_option
@click.option("-k", type=click.IntRange(1), default=5, show_default=True, help="Concepts per term.")
@click.option("--context", help="The sentence in which the terms stand.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option(
    "--from-file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="Read terms from the first column of this file, one a line.",
)
def command(
    terms: tuple[str, ...],
    *,
    types: tuple[str, ...] | None,
    ids: tuple[str, ...] | None,
    k: int,
    context: str | None,
    as_json: bool,
    from_file: Path | None,
    **where: Any,
) -> None:
    """Find the concepts that each TERM names, best first; none fits: the CURIE is empty.

    A table on a terminal, tab-separated values in a pipe: term, rank, curie, label, score.

    \b
    onoma ground "renal failure" T2DM
    onoma ground --ids MESH -k 1 --from-file names.tsv
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if not terms and from_file is None:
        raise click.UsageError("give a term, or --from-file")
    show = _show_json if as_json else _Table() if sys.stdout.isatty() else _Rows()
    for term in _iter_terms(terms, from_file):
        show(
            term,
            onoma.ground(
                term, k=k, types=types, ids=ids, context=context,
                vocabulary=where["vocab"], project=where["project"],
            ),
        )  # fmt: skip


def _iter_terms(terms: tuple[str, ...], path: Path | None) -> Iterator[str]:
    """Yield the terms given, then those of the file."""
    yield from terms
    if path is None:
        return
    raw = sys.stdin.buffer if str(path) == "-" else path.open("rb")
    with open_stream(raw, str(path)) as stream:
        for line in iter_lines(stream):
            term = line.text().split("\t")[0]
            if line.is_cut:
                raise BadLine(str(path), line.number, term, "the line is too long")
            if term.strip():
                yield term


def _rows(term: str, candidates: list[Candidate]) -> Iterator[tuple[str, int, Candidate | None]]:
    """Yield a row per candidate, or the one row that says that none fits."""
    if not candidates:
        yield term, 1, None
    for rank, candidate in enumerate(candidates, 1):
        yield term, rank, candidate


def _show_json(term: str, candidates: list[Candidate]) -> None:
    """Print one object a candidate."""
    for _, rank, c in _rows(term, candidates):
        values = (term, rank, c and c.curie, c and c.label, round(c.score, 4) if c else 0.0)
        click.echo(encode_record(dict(zip(COLUMNS, values, strict=True))), nl=False)


class _Rows:
    """Prints tab-separated values under one head line."""

    def __init__(self) -> None:
        click.echo(tsv_line(*COLUMNS), nl=False)

    def __call__(self, term: str, candidates: list[Candidate]) -> None:
        for _, rank, c in _rows(term, candidates):
            score = f"{c.score:.4f}" if c else "0.0000"
            cells = (term, rank, c and c.curie, c and c.label, score)
            click.echo(tsv_line(*cells), nl=False)


class _Table:
    """Prints a table per term."""

    def __call__(self, term: str, candidates: list[Candidate]) -> None:
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(title=Text(term), title_justify="left", box=None, header_style="dim")
        for name in ("rank", "curie", "label", "type", "score", "name"):
            table.add_column(name)
        for _, rank, c in _rows(term, candidates):
            if c is None:
                table.add_row("-", "-", "no concept fits", "", "", "")
                continue
            cells = (str(rank), c.curie, c.label, c.type, f"{c.score:.3f}", c.name)
            table.add_row(*(Text(cell) for cell in cells))
        Console().print(table)
