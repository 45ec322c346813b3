"""``onoma mesh``: headings for queries, drafts, seeds, refinement, the log of searches."""

from __future__ import annotations

import click

from onoma.cli.groups import LazyCommands

COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("mesh_check", "Show which line of a query loses which seed."),
    "draft": ("mesh_draft", "Draft a Boolean query from a title or protocol."),
    "log": ("mesh_log", "Keep and show the log of searches, with versions."),
    "refine": ("mesh_refine", "Show what each suggested heading finds and costs."),
    "suggest": ("mesh_suggest", "Suggest MeSH headings for a query."),
}
"""Each command with its module in this folder and its line of help."""


@click.group(cls=LazyCommands, table=COMMANDS)
def command() -> None:
    """Build a Boolean query for a systematic review: MeSH headings, lines, seeds, log.

    \b
    onoma mesh suggest "heart failure, cardiac insufficiency"
    onoma mesh draft protocol.txt --to pubmed -o query.txt
    onoma mesh check query.txt --dialect pubmed --seeds seeds.txt --corpus heart
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
