"""Packing a model in int8 that grew out of another one of the same shape."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from onoma.encode import differences
from onoma.encode.bert import Shape
from onoma.encode.differences import read_model

onnx = pytest.importorskip("onnx")

F32 = npt.NDArray[np.float32]
SHAPE = Shape(layers=1, heads=2, width=16, epsilon=1e-12, activation="gelu")


def _weights(seed: int) -> dict[str, F32]:
    from onoma.encode.bert import weight_names

    rng, wide = np.random.default_rng(seed), 4 * SHAPE.width
    sizes = {"word": 30, "position": 12, "token_type": 2}
    found = {}
    for name in weight_names(SHAPE):
        if name.startswith("embeddings.") and "LayerNorm" not in name:
            rows = sizes[name.removeprefix("embeddings.").removesuffix("_embeddings.weight")]
            shape: tuple[int, ...] = (rows, SHAPE.width)
        elif name.endswith("bias") or "LayerNorm" in name:
            shape = (wide if "intermediate" in name else SHAPE.width,)
        elif "intermediate" in name:
            shape = (wide, SHAPE.width)
        else:
            shape = (SHAPE.width, wide if "output.dense" in name and "att" not in name else 16)
        found[name] = rng.normal(0, 0.1, shape).astype(np.float32)
    return found


def test_all_matrices_are_found_and_the_file_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onoma.encode.training.export import write_onnx
    from onoma.encode.training.packing import pack_file, places_of

    start = _weights(1)
    other = _weights(2)
    grown = {n: (array + 0.002 * other[n]).astype(np.float32) for n, array in start.items()}
    write_onnx(tmp_path / "encoder.onnx", start, SHAPE)
    write_onnx(tmp_path / "model.onnx", grown, SHAPE)
    monkeypatch.setattr(differences, "reference_path", lambda: tmp_path / "encoder.onnx")
    monkeypatch.setattr(
        "onoma.encode.training.packing.reference_path", lambda: tmp_path / "encoder.onnx"
    )
    model = (tmp_path / "model.onnx").read_bytes()
    places = places_of(model)
    assert len(places) == 7  # the word table and six matrices of the layer
    assert [place.by_row for name, place in places.items() if name == "words"] == [True]
    packed = pack_file(tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()
    assert packed.stat().st_size < len(model)
    assert read_model(tmp_path / "model.onnx") == model
