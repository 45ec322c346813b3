"""``onoma eval questions``: questions on the concepts of a vocabulary, and open-book scores."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import click
import orjson

from onoma.cli.app import say
from onoma.cli.options import ids_option, names_option
from onoma.encode.encoder import load_encoder
from onoma.errors import UnknownName
from onoma.eval.page import shown_estimate
from onoma.eval.questions import (
    FORMS,
    LEVELS,
    Answers,
    answer_all,
    answers_record,
    draw_questions,
    open_book,
    question_record,
)
from onoma.eval.suite.embedding import CharacterGrams, EncoderSystem, TextSystem
from onoma.eval.tables import print_table
from onoma.formats.output import open_output
from onoma.ontology.loading import vocabulary_folder, vocabulary_names
from onoma.ontology.merging import merge
from onoma.ontology.vocabulary import read_vocabulary

LOOKUP, GRAMS, SHIPPED = "lookup", "tfidf", "encoder"
KNOWN = (SHIPPED, LOOKUP, GRAMS)
_FILE = click.Path(path_type=Path, dir_okay=False)
_MODEL = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("vocabulary", metavar="VOCAB")
@ids_option
@click.option("--count", type=click.IntRange(1), default=500, show_default=True,
              help="Questions for each level and form.")  # fmt: skip
@names_option("--level", "levels", ",".join(LEVELS), "Levels.")
@names_option("--form", "forms", ",".join(FORMS), "What the options are.")
@click.option("--only", type=_FILE, help="Ask on the concepts whose CURIEs this file lists.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of all that is drawn.")
@click.option("--samples", type=click.IntRange(1), default=1000, show_default=True, help="Drawn.")
@names_option("--system", "systems", f"{LOOKUP},{GRAMS},{SHIPPED}", "Who answers.")
@click.option("--model", "models", type=_MODEL, multiple=True, help="Folder of another encoder.")
@click.option("-o", "--out", type=_FILE, help="Write the questions as JSON lines.")
@click.option("--json", "json_path", type=_FILE, help="Write the record of scores and answers.")
@click.option("--no-answers", is_flag=True, help="Only draw the questions.")
def command(vocabulary: str, **options: Any) -> int:
    """Ask which of four names, or definitions, belongs to a concept of VOCAB; open book.

    Wrong options of easy questions are of other branches, of medium ones of the same branch, of
    hard ones siblings. Who answers may open the vocabulary at the CURIE: look-up reads all of the
    page; n-grams and encoder read it without the label.

    \b
    onoma eval questions core --ids HP,MONDO -o questions.jsonl --no-answers
    onoma eval questions mine.obo --system tfidf,encoder --json scores.json
    """  # noqa: D301 - click's own sign for a paragraph kept as it is
    for kind, asked, known in (
        ("level", options["levels"], LEVELS),
        ("form", options["forms"], FORMS),
        ("system", options["systems"], KNOWN),
    ):
        for name in asked:
            if name not in known:
                raise UnknownName(kind, name, known)
    parts = [read_vocabulary(vocabulary_folder(name)) for name in vocabulary_names(vocabulary)]
    book = open_book(parts[0] if len(parts) == 1 else merge(parts), options["ids"] or ())
    only = options["only"].read_text(encoding="utf-8").split() if options["only"] else ()
    questions = draw_questions(
        book, count=options["count"], seed=options["seed"], levels=options["levels"],
        forms=options["forms"], only=only,
    )  # fmt: skip
    if options["out"] is not None:
        with open_output(options["out"]) as stream:
            for one in questions:
                stream.write(orjson.dumps(question_record(one, book.version)) + b"\n")
        say(f"written: {options['out']}, {len(questions)} questions")
    if options["no_answers"]:
        if options["out"] is None:
            for one in questions:
                click.echo(orjson.dumps(question_record(one, book.version)))
        return 0
    answers = answer_all(
        book,
        questions,
        [*map(_system, options["systems"]), *map(_model, options["models"])],
        seed=options["seed"],
        samples=options["samples"],
    )
    record = answers_record(
        book, questions, answers, seed=options["seed"], samples=options["samples"],
        command=shlex.join(["onoma", *sys.argv[1:]]),
    )  # fmt: skip
    if options["json_path"] is not None:
        with open_output(options["json_path"]) as stream:
            stream.write(orjson.dumps(record, option=orjson.OPT_INDENT_2) + b"\n")
    if sys.stdout.isatty():
        _show(answers)
    else:
        click.echo(orjson.dumps(record))
    return 0


def _system(name: str) -> TextSystem | None:
    if name == LOOKUP:
        return None
    return CharacterGrams(name) if name == GRAMS else EncoderSystem(name, load_encoder())


def _model(folder: Path) -> TextSystem:
    return EncoderSystem(folder.resolve().name, load_encoder(folder))


def _show(answers: list[Answers]) -> None:
    """Print the accuracies on the terminal."""
    from rich.console import Console

    head = ["form", "level", "questions", *(one.name for one in answers)]
    rows = [
        [*part, str(n), *(shown_estimate(one.accuracy[part], True) for one in answers)]
        for part, n in answers[0].counts.items()
    ]
    print_table(Console(), head, rows, "accuracy in percent, 95% intervals; chance is 25")
