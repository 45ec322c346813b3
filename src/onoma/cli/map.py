"""``onoma map``: answer a concept in the identifiers of other vocabularies."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

import onoma
from onoma.cli.options import to_option, vocab_option
from onoma.errors import BadLine
from onoma.formats.jsonl import encode_record
from onoma.formats.lines import iter_lines
from onoma.formats.opening import open_stream
from onoma.formats.tsv import tsv_line
from onoma.ontology.mappings import Mapped, Mapper

COLUMNS = ("curie", "target", "label", "predicate", "steps", "via", "source", "ambiguous")


@click.command()
@click.argument("curies", nargs=-1)
@to_option
@click.option("--chain", is_flag=True, help="Follow exact steps through other vocabularies.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option(
    "--from-file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="Read CURIEs from the first column of this file, one a line.",
)
@vocab_option
def command(
    curies: tuple[str, ...],
    *,
    to: tuple[str, ...] | None,
    chain: bool,
    as_json: bool,
    from_file: Path | None,
    vocab: str,
) -> None:
    """Show what each CURIE is called in other vocabularies, best first, and who says so.

    One step by default; --chain follows further ones where each is exact. Nothing found: the
    target is empty.

    \b
    onoma map MONDO:0005148 --to MESH,OMIM
    onoma map --chain --to UMLS --from-file curies.tsv
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if not curies and from_file is None:
        raise click.UsageError("give a CURIE, or --from-file")
    mapper = Mapper(onoma.load(vocab).store)
    if not as_json:
        click.echo(tsv_line(*COLUMNS), nl=False)
    for curie in _iter_curies(curies, from_file):
        for record in _records(curie, mapper.map(curie, to or (), chain=chain)):
            line = encode_record(record) if as_json else tsv_line(*_cells(record))
            click.echo(line, nl=False)


def _iter_curies(curies: tuple[str, ...], path: Path | None) -> Iterator[str]:
    """Yield the CURIEs given, then those of the file."""
    yield from curies
    if path is None:
        return
    raw = sys.stdin.buffer if str(path) == "-" else path.open("rb")
    with open_stream(raw, str(path)) as stream:
        for line in iter_lines(stream):
            text = line.text().split("\t")[0].strip()
            if line.is_cut or (text and ":" not in text):
                raise BadLine(str(path), line.number, text, "the first column is no CURIE")
            if text:
                yield text


def _records(curie: str, found: list[Mapped]) -> Iterator[dict[str, Any]]:
    """Yield an answer each, or the one that says that there is none."""
    if not found:
        yield {"curie": curie, "target": None, "label": None, "predicate": None, "steps": []}
    for one in found:
        yield {
            "curie": one.curie,
            "target": one.target,
            "label": one.label or None,
            "predicate": one.predicate,
            "steps": [
                {
                    "subject": step.subject,
                    "predicate": step.predicate,
                    "object": step.object,
                    "source": step.source,
                }
                for step in one.steps
            ],
            "ambiguous": one.is_ambiguous,
        }


def _cells(record: dict[str, Any]) -> Iterator[object]:
    """Yield an answer's cells: the number of steps, what lies between, who states each."""
    steps = record["steps"]
    yield from (record[name] for name in COLUMNS[:4])
    yield len(steps) or None
    yield " ".join(step["object"] for step in steps[:-1]) or None
    yield " ".join(step["source"] for step in steps) or None
    yield ("yes" if record["ambiguous"] else "no") if steps else None
