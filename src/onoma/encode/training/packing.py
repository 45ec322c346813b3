"""Packs models that an encoder's own weights grew into (``encode.differences``)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from onoma.encode.differences import SUFFIX, Place, pack, reference_path
from onoma.encode.training.export import need_onnx

CODES, SCALES = "_quantized", "_scale"


def places_of(model: bytes) -> dict[str, Place]:
    """Return where the int8 matrices of an ONNX file stand, by name, in their order.

    Raises: ExtraMissing: onnx is not installed.
    """
    onnx = need_onnx()
    arrays = {
        one.name: onnx.numpy_helper.to_array(one)
        for one in onnx.load_from_string(model).graph.initializer
    }
    found = {}
    for name, codes in arrays.items():
        scales = arrays.get("word_scales" if name == "words" else _scales_of(name))
        if codes.dtype != np.int8 or codes.ndim != 2 or scales is None:
            continue
        at, other = model.find(codes.tobytes()), model.find(scales.tobytes())
        if at >= 0 and other >= 0:
            rows, columns = codes.shape
            found[name] = Place(at, other, rows, columns, by_row=name == "words")
    return dict(sorted(found.items(), key=lambda one: one[1].at))


def _scales_of(name: str) -> str:
    return name.removesuffix(CODES) + SCALES


def pack_file(path: Path) -> Path:
    """Put a packed file in the place of a model's; return it.

    Its matrices are matched with those of the encoder that ships by name and measures.

    Raises: ExtraMissing: onnx is not installed.
    """
    model, reference = path.read_bytes(), reference_path().read_bytes()
    theirs = places_of(reference)
    pairs = [
        (own, theirs[name])
        for name, own in places_of(model).items()
        if name in theirs and (own.rows, own.columns) == (theirs[name].rows, theirs[name].columns)
    ]
    target = path.with_name(path.name + SUFFIX)
    part = target.with_name(target.name + ".part")
    part.write_bytes(pack(model, reference, pairs))
    part.replace(target)
    path.unlink()
    return target
