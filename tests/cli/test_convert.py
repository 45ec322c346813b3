from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from onoma.cli import app

PUBTATOR = (
    "1|t|Gout.\n1|a|And rash.\n1\t0\t4\tGout\tDisease\tMESH:D006073\n1\tCID\tD1\tD2\tNovel\n\n"
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.pubtator"
    path.write_text(PUBTATOR)
    return path


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["convert", *map(str, arguments)], standalone_mode=False)
    assert result.exception is None
    return result.return_value, result.stdout, result.stderr


@pytest.mark.parametrize("name", ["b.bioc.xml", "b.bioc.json", "b.jsonl", "b.jsonld"])
def test_there_and_back_is_the_same_file(source: Path, name: str) -> None:
    middle, end = source.parent / name, source.parent / "c.pubtator"
    assert run(source, "-o", middle, "--strict") == (0, "", "")
    code, _, words = run(middle, "-o", end)
    assert code == 0
    assert set(words.split("\n")) <= {"onoma: 1 ids left out or replaced", ""}
    assert end.read_text() == PUBTATOR


def test_what_is_lost_is_told(source: Path) -> None:
    code, data, words = run(source, "--to", "conll")
    assert code == 0
    assert data.startswith("# id = 1\n# text = Gout. And rash.\nGout\tB-Disease\n")
    assert "1 relations left out" in words
    assert "1 concept identifiers left out" in words


def test_strict_writes_nothing(source: Path) -> None:
    out = source.parent / "out.conll"
    code, data, words = run(source, "-o", out, "--strict")
    assert (code, data, out.exists()) == (1, "", False)
    assert "relations left out" in words
    assert run(source, "--to", "conll", "--strict")[:2] == (1, "")


def test_a_folder_of_pairs_is_written_and_read(source: Path) -> None:
    folder = source.parent / "pairs"
    assert run(source, "--to", "brat", "-o", folder)[0] == 0
    assert sorted(p.name for p in folder.iterdir()) == ["1.ann", "1.txt"]
    code, data, _ = run(folder, "--to", "jsonl")
    assert code == 0
    assert [m["text"] for m in json.loads(data)["mentions"]] == ["Gout"]


def test_a_failed_document_is_told(tmp_path: Path) -> None:
    bad = tmp_path / "a.jsonl"
    bad.write_text('{"id": "1"}\n{"id": "2", "text": "x"}\n')
    code, data, words = run(bad, "--to", "jsonl")
    assert code == 1
    assert len(data.strip().split("\n")) == 2
    assert "1 document failed" in words


def test_without_a_format_the_extension_must_say_it(source: Path) -> None:
    result = CliRunner().invoke(app, ["convert", str(source), "-o", str(source) + ".odd"])
    assert result.exit_code == 2
    assert "--to" in result.stderr
