"""Draws questions: a concept, the right option, three wrong ones as near as the level says."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.worth import loose_key
from onoma.errors import InputError
from onoma.eval.questions.book import I64, Book

LEVELS = ("easy", "medium", "hard")
FORMS = ("name", "paraphrase", "definition")
"""What is chosen: the name, the name where no other one shares a word with it, the definition."""
LETTERS = "ABCD"
TRIES = 60
WORDS = {
    "name": "Which of these is the name of {curie}?",
    "paraphrase": "Which of these is the name of {curie}?",
    "definition": "Which of these is the definition of {curie}?",
}
_WORD = re.compile(r"[a-z]{4}")
SHORTEST = 3  # characters of a label; shorter ones are symbols
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Question:
    """A question on the concept of a row; ``answer`` is the place of the right option."""

    id: str
    row: int
    curie: str
    level: str
    form: str
    options: tuple[str, ...]
    rows: tuple[int, ...]
    answer: int

    @property
    def text(self) -> str:
        """The question in words."""
        return WORDS[self.form].format(curie=self.curie)


def question_record(question: Question, version: str) -> dict[str, Any]:
    """Return a question as plain values for JSON."""
    return {
        "id": question.id,
        "level": question.level,
        "form": question.form,
        "curie": question.curie,
        "question": question.text,
        "options": dict(zip(LETTERS, question.options, strict=True)),
        "answer": LETTERS[question.answer],
        "vocabulary": version,
    }


def draw_questions(
    book: Book,
    *,
    count: int,
    seed: int = 0,
    levels: Sequence[str] = LEVELS,
    forms: Sequence[str] = FORMS,
    only: Collection[str] = (),
) -> list[Question]:
    """Return ``count`` questions for each level and form, or as many as can be made.

    Prefixes take turns. Only concepts are asked on that have a name besides their label; with
    ``only`` those of these CURIEs. Raises: InputError: no question can be made.
    """
    out: list[Question] = []
    near = _Nearness(book)
    for form in forms:
        for level in levels:
            rng = np.random.default_rng([seed, FORMS.index(form), LEVELS.index(level)])
            made = _draw(book, near, level, form, rng, frozenset(only))
            out += [one for one, _ in zip(made, range(count), strict=False)]
    if not out:
        raise InputError(
            "no question can be made of this vocabulary",
            hint="it needs concepts with a label and another name, four or more of one prefix",
        )
    return out


def _draw(
    book: Book, near: _Nearness, level: str, form: str, rng: Rng, only: frozenset[str]
) -> Iterator[Question]:
    for row in _in_turn(book, rng, only):
        if not _can_be_asked(book, row, form) or not _has_page(book, row, form):
            continue
        others = _others(book, near.wrong_ones(level, row, rng), row, form)
        if len(others) < len(LETTERS) - 1:
            continue
        rows = [others[place] for place in rng.permutation(len(others))[: len(LETTERS) - 1]]
        answer = int(rng.integers(len(LETTERS)))
        rows.insert(answer, row)
        options = tuple(_option(book, one, form) for one in rows)
        curie = book.curies[row]
        name = f"{level}-{form}-{curie}"
        yield Question(name, row, curie, level, form, options, tuple(rows), answer)


def _in_turn(book: Book, rng: Rng, only: frozenset[str]) -> list[int]:
    """Return the concepts that have two names, shuffled, one of each prefix after the other."""
    rows = np.flatnonzero(book.name_counts > 1)
    if only:
        rows = np.array([row for row in rows.tolist() if book.curies[row] in only], np.int64)
    rows = rows[rng.permutation(len(rows))]
    turn = np.zeros(len(rows), np.int64)
    for prefix in np.unique(book.prefix_of[rows]):
        own = book.prefix_of[rows] == prefix
        turn[own] = np.arange(own.sum())
    order = np.lexsort((book.prefix_of[rows], turn))
    return [int(row) for row in rows[order]]


def _can_be_asked(book: Book, row: int, form: str) -> bool:
    if form == "definition" and not book.definition(row):
        return False
    return book.name_counts[row] > 0 and len(book.names(row)[0]) >= SHORTEST


def _has_page(book: Book, row: int, form: str) -> bool:
    """Say whether a concept has names besides its label.

    For a paraphrase none of them shares a word with it, and one is more than a short form.
    """
    page = book.page(row)
    if form != "paraphrase":
        return bool(page)
    words = set(loose_key(book.names(row)[0]).split())
    if any(words & set(loose_key(name).split()) for name in page):
        return False
    return any(_WORD.search(name) for name in page)


def _option(book: Book, row: int, form: str) -> str:
    return book.definition(row) if form == "definition" else book.names(row)[0]


def _others(book: Book, rows: Iterator[int], row: int, form: str) -> list[int]:
    """Return three wrong ones: none shares a name with the right one, no two a label."""
    taken = {loose_key(name) for name in book.names(row)}
    texts = {_option(book, row, form).lower()}
    found: list[int] = []
    for other in rows:
        if len(found) == len(LETTERS) - 1:
            break
        if other in found or not _can_be_asked(book, other, form):
            continue
        keys = {loose_key(name) for name in book.names(other)}
        text = _option(book, other, form).lower()
        if keys & taken or text in texts:
            continue
        found.append(other)
        taken.add(loose_key(book.names(other)[0]))
        texts.add(text)
    return found


class _Nearness:
    """Yields wrong options by level; the branches of a prefix are worked out once."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._branches: dict[int, tuple[I64, npt.NDArray[np.bool_]]] = {}
        self._ways: dict[str, Callable[[int, Rng], Iterator[int]]] = {
            "easy": self._far,
            "medium": self._same_branch,
            "hard": self._siblings,
        }

    def wrong_ones(self, level: str, row: int, rng: Rng) -> Iterator[int]:
        """Yield concepts of the row's prefix that are as near to it as the level says."""
        return self._ways[level](row, rng)

    def _of(self, row: int) -> tuple[I64, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        prefix = int(self._book.prefix_of[row])
        if prefix not in self._branches:
            self._branches[prefix] = self._book.branches(prefix)
        own, branches = self._branches[prefix]
        return own, branches, branches[int(np.searchsorted(own, row))]

    def _far(self, row: int, rng: Rng) -> Iterator[int]:
        own, branches, mine = self._of(row)
        is_flat = not branches.shape[1]
        if not is_flat and not mine.any():
            return
        for place in rng.integers(0, len(own), TRIES).tolist():
            theirs = branches[place]
            if is_flat or (theirs.any() and not (theirs & mine).any()):
                yield int(own[place])

    def _same_branch(self, row: int, rng: Rng) -> Iterator[int]:
        own, branches, mine = self._of(row)
        near = np.flatnonzero((branches & mine).any(axis=1))
        if not len(near):
            return
        book = self._book
        kin = book.siblings(row) | book.above(row) | book.below(row) | {row}
        for place in rng.choice(near, TRIES).tolist():
            if int(own[place]) not in kin:
                yield int(own[place])

    def _siblings(self, row: int, rng: Rng) -> Iterator[int]:
        beside = sorted(self._book.siblings(row) - self._book.above(row) - self._book.below(row))
        for place in rng.permutation(len(beside)).tolist():
            yield beside[place]
