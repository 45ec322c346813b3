"""Options and readings that the commands of ``onoma mesh`` share."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from onoma.cli.options import Command
from onoma.errors import InputError
from onoma.search.query.parse import DIALECTS


def dialect_option(function: Command) -> Command:
    """Add ``--dialect``."""
    return click.option(
        "--dialect",
        type=click.Choice(list(DIALECTS)),
        default="onoma",
        show_default=True,
        help="The language that the query is written in.",
    )(function)


def corpus_option(function: Command) -> Command:
    """Add ``--corpus``."""
    words = "The corpus: its name, or a path (else the only one there is)."
    return click.option("--corpus", default="", metavar="NAME_OR_PATH", help=words)(function)


def json_option(function: Command) -> Command:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")(function)


def read_words(given: str) -> str:
    """Return a text given as it is, as the name of a file, or as ``-`` for standard input.

    Raises: InputError: a file that is not UTF-8.
    """
    if given == "-":
        return sys.stdin.read()
    try:
        path = Path(given)
        return path.read_text(encoding="utf-8-sig") if path.is_file() else given
    except UnicodeDecodeError as error:
        raise InputError(f"{given}: not UTF-8", hint="save it as UTF-8") from error
    except OSError:  # too long for a file's name: the words themselves
        return given


def read_ids(path: Path) -> list[str]:
    """Return the ids of a file: the first word of each line; ``#`` begins a remark."""
    lines = (line.split("#")[0].split() for line in path.read_text(encoding="utf-8").splitlines())
    return [words[0] for words in lines if words]
