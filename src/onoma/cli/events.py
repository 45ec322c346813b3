"""``onoma events``: what happened to a patient, in the order of time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from onoma.cli.app import EXIT_FAILED, say
from onoma.cli.extracted import RowWriter, format_of, output_options, rich_table
from onoma.cli.options import project_option, vocab_option
from onoma.extract.events import HEAD, Timeline, event_cells, make_reader, record
from onoma.formats.inputs import read_documents
from onoma.formats.resume import plain_output

if TYPE_CHECKING:
    from rich.table import Table

SHOWN = ("step", "kind", "text", "label", "assertion", "time", "time_value", "lasting", "day")
"""The columns that a table for people has."""


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@output_options
@vocab_option
@project_option
@click.option("--tagger", metavar="DIR", help="A tagger with heads for the events (else ours).")
def command(
    paths: tuple[str, ...],
    *,
    source_format: str | None,
    target_format: str | None,
    output: Path | None,
    vocab: str,
    tagger: str | None,
    project: str | None,
) -> int:
    """Write what happened to a patient, a row an event, in the order of time.

    PATHS are files or folders of documents (case reports, notes), - is standard input. Events are
    findings, disorders, medications, tests, treatments and encounters (admission, discharge), with
    concept, assertion, the expression of time that dates them, and how long they lasted. Events of
    one step are told as of about one time.

    \b
    onoma events report.txt
    onoma events reports/ -o events.csv
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    target = format_of(target_format, output)
    reader = make_reader(vocab, tagger=tagger, project=project)
    failed = 0
    with plain_output(output, None) as place:
        writer = RowWriter(place.stream, target, HEAD)
        for line in reader.read(read_documents(paths, format=source_format)):
            if line.error is not None:
                failed += 1
                say(f"{line.error.id}: {line.error.code}: {line.error.message}")
                continue
            writer.write(event_cells(line), [record(line)], lambda line=line: _shown(line))  # type: ignore[misc]  # a default binds it
    return EXIT_FAILED if failed else 0


def _shown(timeline: Timeline) -> Table:
    """Return a table for people, a row an event."""
    places = [HEAD.index(name) for name in SHOWN]
    lines = [[str(row[place]) for place in places] for row in event_cells(timeline)]
    return rich_table(timeline.document.id, SHOWN, lines)
