"""``onoma code``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onoma.cli import app

ROWS = (
    "code\tlabel\tdefinition\nA\twalking\tgoing on foot\nB\tsitting\tbeing on a chair\n"
    "C\tdriving\tgoing by car\n"
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "codes.tsv"
    path.write_text(ROWS)
    return path


def run(*words: object, stdin: str | None = None) -> Result:
    given = [*map(str, words), "--encoder", "none"]
    return CliRunner().invoke(app, ["code", *given], input=stdin)


def test_codes_as_rows_with_their_spans(table: Path) -> None:
    result = run("She goes on foot.", "Zzz.", "--vocab", table, "-k", 1)
    assert result.exit_code == 0, result.stderr
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert rows[0] == [
        "id",
        "rank",
        "code",
        "label",
        "score",
        "start",
        "end",
        "evidence",
        "assertion",
    ]
    assert rows[1][:4] == ["1", "1", "A", "walking"]
    starts, ends = ([int(cell) for cell in rows[1][at].split("|")] for at in (5, 6))
    quoted = ["She goes on foot."[a:b] for a, b in zip(starts, ends, strict=True)]
    assert quoted == rows[1][7].split("|")
    assert rows[2] == ["2", "1", "-", "-", "0.0000", "-", "-", "-", "-"]
    assert "3 codes, 3 with a definition, no examples" in result.stderr
    assert "2 texts, 1 without a code (NIL)" in result.stderr


def test_codes_as_json_with_reasons(table: Path) -> None:
    result = run("-k", 1, "--json", "--explain", "--vocab", table, "--from-file", "-",
                 stdin="sitting on a chair\n\nZzz\n")  # fmt: skip
    first, second = map(json.loads, result.stdout.splitlines())
    assert (first["id"], first["code"], first["nearest"]) == ("1", "B", "being on a chair")
    assert first["why"]
    assert (second["id"], second["code"], second["evidence"]) == ("3", None, [])


@pytest.mark.parametrize("method", ["classification", "candidates"])
def test_documents_are_coded_by_either_method(table: Path, tmp_path: Path, method: str) -> None:
    note = tmp_path / "note.txt"
    note.write_text("She is driving. He is walking on foot.\n")
    result = run("--documents", note, "--by", "sentence", "--vocab", table, "--method", method,
                 "--explain")  # fmt: skip
    assert result.exit_code == 0, result.stderr
    rows = [line.split("\t") for line in result.stdout.splitlines()[1:]]
    assert {row[2] for row in rows} >= {"A", "C"}
    assert rows[0][0] == "note.txt"


def test_wrong_use_is_told_in_one_line(table: Path, tmp_path: Path) -> None:
    assert run("--vocab", table).exit_code == 2
    for words, said in (
        (("", "--vocab", table), "text 1 is empty"),
        (("x", "--vocab", tmp_path / "none.tsv"), "No such file"),
        (("x", "--vocab", table, "--method", "magic"), "no coding method 'magic'"),
        (("x", "--vocab", table, "--under", "Q"), "no code 'Q'"),
    ):
        result = run(*words)
        assert result.exit_code in (2, 3)
        assert said in (result.stderr or str(result.exception))
        assert result.stdout == ""


def test_documents_that_cannot_be_read_are_told(table: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"caf\xe9 au lait\n")
    result = run("--documents", bad, "--vocab", table)
    assert result.exit_code == 2
    assert "not valid utf-8" in result.stderr
