"""An index is what its manifest says, or it is built anew."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from onoma.corpus import Corpus, DerivedIndex, derived_indexes, verify
from onoma.corpus.durable import FileSum
from onoma.corpus.sums import NOTE, Checked
from onoma.errors import Checksum, OnomaError


@pytest.fixture
def index(corpus: Corpus) -> DerivedIndex:
    made = DerivedIndex(corpus.indexes / "words")
    folder = made.begin()
    (folder / "part").mkdir()
    (folder / "a.bin").write_bytes(b"first")
    (folder / "part" / "b.bin").write_bytes(b"second")
    made.commit(["a.bin", "part/b.bin"], corpus, watermark=0, settings={"format": 3})
    return made


def test_a_committed_index_is_open(index: DerivedIndex, corpus: Corpus) -> None:
    state = DerivedIndex(index.folder).open(corpus)
    assert state is not None
    assert state.settings == {"format": 3}
    assert [one.name for one in state.files] == ["a.bin", "part/b.bin"]
    assert [one.name for one in derived_indexes(corpus.indexes)] == ["words"]


def test_an_index_that_was_never_committed_is_none(corpus: Corpus) -> None:
    fresh = DerivedIndex(corpus.indexes / "words")
    assert fresh.open(corpus) is None
    fresh.begin()
    (fresh.folder / "a.bin").write_bytes(b"x")
    assert fresh.open(corpus) is None
    fresh.sweep()
    assert not (fresh.folder / "a.bin").exists()


@pytest.mark.parametrize("name", ["a.bin", "part/b.bin", "index.json"])
def test_a_damaged_index_is_not_opened(index: DerivedIndex, corpus: Corpus, name: str) -> None:
    path = index.folder / name
    data = bytearray(path.read_bytes())
    data[2] ^= 4
    path.write_bytes(bytes(data))
    assert index.open(corpus) is None
    assert not verify(corpus.folder).is_sound
    path.unlink()
    assert index.open(corpus) is None


def test_an_index_of_another_generation_is_not_opened(index: DerivedIndex, corpus: Corpus) -> None:
    class Other:
        id = corpus.id
        generation = corpus.generation + 1

    assert index.open(Other()) is None


def test_a_dropped_index_is_gone(index: DerivedIndex, corpus: Corpus) -> None:
    index.drop()
    assert not index.folder.exists()
    assert derived_indexes(corpus.indexes) == []


def test_a_file_is_summed_once_until_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"first")
    long_ago = time.time() - 100
    os.utime(path, (long_ago, long_ago))
    one = FileSum("a.bin", 5, "a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e")
    checked = Checked(tmp_path)
    checked.check(one)
    checked.save()
    monkeypatch.setattr("onoma.corpus.sums.sum_file", lambda _: pytest.fail("summed again"))
    Checked(tmp_path).check(one)
    monkeypatch.undo()
    path.write_bytes(b"other")
    with pytest.raises(Checksum, match="damaged"):
        Checked(tmp_path).check(one)
    (tmp_path / NOTE).write_bytes(b'{"a.bin": 3}')
    with pytest.raises(OnomaError, match="damaged"):
        Checked(tmp_path).check(one)


def test_a_file_that_may_still_change_is_not_noted(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"first")
    checked = Checked(tmp_path)
    checked.note(FileSum("a.bin", 5, "x"))
    checked.save()
    assert Checked(tmp_path).known("a.bin") is None
