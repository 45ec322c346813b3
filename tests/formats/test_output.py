from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO

import orjson
import pytest

from onoma.errors import BadLine, Inconsistent, InputError
from onoma.formats import open_output, resume_jsonl
from onoma.formats.output import encode_text


def line(document_id: str, *, store: str = "s", error: object = None) -> bytes:
    return orjson.dumps({"id": document_id, "store": store, "error": error}) + b"\n"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write_and_stop(manager: AbstractContextManager[BinaryIO], data: bytes) -> None:
    with manager as stream:
        stream.write(data)
        raise KeyboardInterrupt


@contextmanager
def stream_of(path: Path) -> Iterator[BinaryIO]:
    with resume_jsonl(path, store="s", is_fresh=True) as (stream, _):
        yield stream


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
    with stream_of(tmp_path / "d" / "e.jsonl") as stream:
        stream.write(line("a"))
    assert (tmp_path / "d" / "e.jsonl").read_bytes() == line("a")


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


def test_an_interrupted_run_is_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "o.jsonl"
    with pytest.raises(KeyboardInterrupt):
        write_and_stop(stream_of(path), line("a") + line("a") + b'{"id": "torn')
    assert not path.exists()
    with resume_jsonl(path, store="s") as (out, written):
        assert [written.take("a") for _ in range(3)] == [True, True, False]
        out.write(line("b"))
    assert path.read_bytes() == line("a") + line("a") + line("b")
    assert names(tmp_path) == ["o.jsonl"]


def test_a_torn_file_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "o.jsonl"
    path.write_bytes(line("a", error={"code": "x"}) + b'{"id"')
    with resume_jsonl(path, store="s") as (out, written):
        assert written.failed == 1
        out.write(line("b"))
    assert path.read_bytes() == line("a", error={"code": "x"}) + line("b")


def test_a_fresh_run_forgets_what_was(tmp_path: Path) -> None:
    path = tmp_path / "o.jsonl"
    path.write_bytes(line("a"))
    (tmp_path / "o.jsonl.partial").write_bytes(line("b"))
    with resume_jsonl(path, store="s", is_fresh=True) as (out, written):
        assert not written.take("a")
        out.write(line("c"))
    assert path.read_bytes() == line("c")


def test_another_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "o.jsonl"
    path.write_bytes(line("a", store="old"))
    with pytest.raises(Inconsistent, match="old"), resume_jsonl(path, store="new"):
        pass


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "o.jsonl"
    path.write_bytes(b"hello\n")
    with pytest.raises(BadLine, match="line 1"), resume_jsonl(path, store="s"):
        pass
    assert path.read_bytes() == b"hello\n"
