"""``onoma curate export``: the documents as people decided."""

from __future__ import annotations

from pathlib import Path

import click

from onoma.cli.app import say
from onoma.curate import Curation, find_curation
from onoma.formats.converting import open_writer, target_format
from onoma.formats.losses import loss_report
from onoma.formats.tables import writers


@click.command("export")
@click.argument("name")
@click.option("--to", "target", metavar="FORMAT", help="Output format (else the file's).")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Output file; for brat also a folder."
)
@click.option("--all", "is_all", is_flag=True, help="Those too that are not settled, as found.")
def command(name: str, *, target: str | None, output: Path | None, is_all: bool) -> None:
    """Write the documents of the curation NAME as decided, those alone that are settled through.

    What comes out is what "onoma train ner", "train linker" and "train stack" learn from.

    \b
    onoma curate export flu -o flu.pubtator
    onoma train ner --start minilm/ --data flu.pubtator -o run/
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    target = target_format(target, output)
    writers.get(target)
    curation = Curation.open(find_curation(name))
    count = 0
    with open_writer(target, output, is_strict=False) as writer:
        writer.begin()
        for one in curation.curated(only_done=not is_all):
            writer.write(one)
            count += 1
        writer.end()
    if target != "jsonl":
        for line in loss_report(writer.losses):
            say(line)
    say(f"{count:,} of {len(curation.documents):,} documents written")
