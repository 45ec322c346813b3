"""``onoma train topics``: teach labels of documents or sentences from examples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from onoma.classify.topics import UNITS
from onoma.classify.training.examples import read_examples
from onoma.classify.training.topics import ADAPTING, WITH_CONCEPTS, WORDS, TopicRecipe, train_topics
from onoma.cli.app import say


@click.command()
@click.argument("examples", type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(file_okay=False, path_type=Path),
              help="Folder for the model and its card.")  # fmt: skip
@click.option("--unit", type=click.Choice(UNITS), default="document", show_default=True,
              help="What the labels are of.")  # fmt: skip
@click.option("--concepts/--no-concepts", default=None,
              help="Look at the concepts of a text (else of documents only).")  # fmt: skip
@click.option("--adapt", is_flag=True,
              help="Change the encoder's upper layers too: slower; needs torch.")  # fmt: skip
@click.option("--folds", type=click.IntRange(2), default=5, show_default=True,
              help="How many parts are held out in turn.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="What chance begins with.")
def topics(
    examples: Path,
    *,
    out: Path,
    unit: str,
    concepts: bool | None,
    adapt: bool,
    folds: int,
    seed: int,
) -> None:
    """Learn labels of documents or sentences from EXAMPLES; a text may have several, or none.

    EXAMPLES is a file of JSON lines, {"text": "...", "labels": ["..."]}, a table with columns text
    and labels (parted by ; or |), or a folder with a folder of texts for each label. Sentences of
    one document share a "document": it is held out as a whole. Says what is reached on texts held
    out; thresholds are those of the best F1 there.

    \b
    onoma train topics examples.jsonl -o model/
    onoma classify new.nbib --by model/
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    given = read_examples(examples)
    recipe = TopicRecipe(
        unit=unit, folds=folds, seed=seed,
        shares=WITH_CONCEPTS if (unit == "document" if concepts is None else concepts) else WORDS,
        whole=WORDS if concepts is False else WITH_CONCEPTS,
        adapting=replace(ADAPTING, seed=seed) if adapt else None,
    )  # fmt: skip
    say(f"{len(given.texts):,} texts, {len(given.labels)} labels")
    trained = train_topics(given, recipe, say)
    trained.model.write(out)
    for name, value in trained.figures.items():
        say(f"{name} on texts held out: {100 * value:.1f}")
    for label, one in trained.model.about["labels"].items():
        say(f"  {label}: {one['texts']:,} texts, F1 {100 * one['F1']:.1f}")
    say(f"written: {out}")
