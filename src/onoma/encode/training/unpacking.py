"""The float weights of an int8 model that ``export`` wrote, so that learning can go on from it.

What ships is int8 alone; every weight comes back to within half a step of its scale.
"""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from onoma.encode.bert import Shape, shape_of, weight_names
from onoma.encode.differences import read_model
from onoma.encode.folder import read_folder
from onoma.encode.safetensors import write_safetensors
from onoma.encode.training.export import TABLE, need_onnx
from onoma.errors import BadFile

FILES = ("vocab.txt", "config.json", "tokenizer_config.json", "modules.json",
         "sentence_bert_config.json", "1_Pooling/config.json")  # fmt: skip
TABLES = "embeddings.{}_embeddings.weight"
Arrays = dict[str, npt.NDArray[Any]]


def unpacked_folder(model: Path, out: Path) -> Path:
    """Write a model folder with float weights from one with an int8 ``model.onnx``; return it.

    A folder that has ``model.safetensors`` is returned as it is.

    Raises: ModelMissing, BadFile: no such model, or one that was not written here; ExtraMissing:
    onnx is not installed.
    """
    if (model / "model.safetensors").is_file():
        return model
    folder = read_folder(model)
    weights = float_weights(folder.weights, shape_of(folder))
    (out / "1_Pooling").mkdir(parents=True, exist_ok=True)
    for name in FILES:
        if (model / name).is_file():
            shutil.copyfile(model / name, out / name)
    part = out / "model.safetensors.part"
    write_safetensors(part, weights)
    part.replace(out / "model.safetensors")
    return out


def float_weights(path: Path, shape: Shape) -> dict[str, npt.NDArray[np.float32]]:
    """Return the weights of an ONNX file that ``write_onnx`` wrote, by their plain names.

    Raises: BadFile: the file is not one of those.
    """
    onnx = need_onnx()
    damaged = import_module("google.protobuf.message").DecodeError  # comes with onnx
    try:
        graph = onnx.load_from_string(read_model(path)).graph
        found = {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}
        return {name: _weight(name, found) for name in weight_names(shape)}
    except (OSError, KeyError, ValueError, damaged) as error:
        raise BadFile(
            f"{path} was not written by onoma train encoder: {error}",
            hint="give a folder with model.safetensors",
        ) from error


def _weight(name: str, found: Arrays) -> npt.NDArray[np.float32]:
    if name == TABLE:
        if "words" not in found:
            raise KeyError(name)
        words = found["words"].astype(np.float32)
        return words * found["word_scales"] if "word_scales" in found else words
    if name == TABLES.format("position"):  # the first sort of token is part of it
        return np.asarray(found["places"], np.float32)
    if name == TABLES.format("token_type"):
        return np.zeros((2, found["places"].shape[1]), np.float32)
    if name.endswith(".bias") or "LayerNorm" in name:
        return np.asarray(found[name], np.float32)
    if name in found:
        return np.ascontiguousarray(found[name].T, np.float32)
    codes, zero = found[f"{name}_quantized"].astype(np.float32), found[f"{name}_zero_point"]
    return np.ascontiguousarray(((codes - zero) * found[f"{name}_scale"]).T, np.float32)
