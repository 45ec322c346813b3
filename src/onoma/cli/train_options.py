"""Options that the commands of ``onoma train`` share."""

from __future__ import annotations

from pathlib import Path

import click

from onoma.cli.options import Command
from onoma.errors import InputError
from onoma.types import SEMANTIC_TYPES

EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)
POSITIVE = click.FloatRange(min=0, min_open=True)


def run_option(function: Command) -> Command:
    """Add ``-o``, ``--out``."""
    words = "Folder of the run; a run that was stopped goes on."
    return click.option("-o", "--out", required=True, type=NEW_FOLDER, help=words)(function)


def recipe_option(function: Command) -> Command:
    """Add ``--recipe``."""
    words = "A recipe as JSON, in place of the one built in."
    return click.option("--recipe", type=EXISTING_FILE, help=words)(function)


def passes_option(function: Command) -> Command:
    """Add ``--passes``, a factor."""
    words = "How often a corpus is seen, as a factor."
    return click.option("--passes", type=POSITIVE, help=words)(function)


def seed_option(function: Command) -> Command:
    """Add ``--seed``, a single one."""
    return click.option("--seed", type=int, help="What chance begins with.")(function)


def gold_options(function: Command) -> Command:
    """Add ``--data``, ``--from``, ``--label`` (see ``read_labels``), ``-o`` and ``--seed``."""
    words = "What chance begins with."
    function = click.option("--seed", type=int, default=1, show_default=True, help=words)(function)
    words = "What a word of the annotations is, as ENFERMEDAD=disease; may be repeated."
    function = click.option("--label", "labels", multiple=True, metavar="WORD=TYPE", help=words)(
        function
    )
    words = "Folder to write."
    function = click.option("-o", "--out", required=True, type=NEW_FOLDER, help=words)(function)
    words = "Input format (else recognised)."
    function = click.option("--from", "source", metavar="FORMAT", help=words)(function)
    words = "Annotated documents (PubTator, BioC, brat, CoNLL ...); may be repeated."
    return click.option(
        "--data", multiple=True, required=True, type=click.Path(exists=True), help=words
    )(function)


def read_labels(given: tuple[str, ...]) -> dict[str, str]:
    """Return the semantic type of each word that ``--label`` names.

    Raises: InputError: one is not WORD=TYPE.
    """
    out = {}
    for said in given:
        word, _, type_ = said.partition("=")
        if type_ not in SEMANTIC_TYPES or not word:
            raise InputError(
                f"--label {said}: no type {type_!r}", hint="write WORD=TYPE, as Tumor=disease"
            )
        out[word] = type_
    return out
