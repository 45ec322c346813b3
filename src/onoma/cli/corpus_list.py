"""``onoma corpus list``: which corpora there are."""

from __future__ import annotations

import click

from onoma.cli.corpus_options import show_rows, size_words
from onoma.corpus import Corpus, corpora_folder, list_corpora
from onoma.errors import OnomaError


@click.command("list")
def command() -> None:
    """List your corpora: documents, size, vocabulary, folder.

    \b
    onoma corpus list
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    rows: list[tuple[object, ...]] = []
    for folder in list_corpora():
        try:
            corpus = Corpus.open(folder)
            size = sum(one.size for one in corpus.manifest.segments)
            rows.append((corpus.name, len(corpus), size_words(size), corpus.store, str(folder)))
        except (OnomaError, OSError):
            rows.append((folder.name, None, "", "damaged: onoma corpus repair", str(folder)))
    if not rows:
        click.echo(f"none yet in {corpora_folder()}; onoma corpus create NAME makes one", err=True)
        return
    show_rows(("name", "documents", "size", "vocabulary", "folder"), rows)
