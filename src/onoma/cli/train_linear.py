"""``onoma train linear``: a small recogniser out of annotated documents of any language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from onoma.cli.app import say
from onoma.cli.train_ner import NONE, Line
from onoma.cli.train_options import gold_options, read_labels
from onoma.formats import read_annotated
from onoma.ontology.loading import open_vocabulary, vocabulary_names
from onoma.recognize.linear.known import KnownWords, vocabulary_words
from onoma.recognize.linear.learning import Pace
from onoma.recognize.linear.model import LinearModel
from onoma.recognize.linear.training import Exam, examine, examine_names, train_linear
from onoma.recognize.tagger.training.corpora import Corpus
from onoma.recognize.tagger.training.overlaps import without_dev
from onoma.recognize.tagger.training.parting import corpus_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """What the command line asks for."""

    data: tuple[str, ...]
    dev: tuple[str, ...]
    source: str | None
    labels: tuple[str, ...]
    out: Path
    vocab: str
    passes: int
    seed: int


@click.command()
@gold_options
@click.option(
    "--dev",
    multiple=True,
    type=click.Path(exists=True),
    help="What to measure on; else a tenth of the data is held out.",
)
@click.option(
    "--vocab",
    default="core",
    show_default=True,
    help="The vocabulary whose names' words are known to it, or none.",
)
@click.option(
    "--passes",
    type=click.IntRange(min=1),
    default=Pace().passes,
    show_default=True,
    help="How often the documents are seen.",
)
def linear(**options: Any) -> None:
    """Train a small recogniser, without torch: for languages that the encoder does not know.

    Says what it reaches on documents held out, beside the names of the others found again.

    \b
    onoma train linear --data notas/ --label ENFERMEDAD=disease -o enfermedades/
    onoma annotate nota.txt --mode linear:enfermedades
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    given = _Options(**options)
    types = read_labels(given.labels)
    corpus = _corpus(given)
    words = _words(given.vocab)
    pace = Pace(passes=given.passes, seed=given.seed)
    model = train_linear(corpus, words, pace=pace, types=types, watch=Line(0))
    found, names = examine(model, corpus.dev), examine_names(corpus)
    for line in lines_of(found, names):
        say(line)
    scores = {
        label: {"strict": f"{one.f1:.3f}", "overlap": f"{found.overlap[label].f1:.3f}"}
        for label, one in found.strict.items()
    }
    said = {"vocabulary": given.vocab, "held out": len(corpus.dev), "scores": scores}
    _written(replace(model, card={**model.card, **said}), given.out)


def _corpus(given: _Options) -> Corpus:
    """Return the documents, less those that stand in the dev part as well."""
    name = given.out.name or "linear"
    dev = read_annotated(given.dev, format=given.source) if given.dev else None
    corpus = corpus_of(name, read_annotated(given.data, format=given.source), dev)
    (corpus,), removed = without_dev([corpus])
    if removed.get(name):
        say(f"{removed[name]:,} documents stand in the dev part and were taken out")
    return corpus


def _words(vocab: str) -> KnownWords | None:
    return None if vocab == NONE else vocabulary_words(open_vocabulary(vocabulary_names(vocab)))


def lines_of(found: Exam, names: Exam) -> Sequence[str]:
    """Return a line a label: strict and overlap F1, and strict F1 of the names alone."""
    labels = [label for label in found.strict if label or len(found.strict) > 2]
    return [
        f"{label or 'all'}: strict F1 {found.strict[label].f1:.1%} "
        f"(precision {found.strict[label].precision:.1%}, "
        f"recall {found.strict[label].recall:.1%}), overlap {found.overlap[label].f1:.1%}; "
        f"names of the training documents alone {names.strict[label].f1:.1%}"
        for label in labels
    ]


def _written(model: LinearModel, out: Path) -> None:
    model.write(out)
    size = sum(path.stat().st_size for path in out.iterdir())
    say(f"written: {out}, {size / 1e6:.1f} MB; use it: onoma annotate FILE --mode linear:{out}")
