"""``onoma train roles``: teach what the sentences of your documents say."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from onoma.classify.training.making import Material, make_roles
from onoma.classify.training.session import Recipe, write_model
from onoma.cli.app import say
from onoma.formats import read_documents
from onoma.types import Document

INTERVAL = 10.0  # seconds between two lines where no terminal shows them


@dataclass(frozen=True, slots=True)
class _Options:
    """What the command line asks for."""

    structured: tuple[str, ...]
    labelled: tuple[Path, ...]
    dev: tuple[str, ...]
    out: Path
    keys: int | None
    passes: int | None
    members: int
    seed: int
    source: str | None


@click.command()
@click.option("--structured", multiple=True, type=click.Path(exists=True),
              help="Documents with headings such as METHODS: inside (repeatable).")  # fmt: skip
@click.option("--labelled", multiple=True,
              type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A label, a tab and a sentence a line, documents apart.")  # fmt: skip
@click.option("--dev", multiple=True, type=click.Path(exists=True),
              help="What to measure on: of the kind of --labelled, if given, else of"
              " --structured. Without it a tenth is held out.")  # fmt: skip
@click.option("-o", "--out", required=True, type=click.Path(file_okay=False, path_type=Path),
              help="Folder for the model and its card.")  # fmt: skip
@click.option("--keys", type=click.IntRange(100), help="How many words and word pairs it knows.")
@click.option("--passes", type=click.IntRange(1), help="How often all is seen.")
@click.option("--members", type=click.IntRange(1, 9), default=1, show_default=True,
              help="How many networks are taught and merged; each adds to the size.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="What chance begins with.")
@click.option("--from", "source", metavar="FORMAT", help="Input format (else recognised).")
def roles(**options: Any) -> None:
    """Train a model of sentence roles, from headings or from labelled sentences.

    Headings are cut off before anything is learnt or measured. With --labelled the model has the
    labels of these files, and --structured documents only help it. A few minutes on one core.

    \b
    onoma train roles --structured abstracts.nbib -o model/
    onoma train roles --labelled sentences.txt --structured abstracts.nbib -o model/
    onoma classify --by model/ new.nbib
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    given = _Options(**options)
    if not given.structured and not given.labelled:
        raise click.UsageError("give --structured or --labelled (or both)")
    material = Material(
        structured=_documents(given.structured, given.source),
        labelled=given.labelled,
        dev_structured=() if given.labelled else _documents(given.dev, given.source),
        dev_labelled=tuple(map(Path, given.dev)) if given.labelled else (),
    )
    recipe = Recipe(seed=given.seed, members=given.members)
    recipe = replace(recipe, keys=given.keys or recipe.keys, passes=given.passes or recipe.passes)
    model, card = make_roles(material, recipe, _Line())
    write_model(given.out, model, card, recipe)
    score = card["dev"]
    say(
        f"{given.out}: weighted F1 {100 * score['weighted_f1']:.1f} over"
        f" {score['sentences']:,} sentences of {score['documents']:,} documents held out"
    )


def _documents(paths: tuple[str, ...], source: str | None) -> list[Document]:
    """Return the documents of paths; one that cannot be read is said and left out."""
    out = []
    for one in read_documents(paths, format=source) if paths else ():
        if isinstance(one, Document):
            out.append(one)
        else:
            say(f"{one.id}: {one.code}: {one.message}")
    return out


class _Line:
    """A line on the terminal, or one every ten seconds in a log."""

    def __init__(self) -> None:
        self._shown = 0.0

    def __call__(self, step: int, steps: int, loss: float) -> None:
        now = time.monotonic()
        is_shown = sys.stderr.isatty()
        if now - self._shown < (0.5 if is_shown else INTERVAL) and step < steps:
            return
        self._shown = now
        line = f"step {step:,} of {steps:,}, loss {loss:.3f}"
        end = step == steps or not is_shown
        click.echo(f"\r{line}\x1b[K" if is_shown else line, nl=end, err=True)
