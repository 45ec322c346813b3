from __future__ import annotations

from onoma.search.screening import group_doubles
from onoma.types import Document, Passage

LONG = "Green tea and sleep quality in older adults"


def record(id: str, title: str, date: str | None = "2020", **fields: str) -> Document:
    kept = tuple(fields.items())
    return Document(id, title, (Passage(0, len(title), "title"),), date=date, metadata=kept)


def test_a_doi_is_the_same_in_every_spelling() -> None:
    found = group_doubles([
        record("1", "One", DO="10.5555/ABC.1"), record("2", "Another", LID="10.5555/abc.1 [doi]"),
        record("3", "Third", DO="https://doi.org/10.5555/abc.1"), record("4", "x", DO="10.5555/2"),
    ])  # fmt: skip
    assert found.tolist() == [0, 0, 0, 3]


def test_a_long_title_of_one_year_is_one_reference() -> None:
    found = group_doubles([record("1", LONG), record("2", f"{LONG}."), record("3", LONG, "2021")])
    assert found.tolist() == [0, 0, 2]


def test_short_titles_say_nothing() -> None:
    assert group_doubles([record("1", "Editorial"), record("2", "Editorial")]).tolist() == [0, 1]


def test_what_is_the_same_as_a_third_one_is_the_same() -> None:
    found = group_doubles([
        record("1", LONG), record("2", "Tea", PMID="12345678"),
        record("3", LONG, PMID="12345678"),
    ])  # fmt: skip
    assert found.tolist() == [0, 0, 0]


def test_numbers_of_two_files_are_no_pmids() -> None:
    assert group_doubles([record("12", "One"), record("12", "Two")]).tolist() == [0, 1]
