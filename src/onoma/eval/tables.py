"""A result as tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, islice
from typing import Literal

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from onoma.eval.page import overlap_words, row_cells, shown_estimate
from onoma.eval.results import Pairing, Result, SystemResult

MOST_ROWS = 25
WIDE = 20  # characters of the first column that others may not take


def print_result(result: Result, console: Console, *, errors: int = 0) -> None:
    """Print the measures of all systems, scores by type, comparisons and the commonest errors."""
    data = result.data
    _say(console, f"{result.task} on {data.name} ({data.split}): {data.items} items")
    if data.licence:
        _say(console, f"licence: {data.licence}")
    for file in data.files:
        if file.is_recorded is False:
            _say(console, f"{file.name} is not the file of the table: its checksum differs")
    _say(console, f"overlap: {overlap_words(result)}")
    names = list(dict.fromkeys(name for one in result.systems for name in one.measures))
    head = ["measure", *(one.name for one in result.systems)]
    rows = [[name, *(_cell(one, name) for one in result.systems)] for name in names]
    print_table(console, head, rows, "95% intervals, bootstrap over what is drawn whole")
    for one in result.systems:
        _print_system(console, one, errors)
    if result.pairings:
        cells = [_pairing_cells(one) for one in result.pairings]
        print_table(
            console, ["compared", "measure", "difference", "p", "win/tie/loss", "sign p"], cells
        )


def _pairing_cells(one: Pairing) -> list[str]:
    found = one.found
    return [
        f"{one.first} - {one.second}",
        one.measure,
        shown_estimate(found.difference, one.is_share),
        f"{found.p:.4f}",
        f"{found.wins}/{found.ties}/{found.losses}",
        f"{found.sign_p:.2g}",
    ]


def _cell(one: SystemResult, name: str) -> str:
    known = one.measures.get(name)
    return "" if known is None else shown_estimate(known, one.shares[name])


def _print_system(console: Console, one: SystemResult, errors: int) -> None:
    about = "; ".join(f"{name} {value}" for name, value in one.about.items())
    _say(console, f"{one.name}: {one.seconds:.2f} CPU s{'; ' if about else ''}{about}")
    for note in one.notes:
        _say(console, note)
    if one.rows:
        head = ["", "precision", "recall", "F1", "right", "predicted", "gold"]
        shown = [row_cells(one, place) for place in range(min(MOST_ROWS, len(one.rows)))]
        print_table(console, head, shown)
    if not errors:
        return
    for kind, faults in groupby(one.faults, key=lambda fault: fault.kind):
        cells = [
            [str(f.count), f.surface[:60], f.gold[:40], f.predicted[:40]]
            for f in islice(faults, errors)
        ]
        print_table(console, ["times", kind, "gold", "predicted"], cells, left=4)


def print_table(
    console: Console,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    title: str = "",
    *,
    left: int = 1,
) -> None:
    """Print a table; the first ``left`` columns are words, the others numbers."""
    table = Table(
        box=SIMPLE_HEAD,
        header_style="dim",
        title=title or None,
        title_justify="left",
        padding=(0, 1),
        pad_edge=False,
        collapse_padding=True,
    )
    for place, name in enumerate(head):
        justify: Literal["left", "right"] = "left" if place < left else "right"
        longest = max((len(row[place]) for row in rows), default=0)
        least = min(longest, WIDE) if place == 0 else None
        table.add_column(name, justify=justify, overflow="fold", min_width=least)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _say(console: Console, words: str) -> None:
    console.print(Text(words))
