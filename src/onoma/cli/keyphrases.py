"""``onoma keyphrases``: the phrases and concepts that say what a document is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from onoma.cli.app import EXIT_FAILED, say
from onoma.cli.extracted import RowWriter, format_of, output_options, rich_table
from onoma.cli.options import project_option
from onoma.extract.keyphrases import HEAD, Keyphrases, cells, make_reader, record
from onoma.formats.inputs import read_documents
from onoma.formats.resume import plain_output

if TYPE_CHECKING:
    from rich.table import Table


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@click.option("-k", "most", type=click.IntRange(1, 100), default=10, show_default=True,
              help="How many present ones, and how many absent ones.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="JSON lines, as --to jsonl.")
@output_options
@project_option
def command(
    paths: tuple[str, ...],
    *,
    most: int,
    as_json: bool,
    source_format: str | None,
    target_format: str | None,
    output: Path | None,
    project: str | None,
) -> int:
    """Write the keyphrases of documents: those in the text, and headings it only points to.

    PATHS are files or folders of documents, - is standard input. Phrases of the text come first,
    with their places; then MeSH headings that the text does not name as such, with what points to
    them: it uses another name, they are broader, or abstracts like it go with them.

    \b
    onoma keyphrases abstracts.nbib --to tsv
    onoma keyphrases paper.txt -k 5 --json
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    target = "jsonl" if as_json else format_of(target_format, output)
    reader = make_reader(project=project)
    failed = 0
    with plain_output(output, None) as place:
        writer = RowWriter(place.stream, target, HEAD)
        for found in reader.read(read_documents(paths, format=source_format), k=most):
            if found.error is not None:
                failed += 1
                say(f"{found.error.id}: {found.error.code}: {found.error.message}")
                continue
            rows = [cells(found.document.id, one) for one in (*found.present, *found.absent)]
            writer.write(rows, [record(found)], lambda found=found: _shown(found))  # type: ignore[misc]  # a default binds it
    return EXIT_FAILED if failed else 0


def _shown(found: Keyphrases) -> Table:
    """Return a table for people."""
    lines = [
        [one.text, f"{one.score:.2f}", one.curie or "", one.reason or "in the text"]
        for one in (*found.present, *found.absent)
    ]
    return rich_table(found.document.id, ("keyphrase", "score", "concept", "why"), lines)
