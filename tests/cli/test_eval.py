from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

GOLD = """1|t|gout
1|a|and fever
1\t0\t4\tgout\tDisease\tMONDO:0005393
1\t9\t14\tfever\tPhenotype\tHP:0001945

"""


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.pubtator"
    path.write_text(GOLD, encoding="utf-8")
    return path


def test_a_record_is_printed_in_a_pipe_and_files_are_written(
    run: Run, gold: Path, tmp_path: Path
) -> None:
    page, record = tmp_path / "out" / "r.html", tmp_path / "r.json"
    result = run("eval", "concepts", "--data", gold, "--json", record, "--html", page)
    assert result.exit_code == 0, result.stderr
    printed = json.loads(result.stdout)
    assert printed["systems"][0]["measures"]["document F1"]["value"] == 1.0
    assert json.loads(record.read_text()) == printed
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert "written" in result.stderr


def test_two_systems_are_compared(run: Run, gold: Path) -> None:
    words = ("eval", "ner", "--data", gold, "--system", "onoma", "--predictions", gold)
    (found,) = json.loads(run(*words).stdout)["comparisons"]
    assert (found["first"], found["second"], found["ties"]) == ("onoma", "gold", 1)


def test_tasks_systems_and_sets_are_listed(run: Run) -> None:
    result = run("eval", "--list")
    assert result.exit_code == 0
    assert "  ner: " in result.stdout
    assert "  bc5cdr (" in result.stdout


def test_robustness_ends_with_one_if_a_test_of_high_priority_fails(
    run: Run, gold: Path, tmp_path: Path
) -> None:
    spec = tmp_path / "s.toml"
    head = 'task = "ner"\nmeasure = "strict F1"\n[[test]]\ndisturbance = "case"\n'
    spec.write_text(head + 'priority = "high"\nallowed_drop = 0.1\n')
    result = run("eval", "robustness", spec, "--data", gold, "--html", tmp_path / "r.html")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["passed"] is False  # the small pipeline heeds case
    spec.write_text(head + 'priority = "low"\nallowed_drop = 0.1\n')
    assert run("eval", "robustness", spec, "--data", gold).exit_code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("ner",), 2, "--data"),
        (("nerd", "--data", "GOLD"), 2, "did you mean 'ner'"),
        (("ner", "--data", "nowhere"), 3, "no data at nowhere"),
        (("ner", "spec.toml", "--data", "GOLD"), 2, "only the task robustness"),
        (
            ("ner", "--data", "GOLD", "--system", "magic"),
            2,
            "known: dictionary, lexicon, onoma, predictions, tagger",
        ),
        (("ner", "--data", "GOLD", "--system", "lexicon"), 2, "learns"),
        (("robustness", "--data", "GOLD", "--system", "a,b"), 2, "one system"),
    ],
)
def test_what_is_wrong_is_one_line(
    run: Run, gold: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    result = run("eval", *(gold if word == "GOLD" else word for word in words))
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stdout == ""


def test_nothing_is_left_behind_by_a_run_that_fails(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pubtator"
    bad.write_text("1|t|gout\n1|a|\n1\t0\t50\tgout\tDisease\t-\n\n", encoding="utf-8")
    page = tmp_path / "r.html"
    result = run("eval", "ner", "--data", bad, "--html", page)
    assert result.exit_code == 3
    assert "does not fit the text" in result.stderr
    assert not page.exists()
