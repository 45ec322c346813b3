"""Compiling: the same each time, all or nothing."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from onoma.ontology.compile import compile_store
from onoma.ontology.store import ConceptStore
from onoma.ontology.vocabulary import Vocabulary
from tests.small_vocabulary import CURIES, small_vocabulary


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def test_the_same_vocabulary_gives_the_same_bytes(vocabulary: Vocabulary, tmp_path: Path) -> None:
    one = compile_store(vocabulary, tmp_path / "one")
    other = compile_store(vocabulary, tmp_path / "other")
    assert digests(one) == digests(other)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_gives_the_same_bytes(store: ConceptStore, seed: str) -> None:
    program = (
        "import json, pathlib, sys, tempfile\n"
        "from onoma.ontology.compile import compile_store\n"
        "from tests.small_vocabulary import small_vocabulary\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    path = compile_store(small_vocabulary(), pathlib.Path(folder) / 'store')\n"
        "    print(json.loads((path / 'store.json').read_text())['sha256'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == store.manifest["sha256"]


def test_order_of_the_concepts_changes_no_answer(store: ConceptStore, tmp_path: Path) -> None:
    order = np.random.default_rng(7).permutation(len(CURIES)).tolist()
    other = ConceptStore(compile_store(small_vocabulary(order=order), tmp_path / "other"))
    for curie in CURIES:
        assert other.concept(curie) == store.concept(curie)
        assert other.ancestors(curie) == store.ancestors(curie)
    for name in ("mole", "hypertension", "Parkinson disease", "tumours"):
        assert other.concepts_named(name) == store.concepts_named(name)


def test_progress_is_told_and_never_falls(vocabulary: Vocabulary, tmp_path: Path) -> None:
    said: list[tuple[str, float]] = []
    compile_store(
        vocabulary, tmp_path / "store", progress=lambda step, share: said.append((step, share))
    )
    shares = [share for _, share in said]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert all(step for step, _ in said)


def broken(vocabulary: Vocabulary) -> Vocabulary:
    """Return the vocabulary with an equivalent of a concept that is not there."""
    far = np.full(len(vocabulary.equivalents), 10_000, np.uint32)
    bad = vocabulary.equivalents.replaced(concept=far)
    return dataclasses.replace(vocabulary, equivalents=bad)


def test_failed_compile_leaves_nothing(vocabulary: Vocabulary, tmp_path: Path) -> None:
    with pytest.raises(IndexError):
        compile_store(broken(vocabulary), tmp_path / "cache" / "store")
    assert list((tmp_path / "cache").iterdir()) == []


def test_failed_compile_keeps_the_store_that_was_there(
    vocabulary: Vocabulary, tmp_path: Path
) -> None:
    folder = compile_store(vocabulary, tmp_path / "store")
    before = digests(folder)
    with pytest.raises(IndexError):
        compile_store(broken(vocabulary), folder)
    assert digests(folder) == before
    assert list(tmp_path.iterdir()) == [folder]


def test_interrupted_compile_keeps_the_store_that_was_there(
    vocabulary: Vocabulary, tmp_path: Path
) -> None:
    folder = compile_store(vocabulary, tmp_path / "store")

    def interrupt(step: str, share: float) -> None:
        if share > 0.85:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compile_store(vocabulary, folder, progress=interrupt)
    assert list(tmp_path.iterdir()) == [folder]
    assert ConceptStore(folder).n_concepts == len(CURIES)


def test_failed_rename_brings_the_old_store_back(
    vocabulary: Vocabulary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = compile_store(vocabulary, tmp_path / "store")
    before = digests(folder)
    real = Path.replace
    moves: list[Path] = []

    def second_fails(self: Path, target: Path) -> Path:
        moves.append(self)
        if len(moves) == 2:
            raise OSError("disk gone")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", second_fails)
    with pytest.raises(OSError, match="disk gone"):
        compile_store(vocabulary, folder)
    assert digests(folder) == before
    assert list(tmp_path.iterdir()) == [folder]


def test_store_is_replaced_whole(vocabulary: Vocabulary, tmp_path: Path) -> None:
    folder = compile_store(vocabulary, tmp_path / "store")
    (folder / "left-over").write_text("from before", encoding="utf-8")
    compile_store(vocabulary, folder)
    assert not (folder / "left-over").exists()
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.skipif(os.name == "nt", reason="a mapped file cannot be removed on Windows")
def test_reader_of_the_old_store_goes_on(vocabulary: Vocabulary, tmp_path: Path) -> None:
    folder = compile_store(vocabulary, tmp_path / "store")
    reader = ConceptStore(folder)
    types = reader.array("concept_types")
    shutil.rmtree(folder)
    assert np.any(types)


def test_vocabulary_of_one_name_is_a_store(vocabulary: Vocabulary, tmp_path: Path) -> None:
    one = dataclasses.replace(
        vocabulary,
        concepts=vocabulary.concepts.take(np.arange(1)),
        names=vocabulary.names.take(np.arange(1)),
        parents=vocabulary.parents.take(np.arange(0)),
        equivalents=vocabulary.equivalents.take(np.arange(0)),
        retired=vocabulary.retired.take(np.arange(0)),
        annotations=vocabulary.annotations.take(np.arange(0)),
    )
    store = ConceptStore(compile_store(one, tmp_path / "store"))
    assert store.concepts_named("Diseases") == ["MONDO:0000001"]
    assert store.concept("MONDO:0000001").equivalents == ()
    assert store.row_of("MONDO:0000002") == -1
