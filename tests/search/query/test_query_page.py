"""The page on the query language: rows ask for the same, strategies are read, errors point."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("lark")

from onoma.errors import UnparsableQuery
from onoma.search.query.parse import parse
from onoma.search.query.printing import to_text
from onoma.search.query.tree import Strategy

PAGE = (Path(__file__).parents[3] / "docs" / "query-language.md").read_text(encoding="utf-8")
DIALECTS = ("onoma", "pubmed", "ovid")


def rows(heading: str) -> Iterator[list[str]]:
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    for line in section.splitlines():
        if line.startswith("| ") and not line.startswith("| ---"):
            yield [cell.strip(" `") for cell in line.strip()[1:-1].split("|")]


SIDE_BY_SIDE = list(rows("The three dialects side by side"))[1:]
ERRORS = list(rows("Errors"))[1:]


@pytest.mark.parametrize("row", SIDE_BY_SIDE, ids=lambda row: row[0])
def test_a_row_is_one_query_in_each_dialect_that_has_words_for_it(row: list[str]) -> None:
    cells = row[1:4]
    tree = parse(cells[0])
    for cell, dialect in zip(cells, DIALECTS, strict=True):
        if cell:
            assert parse(cell, dialect) == tree, dialect
            assert parse(to_text(tree, dialect), dialect) == tree


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: row[0])
def test_an_error_says_what_the_page_says_at_those_characters(row: list[str]) -> None:
    query, dialect, place, said = row
    with pytest.raises(UnparsableQuery) as caught:
        parse(query, dialect)
    start, end = caught.value.span
    assert query[start:end] == place
    assert said.startswith(caught.value.problem)


def test_strategies_of_the_page_are_read() -> None:
    section = PAGE.partition("## Strategies\n")[2].partition("\n## ")[0]
    first, second = re.findall(r"```text\n(.*?)```", section, re.DOTALL)
    ours, theirs = parse(first), parse(second, "ovid")
    assert isinstance(ours, Strategy)
    assert isinstance(theirs, Strategy)
    assert len(ours.lines) == 4
    assert len(theirs.lines) == 7
    assert parse(to_text(theirs, "ovid"), "ovid") == theirs
