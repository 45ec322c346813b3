"""Options that several commands share, with their parsing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from onoma.errors import UnknownName
from onoma.ontology.project import find_project
from onoma.types import SEMANTIC_TYPES

Command = TypeVar("Command", bound=Callable[..., Any])


def _type_names(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> tuple[str, ...] | None:
    """Return the semantic types named; one that is not in the fixed table is a usage error."""
    if value is None:
        return None
    names = _split(value)
    for name in names:
        if name not in SEMANTIC_TYPES:
            words = str(UnknownName("type", name, SEMANTIC_TYPES))
            raise click.BadParameter(words, ctx, param)
    if not names:
        raise click.BadParameter("no type is named", ctx, param)
    return names


def _prefixes(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> tuple[str, ...] | None:
    """Return the prefixes in the order given (the first one is preferred)."""
    if value is None:
        return None
    prefixes = _split(value)
    if not prefixes:
        raise click.BadParameter("no prefix is named", ctx, param)
    return prefixes


def _split(value: str) -> tuple[str, ...]:
    """Return the parts between commas."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def types_option(function: Command) -> Command:
    """Add ``--types``."""
    words = "Only these semantic types, for example disease,chemical."
    return click.option("--types", callback=_type_names, metavar="TYPE,...", help=words)(function)


def ids_option(function: Command) -> Command:
    """Add ``--ids``."""
    words = "Answer with identifiers of these prefixes only, for example MESH,OMIM."
    return click.option("--ids", callback=_prefixes, metavar="PREFIX,...", help=words)(function)


def to_option(function: Command) -> Command:
    """Add ``--to`` of prefixes."""
    words = "Only identifiers of these prefixes, for example MESH,OMIM."
    return click.option("--to", callback=_prefixes, metavar="PREFIX,...", help=words)(function)


def types_of_concepts_option(function: Command) -> Command:
    """Add ``--types`` of the concepts in a file."""
    words = "What the concepts are where the file does not say, for example disease."
    return click.option("--types", callback=_type_names, metavar="TYPE,...", help=words)(function)


def vocab_option(function: Command) -> Command:
    """Add ``--vocab``."""
    words = "The vocabulary: core, one of yours, a file, or several (core,mine)."
    return click.option("--vocab", default="core", show_default=True, help=words)(function)


def _project(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return the folder of the project's lists: the one given, or the one found upwards."""
    if value is None:
        found = find_project(Path.cwd())
        return None if found is None else str(found)
    return None if value == "none" else value


def project_option(function: Command) -> Command:
    """Add ``--project``."""
    words = "Folder of the project's lists (else .onoma here or above; none: no lists)."
    return click.option("--project", callback=_project, metavar="DIR", help=words)(function)


def model_option(function: Command) -> Command:
    """Add ``--model`` and ``--threads``."""
    words = "Folder of an encoder to use in place of the one that ships."
    place = click.Path(exists=True, file_okay=False, path_type=Path)
    threads = click.option(
        "--threads", type=click.IntRange(1), default=1, show_default=True, help="Threads to use."
    )
    return click.option("--model", type=place, help=words)(threads(function))


def names_option(flag: str, name: str, default: str, words: str) -> Callable[[Command], Command]:
    """Return what adds an option of names between commas."""

    def names(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
        return _split(value)

    return click.option(
        flag, name, callback=names, default=default, metavar="A,B", help=words,
        show_default=bool(default),
    )  # fmt: skip


def relation_options(function: Command) -> Command:
    """Add ``--relations``, ``--relater``, ``--task`` and ``--min-confidence``."""
    least = "Leave out relations that are less sure."
    function = click.option(
        "--min-confidence", type=click.FloatRange(0, 1), default=0.0, metavar="X", help=least
    )(function)
    only = "Only the relations of this task: cid, biored, chemprot, ade ..."
    function = click.option("--task", default="", metavar="NAME", help=only)(function)
    who = "Who reads relations: reader (usual), rules (quick), reader:DIR (yours)."
    function = click.option("--relater", default="", metavar="NAME", help=who)(function)
    words = "Also say what ties the concepts, with the sentence that states it."
    return click.option("--relations", is_flag=True, help=words)(function)


def leaning_options(function: Command) -> Command:
    """Add ``--precision`` and ``--recall``."""
    more = "Also what is less sure (modes that weigh)."
    function = click.option("--recall", is_flag=True, help=more)(function)
    less = "Only what is rather sure (modes that weigh)."
    return click.option("--precision", is_flag=True, help=less)(function)


def leaning_of(*, precision: bool, recall: bool) -> str:
    """Return the leaning that the two options ask for.

    Raises: click.UsageError: both are given.
    """
    if precision and recall:
        raise click.UsageError("--precision and --recall: choose one")
    return "precision" if precision else "recall" if recall else "balanced"
