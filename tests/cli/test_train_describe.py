from __future__ import annotations

import gzip
import json
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from onoma.cli import app
from onoma.recognize.tagger.described import read_net
from tests.recognize.tagger.sample import RECIPE, start_folder

CORPORA = """
[descriptions]
gene = { words = ["gene"], kind = "gene" }
[[corpus]]
set = "bc2gm"
labels = { Gene = "gene" }
[[corpus]]
set = "anatem"
labels = { Anatomy = "gene" }
"""


def run(*args: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["train", "describe", *map(str, args)])
    return done.exit_code, done.output


def data(root: Path) -> Path:
    """Two data sets of a few sentences each, under the names of real ones."""
    for name, label in (("bc2gm", "GENE"), ("anatem", "Anatomy")):
        (root / name).mkdir(parents=True)
        for part in ("train", "devel"):
            rows = [f"{name}\tO\nkidney\tB-{label}\nof\tO\n{part}{n}\tO\n" for n in range(6)]
            body = "\n".join(rows)
            with gzip.open(root / name / f"{part}.tsv.gz", "wt", encoding="utf-8") as file:
                file.write(body)
    return root


def test_a_network_is_trained_with_its_trunk_and_over_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    pytest.importorskip("onnx", reason="the extra train is not installed")
    start = start_folder(tmp_path / "start", monkeypatch)
    corpora, recipe = tmp_path / "corpora.toml", tmp_path / "recipe.json"
    corpora.write_text(CORPORA)
    recipe.write_text(json.dumps(asdict(RECIPE) | {"passes": 4}))
    common = ["--corpora", corpora, "--root", data(tmp_path / "data"), "--recipe", recipe,
              "--vocab", "none"]  # fmt: skip
    code, output = run(*common, "--start", start, "--leave-out", "anatem", "-o", tmp_path / "run")
    assert code == 0, output
    folder = tmp_path / "run" / "tagger"
    card = json.loads((folder / "card.json").read_text())
    assert card["measured"] == ["anatem"]
    assert list(card["corpora"]) == ["bc2gm"]
    before = read_net(folder)
    code, output = run(*common, "--tagger", folder, "-o", tmp_path / "over")
    assert code == 0, output
    assert (read_net(folder).leave != before.leave).any()
    code, output = run(
        *common, "--start", start, "--weights", tmp_path / "run", "-o", tmp_path / "y"
    )
    assert code == 0, output
    code, output = run(*common, "--start", start, "--weights", start, "-o", tmp_path / "x")
    assert "holds no run" in output
    code, output = run(*common, "--start", start, "--leave-out", "odd", "-o", tmp_path / "x")
    assert code == 2
    assert "no data set of the file of corpora" in output


def test_one_place_to_begin_from_is_needed(tmp_path: Path) -> None:
    code, output = run("--root", tmp_path, "-o", tmp_path / "run")
    assert code == 2
    assert "--tagger or --start" in output
