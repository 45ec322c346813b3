"""``onoma convert``: from one document format to another."""

from __future__ import annotations

from pathlib import Path

import click

from onoma.cli.app import EXIT_FAILED, say
from onoma.formats.converting import Conversion, Lossy, convert_documents, target_format
from onoma.formats.losses import loss_report
from onoma.formats.tables import readers

SAID_FAILURES = 20  # failed documents named on standard error


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@click.option("--from", "source", metavar="FORMAT", help="Input format (else recognised).")
@click.option("--to", "target", metavar="FORMAT", help="Output format (else the file's).")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Output file; for brat also a folder."
)
@click.option("--strict", "is_strict", is_flag=True, help="Write nothing if something is lost.")
def command(
    paths: tuple[str, ...],
    source: str | None,
    target: str | None,
    output: Path | None,
    is_strict: bool,
) -> int:
    """Convert documents and what they annotate, without finding concepts.

    What the output format cannot hold is told on standard error; with --strict it is an error.
    Exit code 1: some documents failed, or --strict and something would be lost.

    \b
    onoma convert corpus.bioc.xml --to brat -o corpus.zip
    onoma convert brat/ -o corpus.bioc.json --strict
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if source is not None:
        readers.get(source)
    try:
        done = convert_documents(
            paths, target_format(target, output), output=output, source=source, is_strict=is_strict
        )
    except Lossy as error:
        say(str(error))
        return EXIT_FAILED
    _report(done)
    return EXIT_FAILED if done.failed else 0


def _report(done: Conversion) -> None:
    """Say what failed and what was lost."""
    for failed in done.failed[:SAID_FAILURES]:
        hint = f" ({failed.hint})" if failed.hint else ""
        say(f"{failed.id}: {failed.code}: {failed.message}{hint}")
    if done.failed:
        say(f"{len(done.failed)} document{'' if len(done.failed) == 1 else 's'} failed")
    for line in loss_report(done.losses):
        say(line)
