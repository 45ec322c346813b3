from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from onoma.encode import Encoder, load_encoder
from onoma.encode.bert import read_weights
from onoma.encode.encoder import pooled
from onoma.encode.folder import read_folder
from onoma.encode.training.export import write_onnx
from onoma.errors import BadFile, InputError, ModelMissing, OnomaError
from tests.encode.tiny import WIDTH, write_tiny

TEXTS = ["heart attack", "renal failure of the kidney", "", "fever", "type 2 a b - 1 1 1 1", " \t"]


def tiny_onnx(folder: Path, *, small: bool = False, pooling: str = "mean_tokens") -> Path:
    pytest.importorskip("onnx", reason="the tiny model is written by onnx")
    write_tiny(folder, pooling=pooling)
    weights, shape = read_weights(read_folder(folder, wants="safetensors"))
    write_onnx(folder / "model.onnx", weights, shape, small=small)
    return folder


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return load_encoder(tiny_onnx(tmp_path_factory.mktemp("tiny")))


def test_each_text_has_a_unit_vector(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), WIDTH) == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    sizes = np.linalg.norm(vectors, axis=1)
    assert np.allclose(sizes, [1, 1, 0, 1, 1, 0], atol=1e-5)


def test_order_and_batch_do_not_matter(encoder: Encoder) -> None:
    once = encoder.encode(TEXTS)
    assert np.allclose(encoder.encode(TEXTS[::-1], batch=2)[::-1], once, atol=1e-5)
    assert encoder.encode([]).shape == (0, WIDTH)


def test_a_text_of_ten_thousand_characters_is_cut(encoder: Encoder) -> None:
    vectors = encoder.encode(["heart attack " * 1000, "heart attack " * 2000])
    assert np.allclose(vectors[0], vectors[1])


def test_one_string_is_refused(encoder: Encoder) -> None:
    with pytest.raises(InputError, match="list"):
        encoder.encode("fever")
    with pytest.raises(InputError, match="batch"):
        encoder.encode(["fever"], batch=0)


def test_the_digest_is_that_of_the_weights(encoder: Encoder) -> None:
    assert len(encoder.digest) == 64


def test_int8_is_near_to_float(tmp_path: Path, encoder: Encoder) -> None:
    small = load_encoder(tiny_onnx(tmp_path, small=True))
    cosines = (small.encode(TEXTS) * encoder.encode(TEXTS)).sum(1)
    assert cosines[[0, 1, 3, 4]].min() > 0.97


def test_torch_and_onnxruntime_agree(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    by_onnx = load_encoder(tiny_onnx(tmp_path)).encode(TEXTS)
    (tmp_path / "model.onnx").unlink()
    assert np.allclose(load_encoder(tmp_path).encode(TEXTS), by_onnx, atol=1e-5)


@pytest.mark.parametrize("pooling", ["cls_token", "lasttoken"])
def test_other_poolings_are_read(tmp_path: Path, pooling: str, encoder: Encoder) -> None:
    other = load_encoder(tiny_onnx(tmp_path, pooling=pooling)).encode(TEXTS)
    assert not np.allclose(other, encoder.encode(TEXTS))


def test_how_it_is_pooled_can_be_said(tmp_path: Path) -> None:
    folder = tiny_onnx(tmp_path, pooling="cls_token")
    said = load_encoder(folder).encode(TEXTS)
    (folder / "1_Pooling" / "config.json").unlink()
    assert np.allclose(load_encoder(folder, pooling="cls").encode(TEXTS), said)
    assert not np.allclose(load_encoder(folder).encode(TEXTS), said)
    with pytest.raises(BadFile, match="pooling"):
        load_encoder(folder, pooling="max")


def test_the_last_piece_is_that_of_each_text() -> None:
    vectors = np.arange(12, dtype=np.float32).reshape(2, 3, 2)
    mask = np.array([[1, 1, 0], [1, 1, 1]], np.int64)
    found = pooled(vectors, mask, "last")
    assert np.allclose(found[0] / found[0][0], vectors[0, 1] / vectors[0, 1][0])
    assert np.allclose(found[1] / found[1][0], vectors[1, 2] / vectors[1, 2][0])


def _not_json(folder: Path) -> None:
    (folder / "config.json").write_text('{"model')


def _cut(folder: Path) -> None:
    data = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(data[: len(data) // 2])


def _empty(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"")


def _no_weights(folder: Path) -> None:
    (folder / "model.onnx").unlink()
    (folder / "model.safetensors").unlink()


def _unknown_step(folder: Path) -> None:
    (folder / "modules.json").write_text('[{"type": "sentence_transformers.models.Dense"}]')


def _unknown_pooling(folder: Path) -> None:
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_max_tokens": true}')


@pytest.mark.parametrize(
    ("damage", "error", "words"),
    [
        (_not_json, BadFile, "config.json"),
        (_cut, BadFile, "cannot be run"),
        (_empty, BadFile, "cannot be run"),
        (_no_weights, ModelMissing, "model.onnx or model.safetensors"),
        (_unknown_step, BadFile, "Dense"),
        (_unknown_pooling, BadFile, "max_tokens"),
    ],
)
def test_a_damaged_folder_is_one_clear_error(
    tmp_path: Path, damage: Callable[[Path], None], error: type[OnomaError], words: str
) -> None:
    damage(tiny_onnx(tmp_path))
    with pytest.raises(error, match=words) as caught:
        load_encoder(tmp_path)
    assert caught.value.hint


@pytest.mark.parametrize(
    "change",
    [
        {"model_type": "roberta"},
        {"model_type": None},
        {"position_embedding_type": "relative_key"},
        {"hidden_act": "swish"},
        {"num_hidden_layers": 3},
    ],
)
def test_another_architecture_is_one_clear_error(tmp_path: Path, change: dict[str, object]) -> None:
    write_tiny(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | change))
    with pytest.raises(BadFile):
        read_weights(read_folder(tmp_path))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no model folder"):
        load_encoder(tmp_path / "none")
    with pytest.raises(ModelMissing, match=r"config\.json"):
        load_encoder(tmp_path)
