"""``onoma corpus add``: documents into a corpus."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import click

from onoma.cli.app import EXIT_FAILED, say
from onoma.cli.corpus_options import corpus_option, open_corpus, plan_of, wait_option
from onoma.cli.progress import Progress
from onoma.cli.workers import tie_workers
from onoma.corpus import Added, Item, Reading
from onoma.formats import readers
from onoma.relate.relaters import NOBODY
from onoma.types import FailedDocument

SAID_FAILURES = 20  # failed documents named on standard error; info and export have them all
WORDS = {
    "new": "new",
    "updated": "updated",
    "removed": "withdrawn by the files",
    "failed": "failed",
    "unchanged": "there already",
    "older": "of an older version than the one there",
    "withdrawn": "removed earlier and left out (--again brings them back)",
    "skipped": "left out as doubles",
}


@click.command("add")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@corpus_option
@click.option("--from", "source", metavar="FORMAT", help="Input format (else recognised).")
@click.option(
    "--gold",
    "is_annotated",
    is_flag=True,
    help="Keep the annotations of files that have some, rather than find mentions anew.",
)
@click.option(
    "--duplicates",
    type=click.Choice(["keep", "skip"]),
    default="keep",
    show_default=True,
    help="Mark documents that double another one (by DOI, PMID or text), or leave them out.",
)
@click.option(
    "--again", "is_again", is_flag=True, help="Read files read before; bring back what was removed."
)
@click.option(
    "--no-relations",
    is_flag=True,
    help="Read no relations (an abstract's take 4 ms of CPU by rules, some 70 by the reader).",
)
@click.option("--processes", type=click.IntRange(1), default=1, show_default=True)
@wait_option
def command(paths: tuple[str, ...], *, name: str, source: str | None, **options: Any) -> int:
    """Add the documents of PATHS (files, folders, - for standard input) to a corpus, annotated.

    What is there with the same content is passed over, so that a stopped run goes on when it is
    given again; a changed document takes the place of the one of its id. What MEDLINE's update
    files withdraw is removed. Exit code 1: some documents failed.

    \b
    onoma corpus add pubmed-export.xml.gz --corpus heart
    onoma corpus add references.ris notes/ --duplicates skip
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if source is not None:
        readers.get(source)
    if options["processes"] > 1:
        tie_workers()
    corpus = open_corpus(name)
    known = () if options["is_again"] else corpus.manifest.sources
    reading = Reading(paths, source, options["is_annotated"], known)
    plan = plan_of(options, duplicates=options["duplicates"], is_again=options["is_again"])
    last = Added(last=corpus.last)
    with Progress.of(paths, reading.meter, is_wanted=True) as progress:

        def watch(added: Added) -> None:
            nonlocal last
            last = added
            if not sys.stderr.isatty():
                say(f"{added.seen:,} documents are in, safely")

        try:
            pipeline = corpus.pipeline().relating(NOBODY) if options["no_relations"] else None
            corpus.add(_watched(reading, progress), pipeline=pipeline, plan=plan, watch=watch)
        except BaseException:
            if last.seen:
                say(f"{last.seen:,} documents are in, safely; the same command goes on from there")
            raise
    _report(last, reading)
    return EXIT_FAILED if last.failed else 0


def _watched(reading: Reading, progress: Progress) -> Iterator[Item]:
    """Yield the items; name the first that failed."""
    failed = 0
    for number, item in enumerate(reading.items(), 1):
        if isinstance(item, FailedDocument):
            failed += 1
            if failed <= SAID_FAILURES:
                hint = f" ({item.hint})" if item.hint else ""
                say(f"{item.id}: {item.code}: {item.message}{hint}")
        progress.step(number)
        yield item


def _report(added: Added, reading: Reading) -> None:
    """Print what became of the documents."""
    parts = [
        f"{count:,} {words}" for name, words in WORDS.items() if (count := getattr(added, name))
    ]
    click.echo(", ".join(parts) or "nothing new")
    if reading.passed:
        files = "file was" if reading.passed == 1 else "files were"
        click.echo(f"{reading.passed:,} {files} read before and passed over (--again reads them)")
    if added.doubles:
        click.echo(f"{added.doubles:,} double another document: onoma corpus duplicates")
