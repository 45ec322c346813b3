"""A model folder in Hugging Face layout: which weights, how long a text, how it is pooled."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onoma.errors import BadFile, ModelMissing

POOLINGS = ("mean", "cls", "last")
ONNX_PLACES = ("model.onnx", "onnx/model.onnx", "model_int8.onnx", "onnx/model_quantized.onnx")
DEFAULT_LENGTH = 256  # pieces of a text that are read where the folder says nothing
KNOWN_MODULES = ("Transformer", "Pooling", "Normalize")


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """What a folder says of its model; ``weights`` is an ONNX or a safetensors file."""

    path: Path
    name: str
    weights: Path
    config: dict[str, Any]
    pooling: str
    longest: int

    @property
    def is_onnx(self) -> bool:
        """Whether onnxruntime runs the weights."""
        return self.weights.suffix == ".onnx"


def read_folder(path: Path, *, wants: str = "any", pooling: str | None = None) -> ModelFolder:
    """Return what a model folder holds; an ONNX file is preferred unless safetensors are wanted.

    ``pooling`` (of ``POOLINGS``) stands in for what the folder says.

    Raises: ModelMissing: no such folder, or no weights in it; BadFile: a file is damaged, or the
    model has a step that is not done here.
    """
    if not path.is_dir():
        raise ModelMissing(f"no model folder {path}", hint="give a folder with config.json")
    config = _read(path / "config.json")
    if not config:
        raise ModelMissing(f"{path} holds no config.json", hint="give a Hugging Face model folder")
    onnx = [path / place for place in ONNX_PLACES if (path / place).is_file()]
    tensors = [path / "model.safetensors"] if (path / "model.safetensors").is_file() else []
    weights = tensors if wants == "safetensors" else onnx + tensors
    if not weights:
        sort = "model.safetensors" if wants == "safetensors" else "model.onnx or model.safetensors"
        pickled = (path / "pytorch_model.bin").is_file()
        hint = "pytorch_model.bin is a pickle, which is not opened: save it as safetensors"
        raise ModelMissing(
            f"{path} holds no {sort}", hint=hint if pickled else "copy the model's weights there"
        )
    said = _read(path / "sentence_bert_config.json").get("max_seq_length")
    positions = int(config.get("max_position_embeddings") or 512)
    return ModelFolder(
        path,
        str(config.get("onoma_name") or path.resolve().name),
        weights[0],
        config,
        _pooling(path, config, pooling),
        min(int(said or DEFAULT_LENGTH), positions),
    )


def _pooling(path: Path, config: dict[str, Any], asked: str | None) -> str:
    """Return how the vectors of pieces become one: as the folder says, else the mean."""
    modules = path / "modules.json"
    if modules.is_file():
        for module in _read_list(modules):
            kind = str(module.get("type", "")).rsplit(".", 1)[-1]
            if kind not in KNOWN_MODULES:
                raise BadFile(
                    f"{modules}: a step {kind!r} is not known here",
                    hint=f"models of {', '.join(KNOWN_MODULES)} can be loaded",
                )
    said = _read(path / "1_Pooling" / "config.json")
    if "pooling_mode" in said:
        found = {"lasttoken": "last"}.get(str(said["pooling_mode"]), str(said["pooling_mode"]))
    elif said:
        names = {"mean_tokens": "mean", "cls_token": "cls", "lasttoken": "last"}
        modes = [key for key, value in said.items() if key.startswith("pooling_mode_") and value]
        keys = [key.removeprefix("pooling_mode_") for key in modes]
        found = "+".join(names.get(key, key) for key in keys)
    else:
        found = str(config.get("onoma_pooling") or "mean")
    found = asked or found
    if found not in POOLINGS:
        raise BadFile(f"{path}: pooling {found!r} is not known", hint=f"known: {list(POOLINGS)}")
    return found


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    found = _json(path)
    if not isinstance(found, dict):
        raise BadFile(f"{path} holds no object", hint="copy the model folder again")
    return found


def _read_list(path: Path) -> list[dict[str, Any]]:
    found = _json(path)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadFile(f"{path} holds no list of modules", hint="copy the model folder again")
    return found


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadFile(f"{path}: {error}", hint="copy the model folder again") from error
