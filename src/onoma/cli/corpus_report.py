"""``onoma corpus report``: a field in numbers: what, when, who, where."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click

from onoma.cli.app import EXIT_FAILED, say
from onoma.cli.corpus_documents import check_out, page_options, said_of, take_documents
from onoma.cli.report import size_options
from onoma.errors import InputError
from onoma.report import Report, Tally, write_report
from onoma.report.bibliography import Bibliography
from onoma.report.bibliography_page import chapters_of
from onoma.report.plan import Plan, aside_of
from onoma.types import AnnotatedDocument


@click.command("report")
@page_options
@size_options
def command(paths: tuple[str, ...], *, out: Path, title: str | None, **options: Any) -> int:
    """Report on the documents of a corpus, or of PATHS: what they name, when, by whom, where.

    What `onoma report` counts, and what the records themselves say: concepts that rise and fall
    over the years, by a test; venues, kinds of documents, authors and institutions with their
    networks, where the records name them. Exit code 1: some documents failed (failed.csv).

    \b
    onoma corpus report --corpus heart -o report/
    onoma corpus report records.nbib -o report/
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    check_out(out)
    bibliography = Bibliography()
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", suffix=".tmp", dir=out.parent) as kept:
        tally = Tally(Path(kept) / "tally.sqlite")
        try:

            def take(document: AnnotatedDocument) -> None:
                before = tally.documents
                tally.add(document)
                if tally.documents > before:  # neither failed nor here already
                    bibliography.add(document)

            names = take_documents(paths, options, take)
            if not tally.documents and not tally.failed:
                raise InputError("there is no document here", hint="add some: onoma corpus add")
            report = Report.of(tally)
            aside = aside_of(frozenset(one.type for one in report.types()), options["types"])
            told = title or f"Report of {names}"
            plan = Plan(told, options["nodes"], options["lines"], aside, said_of(names))
            write_report(report, out, plan, chapters_of(report, bibliography, plan))
        finally:
            tally.close()
    failed = f", {tally.failed:,} failed (failed.csv)" if tally.failed else ""
    say(f"{tally.documents:,} documents, {tally.mentions:,} mentions{failed}")
    say(f"written: {out / 'index.html'}")
    return EXIT_FAILED if tally.failed else 0
