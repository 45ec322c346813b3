"""``onoma train recognizer``: find what is worded otherwise than any name of a vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from onoma.cli.annotations import asked
from onoma.cli.app import say
from onoma.cli.options import ids_option, model_option, types_option, vocab_option
from onoma.encode import load_encoder
from onoma.formats import read_documents
from onoma.pipeline.recognizer_training import MOST_TEXTS, Report, train_recognizer
from onoma.types import FailedDocument


@dataclass(frozen=True, slots=True)
class _Options:
    """What the command line asks for."""

    out: Path
    texts: tuple[str, ...]
    most: int
    seed: int
    types: tuple[str, ...] | None
    ids: tuple[str, ...] | None
    vocab: str
    model: Path | None
    threads: int


@click.command()
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write: card.json and weights.npz.",
)
@click.option(
    "--texts",
    multiple=True,
    type=click.Path(exists=True),
    help="Unlabelled texts of the kind that it is for, a file or folder of any format (may be"
    " given several times); without, sentences are made of names.",
)
@click.option(
    "--most",
    type=click.IntRange(min=50),
    default=MOST_TEXTS,
    show_default=True,
    help="How many of the texts are read.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="What chance begins with.")
@types_option
@ids_option
@vocab_option
@model_option
def recognizer(**options: Any) -> None:
    """Learn, from the names of a vocabulary alone, to find phrases that are worded otherwise.

    Nobody labels anything: names are put into texts in other words. A minute on one core.

    \b
    onoma vocab add hp.obo
    onoma train recognizer --vocab hp --types phenotype --texts abstracts.jsonl -o hp-phrases/
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    given = _Options(**options)
    encoder = load_encoder(None if given.model is None else str(given.model), threads=given.threads)
    settings = asked(given.types, given.ids, given.vocab)
    _say(
        train_recognizer(
            given.out,
            settings,
            encoder=encoder,
            texts=_read(given.texts),
            most=given.most,
            seed=given.seed,
        )
    )


def _read(paths: Sequence[str]) -> Iterator[str]:
    """Yield the texts of documents that could be read and say something."""
    if not paths:
        return
    for one in read_documents(paths):
        if not isinstance(one, FailedDocument) and one.text.strip():
            yield one.text


def _say(report: Report) -> None:
    say(
        f"{report.texts:,} texts, {report.planted:,} phrases put in,"
        f" {report.reached:,} of them near another name"
    )
    if report.by_chance:
        chances = "; ".join(
            f"{least:.1f}: {precision:.0%} and {recall:.0%}"
            for least, precision, recall in report.by_chance
        )
        say(f"on texts held out, precision and recall from a chance of {chances}")
