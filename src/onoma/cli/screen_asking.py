"""Records one after the other on the terminal, and what is decided of each."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from onoma.search.screening.decisions import Decision, Review

ANEW = 5  # decisions after which the ranking is learnt anew
_KEYS = {"i": True, "y": True, "e": False, "n": False}


def ask(review: Review, keep: Callable[[Decision], None], *, strategy: str, recall: float) -> None:
    """Show records until the person quits or none is left; ``keep`` is told each decision."""
    passed: set[int] = set()
    while True:
        found = review.next(ANEW + len(passed), strategy=strategy)
        batch = [number for number, _ in found if number not in passed][:ANEW]
        if not batch:
            click.echo("every record is decided", err=True)
            return
        for number in batch:
            document = review.documents[number]
            click.echo(f"\n[{document.id}]\n{document.text}\n", err=True)
            key = _key()
            if key == "q":
                return
            if key == "s":
                passed.add(number)
                continue
            decision = Decision(document.id, _KEYS[key])
            keep(decision)
            review.decide([decision])
        said = review.outlook(recall)
        click.echo(
            f"{said.decided:,} of {said.records:,} decided, {said.included:,} included, chance that"
            f" less than {100 * recall:g} % is found: {said.chance:.3f}",
            err=True,
        )


def _key() -> str:
    """Return what the person presses: i, e, s or q."""
    while True:
        click.echo("i(nclude), e(xclude), s(kip), q(uit): ", err=True, nl=False)
        key = (click.getchar() if sys.stdin.isatty() else sys.stdin.read(1)).lower()
        click.echo(key if key.isprintable() else "", err=True)
        if key in _KEYS or key in ("s", "q"):
            return key
        if key in ("", "\x04"):
            return "q"
