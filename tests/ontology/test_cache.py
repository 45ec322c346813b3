"""Where stores live, and that one is compiled once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onoma.ontology import cache
from onoma.ontology.cache import cache_folder, open_core, store_folder
from onoma.ontology.layout import STORE_FORMAT
from onoma.ontology.store import ConceptStore
from onoma.ontology.tables import write_table
from onoma.ontology.vocabulary import Vocabulary
from tests.small_vocabulary import VERSION


@pytest.fixture
def folder(vocabulary: Vocabulary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small vocabulary as files, in the place of the core."""
    home = tmp_path / "vocabulary"
    home.mkdir()
    for name in ("concepts", "names", "parents", "equivalents", "retired", "annotations"):
        write_table(home / f"{name}.npz", getattr(vocabulary, name))
    record = {"version": VERSION, "sources": []}
    (home / "sources.json").write_text(json.dumps(record), encoding="utf-8")
    monkeypatch.setenv("ONOMA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "core_folder", lambda: home)
    return home


def test_environment_names_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ONOMA_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("ONOMA_CACHE")
    assert "onoma" in str(cache_folder())


def test_core_is_compiled_once_then_opened(folder: Path) -> None:
    steps: list[str] = []
    first = open_core(lambda step, share: steps.append(step))
    assert steps
    assert first.path == store_folder(folder)
    again = open_core(lambda step, share: pytest.fail(f"compiled again: {step}"))
    assert again.version == first.version == VERSION


def test_compiles_without_a_terminal_in_silence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert isinstance(open_core(), ConceptStore)
    assert capsys.readouterr() == ("", "")


def test_half_made_store_is_compiled_anew(folder: Path) -> None:
    path = store_folder(folder)
    path.mkdir(parents=True)
    (path / "words.npy").write_bytes(b"half")
    assert open_core().concepts_named("gout") == ["MONDO:0005393"]


def test_other_data_has_another_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = store_folder(folder)
    with (folder / "names.npz").open("ab") as file:
        file.write(b"x")
    after = store_folder(folder)
    assert before != after
    monkeypatch.setattr("onoma.ontology.cache.STORE_FORMAT", STORE_FORMAT + 1)
    assert store_folder(folder) != after
