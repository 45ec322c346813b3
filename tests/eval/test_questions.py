from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from onoma.errors import InputError
from onoma.eval.questions import (
    Book,
    answer_all,
    answers_record,
    draw_questions,
    open_book,
    question_record,
)
from onoma.ontology.tables import Table
from onoma.ontology.vocabulary import Vocabulary
from tests.eval.suite_data import LetterSystem

PARTS = ("heart", "kidney", "liver", "skin")
SIGNS = ("pain", "swelling", "bleeding", "failure", "stiffness")


def made(*, has_definitions: bool = True) -> Vocabulary:
    """Four branches of five concepts each, all with two names."""
    concepts = [("HP:1", "All", None), *((f"HP:{p}", p, 0) for p in PARTS)]
    names: list[tuple[int, str, int]] = []
    for part in PARTS:
        parent = [c[0] for c in concepts].index(f"HP:{part}")
        for sign in SIGNS:
            names.append((len(concepts), f"{part} {sign}", 0))
            word = f"{sign} in the {part}" if sign != "pain" else f"{part[::-1]}algia"
            names.append((len(concepts), word, 1))
            concepts.append((f"HP:{part}-{sign}", f"{part} {sign}", parent))
    edges = [(row, one[2]) for row, one in enumerate(concepts) if one[2] is not None]
    defined = range(5, len(concepts)) if has_definitions else ()
    empty = Table({"x": []})
    return Vocabulary(
        "made-1",
        Table({"curie": [c[0] for c in concepts], "label": [c[1] for c in concepts]}),
        Table(
            {
                "concept": np.array([n[0] for n in names], np.uint32),
                "text": [n[1] for n in names],
                "scope": np.array([n[2] for n in names], np.uint8),
            }
        ),
        Table(
            {
                "child": np.array([e[0] for e in edges], np.uint32),
                "parent": np.array([e[1] for e in edges], np.uint32),
            }
        ),
        empty, empty, empty, (),
        definitions=Table(
            {
                "concept": np.array(list(defined), np.uint32),
                "text": [f"It is {concepts[row][1]}." for row in defined],
            }
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def book() -> Book:
    return open_book(made())


def branch(curie: str) -> str:
    return curie.removeprefix("HP:").partition("-")[0]


def test_siblings_alone_make_no_question_of_the_same_branch(book: Book) -> None:
    with pytest.raises(InputError, match="no question"):
        draw_questions(book, count=20, levels=["medium"])


@pytest.mark.parametrize("level", ["easy", "hard"])
def test_wrong_options_are_as_near_as_the_level_says(book: Book, level: str) -> None:
    for one in draw_questions(book, count=20, levels=[level], forms=["name"]):
        others = [book.curies[row] for row in one.rows if row != one.row]
        near = {branch(curie) == branch(one.curie) for curie in others}
        assert near == {level == "hard"}


@pytest.mark.parametrize("form", ["name", "paraphrase", "definition"])
def test_the_answer_is_the_concepts_own(book: Book, form: str) -> None:
    for one in draw_questions(book, count=20, levels=["hard", "easy"], forms=[form]):
        right = one.options[one.answer]
        own = book.definition(one.row) if form == "definition" else book.names(one.row)[0]
        assert right == own
        assert len(set(one.options)) == 4
        assert right not in book.page(one.row)


def test_a_paraphrase_shares_no_word_with_the_page(book: Book) -> None:
    found = draw_questions(book, count=50, levels=["hard"], forms=["paraphrase"])
    assert {one.curie for one in found} == {f"HP:{part}-pain" for part in PARTS}


def test_questions_are_the_same_for_the_same_seed(book: Book) -> None:
    first, second, other = (draw_questions(book, count=5, seed=seed) for seed in (1, 1, 2))
    assert first == second
    assert first != other
    again = open_book(made())
    assert draw_questions(again, count=5, seed=1) == first


def test_only_concepts_of_the_list_are_asked_on(book: Book) -> None:
    found = draw_questions(book, count=9, levels=["easy"], forms=["name"], only=["HP:skin-pain"])
    assert [one.curie for one in found] == ["HP:skin-pain"]


def test_the_answer_stands_at_every_place(book: Book) -> None:
    found = draw_questions(book, count=20, levels=["easy"], forms=["name"])
    assert {one.answer for one in found} == {0, 1, 2, 3}


def test_a_vocabulary_without_definitions_has_no_such_questions() -> None:
    plain = open_book(made(has_definitions=False))
    assert {one.form for one in draw_questions(plain, count=3)} == {"name", "paraphrase"}
    with pytest.raises(InputError, match="no question can be made"):
        draw_questions(plain, count=3, forms=["definition"])


def test_prefixes_that_are_not_asked_for_have_no_questions() -> None:
    with pytest.raises(InputError, match="no question"):
        draw_questions(open_book(made(), ["MONDO"]), count=3)


def test_look_up_in_the_whole_book_is_right_and_reading_without_the_label_is_not_always(
    book: Book,
) -> None:
    questions = draw_questions(book, count=20)
    lookup, letters, blind = answer_all(
        book, questions, [None, LetterSystem(), LetterSystem("blind", is_blind=True)], samples=20
    )
    assert all(one.value == 1.0 for one in lookup.accuracy.values())
    assert letters.accuracy["name", "easy"].value > blind.accuracy["name", "easy"].value
    assert set(blind.chosen) == {0}
    record = answers_record(
        book, questions, [lookup, letters, blind], seed=0, samples=20, command="onoma eval ..."
    )
    assert json.loads(json.dumps(record))["questions"] == len(questions)
    assert len(record["systems"][1]["answers"]) == len(questions)


def test_a_question_is_written_with_letters(book: Book) -> None:
    one = draw_questions(book, count=1, levels=["easy"], forms=["name"])[0]
    record = question_record(one, book.version)
    assert record["options"][record["answer"]] == book.names(one.row)[0]
    assert record["question"] == f"Which of these is the name of {one.curie}?"
    assert record["vocabulary"] == "made-1"


def test_a_branch_with_most_concepts_is_taken_apart(book: Book) -> None:
    own, branches = book.branches(0)
    assert branches.shape == (len(own), 4)
    assert branches.sum(axis=0).tolist() == [6, 6, 6, 6]
    assert np.flatnonzero(~branches.any(axis=1)).tolist() == [0]


def test_a_data_file_of_held_out_concepts_ships(tmp_path: Path) -> None:
    from onoma.eval.suite.pairs import held_out

    assert len(held_out()) > 1000
    assert any(curie.startswith("HP:") for curie in held_out())
