"""``onoma train describe``: teach a tagger types that are named in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import click

from onoma.cli.app import say
from onoma.cli.train_ner import NONE, Line, plain_texts
from onoma.cli.train_options import (
    EXISTING_FILE,
    EXISTING_FOLDER,
    POSITIVE,
    passes_option,
    recipe_option,
    run_option,
    seed_option,
)
from onoma.encode.encoder import load_encoder
from onoma.errors import InputError, UnknownName
from onoma.eval.tagger_corpora import read_corpora
from onoma.ontology.loading import open_vocabulary, vocabulary_names
from onoma.recognize import DictionaryRecognizer
from onoma.recognize.tagger import Gazetteer
from onoma.recognize.tagger.training.describe_session import Course, DescribeSession
from onoma.recognize.tagger.training.descriptions import read_meanings
from onoma.recognize.tagger.training.recipe import Recipe, read_recipe
from onoma.recognize.tagger.training.session import with_changes

WHOLE = Recipe(head_rate=5e-4, unmarked=0.3, measures=2)
FROZEN = Recipe(passes=3.0, head_rate=5e-4, unmarked=0.3, measures=2)


def shipped_descriptions() -> Path:
    """Return the file of descriptions that ships with the package."""
    return Path(str(resources.files("onoma"))) / "data" / "tagger" / "descriptions.toml"


@click.command()
@click.option(
    "--tagger",
    type=EXISTING_FOLDER,
    help="A tagger's folder: its trunk stays as it is, and what is learnt is written beside it.",
)
@click.option(
    "--start",
    type=EXISTING_FOLDER,
    help="Folder with starting weights, in place of --tagger: the trunk is trained as well.",
)
@click.option(
    "--weights",
    type=EXISTING_FOLDER,
    help="An earlier run's folder (-o): the new run begins with its weights.",
)
@click.option(
    "--corpora",
    type=EXISTING_FILE,
    help="A file of corpora and descriptions, in place of the one that ships.",
)
@click.option(
    "--root",
    required=True,
    type=EXISTING_FOLDER,
    help="Where the folders of the data sets lie.",
)
@click.option(
    "--texts",
    multiple=True,
    type=click.Path(exists=True),
    help="Plain texts to be marked with the vocabulary's classes.",
)
@click.option("--most", type=click.IntRange(1), default=3000, show_default=True,
              help="How many of these texts, at most.")  # fmt: skip
@click.option("--leave-out", multiple=True, metavar="SET",
              help="A data set to measure on, of which nothing is learnt.")  # fmt: skip
@click.option("--without", multiple=True, metavar="KIND",
              help="A kind of type of which nothing is learnt.")  # fmt: skip
@click.option("--silver", type=click.FloatRange(min=0), default=1.0, show_default=True,
              help="How often these texts are seen.")  # fmt: skip
@run_option
@recipe_option
@passes_option
@click.option("--minutes", type=POSITIVE,
              help="How long the run may take.")  # fmt: skip
@seed_option
@click.option(
    "--vocab",
    default="core",
    show_default=True,
    help="The vocabulary whose names are shown and whose classes are taught, or none.",
)
def describe(**options: Any) -> None:
    """Teach a tagger types that are named in plain words (for annotate --describe).

    \b
    onoma train describe --tagger run/tagger --root data/ --texts abstracts.jsonl -o words/
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    _train(_Options(**options))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """What the command line asks for; a field per option, in the order of the help text."""

    tagger: Path | None
    start: Path | None
    weights: Path | None
    corpora: Path | None
    root: Path
    texts: tuple[str, ...]
    most: int
    leave_out: tuple[str, ...]
    without: tuple[str, ...]
    silver: float
    out: Path
    recipe: Path | None
    passes: float | None
    minutes: float | None
    seed: int | None
    vocab: str

    @property
    def place(self) -> Path:
        """The folder that the run begins from.

        Raises: InputError: none is given, or two.
        """
        place = self.tagger or self.start
        if place is None or (self.tagger and self.start):
            raise InputError("give --tagger or --start", hint="one of them")
        return place


def _train(options: _Options) -> None:
    """Train and write what was learnt."""
    place, is_frozen = options.place, options.tagger is not None
    settings = FROZEN if is_frozen else WHOLE
    if options.recipe is not None:
        settings = read_recipe(options.recipe)
    settings = with_changes(
        settings, seed=options.seed, passes=options.passes, minutes=options.minutes
    )
    say("reading the corpora")
    gazetteer = None
    if options.vocab != NONE:
        store = open_vocabulary(vocabulary_names(options.vocab))
        gazetteer = Gazetteer(DictionaryRecognizer(store))
    session = DescribeSession(
        _course(options), place, options.out, settings,
        encoder=load_encoder(), gazetteer=gazetteer, is_frozen=is_frozen,
        weights=options.weights,
    )  # fmt: skip
    for name, count in session.removed.items():
        say(f"{name}: {count:,} texts are measured on elsewhere and were taken out")
    say(f"{len(session.trainer.shelf):,} windows, {len(session.model.names):,} labels")
    session.train(Line(session.trainer.step))
    for row in session.trainer.history[-1:]:
        say(", ".join(f"{name} {value:.3f}" for name, value in row.items()))
    folder = session.finish(name=options.out.name, said={"vocabulary": options.vocab})
    say(f"{folder}")


def _course(options: _Options) -> Course:
    path = options.corpora or shipped_descriptions()
    corpora = read_corpora(path, options.root)
    names = [one.name for one in corpora]
    for name in options.leave_out:
        if name not in names:
            raise UnknownName("data set of the file of corpora", name, names)
    return Course(
        corpora=[one for one in corpora if one.name not in options.leave_out],
        meanings=read_meanings(path),
        texts=plain_texts(options.texts, options.most),
        measured=[one for one in corpora if one.name in options.leave_out],
        without=options.without,
        passes=options.silver,
    )
