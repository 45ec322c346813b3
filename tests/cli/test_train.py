from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from onoma.cli import app
from onoma.encode import load_encoder
from tests.encode.tiny import write_tiny

ORGANS = ("kidney", "heart", "liver", "lung", "brain", "skin")


@pytest.fixture
def vocabulary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ONOMA_CACHE", str(tmp_path / "cache"))
    rows = ["id\tlabel\tsynonyms\ttypes"]
    for number, organ in enumerate(ORGANS):
        rows.append(f"ACME:{number}\t{organ} disease\tdisorder of the {organ}\tdisease")
        rows.append(f"ACME:{number + 50}\t{organ} failure\tfailing {organ}\tdisease")
    path = tmp_path / "mine.tsv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def run(*args: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["train", "encoder", *map(str, args)])
    return done.exit_code, done.output


def test_a_vocabulary_of_ones_own_trains_an_encoder(tmp_path: Path, vocabulary: Path) -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    pytest.importorskip("onnx", reason="the extra train is not installed")
    start = write_tiny(tmp_path / "start")
    recipe = tmp_path / "recipe.json"
    recipe.write_text(json.dumps({"batch": 4, "neighbours": 1, "held_out": 0.1}))
    common = ["--start", start, "--vocab", vocabulary, "-o", tmp_path / "run", "--recipe", recipe]
    code, output = run(*common, "--pairs", 12, "--seed", 3)
    assert code == 0, output
    model = tmp_path / "run" / "model"
    card = json.loads((model / "card.json").read_text())
    assert card["pairs"] == 12
    assert card["sha256"] == load_encoder(model).digest
    code, output = run(*common, "--pairs", 12, "--seed", 3)  # nothing is left to do
    assert code == 0
    assert "going on after step 3" in output
    code, output = run(*common, "--pairs", 24, "--seed", 3)
    assert code == 3
    assert "another recipe" in output


def test_what_cannot_be_trained_is_told(tmp_path: Path, vocabulary: Path) -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    (tmp_path / "empty").mkdir()
    out = tmp_path / "run"
    code, output = run("--start", tmp_path / "empty", "--vocab", vocabulary, "-o", out)
    assert code == 3
    assert "config.json" in output
    start = write_tiny(tmp_path / "start")
    small = tmp_path / "small.tsv"
    small.write_text("id\tlabel\ttypes\nACME:1\tkidney disease\tdisease\n")
    code, output = run("--start", start, "--vocab", small, "-o", out)
    assert code == 2
    assert "cannot train" in output
    assert not out.exists()
