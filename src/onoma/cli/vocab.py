"""``onoma vocab``: the vocabularies, and what a project changes in them; a file a command."""

from __future__ import annotations

from importlib import import_module
from typing import cast

import click

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


class _Commands(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, imported now: the module's ``command``, or that of its name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"onoma.cli.{COMMANDS[cmd_name][0]}")
        found = getattr(module, "command", None) or getattr(module, cmd_name)
        return cast(click.Command, found)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.group(cls=_Commands)
def command() -> None:
    """Show, add and compare vocabularies; keep a project's own lists."""
