from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from onoma.cli import app
from onoma.encode import load_encoder
from tests.encode.test_encoder import tiny_onnx


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_onnx(tmp_path_factory.mktemp("tiny"))


def test_each_line_has_its_vector_in_numpy(tmp_path: Path, model: Path) -> None:
    (tmp_path / "in.tsv").write_text("fever\t1\n\nrenal failure\t2\n")
    out = tmp_path / "new" / "out.npy"
    args = ["embed", "heart", "--from-file", str(tmp_path / "in.tsv"), "--model", str(model)]
    done = CliRunner().invoke(app, [*args, "-o", str(out)])
    assert done.exit_code == 0, done.output
    found = np.load(out)
    texts = ["heart", "fever", "", "renal failure"]
    assert np.allclose(found, load_encoder(model).encode(texts), atol=1e-6)
    assert [path.name for path in out.parent.iterdir()] == ["out.npy"]


def test_parquet_has_texts_and_names_the_encoder(tmp_path: Path, model: Path) -> None:
    out = tmp_path / "out.parquet"
    done = CliRunner().invoke(
        app, ["embed", "heart", "fever", "--model", str(model), "-o", str(out)]
    )
    assert done.exit_code == 0, done.output
    table = pq.read_table(out)
    assert table.column("text").to_pylist() == ["heart", "fever"]
    vectors = np.array(table.column("vector").to_pylist(), np.float32)
    assert np.allclose(vectors, load_encoder(model).encode(["heart", "fever"]), atol=1e-6)
    said = table.schema.metadata[b"onoma_encoder_sha256"].decode()
    assert said == load_encoder(model).digest


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["embed", "-o", "x.npy"], 2),
        (["embed", "heart", "-o", "x.csv"], 2),
        (["similarity", "one"], 2),
        (["similarity"], 2),
    ],
)
def test_wrong_usage_is_told(
    tmp_path: Path, model: Path, args: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, [*args, "--model", str(model)])
    assert done.exit_code == code
    assert list(tmp_path.iterdir()) == []


def test_a_pair_has_its_cosine(model: Path) -> None:
    done = CliRunner().invoke(app, ["similarity", "heart attack", "fever", "--model", str(model)])
    vectors = load_encoder(model).encode(["heart attack", "fever"])
    assert done.exit_code == 0, done.output
    head, line = done.output.splitlines()
    assert head == "a\tb\tscore"
    assert float(line.split("\t")[2]) == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-4)


def test_pairs_of_a_file_keep_their_order(tmp_path: Path, model: Path) -> None:
    (tmp_path / "in.tsv").write_text("heart\theart\tx\n\nfever\tkidney\n\theart\n")
    args = ["similarity", "--from-file", str(tmp_path / "in.tsv"), "--json", "--model", str(model)]
    done = CliRunner().invoke(app, args)
    records = [json.loads(line) for line in done.output.splitlines()]
    assert [(r["a"], r["b"]) for r in records] == [
        ("heart", "heart"),
        ("fever", "kidney"),
        ("", "heart"),
    ]
    assert records[0]["score"] == pytest.approx(1.0)
    assert records[2]["score"] == 0


def test_a_line_that_is_no_pair_is_told(tmp_path: Path, model: Path) -> None:
    (tmp_path / "in.tsv").write_text("heart\theart\nalone\n")
    args = ["similarity", "--from-file", str(tmp_path / "in.tsv"), "--model", str(model)]
    done = CliRunner().invoke(app, args)
    assert done.exit_code == 2
    assert "line 2" in done.output
