"""``onoma curate``: annotations looked through by people; a file a command."""

from __future__ import annotations

import click

from onoma.cli.groups import LazyCommands

COMMANDS: dict[str, tuple[str, str]] = {
    "add": ("curate_decide", "Write down a mention that was missed."),
    "agreement": ("curate_agreement", "Show how far two readers agree."),
    "decide": ("curate_decide", "Write down what someone decides of a mention."),
    "export": ("curate_export", "Write the documents as decided, in any output format."),
    "list": ("curate_list", "List your curations."),
    "next": ("curate_next", "List the mentions whose turn it is."),
    "read": ("curate_read", "Decide on one mention after the other, at the terminal."),
    "start": ("curate_start", "Begin a curation of a corpus or of annotated files."),
    "status": ("curate_status", "Show how far everyone is."),
    "undo": ("curate_decide", "Take a decision back."),
}
"""Each command with its module in this folder and its line of help."""


@click.group(cls=LazyCommands, table=COMMANDS)
def command() -> None:
    """Curate annotations: the most doubtful first, by one or two readers; then train on it.

    \b
    onoma curate start flu --corpus flu --documents 50 --readers anna,ben
    onoma curate read flu --reader anna
    onoma curate agreement flu
    onoma curate export flu -o flu.pubtator
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
