"""``onoma train ner``: train a tagger on annotated documents."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from onoma.cli.app import say
from onoma.cli.train_options import (
    EXISTING_FILE,
    EXISTING_FOLDER,
    POSITIVE,
    passes_option,
    recipe_option,
    run_option,
)
from onoma.errors import InputError
from onoma.eval.tagger_corpora import read_corpora
from onoma.formats import read_annotated, read_documents
from onoma.formats.tables import readers
from onoma.ontology.loading import open_vocabulary, vocabulary_names
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.tagger import Gazetteer
from onoma.recognize.tagger.training.corpora import Corpus, MarkedText
from onoma.recognize.tagger.training.parting import corpus_of
from onoma.recognize.tagger.training.pretraining import pretrained
from onoma.recognize.tagger.training.recipe import Recipe, read_recipe
from onoma.recognize.tagger.training.session import Session, with_changes
from onoma.types import Document

NONE = "none"
READ_A_MINUTE = 1000  # abstracts, more than a core reads
INTERVAL = 10.0  # seconds between two lines where no terminal shows them


@click.command()
@click.option(
    "--data",
    multiple=True,
    type=click.Path(exists=True),
    help="Annotated documents (PubTator, BioC, brat, CoNLL ...): a corpus each.",
)
@click.option(
    "--dev",
    multiple=True,
    type=click.Path(exists=True),
    help="What to measure on, for each --data; else a tenth of it is held out.",
)
@click.option(
    "--corpora",
    type=EXISTING_FILE,
    help="A file of corpora out of the table of data sets.",
)
@click.option(
    "--root",
    type=EXISTING_FOLDER,
    help="Where the folders of these data sets lie.",
)
@click.option(
    "--start",
    required=True,
    type=EXISTING_FOLDER,
    help="Folder with the starting weights (config.json, model.safetensors, vocab).",
)
@click.option(
    "--weights",
    type=EXISTING_FOLDER,
    help="An earlier run's folder (-o) or a tagger's: the new run begins with its weights.",
)
@click.option(
    "--pretrain",
    multiple=True,
    type=click.Path(exists=True),
    help="Plain texts that the model reads first, guessing hidden words.",
)
@click.option(
    "--pretrain-minutes",
    type=POSITIVE,
    default=30.0,
    show_default=True,
    help="How long it reads them.",
)
@run_option
@click.option("--from", "source", metavar="FORMAT", help="Input format (else recognised).")
@recipe_option
@passes_option
@click.option(
    "--minutes",
    type=POSITIVE,
    help="How long a run may take; it then sees less of every corpus.",
)
@click.option(
    "--seed",
    "seeds",
    multiple=True,
    type=int,
    help="What chance begins with; several give as many runs, and their spread.",
)
@click.option(
    "--vocab",
    default="core",
    show_default=True,
    help="The vocabulary whose names the model is shown (core, yours, a file), or none.",
)
def ner(**options: Any) -> None:
    """Train a tagger: a small model that finds the types of your annotated documents.

    Each corpus teaches the types that are marked in it and says nothing of the others, so several
    can be given. A run can be stopped at any time, and goes on when it is called again.

    \b
    onoma train ner --start minilm/ --data train.pubtator --dev dev.pubtator -o run/
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    _train(_Options(**options))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """What the command line asks for; a field per option, in the order of the help text."""

    data: tuple[str, ...]
    dev: tuple[str, ...]
    corpora: Path | None
    root: Path | None
    start: Path
    weights: Path | None
    pretrain: tuple[str, ...]
    pretrain_minutes: float
    out: Path
    source: str | None
    recipe: Path | None
    passes: float | None
    minutes: float | None
    seeds: tuple[int, ...]
    vocab: str


def _train(options: _Options) -> None:
    """Train a tagger for each seed, and say how they differ."""
    corpora = _corpora(
        options.data, options.dev, options.corpora, root=options.root, source=options.source
    )
    settings = read_recipe(options.recipe) if options.recipe is not None else Recipe()
    gazetteer = None
    if options.vocab != NONE:
        store = open_vocabulary(vocabulary_names(options.vocab))
        gazetteer = Gazetteer(DictionaryRecognizer(store))
    start = _pretrained(options, settings, corpora) if options.pretrain else options.start
    means = []
    for seed in options.seeds or (settings.seed,):
        place = options.out / f"seed-{seed}" if len(options.seeds) > 1 else options.out
        say("reading the corpora")
        changed = with_changes(settings, seed=seed, passes=options.passes, minutes=options.minutes)
        session = Session(
            corpora, start, place, changed, gazetteer=gazetteer, weights=options.weights
        )
        means.append(_run(session, said={"vocabulary": options.vocab}))
    if len(means) > 1:
        say(f"mean of {len(means)} runs {statistics.mean(means):.1%}, "
            f"standard deviation {statistics.stdev(means):.1%}")  # fmt: skip


def _pretrained(options: _Options, recipe: Recipe, corpora: Sequence[Corpus]) -> Path:
    """Return starting weights that have read plain texts for some minutes.

    Raises: InputError: earlier weights are given as well.
    """
    if options.weights is not None:
        raise InputError(
            "--pretrain and --weights do not go together",
            hint="weights of an earlier run would take the place of what was read",
        )
    minutes = options.pretrain_minutes
    say("reading plain texts")
    texts = plain_texts(options.pretrain, int(minutes * READ_A_MINUTE) + 1)
    changed = with_changes(recipe, seed=None, passes=None, minutes=minutes)
    place = options.out / "pretrained"
    return pretrained(options.start, texts, place, changed, held=corpora, watch=Line(0))


def plain_texts(paths: Sequence[str], most: int) -> tuple[MarkedText, ...]:
    """Return as many texts of some files, taken evenly from all over them."""
    documents = [one for one in read_documents(paths) if isinstance(one, Document)]
    step = max(len(documents) / most, 1.0)
    chosen = [documents[int(place * step)] for place in range(min(most, len(documents)))]
    return tuple(MarkedText(one.id, one.text) for one in chosen)


def _corpora(
    data: Sequence[str],
    dev: Sequence[str],
    corpora: Path | None,
    *,
    root: Path | None,
    source: str | None,
) -> list[Corpus]:
    """Return what there is to learn from.

    Raises: InputError: nothing is given, or the parts do not go together.
    """
    if source is not None:
        readers.get(source)
    if corpora is not None and root is None:
        raise InputError("--corpora needs --root", hint="name the folder of the data sets")
    if len(dev) not in (0, len(data)):
        raise InputError(
            f"{len(data)} times --data and {len(dev)} times --dev", hint="give one for each"
        )
    found = read_corpora(corpora, root) if corpora is not None and root is not None else []
    for place, path in enumerate(data):
        held = read_annotated([dev[place]], format=source) if dev else None
        name = _name(path, {one.name for one in found})
        found.append(corpus_of(name, read_annotated([path], format=source), held))
    if not found:
        raise InputError("there is nothing to learn from", hint="give --data or --corpora")
    return found


def _name(path: str, taken: set[str]) -> str:
    stem = Path(path).name.partition(".")[0] or "data"
    return next(
        name for name in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if name not in taken
    )


def _run(session: Session, said: dict[str, Any]) -> float:
    """Train and write a tagger; return its mean strict F1 over the corpora."""
    removed = sum(session.removed.values())
    if removed:
        say(f"{removed:,} training texts stand in a dev part and were taken out")
    trainer = session.trainer
    if trainer.step:
        say(f"going on after step {trainer.step:,}")
    session.train(Line(trainer.step))
    card = session.finish(name=session.out.name, said=said)
    for row in card["dev"]:
        score = row["strict"]
        say(
            f"{row['corpus']} {row['head']}: strict F1 {score['f1']} "
            f"(precision {score['precision']}, recall {score['recall']}), "
            f"overlap {row['overlap']['f1']}, unseen names found {row['recall_unseen']}"
        )
    say(f"{session.out / 'tagger'}")
    return float(card["mean"])


class Line:
    """A line on the terminal, or one every ten seconds in a log."""

    def __init__(self, first: int) -> None:
        self._first, self._start, self._shown = first, time.monotonic(), 0.0

    def __call__(self, step: int, steps: int, loss: float) -> None:
        """Show a step."""
        now = time.monotonic()
        is_shown = sys.stderr.isatty()
        if now - self._shown < (0.5 if is_shown else INTERVAL) and step < steps:
            return
        self._shown = now
        left = int((now - self._start) / max(step - self._first, 1) * (steps - step))
        line = f"step {step:,} of {steps:,}, loss {loss:.4f}, {left // 60}:{left % 60:02} left"
        click.echo(f"\r{line}\x1b[K" if is_shown else line, nl=not is_shown, err=True)
