"""``onoma train stack``: learn which of several recognisers to believe, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from onoma.cli.annotations import asked, read_checked
from onoma.cli.app import say
from onoma.cli.options import ids_option, types_option, vocab_option
from onoma.cli.train_options import gold_options, read_labels
from onoma.formats.type_words import type_of
from onoma.metrics import Score
from onoma.pipeline.annotator import Settings, make_annotator
from onoma.pipeline.completing import make_completer
from onoma.pipeline.ensembles import Ensemble, ballot_of, make_member, member_names
from onoma.pipeline.pipeline import in_batches
from onoma.pipeline.stack_training import StackReport, train_stack
from onoma.pipeline.stacking import Lesson, group_of
from onoma.types import AnnotatedDocument, types_of


@click.command()
@gold_options
@click.option(
    "--systems",
    required=True,
    metavar="A,B,C",
    help="Who is joined: dictionary, neural, neural:DIR, lexicon:FILE, heads:HEAD=TYPE ...",
)
@types_option
@ids_option
@vocab_option
def stack(
    data: tuple[str, ...], *, out: Path, systems: str, labels: tuple[str, ...], **options: Any
) -> None:
    """Learn a vote of several recognisers from annotated documents that none has learned from.

    Says what each reaches alone, what their plain vote and the learned one reach on documents held
    out in turn, and what that gains over the best, with an interval.

    \b
    onoma train stack --data dev.pubtator --systems dictionary,neural,lexicon:train.pubtator=disease
        --types disease --label SpecificDisease=disease -o mine/
    onoma annotate notes/ --mode stack:mine
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    names = member_names(systems)
    words = read_labels(labels)
    settings = asked(options["types"], options["ids"], options["vocab"])
    gold = list(read_checked(data, options["source"]))
    lessons = list(_lessons(gold, names, settings, words))
    learned, report = train_stack(lessons, names, seed=options["seed"])
    for line in lines_of(report):
        say(line)
    said = {"documents": report.documents, "vocabulary": options["vocab"], "labels": words}
    replace(learned, about=said).write(out)
    say(f"written: {out}; use it: onoma annotate FILE --mode stack:{out}")


def _lessons(
    gold: Sequence[AnnotatedDocument], names: Sequence[str], settings: Settings,
    labels: dict[str, str],
) -> Iterator[Lesson]:  # fmt: skip
    """Yield each document with what the systems find, and what is right of the types asked for."""
    annotator = make_annotator(settings)
    ensemble = Ensemble({name: make_member(name, settings, make_completer) for name in names})
    wanted = {group_of(type_) for type_ in types_of(settings.types)}
    for batch in in_batches([one.document for one in gold]):
        done = list(annotator.annotate(batch).documents_annotated())
        told = ensemble.told(done)
        rights = gold[: len(batch)]
        gold = gold[len(batch) :]
        for place, (right, document) in enumerate(zip(rights, done, strict=True)):
            spans = frozenset(
                (m.start, m.end, group_of(labels.get(m.type, type_of(m.type))))
                for m in right.mentions
            )
            ballot = ballot_of({name: found[place] for name, found in told.items()})
            if wanted:
                spans = frozenset(one for one in spans if one[2] in wanted)
                ballot = {
                    name: [one for one in found if group_of(one.type) in wanted]
                    for name, found in ballot.items()
                }
            yield Lesson(document.text, ballot, spans)


def lines_of(report: StackReport) -> Iterator[str]:
    """Yield a report in words."""
    yield f"{report.documents:,} documents; strict F1 (precision, recall)"
    for row in report.rows:
        yield f"{row.name}: {_told(row.score)}"
        if len(row.by_type) > 1:
            yield from (f"    {name}: {_told(one)}" for name, one in row.by_type.items())
    for name, gain in report.gains.items():
        one = gain.difference
        yield (
            f"{name} over {report.best}, the best single: {100 * one.value:+.1f} "
            f"({100 * one.low:+.1f} to {100 * one.high:+.1f}), p {gain.p:.3f}"
        )


def _told(one: Score) -> str:
    return f"{100 * one.f1:.1f} ({100 * one.precision:.1f}, {100 * one.recall:.1f})"
