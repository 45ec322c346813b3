"""Options and words that the commands of ``onoma corpus`` share."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

import onoma
from onoma.cli.app import say
from onoma.cli.options import (
    Command,
    ids_option,
    leaning_of,
    leaning_options,
    project_option,
    types_option,
)
from onoma.corpus import Corpus, Plan, find_corpus
from onoma.formats.tsv import tsv_line
from onoma.ontology.loading import vocabulary_names
from onoma.pipeline.annotator import Settings
from onoma.relate.relaters import NOBODY, usual_reader
from onoma.types import types_of

PATIENCE = 3600.0  # seconds to wait for another writer


def corpus_option(function: Command) -> Command:
    """Add ``--corpus``."""
    words = "The corpus: its name, or a path (else the only one there is)."
    return click.option("--corpus", "name", default="", metavar="NAME_OR_PATH", help=words)(
        function
    )


def wait_option(function: Command) -> Command:
    """Add ``--no-wait``."""
    words = "Fail at once where another process writes, rather than wait."
    return click.option("--no-wait", is_flag=True, help=words)(function)


def recipe_options(function: Command) -> Command:
    """Add what says how documents are annotated."""
    words = "Types to find besides, in words: 'adverse event; surgical procedure'."
    function = click.option("--describe", default="", metavar="TYPES", help=words)(function)
    function = click.option("--nested", is_flag=True, help="Keep mentions inside longer ones.")(
        function
    )
    function = leaning_options(function)
    words = "Leave out relations that are less sure."
    function = click.option(
        "--min-confidence", type=click.FloatRange(0, 1), metavar="X", help=words
    )(function)
    words = "Who reads relations: rules (usual: quick), reader (usual with hybrid), none."
    function = click.option("--relater", default="", metavar="NAME", help=words)(function)
    words = "dictionary (usual: fast), hybrid, neural, or one with a tagger of yours: hybrid:DIR."
    function = click.option("--mode", default="", metavar="MODE", help=words)(function)
    words = "The vocabulary: core (usual), one of yours, a file, or several (core,mine)."
    function = click.option("--vocab", default="", help=words)(function)
    return types_option(ids_option(project_option(function)))


def recipe_of(options: dict[str, Any], base: Settings | None = None) -> onoma.Pipeline:
    """Return the pipeline that the options ask for; what they leave out is as in ``base``.

    Raises: BadCurie, UnknownName, InputError: an option's value is none.
    """
    is_new = base is None
    source = click.get_current_context().get_parameter_source("project")
    is_found = source is not ParameterSource.COMMANDLINE  # a project of the folder we are in
    project = base.project if base is not None and is_found else options["project"]
    base = base or Settings()
    leaning = leaning_of(precision=options["precision"], recall=options["recall"])
    pipeline = onoma.load(
        vocabulary_names(options["vocab"]) if options["vocab"] else base.vocabulary,
        types=options["types"] or types_of(base.types),
        ids=options["ids"] or base.ids,
        nested=options["nested"] or base.nested,
        project=project or None,
        mode=options["mode"] or ":".join(filter(None, (base.mode, base.tagger))),
        leaning=leaning if leaning != "balanced" else base.leaning,
    )
    described = options["describe"] or base.described
    if described:
        pipeline = pipeline.describing(described, examples=base.examples)
    least = options["min_confidence"]
    usual = usual_reader(pipeline.settings.mode) if is_new else base.relations or NOBODY
    return pipeline.relating(
        options["relater"] or usual, min_confidence=base.least if least is None else least
    )


def open_corpus(name: str) -> Corpus:
    """Return the corpus that ``--corpus`` names."""
    return Corpus.open(find_corpus(name))


def plan_of(options: dict[str, Any], **more: Any) -> Plan:
    """Return how it is written: whether it waits for another writer."""
    return replace(
        Plan(wait=0.0 if options["no_wait"] else PATIENCE, say=say),
        processes=options.get("processes", 1),
        **more,
    )


def show_rows(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows: a table on a terminal, tab-separated values in a pipe."""
    cells = [["" if value is None else f"{value}" for value in row] for row in rows]
    if not sys.stdout.isatty():
        for line in ([*columns], *cells):
            click.echo(tsv_line(*line), nl=False)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="dim")
    for place, name in enumerate(columns):
        is_number = all(isinstance(row[place], (int, float)) for row in rows if row[place])
        table.add_column(name, justify="right" if is_number else "left")
    for row, shown in zip(rows, cells, strict=True):
        table.add_row(
            *(
                Text(f"{value:,}" if isinstance(value, int) else cell)
                for value, cell in zip(row, shown, strict=True)
            )
        )
    Console().print(table)


def size_words(size: int) -> str:
    """Return a number of bytes in words.

    >>> size_words(1_250_000)
    '1.2 MB'
    """
    for unit, step in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size} bytes"


def ids_of(given: tuple[str, ...], path: Path | None) -> list[str]:
    """Return the ids given and those in a file, one a line."""
    lines = path.read_text(encoding="utf-8").splitlines() if path is not None else []
    return [*given, *(line.strip() for line in lines if line.strip())]
