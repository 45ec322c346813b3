from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from onoma.cli import app
from onoma.recognize.tagger import load_tagger
from onoma.types import Document
from tests.recognize.tagger.sample import RECIPE, sentences, start_folder


def run(*args: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["train", "ner", *map(str, args)])
    return done.exit_code, done.output


def pubtator(path: Path, count: int, *, seed: int) -> Path:
    rows = []
    for number, one in enumerate(sentences(count, seed=seed)):
        mark = one.marks[0]
        name = one.text[mark.start : mark.end]
        rows.append(f"{number}{seed}|t|{one.text}\n{number}{seed}|a|")
        rows.append(f"{number}{seed}\t{mark.start}\t{mark.end}\t{name}\tDisease\t-\n")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_annotated_documents_train_a_tagger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    pytest.importorskip("onnx", reason="the extra train is not installed")
    start = start_folder(tmp_path / "start", monkeypatch)
    recipe = tmp_path / "recipe.json"
    recipe.write_text(json.dumps(asdict(RECIPE) | {"passes": 4}))
    train, dev = pubtator(tmp_path / "a.pubtator", 30, seed=1), tmp_path / "b.pubtator"
    common = ["--start", start, "--data", train, "--dev", pubtator(dev, 6, seed=2), "--vocab",
              "none", "--recipe", recipe]  # fmt: skip
    code, output = run(*common, "-o", tmp_path / "run")
    assert code == 0, output
    assert "a disease: strict F1" in output
    tagger = load_tagger(tmp_path / "run" / "tagger")
    assert tagger.tag([Document("", "a b")]).heads == ("disease",)
    code, output = run(*common, "-o", tmp_path / "run")  # nothing is left to do
    assert code == 0
    assert "going on after step" in output
    code, output = run(*common, "-o", tmp_path / "run", "--passes", 5)
    assert code == 3
    assert "another recipe" in output
    code, output = run(*common, "-o", tmp_path / "two", "--seed", 1, "--seed", 2)
    assert code == 0
    assert "mean of 2 runs" in output
    assert (tmp_path / "two" / "seed-2" / "tagger" / "card.json").is_file()


def test_what_cannot_be_trained_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    start = start_folder(tmp_path / "start", monkeypatch)
    common = ["--start", start, "-o", tmp_path / "run", "--vocab", "none"]
    assert run(*common)[1].strip().endswith("(give --data or --corpora)")
    path = pubtator(tmp_path / "a.pubtator", 3, seed=1)
    code, output = run(*common, "--data", path)
    assert code == 2
    assert "reads 64 pieces" in output
    code, output = run(*common, "--data", path, "--dev", path, "--dev", path)
    assert code == 2
    assert "one for each" in output
    corpora = tmp_path / "corpora.toml"
    corpora.write_text("[[corpus]]\nset = 'ncbi-diseas'\nlabels = {}\n")
    code, output = run(*common, "--corpora", corpora)
    assert code == 2
    assert "--root" in output
    code, output = run(*common, "--corpora", corpora, "--root", tmp_path)
    assert code == 2
    assert "ncbi-disease" in output
