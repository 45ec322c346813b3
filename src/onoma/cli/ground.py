"""``onoma ground``: find the concepts that terms name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click

from onoma.cli.options import ids_option, project_option, types_option, vocab_option
from onoma.errors import BadLine
from onoma.formats.jsonl import encode_record
from onoma.formats.lines import iter_lines
from onoma.formats.opening import open_stream
from onoma.formats.tsv import tsv_line
from onoma.pipeline.grounder import NIL_BELOW, Pair
from onoma.pipeline.grounding import MODES, GroundOptions, ground_terms
from onoma.types import Candidate

COLUMNS = ("term", "rank", "curie", "label", "score")
FIRST, LATER = 100, 5000  # terms looked up together: the first soon, the others quickly


@click.command()
@click.argument("terms", nargs=-1)
@types_option
@ids_option
@vocab_option
@project_option
@click.option("-k", type=click.IntRange(1), default=5, show_default=True, help="Concepts per term.")
@click.option("--context", help="The text in which the terms stand, abbreviations defined.")
@click.option(
    "--mode",
    type=click.Choice(MODES),
    default="full",
    show_default=True,
    help="dictionary: names of the vocabulary only; full: names spelled or meant alike, too.",
)
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    default=NIL_BELOW,
    show_default=True,
    help="The score below which the best concept is not answered (full mode).",
)
@click.option("--fill", is_flag=True, help="Let near names follow what the dictionary is sure of.")
@click.option("--encoder", default="", metavar="DIR", help="A model folder, or none.")
@click.option("--linker", default="", metavar="DIR", help="What onoma train linker wrote.")
@click.option("--explain", is_flag=True, help="Say why: the name matched and the score's parts.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option(
    "--from-file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="Read terms from the first column of this file, one a line.",
)
@click.option("--with-context", is_flag=True, help="The file's second column is the context.")
def command(
    terms: tuple[str, ...],
    *,
    types: tuple[str, ...] | None,
    ids: tuple[str, ...] | None,
    k: int,
    context: str | None,
    from_file: Path | None,
    **more: Any,
) -> None:
    """Find the concepts that each TERM names, best first; none fits: the CURIE is empty.

    A table on a terminal, tab-separated values in a pipe: term, rank, curie, label, score.

    \b
    onoma ground "renal failure" T2DM
    onoma ground "APC mutations" --context "Adenomatous polyposis coli (APC) runs in families."
    onoma ground --ids MESH -k 1 --from-file names.tsv
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if not terms and from_file is None:
        raise click.UsageError("give a term, or --from-file")
    options = GroundOptions(
        types=types or (), ids=ids or (), mode=more["mode"], least=more["least"],
        encoder=more["encoder"], trained=more["linker"], fill=more["fill"],
    )  # fmt: skip
    show = _shower(as_json=more["as_json"], is_explained=more["explain"])
    given = ((term, context or "") for term in terms)
    for batch in _batches(given, _iter_file(from_file, context or "", more["with_context"])):
        found = ground_terms(
            batch, k=k, options=options, vocabulary=more["vocab"], project=more["project"]
        )
        for (term, _), candidates in zip(batch, found, strict=True):
            show(term, candidates)


def _batches(given: Iterable[Pair], read: Iterable[Pair]) -> Iterator[list[Pair]]:
    """Yield the terms given, then those read, in runs."""
    if first := list(given):
        yield first
    rest = iter(read)
    size = FIRST
    while batch := list(islice(rest, size)):
        yield batch
        size = LATER


def _iter_file(path: Path | None, context: str, has_context: bool) -> Iterator[Pair]:
    """Yield the terms of a file with their context."""
    if path is None:
        return
    raw = sys.stdin.buffer if str(path) == "-" else path.open("rb")
    with open_stream(raw, str(path)) as stream:
        for line in iter_lines(stream):
            cells = line.text().split("\t")
            if line.is_cut:
                raise BadLine(str(path), line.number, cells[0], "the line is too long")
            if has_context and len(cells) < 2:
                raise BadLine(str(path), line.number, line.text(), "no second column")
            if cells[0].strip():
                yield cells[0], cells[1] if has_context else context


Show = Callable[[str, list[Candidate]], None]


def _shower(*, as_json: bool, is_explained: bool) -> Show:
    """Return what prints the candidates of a term."""
    if as_json:
        return _JsonLines(is_explained)
    return _Table(is_explained) if sys.stdout.isatty() else _Rows(is_explained)


def _rows(term: str, candidates: list[Candidate]) -> Iterator[tuple[str, int, Candidate | None]]:
    """Yield a row per candidate, or the one row that says that none fits."""
    if not candidates:
        yield term, 1, None
    for rank, candidate in enumerate(candidates, 1):
        yield term, rank, candidate


def _said(candidate: Candidate | None) -> str:
    """Return the parts of a score in words."""
    if candidate is None:
        return ""
    return ", ".join(f"{name} {value:g}" for name, value in candidate.why.items())


class _JsonLines:
    """Prints one object a candidate."""

    def __init__(self, is_explained: bool) -> None:
        self._is_explained = is_explained

    def __call__(self, term: str, candidates: list[Candidate]) -> None:
        for _, rank, c in _rows(term, candidates):
            values = (term, rank, c and c.curie, c and c.label, round(c.score, 4) if c else 0.0)
            record: dict[str, Any] = dict(zip(COLUMNS, values, strict=True))
            if self._is_explained:
                record |= {"name": c.name if c else None, "why": c.why if c else {}}
            click.echo(encode_record(record), nl=False)


class _Rows:
    """Prints tab-separated values under one head line."""

    def __init__(self, is_explained: bool) -> None:
        self._is_explained = is_explained
        click.echo(tsv_line(*COLUMNS, *(("name", "why") if is_explained else ())), nl=False)

    def __call__(self, term: str, candidates: list[Candidate]) -> None:
        for _, rank, c in _rows(term, candidates):
            score = f"{c.score:.4f}" if c else "0.0000"
            more = (c and c.name, _said(c)) if self._is_explained else ()
            click.echo(tsv_line(term, rank, c and c.curie, c and c.label, score, *more), nl=False)


class _Table:
    """Prints a table per term."""

    def __init__(self, is_explained: bool) -> None:
        self._is_explained = is_explained

    def __call__(self, term: str, candidates: list[Candidate]) -> None:
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(title=Text(term), title_justify="left", box=None, header_style="dim")
        heads = ("rank", "curie", "label", "type", "score", "name")
        for name in (*heads, "why") if self._is_explained else heads:
            table.add_column(name)
        for _, rank, c in _rows(term, candidates):
            if c is None:
                table.add_row("-", "-", "no concept fits", "", "", "")
                continue
            cells = [str(rank), c.curie, c.label, c.type, f"{c.score:.3f}", c.name]
            cells += [_said(c)] if self._is_explained else []
            table.add_row(*(Text(cell) for cell in cells))
        Console().print(table)
