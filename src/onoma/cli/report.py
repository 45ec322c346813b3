"""``onoma report``: what texts name, counted: tables, charts, a graph, a page."""

from __future__ import annotations

import shlex
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

import onoma
from onoma.cli.app import EXIT_FAILED, say
from onoma.cli.options import (
    Command,
    ids_option,
    leaning_of,
    leaning_options,
    project_option,
    types_option,
    vocab_option,
)
from onoma.cli.progress import Progress
from onoma.cli.workers import tie_workers
from onoma.errors import InputError
from onoma.formats import Meter, readers
from onoma.formats.output import make_folder
from onoma.formats.type_words import type_of
from onoma.report import Report, Tally, read_marked, write_report
from onoma.report.graph import MOST_NODES
from onoma.report.plan import Plan, aside_of
from onoma.report.reading import WAYS, Texts
from onoma.report.tally import NEAR
from onoma.types import AnnotatedDocument


def size_options(function: Command) -> Command:
    """Add what says how much a report shows."""
    words = "Mentions of each entity in the concordance, at the most (-1: all)."
    lines = click.IntRange(-1)
    function = click.option("--lines", type=lines, default=100, show_default=True, help=words)(
        function
    )
    words = "Nodes of a graph, at the most."
    nodes = click.IntRange(2, MOST_NODES)
    return click.option("--nodes", type=nodes, default=40, show_default=True, help=words)(function)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write.",
)
@click.option("--title", help="The page's title.")
@click.option("--from", "source", metavar="FORMAT", help="Input format (else recognised).")
@click.option(
    "--mentions",
    type=click.Choice(WAYS),
    default="auto",
    show_default=True,
    help="Count those that the files give, find them anew, or as each file is.",
)
@types_option
@ids_option
@vocab_option
@project_option
@click.option(
    "--mode",
    default="",
    metavar="MODE",
    help="How mentions are found: dictionary, hybrid (usual), neural; hybrid:DIR with your tagger.",
)
@leaning_options
@click.option("--nested", is_flag=True, help="Keep mentions inside other mentions.")
@click.option("--processes", type=click.IntRange(1), default=1, show_default=True)
@click.option(
    "--near",
    type=click.Choice(NEAR),
    default="document",
    show_default=True,
    help="What entities share that occur together.",
)
@size_options
def command(paths: tuple[str, ...], *, out: Path, source: str | None, **options: Any) -> int:
    """Count what the texts of PATHS name: texts in any format, or files with annotations.

    The folder gets index.html, tables (CSV), charts and the graph of what occurs together (SVG),
    a concordance and the figures as JSON. Exit code 1: some documents failed (failed.csv).

    \b
    onoma report abstracts.xml.gz --types disease,chemical -o report/
    onoma report CORD-19/ --vocab covid -o report/
    onoma report found.jsonl -o report/
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if source is not None:
        readers.get(source)
    options["leaning"] = leaning_of(
        precision=options.pop("precision"), recall=options.pop("recall")
    )
    if options["processes"] > 1:
        tie_workers()
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file, no folder", hint="name a folder")
    make_folder(out)
    meter = Meter()
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", suffix=".tmp", dir=out.parent) as kept:
        tally = Tally(Path(kept) / "tally.sqlite", near=options["near"])
        try:
            with Progress.of(paths, meter, is_wanted=True) as progress:

                def take(document: AnnotatedDocument) -> None:
                    tally.add(of_types(document, options["types"]))
                    progress.step(tally.documents + tally.failed)

                def annotate(texts: Texts) -> Iterable[AnnotatedDocument]:
                    return pipeline_of(options).pipe(texts, processes=options["processes"])

                read_marked(
                    paths, annotate, take, format=source, mentions=options["mentions"], meter=meter
                )
            _finish(tally, paths, out, options)
        finally:
            tally.close()
    say(f"written: {out / 'index.html'}")
    return EXIT_FAILED if tally.failed else 0


def of_types(document: AnnotatedDocument, types: Sequence[str] | None) -> AnnotatedDocument:
    """Return a document with the mentions of the types asked for (files bring others too)."""
    if types is None or all(one.type in types for one in document.mentions):
        return document
    return replace(
        document, mentions=tuple(one for one in document.mentions if type_of(one.type) in types)
    )


def pipeline_of(options: dict[str, Any]) -> onoma.Pipeline:
    """Return the pipeline that the options ask for."""
    return onoma.load(
        options["vocab"],
        types=options["types"],
        ids=options["ids"],
        nested=options["nested"],
        project=options["project"],
        mode=options["mode"],
        leaning=options["leaning"],
    )


def _finish(tally: Tally, paths: tuple[str, ...], out: Path, options: dict[str, Any]) -> None:
    """Count and write.

    Raises: InputError: there was no document.
    """
    if not tally.documents and not tally.failed:
        raise InputError("there is no document in these paths", hint="are there files in them?")
    names = ", ".join(Path(path).name or path for path in paths)
    title = options["title"] or f"Report of {names}"
    about = {"command": shlex.join(["onoma", *sys.argv[1:]]), "of": names}
    report = Report.of(tally)
    aside = aside_of(frozenset(one.type for one in report.types()), options["types"])
    plan = Plan(title, options["nodes"], options["lines"], aside, about)
    write_report(report, out, plan)
    failed = f", {tally.failed:,} failed (failed.csv)" if tally.failed else ""
    say(f"{tally.documents:,} documents, {tally.mentions:,} mentions{failed}")
