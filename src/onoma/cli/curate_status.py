"""``onoma curate status``: how far everyone is."""

from __future__ import annotations

import click

from onoma.cli.corpus_options import show_rows
from onoma.curate import Curation, Seat, find_curation
from onoma.curate.decisions import ADJUDICATION

HEAD = ("who", "decided", "of", "passed", "added", "documents", "of all")


@click.command()
@click.argument("name")
def command(name: str) -> None:
    """Show how far each reader of the curation NAME is, and the adjudicator.

    \b
    onoma curate status flu
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    curation = Curation.open(find_curation(name))
    seats = [Seat(curation, one) for one in curation.readers]
    if curation.judge:
        seats.append(Seat(curation, curation.judge, stage=ADJUDICATION))
    rows = []
    for seat in seats:
        far = seat.progress()
        who = seat.reader if seat.stage != ADJUDICATION else f"{seat.reader} (adjudicates)"
        rows.append((who, far.decided, far.items, far.passed, far.added, far.done, far.documents))
    show_rows(HEAD, rows)
    settled = len(curation.done())
    click.echo(f"{settled:,} of {len(curation.documents):,} documents are settled", err=True)
