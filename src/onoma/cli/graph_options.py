"""Options and rows that the commands of ``onoma graph`` share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from onoma.cli.app import say
from onoma.cli.extracted import rich_table
from onoma.formats.jsonl import encode_record
from onoma.formats.output import encode_text, open_output
from onoma.graph import Conditions, Node
from onoma.graph.checking import date_of

Command = TypeVar("Command", bound=Callable[..., Any])


def as_date(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """Return the first day that an option's words may mean (a callback of click)."""
    found = date_of(value) if value else None
    if value and found is None:
        words = f"{value!r} is no date; write 2019-05-03, 2019-05 or 2019"
        raise click.BadParameter(words, ctx=ctx, param=param)
    return found


def date_option(name: str, words: str, *, required: bool = False) -> Callable[[Command], Command]:
    """Return an option that takes a date."""
    return click.option(name, metavar="DATE", callback=as_date, required=required, help=words)


def split(value: str | None) -> tuple[str, ...]:
    """Return the parts of a list with commas."""
    return tuple(one.strip() for one in (value or "").split(",") if one.strip())


def conditions_options(*, as_json: bool = True) -> Callable[[Command], Command]:
    """Return what adds the options that say which edges count (and ``--json``)."""
    options = [
        click.option("--predicates", metavar="LIST", help="Only these predicates."),
        click.option("--types", "categories", metavar="LIST", help="Only nodes of these types."),
        click.option("--levels", metavar="LIST", help="asserted, extracted, predicted."),
        click.option("--least", type=click.FloatRange(0, 1), default=0.0, help="Least confidence."),
        date_option("--as-of", "The graph as it was known on a date."),
    ]
    if as_json:
        told = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
        options.append(told)

    def add(function: Command) -> Command:
        for option in options:
            function = option(function)
        return function

    return add


def conditions(options: Mapping[str, Any]) -> Conditions:
    """Return the conditions that the options say."""
    return Conditions(
        predicates=split(options["predicates"]),
        categories=split(options["categories"]),
        levels=split(options["levels"]),
        least=options["least"],
        as_of=options["as_of"],
    )


def named(node: Node) -> str:
    """Return a node for people: its label and CURIE."""
    return f"{node.label} ({node.curie})" if node.label else node.curie


def show(records: Iterable[Mapping[str, Any]], head: Sequence[str], *, as_json: bool) -> None:
    """Write records: JSON lines if asked or in a pipe, else a table of some of their fields."""
    if as_json or not sys.stdout.isatty():
        for one in records:
            sys.stdout.buffer.write(encode_record(dict(one)))
        return
    from rich.console import Console

    lines = [["" if one[name] is None else str(one[name]) for name in head] for one in records]
    Console().print(rich_table("", head, lines))


def write_text(path: Path | None, parts: Iterable[str]) -> None:
    """Write the parts of a text to a file, whole or not at all, or to standard output."""
    with open_output(path) as stream:
        stream.writelines(map(encode_text, parts))
    if path is not None:
        say(f"written: {path}")
