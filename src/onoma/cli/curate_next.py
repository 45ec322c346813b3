"""``onoma curate next``: whose turn it is."""

from __future__ import annotations

import sys
from typing import Any

import click

from onoma.cli.corpus_options import show_rows
from onoma.cli.curate_options import around, open_seat, seat_options, told
from onoma.curate.seats import ORDERS
from onoma.formats.jsonl import encode_record


@click.command("next")
@click.argument("name")
@click.option("-k", type=click.IntRange(1), default=10, show_default=True, help="How many.")
@click.option("--order", type=click.Choice(ORDERS), default="doubt", show_default=True,
              help="The most doubtful first, or document by document.")  # fmt: skip
@seat_options
def command(name: str, *, k: int, order: str, **options: Any) -> None:
    """List the mentions of the curation NAME whose turn it is: a table, or JSON lines in a pipe.

    \b
    onoma curate next flu --reader anna -k 5
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    seat = open_seat(name, options)
    turns = seat.queue(k, order=order)
    if sys.stdout.isatty():
        rows = []
        for turn in turns:
            before, words, behind = around(seat, turn)
            context = f"{before[-40:]}[{words}]{behind[:40]}".replace("\n", " ")
            why = "; ".join(turn.item.doubt.words)
            rows.append((turn.item.key, turn.doubt, told(turn.item.part), context, why))
        show_rows(("item", "doubt", "taken for", "where", "why"), rows)
        return
    for turn in turns:
        before, words, behind = around(seat, turn)
        record = {
            "item": turn.item.key, "document": seat.curation.documents[turn.item.document].id,
            **turn.item.part.to_record(), "text": words, "before": before, "behind": behind,
            "doubt": turn.doubt, "why": turn.item.doubt.words, "alike": turn.alike,
            "readings": [[one.to_record() for one in parts] for parts in turn.readings],
        }  # fmt: skip
        sys.stdout.buffer.write(encode_record(record))
