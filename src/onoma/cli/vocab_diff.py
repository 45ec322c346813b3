"""``onoma vocab diff``: show what changed between two versions of a vocabulary."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields

import click

from onoma.cli.app import say
from onoma.formats.tsv import tsv_line
from onoma.ontology.diffing import KINDS, Change, diff
from onoma.ontology.exporting import write_changes
from onoma.ontology.versions import open_version

SHOWN = 10  # changes of each kind on a terminal


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--to",
    type=click.Choice(["tsv", "sssom"]),
    help="Write every change as a table, or ids that have gone as SSSOM.",
)
@click.option("--from", "source", metavar="FORMAT", help="The format of the files given.")
@click.option("--only", help="Only changes of these kinds, for example merged,renamed.")
def command(old: str, new: str, *, to: str | None, source: str | None, only: str | None) -> None:
    """Show what changed from the version OLD of a vocabulary to NEW.

    Each is a file, a vocabulary folder, or the name of a vocabulary (ID or ID@VERSION). On a
    terminal: how many changes of each kind, and the first ones; in a pipe: all, tab-separated.

    \b
    onoma vocab diff hp-2025.obo hp-2026.obo
    onoma vocab diff hp@2025-01-16 hp --to sssom > moves.sssom.tsv
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    wanted = _kinds(only)
    before, after = open_version(old, format=source), open_version(new, format=source)
    counts: Counter[str] = Counter()
    changes = _counted((c for c in diff(before, after) if c.kind in wanted), counts)
    if to == "sssom":
        names = before.version or old, after.version or new
        left = write_changes(changes, sys.stdout.buffer, old=names[0], new=names[1])
        words = ", ".join(f"{count} {kind}" for kind, count in sorted(left.items()))
        say(f"changes that are no mapping, left out: {words}" if words else "nothing left out")
    elif to == "tsv" or not sys.stdout.isatty():
        sys.stdout.buffer.write(tsv_line(*(f.name for f in fields(Change))))
        for change in changes:
            sys.stdout.buffer.write(tsv_line(*(cell or None for cell in astuple(change))))
        say(_summary(counts))
    else:
        _show(changes, counts)


def _kinds(only: str | None) -> set[str]:
    """Return the kinds of change asked for."""
    wanted = {part.strip() for part in only.split(",")} if only else set(KINDS)
    if unknown := sorted(wanted - KINDS.keys()):
        known = ", ".join(KINDS)
        raise click.UsageError(f"no kind of change {unknown[0]!r}; known: {known}")
    return wanted


def _counted(changes: Iterable[Change], counts: Counter[str]) -> Iterator[Change]:
    """Pass changes on and count them by kind."""
    for change in changes:
        counts[change.kind] += 1
        yield change


def _summary(counts: Counter[str]) -> str:
    """Return the counts as words, in the order of the kinds."""
    return ", ".join(f"{counts[kind]} {kind}" for kind in KINDS if counts[kind]) or "no change"


def _show(changes: Iterable[Change], counts: Counter[str]) -> None:
    """Print the first changes of each kind as tables."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    kept: dict[str, list[Change]] = {kind: [] for kind in KINDS}
    for change in changes:
        if len(kept[change.kind]) < SHOWN:
            kept[change.kind].append(change)
    console = Console()
    for kind, shown in kept.items():
        if not shown:
            continue
        title = Text(f"{kind}: {counts[kind]:,} {KINDS[kind]}")
        table = Table(title=title, title_justify="left", box=None, header_style="dim")
        for name in ("curie", "label", "old", "new"):
            table.add_column(name, overflow="fold")
        for change in shown:
            cells = (change.curie, change.label, change.old, change.new)
            table.add_row(*(Text(cell) for cell in cells))
        console.print(table)
        if counts[kind] > len(shown):
            console.print(Text(f"... and {counts[kind] - len(shown):,} more (--to tsv)", "dim"))
    if not counts:
        console.print("no change")
