"""``onoma train relations``: train a relation reader on corpora or on your own documents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from onoma.cli.app import say
from onoma.cli.train_ner import Line
from onoma.cli.train_options import EXISTING_FILE, EXISTING_FOLDER, run_option, seed_option
from onoma.errors import InputError
from onoma.eval.relation_corpora import read_relation_corpora
from onoma.eval.relation_own import own_corpus
from onoma.formats import read_annotated
from onoma.relate.gold import RelationCorpus
from onoma.relate.reader.hierarchy import Hierarchy
from onoma.relate.tasks import relation_task
from onoma.relate.training.pair_session import PairSession, is_marked
from onoma.relate.training.session import SHIPPED, Session, read_recipe
from onoma.relate.training.trainer import Recipe


@click.command()
@click.option("--task", "tasks", multiple=True, help="A task to learn (else those that ship).")
@click.option(
    "--root",
    type=EXISTING_FOLDER,
    help="Where the folders of the tasks' data sets lie.",
)
@click.option(
    "--data",
    multiple=True,
    type=click.Path(exists=True),
    help="Your own documents with relations of one --task (BioC, brat, PubTator).",
)
@click.option(
    "--tagger",
    type=EXISTING_FOLDER,
    help="The tagger to stand on (else the one that ships).",
)
@click.option(
    "--reader",
    type=EXISTING_FOLDER,
    help="An earlier reader: it stays as it is, and only what reads pairs one by one is learnt.",
)
@click.option(
    "--start",
    type=EXISTING_FOLDER,
    help="Starting weights of what reads pairs one by one (else the encoder that ships).",
)
@run_option
@click.option(
    "--recipe",
    type=EXISTING_FILE,
    help="Fields of a recipe as JSON, in place of those built in.",
)
@click.option("--passes", type=click.IntRange(min=1), help="How often the texts are seen.")
@seed_option
def relations(out: Path, **options: Any) -> None:
    """Train a relation reader: upper layers of its own on the tagger's lower ones.

    A tenth of the documents is held back for calibration. A run can be stopped at any time, and
    goes on when it is called again. The reader lies in OUT/reader.

    \b
    onoma train relations --root data/ -o run/
    onoma train relations --task cid --data mine.pubtator -o run/
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    say(f"{_train(out, _Options(**options))}")


@dataclass(frozen=True, slots=True)
class _Options:
    tasks: tuple[str, ...]
    root: Path | None
    data: tuple[str, ...]
    tagger: Path | None
    reader: Path | None
    start: Path | None
    recipe: Path | None
    passes: int | None
    seed: int | None

    def settings(self) -> Recipe:
        """Return the recipe, with what the command says in place of its own."""
        said = Recipe() if self.recipe is None else read_recipe(self.recipe)
        seed = said.seed if self.seed is None else self.seed
        return replace(said, passes=self.passes or said.passes, seed=seed)


def _train(out: Path, options: _Options) -> Path:
    """Train what the options ask for; return the reader's folder."""
    settings, tagger, reader = options.settings(), options.tagger, options.reader
    say("reading the corpora")
    corpora = _corpora(options.tasks, options.root, options.data)
    if reader is None:
        session = Session(corpora, out, settings, tagger=tagger, above=Hierarchy())
        _run(session)
        command = "onoma train relations " + " ".join(f"--task {c.task.name}" for c in corpora)
        reader = session.finish({"command": command})
    if any(is_marked(corpus.task, settings) for corpus in corpora):
        say("learning to read pairs one by one")
        pairs = PairSession(corpora, reader, out, settings, tagger=tagger, start=options.start)
        _run(pairs)
        reader = pairs.finish(Hierarchy())
    return reader


def _run(session: Session | PairSession) -> None:
    if session.trainer.step:
        say(f"going on after step {session.trainer.step:,}")
    session.train(Line(session.trainer.step))


def _corpora(
    tasks: tuple[str, ...], root: Path | None, data: tuple[str, ...]
) -> list[RelationCorpus]:
    """Return what there is to learn from.

    Raises: InputError: neither a folder nor documents, or documents of no or several tasks.
    """
    if data:
        if len(tasks) != 1:
            raise InputError(
                "own documents need one --task", hint="name the task whose kinds they use"
            )
        return [own_corpus(read_annotated(list(data)), relation_task(tasks[0]))]
    if root is None:
        raise InputError("there is nothing to learn from", hint="give --root or --data")
    return list(read_relation_corpora(root, tasks or SHIPPED))
