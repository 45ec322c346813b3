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
    before = base or Settings()
    pipeline = _recognising(options, before, _project_of(options, base))
    described = options["describe"] or before.described
    if described:
        pipeline = pipeline.describing(described, examples=before.examples)
    mode = pipeline.settings.mode
    usual = usual_reader(mode) if base is None else before.relations or NOBODY
    least = options["min_confidence"]
    return pipeline.relating(
        options["relater"] or usual, min_confidence=before.least if least is None else least
    )


def _project_of(options: dict[str, Any], base: Settings | None) -> str | Path | None:
    """Return the project: one that is only found in the folder we are in yields to ``base``."""
    source = click.get_current_context().get_parameter_source("project")
    is_found = source is not ParameterSource.COMMANDLINE
    project: str | Path | None = options["project"]
    return (base.project if base is not None and is_found else project) or None


def _recognising(
    options: dict[str, Any], before: Settings, project: str | Path | None
) -> onoma.Pipeline:
    """Return what finds mentions as the options ask, and else as before."""
    leaning = leaning_of(precision=options["precision"], recall=options["recall"])
    return onoma.load(
        vocabulary_names(options["vocab"]) if options["vocab"] else before.vocabulary,
        types=options["types"] or types_of(before.types),
        ids=options["ids"] or before.ids,
        nested=options["nested"] or before.nested,
        project=project,
        mode=options["mode"] or ":".join(filter(None, (before.mode, before.tagger))),
        leaning=leaning if leaning != "balanced" else before.leaning,
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
