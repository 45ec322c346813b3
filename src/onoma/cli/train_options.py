"""Options that the commands of ``onoma train`` share."""

from __future__ import annotations

from pathlib import Path

import click

from onoma.cli.options import Command

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
