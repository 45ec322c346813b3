"""The parts of the coding tasks share nothing that would make a figure too good."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

corpora: Any = importlib.import_module("corpora")
tasks: Any = importlib.import_module("coding_tasks")


@pytest.fixture(scope="module")
def every() -> list[Any]:
    try:
        return list(tasks.all_tasks())
    except corpora.SharedDataMissingError as error:
        pytest.skip(str(error))


def test_parts_share_no_unit_and_no_text_is_its_own_example(every: list[Any]) -> None:
    for task in every:
        tuned, reported = ({one.unit for one in part} for part in (task.tune, task.report))
        assert tuned
        assert reported
        assert not tuned & reported
        codes = {one.code for one in task.codes.codes}
        assert all(one.gold <= codes and len(one.gold) == 1 for one in task.report)
        assert task.pool.keys() <= codes


def test_texts_of_held_out_concepts_are_no_examples(every: list[Any]) -> None:
    held = set(tasks.HELD_OUT.read_text(encoding="utf-8").split())
    for task in every[:2]:
        assert {one.unit for one in (*task.tune, *task.report)} <= held
        drawn = {text for code in task.with_examples(5, 1).codes for text in code.examples}
        assert not drawn & {one.text for one in task.report}


def test_a_draw_gives_the_same_examples_again(every: list[Any]) -> None:
    for task in every:
        first = task.with_examples(5, 1)
        assert first == task.with_examples(5, 1)
        assert first != task.with_examples(5, 2)
        assert all(len(one.examples) <= 5 for one in first.codes)


def test_mentions_stand_where_they_are_said_to_be(every: list[Any]) -> None:
    task = every[2]
    assert task.every
    for one in task.every:
        for code, start, end in one.spans:
            assert code in one.gold
            assert 0 <= start < end
            assert start < len(one.text)
