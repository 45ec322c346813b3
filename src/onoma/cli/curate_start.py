"""``onoma curate start``: a new curation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from onoma.cli.app import say
from onoma.cli.options import types_option
from onoma.corpus import Corpus, find_corpus
from onoma.curate import Start, new_curation, start_curation
from onoma.curate.starting import CHOICES
from onoma.formats import read_annotated
from onoma.formats.tables import readers as known_readers
from onoma.types import AnnotatedDocument


@click.command()
@click.argument("name")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, allow_dash=True))
@click.option("--corpus", metavar="NAME_OR_PATH", help="Curate documents of this corpus.")
@click.option("--readers", default="reader", show_default=True, metavar="A[,B]",
              help="Who reads: one, or two who do not see each other's decisions.")  # fmt: skip
@click.option("--adjudicator", default="", metavar="NAME",
              help="Who decides where two differ (else who comes first, no reader).")  # fmt: skip
@click.option("-n", "--documents", type=click.IntRange(1), help="How many documents (else all).")
@click.option("--choose", type=click.Choice(CHOICES), default="doubt", show_default=True,
              help="Which, where not all.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="What chance begins with.")
@click.option("--vocab", default="core", show_default=True, help="Whose concepts are linked to.")
@click.option("--from", "source", metavar="FORMAT", help="Input format (else recognised).")
@types_option
def start(
    name: str,
    paths: tuple[str, ...],
    *,
    corpus: str | None,
    readers: str,
    types: tuple[str, ...] | None,
    documents: int | None,
    **given: str,
) -> None:
    """Begin the curation NAME, of a corpus's documents or of annotated files.

    PATHS are annotated documents: annotate --to jsonl-text, BioC, PubTator, brat ... The documents
    are copied as they are now; what becomes of the corpus does not change them.

    \b
    onoma curate start flu --corpus flu --documents 50 --readers anna,ben
    onoma annotate notes/ --to jsonl-text -o notes.jsonl; onoma curate start notes notes.jsonl
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if bool(paths) == (corpus is not None):
        raise click.UsageError("name files, or a corpus with --corpus")
    found: Iterator[AnnotatedDocument]
    if corpus is not None:
        opened = Corpus.open(find_corpus(corpus))
        found, source = opened.annotated(), f"corpus {opened.name}"
    else:
        if given["source"]:
            known_readers.get(given["source"])
        found = read_annotated(paths, format=given["source"])
        source = ", ".join(Path(one).name for one in paths)
    asked = Start(
        tuple(one.strip() for one in readers.split(",") if one.strip()), given["adjudicator"],
        types or (), documents or 0, given["choose"], int(given["seed"]), given["vocab"], source,
    )  # fmt: skip
    made = start_curation(new_curation(name), found, asked)
    sheet = made.sheet
    say(f"{made.folder}: {sheet['documents']:,} documents, {sheet['items']:,} mentions")
    say(f"begin: onoma curate read {name} --reader {made.readers[0]}")
