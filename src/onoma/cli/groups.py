"""Groups of commands that are imported when they are called, not when they are listed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, cast

import click


class LazyCommands(click.Group):
    """A group that knows its commands by a table: name -> (module in this folder, line of help)."""

    def __init__(
        self, *args: Any, table: Mapping[str, tuple[str, str]] | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.table = dict(table or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, imported now: the module's ``command``, or that of its name."""
        if cmd_name not in self.table:
            return None
        module = import_module(f"onoma.cli.{self.table[cmd_name][0]}")
        found = getattr(module, "command", None) or getattr(module, cmd_name)
        return cast(click.Command, found)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in self.table.items()])
