"""``onoma vocab migrate``: bring results to a newer version of a vocabulary."""

from __future__ import annotations

import os
import sys
from dataclasses import astuple
from pathlib import Path

import click

from onoma.cli.app import say
from onoma.formats.tsv import tsv_line
from onoma.ontology.migrating import (
    COLUMNS,
    REPLACE,
    REVIEW,
    Move,
    Successors,
    apply_moves,
    change_set,
    counted,
    read_change_set,
)
from onoma.ontology.result_files import EDITORS
from onoma.ontology.versions import open_version

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("migrate")
@click.argument("results", type=_FILE)
@click.option("--vocab", default="core", show_default=True, help="The version to migrate to.")
@click.option("--from", "source", type=click.Choice(list(EDITORS)), help="The results' format.")
@click.option("--prefix", default="", help="The prefix of ids that come without, as in MESH.")
@click.option("--changes", type=_FILE, help="Take this change set, printed before and edited.")
@click.option("--apply", "is_applied", is_flag=True, help="Make the replacements; needs -o.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here.")
def command(
    results: Path,
    *,
    vocab: str,
    source: str | None,
    prefix: str,
    changes: Path | None,
    is_applied: bool,
    output: Path | None,
) -> None:
    """Show which ids in RESULTS the vocabulary has replaced; with --apply, replace them.

    RESULTS are JSON lines, PubTator, or a table with a column curie. What is obsolete without
    replacement, or unknown, is listed for review and never changed.

    \b
    onoma vocab migrate notes.jsonl --vocab hp > changes.tsv
    onoma vocab migrate notes.jsonl --changes changes.tsv --apply -o notes.new.jsonl
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if is_applied and output is None:
        raise click.UsageError("--apply needs -o OUT")
    if output is not None and not is_applied:
        raise click.UsageError("-o goes with --apply; without it only the change set is shown")
    if changes is None:
        successors = Successors(open_version(vocab))
        moves = change_set(results, successors, format=source, prefix=prefix)
    else:
        with changes.open(encoding="utf-8") as lines:
            moves = read_change_set(lines, str(changes))
    if output is not None:
        count = _write(results, output, moves, source=source, prefix=prefix)
        say(f"{count} lines changed; {_summary(moves)}")
    elif sys.stdout.isatty():
        _show(moves)
    else:
        sys.stdout.buffer.write(tsv_line(*COLUMNS))
        for move in moves:
            cells = (None if cell == "" else cell for cell in astuple(move))
            sys.stdout.buffer.write(tsv_line(*cells))
        say(_summary(moves))


def _summary(moves: list[Move]) -> str:
    ids = {action: sum(move.action == action for move in moves) for action in (REPLACE, REVIEW)}
    mentions = counted(moves)
    return (
        f"{ids[REPLACE]} ids to replace in {mentions[REPLACE]} mentions, "
        f"{ids[REVIEW]} to review in {mentions[REVIEW]}"
    )


def _write(
    results: Path, output: Path, moves: list[Move], *, source: str | None, prefix: str
) -> int:
    """Write the new results whole or not at all."""
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            count = apply_moves(results, moves, stream, format=source, prefix=prefix)
        part.replace(output)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return count


def _show(moves: list[Move]) -> None:
    """Print the change set as a table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(_summary(moves)), title_justify="left", box=None, header_style="dim")
    for name in COLUMNS:
        is_number = name in ("mentions", "others", "documents")
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for move in moves:
        table.add_row(*(Text(str(cell)) for cell in astuple(move)))
    Console().print(table)
