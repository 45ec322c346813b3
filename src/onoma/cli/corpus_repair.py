"""``onoma corpus repair``: a damaged corpus put right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from onoma.cli.app import EXIT_FAILED
from onoma.cli.corpus_options import corpus_option, plan_of, wait_option
from onoma.corpus import Repaired, find_corpus, repair

SAID_IDS = 20


@click.command("repair")
@corpus_option
@wait_option
@click.option("--all-ids", is_flag=True, help="Name every document lost, not the first ones.")
def command(*, name: str, all_ids: bool, **options: Any) -> int:
    """Put a damaged corpus right: keep what is sound, make anew what follows from it.

    Damaged files are set aside. Exit code 1: documents are lost; they are named, and adding their
    files again brings them back.

    \b
    onoma corpus repair --corpus heart
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    done = repair(find_corpus(name), plan=plan_of(options))
    if done.is_nothing:
        click.echo("nothing to repair")
        return 0
    for line in _lines(done, len(done.lost) and (1 << 40 if all_ids else SAID_IDS)):
        click.echo(line)
    return EXIT_FAILED if done.lost else 0


def _lines(done: Repaired, most: int) -> Iterator[str]:
    """Yield what was done."""
    if done.manifest:
        yield f"manifest: {done.manifest}"
    if done.segments:
        yield f"segments: {done.segments} written anew"
    if done.mentions:
        yield f"mentions: found anew in {done.mentions} of them"
    if done.relations:
        yield f"relations: lost in {done.relations} of them; add --gold --again brings them back"
    for name in done.indexes:
        yield f"index {name}: dropped; it is built when it is next needed"
    for name in done.aside:
        yield f"set aside: {name}"
    for one in done.lost:
        if not one.ids:
            yield f"lost: rows {one.first:,} to {one.last:,}, ids unknown ({one.words})"
            continue
        yield f"lost: {len(one.ids):,} documents: {', '.join(one.ids[:most])}" + (
            ", ..." if len(one.ids) > most else ""
        )
    if done.lost:
        yield "add their files again to bring them back"
