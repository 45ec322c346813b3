"""``onoma screen``: which references of a review to read next, and when to stop."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

import onoma
from onoma.cli.app import EXIT_FAILED, say
from onoma.cli.extracted import RowWriter, rich_table
from onoma.cli.screen_asking import ask
from onoma.errors import InputError
from onoma.formats import make_writer, read_documents
from onoma.formats.losses import loss_report
from onoma.formats.resume import plain_output
from onoma.search.screening.decisions import Review, append_decision, read_decisions
from onoma.search.screening.doubles import title_of
from onoma.search.screening.screener import STRATEGIES
from onoma.search.screening.stopping import Outlook
from onoma.types import AnnotatedDocument, Document

HEAD = ("rank", "id", "score", "doubles", "title")
TARGETS = ("table", "csv", "tsv", "jsonl", "ris", "nbib")
_ENDINGS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ris": "ris", ".nbib": "nbib"}


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@click.option("--protocol", metavar="TEXT|FILE", help="What the review is about: words or a file.")
@click.option("--decisions", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Decisions made so far: an id, a comma, yes or no, a line each.")  # fmt: skip
@click.option("-n", "--count", type=click.IntRange(1),
              help="How many records (25 in a table, else all).")  # fmt: skip
@click.option("--strategy", type=click.Choice(STRATEGIES), default="likely", show_default=True,
              help="Which records come first.")  # fmt: skip
@click.option("--ask", "is_asking", is_flag=True,
              help="Show one record after the other and write down what you decide.")  # fmt: skip
@click.option("--recall", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95,
              show_default=True, help="The share that must be found.")  # fmt: skip
@click.option("--concepts/--no-concepts", default=True, show_default=True,
              help="Read concepts as well as words (a minute for 80,000).")  # fmt: skip
@click.option("--from", "source_format", metavar="FORMAT", help="Input format (else recognised).")
@click.option("--to", "target_format", type=click.Choice(TARGETS),
              help="Output format (else by -o's extension; table).")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write here.")
def command(
    paths: tuple[str, ...],
    *,
    protocol: str | None,
    decisions: Path | None,
    is_asking: bool,
    output: Path | None,
    **given: Any,
) -> int:
    """Rank the references of a review, those likely to be included first.

    PATHS are exports of reference managers and databases (RIS, NBIB ...). References that stand in
    several of them are put together. Give a protocol, decisions, or both; with decisions of both
    kinds the ranking is learnt from them. The last line says whether enough has been found.

    \b
    onoma screen pubmed.nbib embase.ris --protocol "statins for dementia" -o ranked.ris
    onoma screen pubmed.nbib embase.ris --decisions decisions.csv --ask
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if is_asking and decisions is None:
        raise click.UsageError("--ask writes to a file: add --decisions FILE")
    documents, failed = _read(paths, given["source_format"])
    made = read_decisions(decisions) if decisions is not None and decisions.exists() else []
    concepts = _concepts(documents) if given["concepts"] else None
    review = Review(documents, protocol=_protocol(protocol), concepts=concepts)
    unknown = review.decide(made)
    if unknown:
        say(f"{decisions}: {len(unknown):,} ids are in no record, the first one {unknown[0]!r}")
    if is_asking and decisions is not None:
        ask(review, lambda one: append_decision(decisions, one), strategy=given["strategy"],
            recall=given["recall"])  # fmt: skip
    else:
        _write(review, output, given)
    say(_words(review, review.outlook(given["recall"])))
    return EXIT_FAILED if failed else 0


def _read(paths: Sequence[str], source: str | None) -> tuple[list[Document], int]:
    """Return the records; one that cannot be read is said, and counted.

    Raises: InputError: there is none.
    """
    documents, failed = [], 0
    for one in read_documents(paths, format=source):
        if isinstance(one, Document):
            documents.append(one)
        else:
            failed += 1
            say(f"{one.id}: {one.code}: {one.message}")
    if not documents:
        raise InputError("there is no record in these paths", hint="give an export (RIS, NBIB)")
    return documents, failed


def _concepts(documents: Sequence[Document]) -> list[list[str]]:
    """Return the concepts found in each record, what is denied left out."""
    return [
        [m.curie for m in one.mentions if m.curie is not None and m.assertion != "absent"]
        for one in onoma.load(mode="dictionary").pipe(documents)
    ]


def _protocol(given: str | None) -> str | None:
    """Return the words of a protocol, those of the file where it names one."""
    if given is None:
        return None
    path = Path(given)
    is_file = len(given) < 256 and path.is_file()
    return path.read_text(encoding="utf-8", errors="replace") if is_file else given


def _write(review: Review, output: Path | None, given: dict[str, Any]) -> None:
    """Write the undecided records in their order."""
    target = given["target_format"]
    if target is None:
        target = "table" if output is None else _ENDINGS.get(output.suffix, "")
    if not target:
        known = " ".join(_ENDINGS)
        raise click.UsageError(f"{output}: the extension names no format ({known}); add --to")
    count = given["count"] or (25 if target == "table" else len(review.documents))
    ranked = review.next(count, strategy=given["strategy"])
    with plain_output(output, None) as place:
        if target in ("ris", "nbib"):
            writer = make_writer(target, place.stream)
            writer.begin()
            for number, _ in ranked:
                for member in review.members(number):  # doubles stand together
                    writer.write(AnnotatedDocument(review.documents[member]))
            writer.end()
            for line in loss_report(writer.losses):
                say(f"{line}; --to {'nbib' if target == 'ris' else 'ris'} may hold them")
            return
        rows = [
            (rank, one.id, round(score, 4), len(review.members(number)) - 1, title_of(one))
            for rank, (number, score) in enumerate(ranked, start=1)
            for one in [review.documents[number]]
        ]
        table = RowWriter(place.stream, target, HEAD)
        records = (dict(zip(HEAD, row, strict=True)) for row in rows)
        shown = [[str(cell) for cell in row] for row in rows]
        table.write(rows, records, lambda: rich_table("To read next", HEAD, shown))


def _words(review: Review, found: Outlook) -> str:
    """Return in words how far the review is."""
    doubles = len(review.documents) - found.records
    words = (
        f"{found.records:,} references ({doubles:,} doubles), {found.decided:,} decided,"
        f" {found.included:,} included"
    )
    if not found.included:
        return words
    words += f"; {found.since_last:,} read since the last included one"
    share = f"{100 * found.recall:g} %"
    if found.may_stop:
        return f"{words}; the chance that less than {share} is found: {found.chance:.3f}. Enough."
    return f"{words}; less than {share} may have been found (chance {found.chance:.2f}): go on"
