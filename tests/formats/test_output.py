from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

import pytest

from onoma.errors import InputError
from onoma.formats import open_output
from onoma.formats.output import encode_text


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write_and_stop(manager: AbstractContextManager[BinaryIO], data: bytes) -> None:
    with manager as stream:
        stream.write(data)
        raise KeyboardInterrupt


def test_a_file_appears_whole(tmp_path: Path) -> None:
    with open_output(tmp_path / "a") as stream:
        stream.write(b"x")
        assert not (tmp_path / "a").exists()
    assert (tmp_path / "a").read_bytes() == b"x"
    assert names(tmp_path) == ["a"]


def test_a_folder_that_is_not_there_is_created(tmp_path: Path) -> None:
    with open_output(tmp_path / "a" / "b" / "c") as stream:
        stream.write(b"x")
    assert (tmp_path / "a" / "b" / "c").read_bytes() == b"x"


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(InputError, match="a is no folder"), open_output(tmp_path / "a" / "b"):
        pass


def test_an_interrupt_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        write_and_stop(open_output(tmp_path / "a"), b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_lone_surrogates_are_replaced_one_to_one() -> None:
    assert encode_text("a\ud800b").decode() == "a\ufffdb"
