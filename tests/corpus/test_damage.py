"""Damage is found before anything is read from it, and repaired as far as it can be."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from onoma.corpus import Corpus, DerivedIndex, repair, verify
from onoma.errors import OnomaError
from onoma.ontology.store import ConceptStore
from onoma.pipeline import Pipeline
from tests.corpus.conftest import document

SEEN = ("manifest.json", "manifest.copy.json")


def damage(path: Path, rng: random.Random) -> None:
    """Flip a byte, or cut the file."""
    data = bytearray(path.read_bytes())
    if rng.random() < 0.5:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    else:
        del data[rng.randrange(len(data)) :]
    path.write_bytes(bytes(data))


def read_all(folder: Path) -> list[str]:
    corpus = Corpus.open(folder)
    return [f"{one.id} {one.text} {len(one.mentions)}" for one in corpus.annotated()]


def read_rows(folder: Path) -> int:
    corpus = Corpus.open(folder)
    return len(corpus) + sum(len(batch.documents) for batch in corpus.batches())


def files_of(folder: Path) -> list[Path]:
    hidden = {"lock"}
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".") and path.name not in hidden
    )


@pytest.mark.usefixtures("small_core")
def test_random_damage_is_found_and_repaired(filled: Corpus, tmp_path: Path) -> None:
    rng = random.Random(5)  # noqa: S311 - no secret
    wanted = read_all(filled.folder)
    index = DerivedIndex(filled.indexes / "words")
    index.begin()
    (index.folder / "a.bin").write_bytes(bytes(range(200)))
    index.commit(["a.bin"], filled, watermark=filled.last)
    count = len(files_of(filled.folder))
    for turn in range(2 * count):
        folder = tmp_path / f"c{turn}"
        shutil.copytree(filled.folder, folder)
        path = files_of(folder)[turn % count]
        damage(path, rng)
        assert not verify(folder).is_sound, path
        if path.name != SEEN[1] and "indexes" not in path.parts:
            with pytest.raises(OnomaError):
                read_rows(folder)
        done = repair(folder)
        assert verify(folder).is_sound, (path, verify(folder))
        found = read_all(folder)
        lost = {id_ for one in done.lost for id_ in one.ids}
        assert found == [row for row in wanted if row.split()[0] not in lost], path
        assert not lost & {row.split()[0] for row in found}
        if not path.name.endswith("documents.parquet"):
            assert not done.lost, path
        assert repair(folder).is_nothing
        shutil.rmtree(folder)


@pytest.mark.usefixtures("small_core")
def test_lost_documents_are_named_and_can_be_added_again(filled: Corpus, nlp: Pipeline) -> None:
    wanted = sorted(read_all(filled.folder))
    path = sorted(filled.data.glob("*-documents.parquet"))[1]
    path.write_bytes(path.read_bytes()[:100])
    done = repair(filled.folder)
    assert {id_ for one in done.lost for id_ in one.ids} == {
        *(f"d{n}" for n in range(20, 30)),
        "d3",
    }
    corpus = Corpus.open(filled.folder)
    assert corpus.document("d3") is None  # the older text does not come back
    assert corpus.info().lost == 11
    corpus.add([document(n) for n in range(20, 30)] + [document(3, "changed")], pipeline=nlp)
    assert sorted(read_all(filled.folder)) == wanted  # d25 stays removed


@pytest.mark.usefixtures("small_core")
def test_both_manifests_lost_are_made_again(filled: Corpus, store: ConceptStore) -> None:
    wanted = read_all(filled.folder)
    for name in SEEN:
        (filled.folder / name).write_bytes(b"{}")
    done = repair(filled.folder)
    assert "made again" in done.manifest
    assert read_all(filled.folder) == wanted
    assert Corpus.open(filled.folder).store == store.version


@pytest.mark.usefixtures("small_core")
def test_heads_and_documents_lost_together_leave_the_rest(filled: Corpus) -> None:
    for kind in ("documents", "heads"):
        (filled.data / f"000002-{kind}.parquet").unlink()
    done = repair(filled.folder)
    assert (done.lost[0].first, done.lost[0].last, done.lost[0].ids) == (21, 31, ())
    assert verify(filled.folder).is_sound
    assert len(Corpus.open(filled.folder)) == 19


def test_a_file_that_was_read_before_is_not_trusted_once_it_changes(filled: Corpus) -> None:
    read_all(filled.folder)
    path = next(filled.data.glob("000001-mentions.parquet"))
    data = bytearray(path.read_bytes())
    data[50] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(OnomaError, match="damaged"):
        read_all(filled.folder)
