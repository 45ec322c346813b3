"""``onoma pico``: population, intervention, comparator and outcome of trials."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from onoma.cli.app import EXIT_FAILED, say
from onoma.cli.extracted import RowWriter, format_of, output_options, rich_table
from onoma.cli.options import project_option, vocab_option
from onoma.extract.trials import (
    HEAD,
    SPAN_HEAD,
    Trial,
    make_reader,
    record,
    span_cells,
    summary,
)
from onoma.formats.inputs import read_documents
from onoma.formats.resume import plain_output

if TYPE_CHECKING:
    from rich.table import Table


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@output_options
@click.option("--spans", is_flag=True, help="A row a span in place of a row a document.")
@vocab_option
@project_option
@click.option("--tagger", metavar="DIR", help="A tagger with heads for the elements (else ours).")
def command(
    paths: tuple[str, ...],
    *,
    source_format: str | None,
    target_format: str | None,
    output: Path | None,
    spans: bool,
    vocab: str,
    tagger: str | None,
    project: str | None,
) -> int:
    """Write the population, intervention, comparator and outcome of trial abstracts.

    PATHS are files or folders of documents, - is standard input. A row a document: how many took
    part, how old, of which sex, conditions, interventions, comparators, outcomes. JSON lines have
    all spans with their linked concepts and places.

    \b
    onoma pico trials.nbib -o trials.csv
    onoma pico trials.nbib --spans --to tsv
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    target = format_of(target_format, output)
    reader = make_reader(vocab, tagger=tagger, project=project)
    failed = 0
    with plain_output(output, None) as place:
        writer = RowWriter(place.stream, target, SPAN_HEAD if spans else HEAD)
        for trial in reader.read(read_documents(paths, format=source_format)):
            if trial.error is not None:
                failed += 1
                say(f"{trial.error.id}: {trial.error.code}: {trial.error.message}")
                continue
            rows = span_cells(trial) if spans else [summary(trial)]
            writer.write(rows, [record(trial)], lambda trial=trial: _shown(trial, spans))  # type: ignore[misc]  # a default binds it
    return EXIT_FAILED if failed else 0


def _shown(trial: Trial, is_by_span: bool) -> Table:
    """Return a table for people: the summary line by line, or the spans."""
    if is_by_span:
        lines = [[str(cell) for cell in row[1:]] for row in span_cells(trial)]
        return rich_table(trial.document.id, SPAN_HEAD[1:], lines)
    pairs = zip(HEAD[1:], summary(trial)[1:], strict=True)
    return rich_table(trial.document.id, ("element", "found"), [[a, b] for a, b in pairs])
