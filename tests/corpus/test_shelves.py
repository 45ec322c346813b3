"""Folders of one kind are found by name on their shelf, or by path anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from onoma.corpus.shelves import Shelf
from onoma.errors import DataMissing, InputError, UnknownName

SHELF = Shelf("crate", "crates", "ONOMA_CRATES", ("crate.json", "copy.json"), "onoma crate create")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "shelf"
    for name, sign in (("b", "crate.json"), ("a", "copy.json"), ("other", "notes.txt")):
        folder = root / name
        folder.mkdir(parents=True)
        (folder / sign).touch()
    monkeypatch.setenv("ONOMA_CRATES", str(root))
    return root


def test_a_shelf_lists_the_folders_that_have_a_sign(root: Path) -> None:
    assert SHELF.all() == [root / "a", root / "b"]
    assert SHELF.all(root / "nothing here") == []


def test_a_folder_is_found_by_name_and_by_path(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SHELF.find("a") == SHELF.find(f"{root}/a") == SHELF.find(root / "a") == root / "a"
    monkeypatch.setenv("ONOMA_CRATES", str(root / "elsewhere"))
    monkeypatch.chdir(root)
    assert SHELF.find("b") == Path("b")


def test_what_is_not_there_is_said_by_kind(root: Path) -> None:
    with pytest.raises(UnknownName, match="no crate 'c'; known: a, b"):
        SHELF.find("c")
    with pytest.raises(UnknownName, match="no crate ''"):
        SHELF.find("")
    with pytest.raises(DataMissing, match="other: no crate"):
        SHELF.find(root / "other")


def test_a_new_one_stands_on_the_shelf_or_at_its_path(root: Path) -> None:
    assert SHELF.new("c") == root / "c"
    assert SHELF.new("./c") == Path("c")
    with pytest.raises(InputError, match="cannot be the name of a crate"):
        SHELF.new("c d")
