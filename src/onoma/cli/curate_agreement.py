"""``onoma curate agreement``: how far two readers agree."""

from __future__ import annotations

import math
import sys

import click

from onoma.cli.corpus_options import show_rows
from onoma.curate import Curation, agreement, find_curation
from onoma.formats.jsonl import encode_record
from onoma.metrics import Estimate

MEASURES = (
    ("same", "equal outcomes, share"), ("kept", "a mention or none, kappa"),
    ("verdicts", "verdicts, kappa"), ("concepts", "concepts of the same borders, kappa"),
    ("mentions", "mentions with types, F1"), ("linked", "mentions with concepts, F1"),
)  # fmt: skip


@click.command("agreement")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(name: str, *, as_json: bool) -> None:
    """Show how far the two readers of the curation NAME agree, with 95 % intervals.

    \b
    onoma curate agreement flu
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    found = agreement(Curation.open(find_curation(name)))
    if as_json:
        counted = {
            one: getattr(found, one)
            for one in ("documents", "items", "differences", "adjudicated")
        }  # fmt: skip
        told = {one: _record(getattr(found, one)) for one, _ in MEASURES}
        sys.stdout.buffer.write(encode_record(counted | told))
        return
    rows = [(words, *_record(getattr(found, one)).values()) for one, words in MEASURES]
    show_rows(("measure", "value", "low", "high"), rows)
    click.echo(
        f"{found.items:,} mentions of {found.documents:,} documents decided by both; "
        f"{found.differences:,} differences, {found.adjudicated:,} adjudicated",
        err=True,
    )


def _record(one: Estimate) -> dict[str, float | None]:
    return {
        name: None if math.isnan(value) else round(value, 4)
        for name, value in (("value", one.value), ("low", one.low), ("high", one.high))
    }
