"""``onoma mesh draft``: from a title or protocol to a draft Boolean query."""

from __future__ import annotations

from pathlib import Path

import click

import onoma
from onoma.cli.app import say
from onoma.cli.mesh_options import json_option, read_words
from onoma.cli.options import vocab_option
from onoma.errors import InputError
from onoma.formats.jsonl import encode_record
from onoma.formats.output import open_output
from onoma.search.mesh.draft import JOINED, Draft, draft
from onoma.search.mesh.protocol import KINDS, left_out
from onoma.search.mesh.suggest import open_means
from onoma.search.query.printing import PRINTERS, translate


@click.command()
@click.argument("protocol")
@click.option(
    "--to", type=click.Choice(list(PRINTERS)), default="pubmed", show_default=True, help="Dialect."
)
@click.option(
    "--join",
    default=",".join(JOINED),
    show_default=True,
    help=f"The parts that AND joins, of {', '.join(KINDS)}.",
)
@click.option(
    "--least", type=click.FloatRange(0, 1), help="The score below which no heading is suggested."
)
@click.option("--no-suggestions", is_flag=True, help="Only headings that the text itself names.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file.")
@vocab_option
@json_option
def command(
    protocol: str,
    *,
    to: str,
    join: str,
    least: float | None,
    no_suggestions: bool,
    output: Path | None,
    vocab: str,
    as_json: bool,
) -> None:
    """Draft a query for PROTOCOL: a review's title, the name of a text file, or - for stdin.

    A protocol has lines such as "Population: ..." and "Intervention: ...". A line a block:
    headings, exploded, and names in titles and abstracts; the last line is the query. It is a
    draft: read it, check it with seeds (onoma mesh check), refine it (onoma mesh refine).

    \b
    onoma mesh draft "Beta blockers for chronic heart failure"
    onoma mesh draft protocol.txt --to ovid -o query.txt
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    text = read_words(protocol)
    if not text.strip():
        raise InputError("the protocol is empty", hint="give a title, or lines with labels")
    pipeline = onoma.load(vocab, ids=["MESH"], mode="dictionary")
    made = draft(
        text, pipeline, open_means(vocab), least=least,
        with_suggestions=not no_suggestions,
        joined=[one.strip() for one in join.split(",") if one.strip()],
    )  # fmt: skip
    written = translate(made.strategy(), to)
    for loss in written.losses:
        say(loss.problem)
    _tell(made)
    if left := left_out(text, [block.about.replace(",", " ") for block in made.blocks]):
        say(f"no heading for: {'; '.join(left)}; add a line by hand if it matters")
    with open_output(output) as stream:
        if as_json:
            stream.write(encode_record(_record(made, written.text, to)))
        else:
            stream.write((written.text + "\n").encode())


def _tell(made: Draft) -> None:
    """Say what each line is about, and which are not joined."""
    needed = made.needed
    rest = [one for one in made.blocks if one not in needed]
    for number, block in enumerate((*needed, *rest), 1):
        left = "" if block in needed else ", not joined"
        added = ", ".join(one.label for one in block.suggested)
        say(f"line {number}: {block.kind}{left}: {block.about}"
            + (f"; suggested: {added}" if added else ""))  # fmt: skip


def _record(made: Draft, text: str, dialect: str) -> dict[str, object]:
    needed = made.needed
    return {
        "query": text,
        "dialect": dialect,
        "blocks": [
            {
                "kind": block.kind, "about": block.about, "joined": block in needed,
                "headings": [[one.curie, one.label] for one in block.named],
                "suggested": [[s.curie, s.label, round(s.score, 4)] for s in block.suggested],
            }
            for block in made.blocks
        ],
    }  # fmt: skip
