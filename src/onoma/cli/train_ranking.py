"""``onoma train ranking``: a linker of annotations, names and translations, in any language."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from onoma.cli.annotations import annotations_options, asked, read_checked
from onoma.cli.app import say
from onoma.cli.options import ids_option, types_option, vocab_option
from onoma.encode.encoder import shipped_folder
from onoma.link.ranking.making import Plan, Report
from onoma.link.ranking.reading import Reading
from onoma.link.ranking.tuning import Tuning
from onoma.pipeline.ranking_training import Sources, train_ranking

SHIPPED = "shipped"  # stands for the folder of the encoder that ships
INTERVAL = 10.0  # seconds between two lines


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """What the command line asks for."""

    out: Path
    source: str | None
    prefix: str
    types: tuple[str, ...] | None
    ids: tuple[str, ...] | None
    vocab: str
    translations: tuple[Path, ...]
    start: str | None
    pairs: int | None
    lists: int | None
    seed: int


@click.command()
@annotations_options("SNOMEDCT")
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write; a run that was stopped goes on.",
)
@types_option
@ids_option
@vocab_option
@click.option(
    "--translations",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A table of names in the language of the texts (Babelon TSV; may be repeated).",
)
@click.option(
    "--start",
    metavar="DIR",
    help="Model folder that two models are trained from, or shipped (extra train); without: none.",
)
@click.option("--pairs", type=click.IntRange(min=1), help="Pairs that the first model sees.")
@click.option("--lists", type=click.IntRange(min=1), help="Lists that the second model sees.")
@click.option("--seed", type=int, default=1, show_default=True, help="What chance begins with.")
def ranking(paths: tuple[str, ...], **options: Any) -> None:
    """Train a linker for texts of any language from annotations alone, or with names beside them.

    The names of the vocabulary count where --ids names the namespace of the annotations; they are
    English as a rule: --translations teaches which word stands for which.

    \b
    onoma train ranking --data cases.pubtator --prefix SNOMEDCT -o spanish/
    onoma train ranking --data cases/ --ids SNOMEDCT --types disease,phenotype \\
        --translations hp-es.babelon.tsv --start shipped -o spanish/
    onoma rank --with spanish/ "insuficiencia renal"
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    given = _Options(**options)
    documents = read_checked(paths, given.source)
    tuning, reading = Tuning(seed=given.seed), Reading(seed=given.seed)
    plan = Plan(
        _start(given.start),
        replace(tuning, pairs=given.pairs or tuning.pairs),
        replace(reading, lists=given.lists or reading.lists),
        given.seed,
    )
    settings = asked(given.types, given.ids, given.vocab)
    sources = Sources(settings, given.prefix, given.translations)
    _say(train_ranking(documents, given.out, sources, plan=plan, watch=_Line()))


def _start(said: str | None) -> Path | None:
    if said is None:
        return None
    return shipped_folder() if said == SHIPPED else Path(said)


def _say(report: Report) -> None:
    say(f"{report.mentions:,} mentions, {report.names:,} names")
    shares = f"by spelling {report.spelled:.1%}, judged {report.judged:.1%}"
    read = "" if report.read is None else f", read beside their names {report.read:.1%}"
    say(f"mentions of documents held out in turn, right at first: {shares}{read}")


class _Line:
    """A line on the terminal, or one every ten seconds in a log."""

    def __init__(self) -> None:
        self._shown = 0.0

    def __call__(self, name: str, step: int, steps: int, loss: float) -> None:
        now = time.monotonic()
        is_shown = sys.stderr.isatty()
        if now - self._shown < (0.5 if is_shown else INTERVAL) and step < steps:
            return
        self._shown = now
        line = f"{name}: step {step:,} of {steps:,}, loss {loss:.3f}"
        click.echo(f"\r{line}\x1b[K" if is_shown else line, nl=not is_shown, err=True)
