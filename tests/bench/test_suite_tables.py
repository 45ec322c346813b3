"""What the benchmark of embeddings writes."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from tests.eval.suite_data import LetterSystem, make_data
from tests.eval.test_questions import made

from onoma.eval.questions import open_book
from onoma.eval.suite import run_suite

suite: Any = importlib.import_module("suite")


def test_tables_have_a_line_for_each_task_and_kind(tmp_path: Path) -> None:
    systems = [LetterSystem(), LetterSystem("blind", is_blind=True)]
    result = run_suite(
        make_data(tmp_path / "data"), systems, names=("relatedness", "note-section"), samples=9
    )
    scores, gaps = suite.suite_tables(result)
    assert [row[1] for row in scores.rows] == ["note-section", "mean", "relatedness", "mean", ""]
    assert [row[1] for row in gaps.rows] == ["classification", "pairs", "mean of kinds"]
    assert "ehr-rel, Apache-2.0" in scores.markdown()


def test_questions_have_a_line_for_each_form_and_level() -> None:
    table = suite.question_table("T", open_book(made()), [None, LetterSystem()], frozenset())
    assert {row[0] for row in table.rows} == {"name", "paraphrase", "definition"}
    assert {row[3] for row in table.rows} == {"100.0 (100.0 to 100.0)"}
