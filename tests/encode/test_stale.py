from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import onoma
from onoma.cli.vocab import command
from onoma.encode.encoder import load_encoder
from onoma.encode.stale import drop_stale, stale_folders
from onoma.encode.vectors import VECTOR_FORMAT
from onoma.errors import InputError
from onoma.ontology.store import ConceptStore
from tests.encode.test_encoder import tiny_onnx

DIGEST = "0123456789ab"


def folder(cache: Path, name: str, *, said: dict[str, str] | None = None) -> Path:
    made = cache / name
    made.mkdir(parents=True)
    if said is not None:
        (made / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    return made


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ONOMA_CACHE", str(tmp_path))
    store = tmp_path / "core-1-8-aaa"
    store.mkdir()
    (store / "store.json").write_text("{}", encoding="utf-8")
    return tmp_path


def test_what_nothing_opens_any_more_goes_and_the_rest_stays(cache: Path) -> None:
    gone = [
        folder(cache, f"vectors-core-1-7-bbb-{DIGEST}-{VECTOR_FORMAT}"),
        folder(cache, f"vectors-core-1-7-bbb-{DIGEST}-{VECTOR_FORMAT}.work"),
        folder(cache, f"vectors-core-1-8-aaa-{DIGEST}-{VECTOR_FORMAT + 1}"),
        folder(cache, "core-1-8-aaa/names-4"),
    ]
    kept = [
        folder(cache, f"vectors-core-1-8-aaa-{DIGEST}-{VECTOR_FORMAT}"),
        folder(cache, f"vectors-core-1-8-aaa-{DIGEST[::-1]}-{VECTOR_FORMAT}.work"),
        folder(cache, "core-1-8-aaa/names-10"),
        folder(cache, "vectors-of-mine"),
        folder(cache, "files"),
    ]
    assert stale_folders() == sorted(gone)
    assert drop_stale() == sorted(gone)
    assert not any(one.exists() for one in gone)
    assert all(one.is_dir() for one in kept)
    assert drop_stale() == []


def test_vectors_by_other_weights_of_the_encoder_go(cache: Path) -> None:
    encoder = load_encoder(tiny_onnx(cache / "tiny"))
    names = [f"vectors-core-1-8-aaa-{n}bc{DIGEST[3:]}-{VECTOR_FORMAT}" for n in range(3)]
    said = [
        {"name": encoder.name, "encoder": "other"},
        {"name": encoder.name, "encoder": encoder.digest},
        {"name": "another", "encoder": "other"},
    ]
    made = [folder(cache, name, said=one) for name, one in zip(names, said, strict=True)]
    assert drop_stale(encoder) == made[:1]


def test_vectors_are_made_ahead_by_command(
    store: ConceptStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONOMA_CACHE", str(tmp_path))
    monkeypatch.setattr("onoma.cli.vocab_index.open_vocabulary", lambda names: store)
    tiny = tiny_onnx(tmp_path / "tiny")
    old = folder(tmp_path, f"vectors-gone-{DIGEST}-{VECTOR_FORMAT}")
    done = CliRunner().invoke(command, ["index", "--model", str(tiny)], catch_exceptions=False)
    assert done.exit_code == 0
    assert " vectors\t" in done.stdout
    assert f"removed {old.name}" in done.stderr
    assert Path(done.stdout.split("\t")[2].strip(), "manifest.json").is_file()


def test_one_line_gives_vectors_and_nearness(tmp_path: Path) -> None:
    tiny = tiny_onnx(tmp_path / "tiny")
    found = onoma.embed(["renal failure", ""], model=tiny)
    assert np.allclose(np.linalg.norm(found, axis=1), [1, 0])
    assert onoma.similarity("renal failure", "renal failure", model=tiny) == pytest.approx(1)
    with pytest.raises(InputError):
        onoma.embed("renal failure", model=tiny)
