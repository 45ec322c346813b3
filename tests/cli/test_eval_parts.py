from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.eval.suite_data import make_data

OBO = """format-version: 1.2
ontology: mondo

""" + "\n".join(
    f"""[Term]
id: MONDO:000000{number}
name: {name}
synonym: "{name} disorder" EXACT []
def: "A disease of the {name}." []
{"" if number == 1 else "is_a: MONDO:0000001"}
"""
    for number, name in enumerate(("heart", "liver", "lung", "skin", "bone", "eye"), 1)
)


def test_the_suite_prints_its_record_in_a_pipe(run: Run, tmp_path: Path) -> None:
    data, out = make_data(tmp_path / "data"), tmp_path / "suite.json"
    words = ("--data", data, "--system", "tfidf", "--samples", "20", "--json", out)
    result = run("eval", "suite", *words, "--tasks", "relatedness,note-section,hallmark")
    assert result.exit_code == 0, result.stderr
    record = json.loads(result.stdout)
    assert [task["name"] for task in record["tasks"]] == ["note-section", "relatedness"]
    assert record["skipped"] == {"hallmark": "no folder hoc"}
    assert "skipped" in result.stderr
    assert json.loads(out.read_text()) == record


def test_the_suite_lists_its_tasks(run: Run) -> None:
    result = run("eval", "suite", "--list")
    assert result.exit_code == 0
    assert "relatedness: pairs" in result.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("suite",), "give --data"),
        (("suite", "--data", ".", "--system", "magic"), "no system 'magic'"),
        (("questions",), "Missing argument"),
        (("questions", "core", "--level", "harder"), "no level 'harder'"),
        (("questions", "nowhere.obo"), "nowhere.obo"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, words: tuple[str, ...], says: str) -> None:
    result = run("eval", *words)
    assert result.exit_code == 2
    assert says in result.stderr


def test_questions_are_drawn_and_answered(run: Run, tmp_path: Path) -> None:
    path, out = tmp_path / "made.obo", tmp_path / "questions.jsonl"
    path.write_text(OBO, encoding="utf-8")
    result = run("eval", "questions", path, "--system", "lookup,tfidf", "-o", out)
    assert result.exit_code == 0, result.stderr
    record = json.loads(result.stdout)
    assert [one["name"] for one in record["systems"]] == ["lookup", "tfidf"]
    scores = record["systems"][0]["scores"]
    assert {one["accuracy"]["value"] for one in scores} == {1.0}
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(lines) == record["questions"]
    printed = run("eval", "questions", path, "--no-answers")
    assert printed.stdout.splitlines() == out.read_text().splitlines()
