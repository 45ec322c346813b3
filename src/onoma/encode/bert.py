"""BERT in torch, as functions over its weights: for training, and for weights without ONNX.

Source: Devlin et al. 2019; the names are those of Hugging Face's ``BertModel``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from onoma.encode.folder import ModelFolder
from onoma.encode.safetensors import read_safetensors
from onoma.errors import BadFile, ExtraMissing

FAR = -1e4  # added to what must not be looked at; fits half-precision numbers
ACTIVATIONS = ("gelu", "gelu_new", "gelu_pytorch_tanh", "relu")


@dataclass(frozen=True, slots=True)
class Shape:
    """The measures of a BERT."""

    layers: int
    heads: int
    width: int
    epsilon: float
    activation: str


def need_torch(need: str) -> ModuleType:
    """Return torch.

    Raises: ExtraMissing: it is not installed.
    """
    try:
        import torch
    except ImportError as error:
        raise ExtraMissing("train", need) from error
    return cast(ModuleType, torch)


def shape_of(folder: ModelFolder) -> Shape:
    """Return the measures of a folder's BERT.

    Raises: BadFile: another architecture.
    """
    config = folder.config
    kind, activation = config.get("model_type"), str(config.get("hidden_act", "gelu"))
    if kind != "bert" or config.get("position_embedding_type", "absolute") != "absolute":
        raise BadFile(
            f"{folder.path}: architecture {kind!r} is not known",
            hint="BERT weights can be loaded; export another model to model.onnx",
        )
    if activation not in ACTIVATIONS:
        raise BadFile(f"{folder.path}: activation {activation!r} is not known", hint="see above")
    return Shape(
        int(config["num_hidden_layers"]),
        int(config["num_attention_heads"]),
        int(config["hidden_size"]),
        float(config.get("layer_norm_eps", 1e-12)),
        activation,
    )


def read_weights(folder: ModelFolder) -> tuple[dict[str, npt.NDArray[Any]], Shape]:
    """Return a BERT's weights under their plain names, and its shape.

    Raises: BadFile: another architecture, or weights are lacking.
    """
    shape = shape_of(folder)
    found = {}
    for name, array in read_safetensors(folder.weights).items():
        plain = name.removeprefix("bert.").replace(".gamma", ".weight").replace(".beta", ".bias")
        if plain.startswith(("embeddings.", "encoder.")) and array.dtype.kind == "f":
            found[plain] = array
    lacking = [name for name in weight_names(shape) if name not in found]
    if lacking:
        raise BadFile(
            f"{folder.weights} lacks {lacking[0]} and {len(lacking) - 1} more weights",
            hint="copy the model folder again",
        )
    return {name: found[name] for name in weight_names(shape)}, shape


def weight_names(shape: Shape) -> list[str]:
    """Return the names of all weights of a BERT."""
    tables = [f"embeddings.{n}_embeddings.weight" for n in ("word", "position", "token_type")]
    parts = [
        *(f"attention.self.{n}" for n in ("query", "key", "value")),
        "attention.output.dense",
        "attention.output.LayerNorm",
        "intermediate.dense",
        "output.dense",
        "output.LayerNorm",
    ]
    layers = [f"encoder.layer.{i}.{part}" for i in range(shape.layers) for part in parts]
    pairs = ["embeddings.LayerNorm", *layers]
    return tables + [f"{part}.{half}" for part in pairs for half in ("weight", "bias")]


def hidden(weights: dict[str, Any], shape: Shape, ids: Any, mask: Any, words: Any = None) -> Any:
    """Return the last layer's vectors, (texts, pieces, width), from tensors of ids and mask.

    ``words`` are the pieces' own vectors where they were looked up already.
    """
    ops = need_torch("running BERT weights").nn.functional
    tables = {n: weights[f"embeddings.{n}_embeddings.weight"] for n in ("position", "token_type")}
    if words is None:
        words = ops.embedding(ids, weights["embeddings.word_embeddings.weight"])
    x = words + tables["position"][: ids.shape[1]] + tables["token_type"][0]
    own = (weights[f"embeddings.LayerNorm.{half}"] for half in ("weight", "bias"))
    x = ops.layer_norm(x, (shape.width,), *own, shape.epsilon)
    return run_layers(weights, shape, x, mask)


def run_layers(
    weights: Mapping[str, Any],
    shape: Shape,
    x: Any,
    mask: Any,
    drop: Callable[[Any], Any] | None = None,
) -> Any:
    """Return what the layers make of vectors, (texts, pieces, width).

    ``drop`` is done to what each half of a layer adds, where the weights learn.
    """
    torch = need_torch("running BERT weights")
    ops = torch.nn.functional
    count, length = mask.shape

    def norm(x: Any, name: str) -> Any:
        return ops.layer_norm(
            x, (shape.width,), weights[f"{name}.weight"], weights[f"{name}.bias"], shape.epsilon
        )

    def linear(x: Any, name: str) -> Any:
        return ops.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    def split(x: Any) -> Any:
        return x.view(count, length, shape.heads, -1).transpose(1, 2)

    def added(x: Any) -> Any:
        return x if drop is None else drop(x)

    far = (1.0 - mask[:, None, None, :].to(x.dtype)) * FAR
    for layer in range(shape.layers):
        name = f"encoder.layer.{layer}"
        own = f"{name}.attention.self"
        query, key, value = (split(linear(x, f"{own}.{n}")) for n in ("query", "key", "value"))
        scores = query @ key.transpose(2, 3) / math.sqrt(shape.width // shape.heads)
        seen = (torch.softmax(scores + far, -1).to(value.dtype) @ value).transpose(1, 2)
        seen = linear(seen.reshape(count, length, shape.width), f"{name}.attention.output.dense")
        x = norm(x + added(seen), f"{name}.attention.output.LayerNorm")
        wide = _activate(ops, linear(x, f"{name}.intermediate.dense"), shape.activation)
        x = norm(x + added(linear(wide, f"{name}.output.dense")), f"{name}.output.LayerNorm")
    return x


def _activate(ops: Any, x: Any, name: str) -> Any:
    if name == "relu":
        return ops.relu(x)
    return ops.gelu(x, approximate="none" if name == "gelu" else "tanh")


class TorchRunner:
    """Runs a folder's BERT weights in torch."""

    def __init__(self, folder: ModelFolder, threads: int) -> None:
        """Read the weights.

        Raises: ExtraMissing: torch is not installed; BadFile: see ``read_weights``.
        """
        self._torch = need_torch(f"{folder.weights.name} without an ONNX file beside it")
        arrays, self._shape = read_weights(folder)
        self._weights = {name: self._torch.tensor(array) for name, array in arrays.items()}
        self._threads = threads
        self.width = self._shape.width

    def run(
        self, ids: npt.NDArray[np.int64], mask: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float32]:
        """Return the last layer's vectors, (texts, pieces, width)."""
        torch = self._torch
        before = torch.get_num_threads()
        torch.set_num_threads(self._threads)
        try:
            with torch.no_grad():
                out = hidden(self._weights, self._shape, torch.tensor(ids), torch.tensor(mask))
        finally:
            torch.set_num_threads(before)
        return np.asarray(out.numpy(), np.float32)
