"""``onoma curate decide``, ``add`` and ``undo``: one decision, for scripts and people alike."""

from __future__ import annotations

from typing import Any

import click

from onoma.cli.app import say
from onoma.cli.curate_options import open_seat, quoted, said, seat_options
from onoma.curate import Seat, Verdict
from onoma.types import SEMANTIC_TYPES

VERBS = ("accept", "reject", "relink", "split", "pass")
_TYPE = click.Choice(SEMANTIC_TYPES)


@click.command()
@click.argument("name")
@click.argument("item")
@click.argument("verb", type=click.Choice(VERBS))
@click.argument("words", default="")
@click.option("--type", "type_", type=_TYPE, help="Another type, with relink.")
@click.option("--alike", is_flag=True, help="Of all undecided mentions of the same words too.")
@seat_options
def decide(
    name: str, item: str, verb: str, words: str, *, type_: str | None, alike: bool, **options: Any
) -> None:
    """Write down what someone decides of an ITEM (as "onoma curate next" names them).

    WORDS are a CURIE for relink (- is none), for split the parts in words of the text.

    \b
    onoma curate decide flu 3.2 accept --reader anna
    onoma curate decide flu 3.4 relink MONDO:0005109 --reader anna
    onoma curate decide flu 3.5 split "breast ... cancer; ovarian cancer = -" --reader anna
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    seat = open_seat(name, options)
    if verb in ("relink", "split") and not words:
        raise click.UsageError(f"{verb} needs words: a CURIE, or the parts")
    say(said(seat.decide(item, _verdict(seat, item, verb, words, type_), alike=alike)))


def _verdict(seat: Seat, item: str, verb: str, words: str, type_: str | None) -> Verdict:
    if verb == "split":
        return seat.said(item, words)
    if verb != "relink":
        return Verdict(verb)
    found = seat.curation.item(item).part
    return Verdict(verb, (seat.curation.wording.concept((), type_ or found.type, words),))


@click.command()
@click.argument("name")
@click.argument("document")
@click.argument("words")
@click.option("--type", "type_", type=_TYPE, required=True, help="What it is.")
@click.option("--reader", default="", metavar="NAME", help="Who you are (else the only reader).")
def add(name: str, document: str, words: str, *, type_: str, reader: str) -> None:
    """Write down a mention that was missed in a DOCUMENT: its WORDS, where they first stand.

    \b
    onoma curate add flu 12345678 "runny nose = HP:0031417" --type phenotype --reader anna
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    seat = open_seat(name, {"reader": reader, "adjudicate": False})
    for made in seat.missed(document, words, type_):
        place = int(made.items[0].partition("+")[0])
        parts = made.verdict.parts if made.verdict else ()
        say(f"{said(made)}: {'; '.join(quoted(seat, place, one) for one in parts)}")


@click.command()
@click.argument("name")
@click.argument("number", type=click.IntRange(1), required=False)
@seat_options
def undo(name: str, number: int | None, **options: Any) -> None:
    """Take back the last decision, or that of a NUMBER; the log keeps both.

    \b
    onoma curate undo flu --reader anna
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    gone = open_seat(name, options).undo(number or 0)
    say("there is nothing to take back" if gone is None else f"taken back: {said(gone)}")
