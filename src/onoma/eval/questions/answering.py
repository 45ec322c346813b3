"""Answers questions with the book open, and counts how many are right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from onoma import __version__
from onoma.encode.worth import loose_key
from onoma.eval.questions.book import Book
from onoma.eval.questions.drawing import LETTERS, Question
from onoma.eval.suite.embedding import TextSystem
from onoma.metrics import Estimate, bootstrap
from onoma.metrics.counts import F64
from onoma.metrics.resampling import SAMPLES, mean_of

SCHEMA = 1
LOOKUP = "lookup"
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Answers:
    """What a system chose, and its accuracy by (form, level)."""

    name: str
    about: Mapping[str, str]
    chosen: tuple[int, ...]
    accuracy: Mapping[tuple[str, str], Estimate]
    counts: Mapping[tuple[str, str], int]


def answer_all(
    book: Book,
    questions: Sequence[Question],
    systems: Sequence[TextSystem | None],
    *,
    seed: int = 0,
    samples: int = SAMPLES,
) -> list[Answers]:
    """Return the answers of each system; None stands for look-up in the whole book."""
    out = []
    for system in systems:
        chosen = look_up(book, questions) if system is None else nearest(book, questions, system)
        right = np.array([c == q.answer for c, q in zip(chosen, questions, strict=True)], float)
        parts = dict.fromkeys((q.form, q.level) for q in questions)
        cells = {part: _cell(questions, right, part, seed, samples) for part in parts}
        counts = {part: sum((q.form, q.level) == part for q in questions) for part in parts}
        name = LOOKUP if system is None else system.name
        about = {} if system is None else dict(system.about)
        out.append(Answers(name, about, tuple(chosen), cells, counts))
    return out


def _cell(
    questions: Sequence[Question], right: F64, part: tuple[str, str], seed: int, samples: int
) -> Estimate:
    own = right[[(q.form, q.level) == part for q in questions]]
    rng = np.random.default_rng(seed)
    return bootstrap({"accuracy": mean_of(own)}, len(own), rng=rng, samples=samples)["accuracy"]


def look_up(book: Book, questions: Sequence[Question]) -> list[int]:
    """Return the option that stands on the page of the CURIE, the first if none does."""
    out = []
    for one in questions:
        if one.form == "definition":
            page = {book.definition(one.row)}
            found = [option in page for option in one.options]
        else:
            page = {loose_key(name) for name in book.names(one.row)}
            found = [loose_key(option) in page for option in one.options]
        out.append(found.index(True) if True in found else 0)
    return out


def nearest(book: Book, questions: Sequence[Question], system: TextSystem) -> list[int]:
    """Return the option that is nearest to a name on the page, the label being torn out.

    Equally near ones: the first. Some hundred questions are read at a time, so that the vectors of
    n-grams, which are wide, find room; their weights are learnt from those.
    """
    parts = (questions[first : first + AT_ONCE] for first in range(0, len(questions), AT_ONCE))
    return [place for part in parts for place in _nearest(book, part, system)]


def _nearest(book: Book, questions: Sequence[Question], system: TextSystem) -> list[int]:
    pages = {one.row: book.page(one.row) for one in questions}
    texts = dict.fromkeys(text for page in pages.values() for text in page)
    texts |= dict.fromkeys(text for one in questions for text in one.options)
    place = {text: row for row, text in enumerate(texts)}
    vectors = system.embed(list(place))
    out = []
    for one in questions:
        names = vectors[[place[name] for name in pages[one.row]]]
        options = vectors[[place[option] for option in one.options]]
        out.append(int((options @ names.T).max(axis=1).argmax()))
    return out


def answers_record(
    book: Book,
    questions: Sequence[Question],
    answers: Sequence[Answers],
    *,
    seed: int,
    samples: int,
    command: str,
) -> dict[str, Any]:
    """Return answers as plain values for JSON."""
    return {
        "schema": SCHEMA,
        "onoma": __version__,
        "task": "questions",
        "command": command,
        "seed": seed,
        "samples": samples,
        "vocabulary": book.version,
        "questions": len(questions),
        "systems": [
            {
                "name": one.name,
                "about": dict(one.about),
                "scores": [
                    {
                        "form": form, "level": level, "questions": one.counts[form, level],
                        "accuracy": {
                            "value": round(found.value, 6), "low": round(found.low, 6),
                            "high": round(found.high, 6),
                        },
                    }
                    for (form, level), found in one.accuracy.items()
                ],
                "answers": {
                    question.id: LETTERS[place]
                    for question, place in zip(questions, one.chosen, strict=True)
                },
            }
            for one in answers
        ],
    }  # fmt: skip
