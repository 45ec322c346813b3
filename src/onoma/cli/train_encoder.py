"""``onoma train encoder``: train a text encoder."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from onoma.cli.options import vocab_option
from onoma.cli.train_options import (
    EXISTING_FILE,
    EXISTING_FOLDER,
    recipe_option,
    run_option,
    seed_option,
)
from onoma.encode.encoder import shipped_folder
from onoma.encode.training.recipe import ADAPTING, Recipe, read_recipe
from onoma.encode.training.results import finish
from onoma.encode.training.session import open_trainer, train
from onoma.encode.training.unpacking import unpacked_folder
from onoma.ontology.loading import vocabulary_folder, vocabulary_names

INTERVAL = 10.0  # seconds between two lines where no terminal shows them


@dataclass(frozen=True, slots=True)
class _Options:
    """What the command line asks for."""

    start: Path | None
    out: Path
    recipe: Path | None
    pairs: int | None
    seed: int | None
    translations: tuple[Path, ...]
    sentences: tuple[Path, ...]
    corpus: tuple[Path, ...]
    weights: Path | None
    vocab: str


@click.command()
@click.option(
    "--start",
    type=EXISTING_FOLDER,
    help="Folder with the starting weights (config.json, model.safetensors, tokenizer); without"
    " it, the encoder that ships.",
)
@run_option
@recipe_option
@click.option("--pairs", type=click.IntRange(min=1), help="How many pairs of texts are seen.")
@seed_option
@click.option(
    "--translations",
    multiple=True,
    type=EXISTING_FILE,
    help="A table of names in another language (Babelon TSV; may be given several times).",
)
@click.option(
    "--sentences",
    multiple=True,
    type=EXISTING_FILE,
    help="Pairs of texts that belong together, a tab between (may be given several times).",
)
@click.option(
    "--corpus",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Your own texts, a file or folder of any format, to adapt it to (may be repeated).",
)
@click.option(
    "--weights",
    type=EXISTING_FOLDER,
    help="Folder of a model to go on from; neighbours are still held near those of --start.",
)
@vocab_option
def encoder(**options: Any) -> None:
    """Train a text encoder on the names, definitions and hierarchy of vocabularies.

    The recipe's 280,000 pairs take about an hour on one core. A run can be stopped at any time, and
    goes on when it is called again. The folder holds the model, its card and a report in the end.

    \b
    onoma vocab add definitions
    onoma train encoder --start minilm/ --vocab core,definitions -o run/
    onoma train encoder --corpus abstracts.jsonl -o adapted/
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    given = _Options(**options)
    settings = ADAPTING if given.corpus else Recipe()
    settings = read_recipe(given.recipe) if given.recipe is not None else settings
    if given.pairs is not None:
        settings = replace(settings, pairs=given.pairs)
    if given.seed is not None:
        settings = replace(settings, seed=given.seed)
    folders = [vocabulary_folder(name) for name in vocabulary_names(given.vocab)]
    click.echo("onoma: reading the vocabulary, encoding it once", err=True)
    trainer = open_trainer(
        folders,
        unpacked_folder(given.start or shipped_folder(), given.out / "start"),
        given.out,
        settings,
        translations=given.translations,
        sentences=given.sentences,
        corpus=given.corpus,
        begin=given.weights,
    )
    if trainer.step:
        click.echo(f"onoma: going on after step {trainer.step:,}", err=True)
    train(trainer, _Line(trainer.step))
    card = finish(trainer, vocabularies=given.vocab)
    click.echo(f"onoma: {card}", err=True)


class _Line:
    """A line on the terminal, or one every ten seconds in a log."""

    def __init__(self, first: int) -> None:
        self._first, self._start, self._shown = first, time.monotonic(), 0.0

    def __call__(self, step: int, steps: int, losses: dict[str, float]) -> None:
        now = time.monotonic()
        is_shown = sys.stderr.isatty()
        if now - self._shown < (0.5 if is_shown else INTERVAL) and step < steps:
            return
        self._shown = now
        each = (now - self._start) / max(step - self._first, 1)
        words = ", ".join(f"{name} {value:.3f}" for name, value in losses.items())
        left = int(each * (steps - step))
        line = f"step {step:,} of {steps:,}, {words}, {left // 60}:{left % 60:02} left"
        click.echo(f"\r{line}\x1b[K" if is_shown else line, nl=not is_shown, err=True)
