from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from onoma.encode.safetensors import read_safetensors, write_safetensors
from onoma.errors import BadFile


def test_what_is_written_is_read(tmp_path: Path) -> None:
    arrays: dict[str, npt.NDArray[Any]] = {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "b": np.array([1, 2], np.int64),
    }
    write_safetensors(tmp_path / "w.safetensors", arrays)
    found = read_safetensors(tmp_path / "w.safetensors")
    assert found.keys() == arrays.keys()
    assert all(np.array_equal(found[name], arrays[name]) for name in arrays)
    assert [path.name for path in tmp_path.iterdir()] == ["w.safetensors"]


def test_half_precision_is_widened(tmp_path: Path) -> None:
    values = np.array([1.0, -2.5, 0.0], np.float32)
    upper = (values.view(np.uint32) >> 16).astype("<u2").tobytes()
    head = {"w": {"dtype": "BF16", "shape": [3], "data_offsets": [0, 6]}}
    words = json.dumps(head).encode()
    path = tmp_path / "w.safetensors"
    path.write_bytes(len(words).to_bytes(8, "little") + words + upper)
    assert read_safetensors(path)["w"].tolist() == values.tolist()


@pytest.mark.parametrize("cut", [0, 4, 12, 40, -1])
def test_a_file_that_is_cut_is_told(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "w.safetensors"
    write_safetensors(path, {"a": np.ones((2, 3), np.float32)})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(BadFile):
        read_safetensors(path)


@pytest.mark.parametrize(
    "header",
    [
        {"a": {"dtype": "F32", "shape": [9], "data_offsets": [0, 36]}},
        {"a": {"dtype": "F32", "shape": [1], "data_offsets": [-4, 0]}},
        {"a": {"dtype": "X9", "shape": [1], "data_offsets": [0, 4]}},
        {"a": 3},
        {},
        [],
    ],
)
def test_a_header_that_lies_is_told(tmp_path: Path, header: object) -> None:
    words = json.dumps(header).encode()
    path = tmp_path / "w.safetensors"
    path.write_bytes(len(words).to_bytes(8, "little") + words + b"\0" * 8)
    with pytest.raises(BadFile):
        read_safetensors(path)
