"""``onoma corpus``: a library of documents with what was found in them; a file a command."""

from __future__ import annotations

import click

from onoma.cli.groups import LazyCommands

COMMANDS: dict[str, tuple[str, str]] = {
    "add": ("corpus_add", "Add documents, annotated; go on after a stopped run."),
    "create": ("corpus_create", "Make a new corpus."),
    "duplicates": ("corpus_duplicates", "List documents that double another one."),
    "export": ("corpus_export", "Write documents and mentions in any output format."),
    "index": ("corpus_index", "Bring what it is searched by up to date; make vectors."),
    "info": ("corpus_info", "Show what a corpus holds, in numbers."),
    "list": ("corpus_list", "List your corpora."),
    "map": ("corpus_map", "Draw the documents as a map of what they are about."),
    "purge": ("corpus_purge", "Take removed and replaced texts off the disk."),
    "reannotate": ("corpus_reannotate", "Find the mentions anew, by a newer vocabulary."),
    "remove": ("corpus_remove", "Remove documents."),
    "repair": ("corpus_repair", "Put a damaged corpus right."),
    "report": ("corpus_report", "Report what the documents name, when, by whom, where."),
    "sql": ("corpus_sql", "Ask the corpus's tables in SQL."),
    "verify": ("corpus_verify", "Check every file of a corpus."),
}
"""Each command with its module in this folder and its line of help."""


@click.group(cls=LazyCommands, table=COMMANDS)
def command() -> None:
    """Build and keep a corpus: documents with what was found in them, to search and to count.

    \b
    onoma corpus create heart
    onoma corpus add pubmed-export.xml.gz --corpus heart
    onoma corpus info --corpus heart
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
