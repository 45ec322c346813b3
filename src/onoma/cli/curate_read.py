"""``onoma curate read``: one mention after the other at the terminal."""

from __future__ import annotations

import sys
from typing import Any

import click

from onoma.cli.app import say
from onoma.cli.curate_options import (
    around,
    candidates_of,
    open_seat,
    quoted,
    seat_options,
    told,
)
from onoma.curate import Part, Seat, Verdict
from onoma.curate.seats import ORDERS, Turn
from onoma.errors import OnomaError

KEYS = "a(ccept) r(eject) l(ink) s(plit) n(ext) m(issed) u(ndo) q(uit); A R: all alike"
MOST = 9  # other concepts that a digit takes


@click.command("read")
@click.argument("name")
@click.option("--order", type=click.Choice(ORDERS), default="doubt", show_default=True,
              help="The most doubtful first, or document by document.")  # fmt: skip
@seat_options
def command(name: str, *, order: str, **options: Any) -> None:
    """Decide on the mentions of the curation NAME, one after the other, with single keys.

    A digit takes that candidate; an adjudicator's digit takes what that reader made of it.

    \b
    onoma curate read flu --reader anna
    onoma curate read flu --reader carla --adjudicate
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    seat = open_seat(name, options)
    while turns := seat.queue(1, order=order):
        _show(seat, turns[0])
        key = _key()
        if key == "q":
            break
        try:
            _do(seat, turns[0], key)
        except OnomaError as error:
            say(str(error))
    far = seat.progress()
    say(f"{far.decided:,} of {far.items:,} decided, {far.passed:,} passed over")


def _show(seat: Seat, turn: Turn) -> None:
    before, words, behind = around(seat, turn)
    far = seat.progress()
    document = seat.curation.documents[turn.item.document].id
    click.echo(f"\n[{document}] {far.decided + 1:,} of {far.items:,}", err=True)
    click.echo(f"{before}{click.style(words, reverse=True)}{behind}", err=True)
    click.echo(f"  {told(turn.item.part)}", err=True)
    for reason in turn.item.doubt.words:
        click.echo(f"  ? {reason}", err=True)
    for place, choice in enumerate(_choices(seat, turn), 1):
        click.echo(f"  {place} {choice[0]}", err=True)


def _choices(seat: Seat, turn: Turn) -> list[tuple[str, Verdict]]:
    """Return what digits stand for: in words, and the verdict."""
    if turn.readings:
        place = turn.item.document
        return [
            ("; ".join(quoted(seat, place, one) for one in parts) or "no mention", _taken(parts))
            for parts in turn.readings
        ]
    others = candidates_of(turn.item.mention)[:MOST]
    return [(told(one), Verdict("relink", (one,))) for one in others]


def _taken(parts: tuple[Part, ...]) -> Verdict:
    return Verdict("split", parts) if parts else Verdict("reject")


def _do(seat: Seat, turn: Turn, key: str) -> None:
    """Do what a key asks for."""
    item = turn.item
    choices = _choices(seat, turn)
    if key.isdigit() and 0 < int(key) <= len(choices):
        seat.decide(item.key, choices[int(key) - 1][1])
    elif key in "aA":
        seat.decide(item.key, Verdict("accept"), alike=key == "A")
    elif key in "rR":
        seat.decide(item.key, Verdict("reject"), alike=key == "R")
    elif key == "l":
        part = seat.curation.wording.concept((), item.part.type, _line("CURIE (- is none): "))
        seat.decide(item.key, Verdict("relink", (part,)))
    elif key == "s":
        words = _line("parts, as in 'breast ... cancer; ovarian cancer': ")
        seat.decide(item.key, seat.said(item.key, words))
    elif key == "n":
        seat.decide(item.key, Verdict("pass"))
    elif key == "m":
        document = seat.curation.documents[item.document].id
        seat.missed(document, _line("words that were missed: "), _line("type: "))
    elif key == "u":
        seat.undo()


def _key() -> str:
    """Return the key that is pressed; the end of a pipe quits."""
    click.echo(f"{KEYS}: ", err=True, nl=False)
    key = click.getchar() if sys.stdin.isatty() else sys.stdin.read(1)
    click.echo(key if key.isprintable() else "", err=True)
    return "q" if key in ("", "\x04", "\x03") else key


def _line(words: str) -> str:
    click.echo(words, err=True, nl=False)
    return sys.stdin.readline().strip()
