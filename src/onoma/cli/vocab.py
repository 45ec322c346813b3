"""``onoma vocab``: the vocabularies, and what a project changes in them; a file a command."""

from __future__ import annotations

import click

from onoma.cli.groups import LazyCommands

COMMANDS: dict[str, tuple[str, str]] = {
    "add": ("vocab_add", "Add a vocabulary: a file, a folder, or an add-on by its name."),
    "allow": ("vocab_project", "Let a name through that is held back in this project."),
    "block": ("vocab_project", "Never answer a concept or a name in this project."),
    "build": ("vocab_build", "Compile vocabularies now, rather than when they are first used."),
    "diff": ("vocab_diff", "Show what changed between two versions of a vocabulary."),
    "export": ("vocab_export", "Write a vocabulary for other tools."),
    "index": ("vocab_index", "Encode a vocabulary's names now, rather than when first needed."),
    "list": ("vocab_list", "List the vocabularies with version, size, licence and notice."),
    "migrate": ("vocab_migrate", "Bring results to a newer version of a vocabulary."),
    "remove": ("vocab_remove", "Remove a vocabulary that was added."),
    "synonym": ("vocab_project", "Give a concept a name of this project's own."),
}
"""Each command with its module in this folder and its line of help."""


@click.group(cls=LazyCommands, table=COMMANDS)
def command() -> None:
    """Show, add and compare vocabularies; keep a project's own lists."""
