"""``onoma code``: give texts the codes of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click

from onoma.cli.options import names_option
from onoma.cli.texts import iter_cells
from onoma.errors import InputError
from onoma.formats.inputs import read_documents
from onoma.formats.jsonl import encode_record
from onoma.formats.tsv import tsv_line
from onoma.link.coding.coder import LEAST
from onoma.link.coding.codes import Coded, CodeMatch
from onoma.link.coding.passages import UNITS
from onoma.pipeline.coding import CodeOptions, coded_by, make_coder
from onoma.types import Document, FailedDocument

COLUMNS = ("id", "rank", "code", "label", "score", "start", "end", "evidence", "assertion")
TOGETHER = 64  # texts coded before they are shown


@click.command()
@click.argument("texts", nargs=-1)
@click.option("--vocab", required=True, metavar="FILE", help="The code list, or a vocabulary.")
@click.option("-k", type=click.IntRange(1), default=5, show_default=True, help="Codes per text.")
@click.option(
    "--method",
    default="classification",
    show_default=True,
    metavar="NAME",
    help="classification or candidates.",
)
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    default=LEAST,
    show_default=True,
    help="The score from which on a code is assigned.",
)
@click.option(
    "--by",
    type=click.Choice(UNITS),
    default="section",
    show_default=True,
    help="What is coded by itself: sentences together, each, or their clauses.",
)
@click.option(
    "--each", type=click.IntRange(1), help="Codes that each of these may give (else as -k)."
)
@click.option(
    "--examples",
    default="",
    metavar="FILE",
    help="A table with more examples (columns code and examples).",
)
@click.option("--under", default="", metavar="CODE", help="Only the codes below this one.")
@click.option("--encoder", default="", metavar="DIR", help="A model folder, or none.")
@click.option("--explain", is_flag=True, help="Say why: the score's parts and the nearest row.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option(
    "--from-file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="Read texts from the first column of this file, one a line.",
)
@names_option("--documents", "documents", "", "Code these files or folders of documents.")
def command(
    texts: tuple[str, ...],
    *,
    vocab: str,
    k: int,
    explain: bool,
    as_json: bool,
    from_file: Path | None,
    documents: tuple[str, ...],
    **more: Any,
) -> None:
    """Give each TEXT the codes of a list that fit, best first; none fits: the code is empty.

    Tab-separated values: the text's number (or the document's id), rank, code, label, score, and
    the spans that speak for the code, between bars: offsets into the text (code points), words, and
    whether the text asserts them.

    \b
    onoma code "Walks two blocks with a cane." --vocab mobility.tsv
    onoma code --documents notes/ --vocab icd10cm --by clause --json
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    if not texts and from_file is None and not documents:
        raise click.UsageError("give a text, --from-file or --documents")
    for number, text in enumerate(texts, 1):
        if not text.strip():
            raise InputError(f"text {number} is empty", hint="give a text with words")
    options = CodeOptions(**more)
    coder = make_coder(options, vocabulary=vocab)
    show = _JsonLines(explain) if as_json else _Rows(explain)
    totals = _Totals()
    pairs = _pairs(texts, from_file, documents)
    while batch := list(islice(pairs, TOGETHER)):
        found = coded_by(coder, [text for _, text in batch], k=k, options=options)
        for (name, _), one in zip(batch, found, strict=True):
            show(name, one)
            totals.add(one)
    click.echo(f"onoma: {coder.codes.said()}", err=True)
    click.echo(f"onoma: {totals.said()}", err=True)


def _pairs(
    given: tuple[str, ...], path: Path | None, documents: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Yield texts with what they are called.

    Raises: InputError: a document cannot be read.
    """
    yield from ((str(number), text) for number, text in enumerate(given, 1))
    if path is not None:
        for line, cells in iter_cells(path):
            if cells[0].strip():
                yield str(line), cells[0]
    for document in _documents(documents):
        if isinstance(document, FailedDocument):
            raise InputError(f"{document.id}: {document.message}", hint=document.hint)
        yield document.id, document.text


def _documents(places: tuple[str, ...]) -> Iterable[Document | FailedDocument]:
    return read_documents(places) if places else ()


Show = Callable[[str, Coded], None]


class _Totals:
    """Counts what was coded and what was not."""

    def __init__(self) -> None:
        self._texts = self._nil = 0
        self._covered = 0.0

    def add(self, coded: Coded) -> None:
        """Count a text."""
        self._texts += 1
        self._nil += not coded.matches
        self._covered += coded.covered

    def said(self) -> str:
        """Return the counts in words."""
        share = 100 * self._covered / max(self._texts, 1)
        return (
            f"{self._texts:,} texts, {self._nil:,} without a code (NIL); "
            f"{share:.0f} % of a text's words stand in a window with a code"
        )


class _JsonLines:
    """Prints one object a code."""

    def __init__(self, is_explained: bool) -> None:
        self._is_explained = is_explained

    def __call__(self, name: str, coded: Coded) -> None:
        for rank, match in _ranked(coded):
            record: dict[str, Any] = {
                "id": name, "rank": rank, "code": match and match.code,
                "label": match and match.label, "score": round(match.score, 4) if match else 0.0,
                "evidence": [
                    {
                        "start": e.start, "end": e.end, "text": e.text,
                        "score": round(e.score, 4), "assertion": e.assertion,
                    }
                    for e in (match.evidence if match else ())
                ],
                "covered": round(coded.covered, 4),
            }  # fmt: skip
            if self._is_explained:
                record |= {"nearest": match and match.nearest, "why": match.why if match else {}}
            click.echo(encode_record(record), nl=False)


class _Rows:
    """Prints tab-separated values under one head line."""

    def __init__(self, is_explained: bool) -> None:
        self._is_explained = is_explained
        click.echo(tsv_line(*COLUMNS, *(("nearest", "why") if is_explained else ())), nl=False)

    def __call__(self, name: str, coded: Coded) -> None:
        for rank, match in _ranked(coded):
            if match is None:
                cells: tuple[object, ...] = (None, None, "0.0000", None, None, None, None)
            else:
                spans = match.evidence
                cells = (
                    match.code, match.label, f"{match.score:.4f}",
                    "|".join(str(e.start) for e in spans), "|".join(str(e.end) for e in spans),
                    "|".join(e.text for e in spans), "|".join(e.assertion for e in spans),
                )  # fmt: skip
            if self._is_explained:
                said = ", ".join(f"{n} {v:g}" for n, v in match.why.items()) if match else None
                cells = (*cells, match and match.nearest, said)
            click.echo(tsv_line(name, rank, *cells), nl=False)


def _ranked(coded: Coded) -> Iterator[tuple[int, CodeMatch | None]]:
    """Yield a row per code, or the one row that says that none fits."""
    if not coded.matches:
        yield 1, None
    yield from enumerate(coded.matches, 1)
