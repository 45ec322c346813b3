"""Options and words that the commands of ``onoma curate`` share."""

from __future__ import annotations

from typing import Any

import click

from onoma.cli.options import Command
from onoma.curate import Curation, Part, Seat, find_curation
from onoma.curate.decisions import ADJUDICATION, READING, Decision
from onoma.curate.seats import Turn
from onoma.errors import InputError
from onoma.types import Mention

AROUND = 160  # characters shown on either side of a mention


def seat_options(function: Command) -> Command:
    """Add ``--reader`` and ``--adjudicate``."""
    words = "Decide where the two readers differ."
    function = click.option("--adjudicate", is_flag=True, help=words)(function)
    words = "Who you are (else the only reader)."
    return click.option("--reader", default="", metavar="NAME", help=words)(function)


def open_seat(name: str, options: dict[str, Any]) -> Seat:
    """Return the seat that ``--reader`` and ``--adjudicate`` name.

    Raises: UnknownName, InputError: there is no such seat, or it is not said which.
    """
    curation = Curation.open(find_curation(name))
    is_judge = options["adjudicate"]
    reader = options["reader"] or (curation.judge if is_judge else _only(curation))
    if not reader:
        raise InputError("who adjudicates?", hint="--reader NAME")
    return Seat(curation, reader, stage=ADJUDICATION if is_judge else READING)


def _only(curation: Curation) -> str:
    if len(curation.readers) > 1:
        raise InputError(f"who reads: {' or '.join(curation.readers)}?", hint="--reader NAME")
    return curation.readers[0]


def around(seat: Seat, turn: Turn) -> tuple[str, str, str]:
    """Return what stands before an item, the item, and what stands behind it."""
    text = seat.curation.documents[turn.item.document].text
    part = turn.item.part
    start, end = max(0, part.start - AROUND), part.end + AROUND
    return text[start : part.start], text[part.start : part.end], text[part.end : end]


def told(part: Part) -> str:
    """Return a part's type and concept in words."""
    return f"{part.type} {part.curie or '-'}{f' {part.label}' if part.label else ''}"


def quoted(seat: Seat, item: int, part: Part) -> str:
    """Return the words of a part with what they are taken for."""
    text = seat.curation.documents[item].text
    words = " ... ".join(text[start:end] for start, end in part.spans)
    return f"{words!r} {told(part)}"


def candidates_of(mention: Mention | None) -> list[Part]:
    """Return the other concepts that a mention may have, best first."""
    if mention is None:
        return []
    return [
        Part((), one.type, one.curie, one.label)
        for one in mention.candidates
        if one.curie != mention.curie
    ]


def said(decision: Decision) -> str:
    """Return a decision in a line."""
    verb = decision.verdict.verb if decision.verdict else "undo"
    return f"{decision.number}: {verb} {' '.join(decision.items[:5])}".rstrip()
