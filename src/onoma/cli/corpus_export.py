"""``onoma corpus export``: documents of a corpus in any output format."""

from __future__ import annotations

from pathlib import Path

import click

from onoma.cli.app import say
from onoma.cli.corpus_options import corpus_option, ids_of, open_corpus
from onoma.formats.converting import open_writer, target_format
from onoma.formats.jsonl import encode_record
from onoma.formats.losses import loss_report
from onoma.formats.output import open_output
from onoma.formats.tables import writers
from onoma.types import failed_record


@click.command("export")
@corpus_option
@click.option("--to", "target", metavar="FORMAT", help="Output format (else the file's).")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Output file; for brat also a folder."
)
@click.option("--id", "ids", multiple=True, help="Only this document; may be given several times.")
@click.option(
    "--ids-from",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Only the documents of these ids: a file, one a line.",
)
@click.option(
    "--errors",
    "errors",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the records of documents that failed to this file.",
)
def command(
    *,
    name: str,
    target: str | None,
    output: Path | None,
    ids: tuple[str, ...],
    path: Path | None,
    errors: Path | None,
) -> None:
    """Write the documents of a corpus with what was found in them.

    jsonl-text holds everything; what another format cannot hold is told on standard error.

    \b
    onoma corpus export --corpus heart -o heart.bioc.json
    onoma corpus export --to jsonl-text --id 12345678
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    target = target_format(target, output)
    writers.get(target)
    corpus = open_corpus(name)
    wanted = ids_of(ids, path)
    count = 0
    with open_writer(target, output, is_strict=False) as writer:
        writer.begin()
        for document in corpus.annotated(wanted if ids or path else None):
            writer.write(document)
            count += 1
        writer.end()
    if target != "jsonl":  # annotate's own lines: what they hold is known
        for line in loss_report(writer.losses):
            say(line)
    if errors is not None:
        with open_output(errors) as stream:
            for failed in corpus.errors():
                stream.write(encode_record(failed_record(failed)))
    missing = len(dict.fromkeys(wanted)) - count
    say(f"{count:,} documents written" + (f", {missing:,} not there" if missing > 0 else ""))
