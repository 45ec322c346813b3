from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from onoma.encode import Encoder, NameVectors, open_vectors
from onoma.encode.encoder import load_encoder
from onoma.encode.vector_building import build_vectors, vectors_folder
from onoma.errors import Checksum, Inconsistent, InputError, ModelMissing, UnknownName
from onoma.ontology.store import ConceptStore
from tests.encode.test_encoder import tiny_onnx

F32 = npt.NDArray[np.float32]


def silent(done: int, total: int) -> None:
    pass


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return load_encoder(tiny_onnx(tmp_path_factory.mktemp("tiny")))


@pytest.fixture(scope="module")
def vectors(
    store: ConceptStore, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> NameVectors:
    folder = tmp_path_factory.mktemp("vectors") / "made"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("onoma.encode.vector_building.COARSE", 5)  # of the tiny model's eight
        build_vectors(store, encoder, folder, silent)
    return NameVectors(folder)


def texts_of(store: ConceptStore, vectors: NameVectors) -> list[str]:
    rows = [vectors.names_of(entry)[0] for entry in range(len(vectors))]
    return [store.names[int(row)] for row in rows]


def test_a_name_is_nearest_to_itself(
    store: ConceptStore, encoder: Encoder, vectors: NameVectors
) -> None:
    texts = texts_of(store, vectors)
    found = vectors.nearest(encoder.encode(texts), k=1)
    assert found.scores.min() > 0.98
    assert found.entries.shape == (len(texts), 1)


def test_the_search_agrees_with_comparing_everything(
    store: ConceptStore, encoder: Encoder, vectors: NameVectors
) -> None:
    texts = texts_of(store, vectors)
    queries = encoder.encode(["renal failure", "heart attack type 2"])
    exact = np.sort(queries @ encoder.encode(texts).T, axis=1)[:, ::-1]
    found = vectors.nearest(queries, k=5)
    assert np.allclose(found.scores, exact[:, :5], atol=0.03)
    assert (np.diff(found.scores, axis=1) <= 0).all()


def test_only_names_of_the_types_asked_for_come(
    store: ConceptStore, encoder: Encoder, vectors: NameVectors
) -> None:
    found = vectors.nearest(encoder.encode(["fever"]), ["phenotype"], k=200)
    entries = found.entries[found.entries >= 0]
    assert 0 < len(entries) < len(vectors)
    assert (found.scores[found.entries < 0] == -1).all()
    concepts = store.array("name_concept")
    for entry in entries.tolist():
        curies = [store.curies[int(concepts[row])] for row in vectors.names_of(entry)]
        assert any("phenotype" in store.concept(curie).types for curie in curies)


def test_what_cannot_be_asked_is_told(vectors: NameVectors) -> None:
    with pytest.raises(InputError, match="do not fit"):
        vectors.nearest(np.zeros((1, 3), np.float32))
    with pytest.raises(InputError, match="k is 0"):
        vectors.nearest(np.zeros((1, vectors.dimension), np.float32), k=0)
    with pytest.raises(UnknownName):
        vectors.nearest(np.zeros((1, vectors.dimension), np.float32), ["diseases"])


def test_symbols_and_cell_lines_are_left_out(store: ConceptStore, vectors: NameVectors) -> None:
    texts = set(texts_of(store, vectors))
    assert "breast cancer" in texts
    assert not texts & {"BRCA1", "TP53", "HeLa", "1,1-dimethylbiguanide"}


class Breaking:
    """An encoder that is stopped in the middle of a build."""

    def __init__(self, encoder: Encoder, stop: int) -> None:
        self.encoder, self.left = encoder, stop
        self.dimension, self.digest = encoder.dimension, encoder.digest
        self.name = encoder.name

    def encode(self, texts: Sequence[str], *, batch: int = 128) -> F32:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        return self.encoder.encode(texts, batch=batch)


def test_a_stopped_build_goes_on(
    store: ConceptStore,
    encoder: Encoder,
    vectors: NameVectors,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("onoma.encode.vector_building.PIECE", 8)
    monkeypatch.setattr("onoma.encode.vector_building.COARSE", 5)
    folder = tmp_path / "made"
    with pytest.raises(KeyboardInterrupt):
        build_vectors(store, Breaking(encoder, 2), folder, silent)  # type: ignore[arg-type]
    assert not folder.exists()
    work = folder.with_name("made.work")
    assert len(list(work.iterdir())) == 2
    (work / "piece-00002.npy").write_bytes(b"cut")  # as a machine that lost power leaves it
    rest = Breaking(encoder, -(-len(vectors) // 8) - 2)  # as many pieces as there are left
    build_vectors(store, rest, folder, silent)  # type: ignore[arg-type]
    assert rest.left == 0
    for name in vectors.manifest["files"]:
        assert (folder / name).read_bytes() == (vectors.folder / name).read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_damage_is_told(store: ConceptStore, encoder: Encoder, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        NameVectors(tmp_path)
    folder = tmp_path / "made"
    build_vectors(store, encoder, folder, silent)
    NameVectors(folder).verify()
    path = folder / "names.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(Checksum):
        NameVectors(folder).verify()
    path.write_bytes(bytes(data[:-4]))
    with pytest.raises(Checksum, match=r"names\.npy"):
        NameVectors(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format": 0}))
    with pytest.raises(Inconsistent):
        NameVectors(folder)


def test_they_are_made_once_in_the_cache(
    store: ConceptStore, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONOMA_CACHE", str(tmp_path))
    told: list[int] = []
    open_vectors(store, encoder, progress=lambda done, total: told.append(done))
    assert told
    assert vectors_folder(store, encoder).parent == tmp_path
    told.clear()
    open_vectors(store, encoder, progress=lambda done, total: told.append(done))
    assert not told


def test_cosines_of_given_names(
    store: ConceptStore, encoder: Encoder, vectors: NameVectors
) -> None:
    queries = encoder.encode(["renal failure", "heart attack type 2"])
    entries = np.arange(len(vectors)).repeat(2)
    names = np.array([vectors.names_of(entry)[-1] for entry in entries.tolist()])
    owner = np.tile([0, 1], len(vectors))
    found = vectors.cosines(queries, owner, names)
    nearest = vectors.nearest(queries, k=len(vectors))
    for row in (0, 1):
        order = np.argsort(nearest.entries[row])
        assert np.allclose(found[owner == row], nearest.scores[row][order], atol=1e-5)
    without = np.array([10**9, -1, *set(range(store.n_names)) - set(vectors._names.tolist())])
    assert (vectors.entries_of(without) == -1).all()
    assert np.isnan(vectors.cosines(queries, np.zeros(len(without), np.int64), without)).all()
    with pytest.raises(InputError, match="do not fit"):
        vectors.cosines(queries[:, 1:], owner, names)
