"""``onoma classify``: what sentences or documents say, a row each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from onoma.cli.app import EXIT_FAILED, say
from onoma.cli.extracted import RowWriter, format_of, output_options, rich_table
from onoma.cli.options import vocab_option
from onoma.errors import UnknownName
from onoma.formats import read_documents
from onoma.formats.resume import plain_output
from onoma.types import Document

KINDS: dict[str, str] = {
    "challenges": "classify_topics",
    "pico": "classify_roles",
    "roles": "classify_roles",
}
"""What documents can be classified by, with the module in this folder that does it: its
``make_classifier(by)`` takes a name or a model's folder and returns a ``Classifier``."""


FINDINGS = "findings"


@dataclass(frozen=True, slots=True)
class Classifier:
    """Makes rows of documents: ``head`` names their cells, the first one is the document's id."""

    head: Sequence[str]
    classify: Callable[[Iterable[Document]], Iterator[tuple[Document, list[Sequence[Any]]]]]


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@click.option("--by", required=True, metavar="NAME|DIR",
              help="roles, pico, challenges, findings, or a folder of your own model.")  # fmt: skip
@click.option("--findings", default="", metavar="NAME,...|FILE",
              help="With --by findings: CURIEs or names; a file has one a line.")  # fmt: skip
@vocab_option
@output_options
def command(
    paths: tuple[str, ...],
    *,
    by: str,
    findings: str,
    vocab: str,
    source_format: str | None,
    target_format: str | None,
    output: Path | None,
) -> int:
    """Say what each sentence of documents is for.

    PATHS are files or folders of documents, - is standard input. ``--by roles``: background,
    objective, method, result, conclusion. ``--by pico``: population, intervention, outcome and
    study design of trials. ``--by challenges``: sentences that speak of a problem or a gap, or of
    what should be studied. A row a sentence, with its place and the chance that this is right; a
    row a document and topic with a model of ``onoma train topics`` that has labels of documents.
    ``--by findings``: a row a report and finding: present, uncertain, absent, or nothing where it
    is not mentioned, with the words that say so.

    \b
    onoma classify reports/ --by findings --findings "pleural effusion,pneumothorax" --to tsv
    onoma classify abstracts.nbib --by roles --to tsv
    echo "Ninety adults drank tea. It did not help." | onoma classify - --by roles
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    target = format_of(target_format, output)
    maker = labels_of(findings, vocab) if by == FINDINGS else classifier_of(by)
    failed = 0

    def documents() -> Iterator[Document]:
        nonlocal failed
        for one in read_documents(paths, format=source_format):
            if isinstance(one, Document):
                yield one
            else:
                failed += 1
                say(f"{one.id}: {one.code}: {one.message}")

    with plain_output(output, None) as place:
        writer = RowWriter(place.stream, target, maker.head)
        for document, rows in maker.classify(documents()):
            records = (dict(zip(maker.head, row, strict=True)) for row in rows)
            lines = [[str(cell) for cell in row[1:]] for row in rows]
            writer.write(
                rows,
                records,
                lambda d=document, n=lines: rich_table(d.id, maker.head[1:], n),  # type: ignore[misc]  # defaults bind them
            )
    return EXIT_FAILED if failed else 0


def classifier_of(by: str) -> Classifier:
    """Return what classifies by a name, or by a model's folder (its card says of which kind).

    Raises: UnknownName: neither a kind nor a folder.
    """
    module = KINDS.get(by) or _module_of(Path(by))
    if module is None:
        raise UnknownName("way to classify", by, tuple(sorted((*KINDS, FINDINGS))))
    made: Classifier = import_module(f"onoma.cli.{module}").make_classifier(by)
    return made


def labels_of(findings: str, vocab: str) -> Classifier:
    """Return what labels reports by findings (see ``classify_findings.make_classifier``)."""
    module = import_module("onoma.cli.classify_findings")
    made: Classifier = module.make_classifier(findings, vocab)
    return made


FOLDERS: dict[str, str] = {"model.npz": "classify_roles", "topics.npz": "classify_topics"}
"""A file by which a model's folder is known, with the module that uses it."""


def _module_of(folder: Path) -> str | None:
    return next((name for file, name in FOLDERS.items() if (folder / file).is_file()), None)
