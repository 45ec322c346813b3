"""Models kept as what they differ in from the encoder come back to the last bit, or not at all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoma.encode import differences
from onoma.encode.differences import Place, model_path, pack, read_model, unpack
from onoma.errors import BadFile, Inconsistent


def _model(seed: int, *, by_row: bool, rows: int = 7, columns: int = 5) -> tuple[bytes, Place]:
    """Return bytes with a matrix and its scales among others, and where they stand."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(-127, 128, (rows, columns)).astype(np.int8)
    scales = rng.uniform(0.01, 0.02, rows if by_row else columns).astype("<f4")
    before, between = b"head" * (1 + seed % 3), b"between"
    model = before + codes.tobytes() + between + scales.tobytes() + b"end"
    place = Place(len(before), len(before) + codes.size + len(between), rows, columns, by_row)
    return model, place


@given(st.integers(0, 999), st.integers(0, 999), st.booleans())
def test_a_model_comes_back_to_the_last_bit(seed: int, other: int, by_row: bool) -> None:
    model, own = _model(seed, by_row=by_row)
    reference, theirs = _model(other, by_row=by_row)
    assert unpack(pack(model, reference, [(own, theirs)]), reference, "it") == model


def test_scales_may_stand_before_the_matrix() -> None:
    scales, codes = np.full(2, 0.5, "<f4"), np.array([[3, -4], [5, 6]], np.int8)
    model = scales.tobytes() + codes.tobytes()
    place = Place(8, 0, 2, 2, False)
    assert unpack(pack(model, model, [(place, place)]), model, "it") == model


def test_what_is_near_the_reference_takes_little_room() -> None:
    model, place = _model(1, by_row=True, rows=200, columns=64)
    near = bytearray(model)
    near[place.at] ^= 1
    packed = pack(bytes(near), model, [(place, place)])
    assert len(packed) < len(model) / 4
    assert unpack(packed, model, "it") == near


def test_another_reference_and_damage_are_errors() -> None:
    model, own = _model(1, by_row=False)
    reference, theirs = _model(2, by_row=False)
    packed = pack(model, reference, [(own, theirs)])
    with pytest.raises(Inconsistent, match="the encoder that ships is another"):
        unpack(packed, model, "it")
    for at in range(0, len(packed), 7):
        broken = bytearray(packed)
        broken[at] ^= 255
        with pytest.raises((BadFile, Inconsistent)):
            unpack(bytes(broken), reference, "it")
    for end in (0, 10, len(packed) - 1):
        with pytest.raises(BadFile):
            unpack(packed[:end], reference, "it")


def test_a_file_as_it_is_comes_before_a_packed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, own = _model(1, by_row=False)
    reference, theirs = _model(2, by_row=False)
    (tmp_path / "encoder.onnx").write_bytes(reference)
    monkeypatch.setattr(differences, "reference_path", lambda: tmp_path / "encoder.onnx")
    path = tmp_path / "m.onnx"
    assert model_path(path) is None
    with pytest.raises(BadFile, match="not there"):
        read_model(path)
    (tmp_path / "m.onnx.delta").write_bytes(pack(model, reference, [(own, theirs)]))
    assert read_model(path) == model
    path.write_bytes(b"plain")
    assert read_model(path) == b"plain"


@pytest.mark.parametrize("name", ["tagger/model.onnx", "relate/reader/upper.onnx"])
def test_what_ships_packed_is_what_its_card_names(name: str) -> None:
    data = differences.reference_path().parent.parent
    model = read_model(data / name)
    packed = (data / (name + differences.SUFFIX)).read_bytes()
    head = json.loads(packed[: packed.index(b"\n")])
    assert hashlib.sha256(model).hexdigest() == head["sha256"]
    assert len(packed) < 0.75 * len(model)
