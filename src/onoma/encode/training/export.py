"""BERT weights to ONNX: the graph is written from the weights, then made int8.

No tracing: the graph is the one of ``bert.hidden``, node by node, so it needs neither torch nor a
tracer's guesses. The word table is int8 with a scale a row; the matrices are int8 with a scale a
column and activations quantised as they come (``quantize_dynamic``, per channel).
"""

from __future__ import annotations

import logging
import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from onoma.encode.bert import Shape
from onoma.errors import ExtraMissing

F32 = npt.NDArray[np.float32]
OPSET = 17
TABLE = "embeddings.word_embeddings.weight"


def need_onnx() -> ModuleType:
    """Return onnx.

    Raises: ExtraMissing: it is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise ExtraMissing("train", "writing an ONNX file") from error
    return cast(ModuleType, onnx)


class Graph:
    """Nodes and constants of a graph as it is written."""

    def __init__(self, onnx: ModuleType) -> None:
        """Begin an empty graph."""
        self._onnx = onnx
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, array: npt.NDArray[Any] | np.float32) -> str:
        """Add a constant, once a name; return the name."""
        if any(one.name == name for one in self.constants):
            return name
        plain = np.ascontiguousarray(array).reshape(np.shape(array))
        self.constants.append(self._onnx.numpy_helper.from_array(plain, name))
        return name

    def node(self, kind: str, inputs: list[str], out: str, **attributes: Any) -> str:
        """Add a node; return the name of its output."""
        self.nodes.append(self._onnx.helper.make_node(kind, inputs, [out], name=out, **attributes))
        return out

    def split(self, x: str, sizes: str, outs: list[str]) -> None:
        """Add a node that cuts the last axis into parts of given sizes."""
        self.nodes.append(
            self._onnx.helper.make_node("Split", [x, sizes], outs, name=outs[0], axis=-1)
        )


def write_onnx(path: Path, weights: Mapping[str, F32], shape: Shape, *, small: bool = True) -> None:
    """Write the model; ``small`` makes its matrices int8 (a quarter of the size).

    Raises: ExtraMissing: onnx is not installed.
    """
    onnx = need_onnx()
    graph = Graph(onnx)
    x = _embedded(graph, weights, shape, small=small)
    for layer in range(shape.layers):
        x = write_layer(graph, weights, shape, layer, x)
    graph.node("Identity", [x], "last_hidden_state")
    kinds = onnx.TensorProto
    info = onnx.helper.make_tensor_value_info
    made = onnx.helper.make_graph(
        graph.nodes,
        "encoder",
        [info(n, kinds.INT64, ["texts", "pieces"]) for n in ("input_ids", "attention_mask")],
        [info("last_hidden_state", kinds.FLOAT, ["texts", "pieces", shape.width])],
        graph.constants,
    )
    model = onnx.helper.make_model(made, opset_imports=[onnx.helper.make_opsetid("", OPSET)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    part = path.with_name(path.name + ".part")
    if small:
        quantise(onnx, model, part)
    else:
        onnx.save_model(model, str(part))
    part.replace(path)


def _embedded(graph: Graph, weights: Mapping[str, F32], shape: Shape, *, small: bool) -> str:
    """Write the sum of the embeddings, normalised, and the mask that attention adds."""
    table = weights[TABLE]
    if small:
        scale = np.maximum(np.abs(table).max(1, keepdims=True) / 127, 1e-12)
        codes = np.rint(table / scale).astype(np.int8)
        rows = graph.node("Gather", [graph.constant("words", codes), "input_ids"], "word_codes")
        wide = graph.node("Cast", [rows], "word_floats", to=1)
        sizes = graph.constant("word_scales", scale.astype(np.float32))
        scales = graph.node("Gather", [sizes, "input_ids"], "word_sizes")
        words = graph.node("Mul", [wide, scales], "word_vectors")
    else:
        words = graph.node("Gather", [graph.constant("words", table), "input_ids"], "word_vectors")
    one = graph.constant("one", np.array([1], np.int64))
    zero = graph.constant("zero", np.array([0], np.int64))
    measures = graph.node("Shape", ["input_ids"], "measures")
    length = graph.node("Gather", [measures, one], "length")
    place = weights["embeddings.position_embeddings.weight"]
    place = place + weights["embeddings.token_type_embeddings.weight"][0]
    places = graph.constant("places", place.astype(np.float32))
    own = graph.node("Slice", [places, zero, length, zero], "own_places")
    total = graph.node("Add", [words, own], "embedded")
    write_mask(graph)
    return write_norm(graph, weights, shape, total, "embeddings.LayerNorm")


def write_mask(graph: Graph) -> None:
    """Write what attention adds where there is no piece: ``mask`` of ``attention_mask``."""
    mask = graph.node("Cast", ["attention_mask"], "mask_floats", to=1)
    hidden = graph.node("Sub", [graph.constant("ones", np.float32(1)), mask], "mask_hidden")
    far = graph.node("Mul", [hidden, graph.constant("far", np.float32(-10_000))], "mask_far")
    axes = graph.constant("mask_axes", np.array([1, 2], np.int64))
    graph.node("Unsqueeze", [far, axes], "mask")


def write_norm(
    graph: Graph, weights: Mapping[str, F32], shape: Shape, x: str, name: str, out: str = ""
) -> str:
    """Write a layer's normalisation; return the name of its output."""
    both = [
        graph.constant(f"{name}.{half}", weights[f"{name}.{half}"]) for half in ("weight", "bias")
    ]
    return graph.node("LayerNormalization", [x, *both], out or name, axis=-1, epsilon=shape.epsilon)


def write_linear(graph: Graph, weights: Mapping[str, F32], x: str, name: str, out: str = "") -> str:
    """Write a matrix and its bias; return the name of the output, ``out`` or else ``name``."""
    out = out or name
    matrix = graph.constant(f"{name}.weight", weights[f"{name}.weight"].T)
    product = graph.node("MatMul", [x, matrix], f"{out}.product")
    bias = graph.constant(f"{name}.bias", weights[f"{name}.bias"])
    return graph.node("Add", [product, bias], out)


def write_layer(graph: Graph, weights: Mapping[str, F32], shape: Shape, layer: int, x: str) -> str:
    """Write a layer over ``x``, with the mask of ``write_mask``; return its output's name."""
    name = f"encoder.layer.{layer}"
    own, width = f"{name}.attention.self", shape.width // shape.heads
    split = graph.constant(f"{own}.split", np.array([0, 0, shape.heads, width], np.int64))
    joined = graph.constant(f"{own}.joined", np.array([0, 0, shape.width], np.int64))
    heads = {}
    for part, turned in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
        flat = write_linear(graph, weights, x, f"{own}.{part}")
        cut = graph.node("Reshape", [flat, split], f"{own}.{part}.cut")
        heads[part] = graph.node("Transpose", [cut], f"{own}.{part}.heads", perm=turned)
    scores = graph.node("MatMul", [heads["query"], heads["key"]], f"{own}.scores")
    root = graph.constant(f"{own}.root", np.float32(math.sqrt(width)))
    scaled = graph.node("Div", [scores, root], f"{own}.scaled")
    masked = graph.node("Add", [scaled, "mask"], f"{own}.masked")
    chances = graph.node("Softmax", [masked], f"{own}.chances", axis=-1)
    seen = graph.node("MatMul", [chances, heads["value"]], f"{own}.seen")
    back = graph.node("Transpose", [seen], f"{own}.back", perm=[0, 2, 1, 3])
    whole = graph.node("Reshape", [back, joined], f"{own}.whole")
    out = write_linear(graph, weights, whole, f"{name}.attention.output.dense")
    x = graph.node("Add", [x, out], f"{name}.attention.sum")
    x = write_norm(graph, weights, shape, x, f"{name}.attention.output.LayerNorm")
    wide = write_linear(graph, weights, x, f"{name}.intermediate.dense")
    active = write_activation(graph, wide, f"{name}.active", shape.activation)
    out = write_linear(graph, weights, active, f"{name}.output.dense")
    x = graph.node("Add", [x, out], f"{name}.sum")
    return write_norm(graph, weights, shape, x, f"{name}.output.LayerNorm")


def write_activation(graph: Graph, x: str, name: str, kind: str) -> str:
    """Write an activation function; return the name of its output."""
    if kind == "relu":
        return graph.node("Relu", [x], name)
    if kind == "gelu":
        root = graph.constant(f"{name}.root", np.float32(math.sqrt(2)))
        inner = graph.node("Erf", [graph.node("Div", [x, root], f"{name}.inner")], f"{name}.bent")
    else:  # the approximation by tanh
        three = graph.constant(f"{name}.three", np.float32(3))
        cube = graph.node("Pow", [x, three], f"{name}.cube")
        share = graph.constant(f"{name}.share", np.float32(0.044715))
        sum_ = graph.node(
            "Add", [x, graph.node("Mul", [cube, share], f"{name}.part")], f"{name}.in"
        )
        size = graph.constant(f"{name}.size", np.float32(math.sqrt(2 / math.pi)))
        inner = graph.node(
            "Tanh", [graph.node("Mul", [sum_, size], f"{name}.inner")], f"{name}.bent"
        )
    one = graph.constant(f"{name}.one", np.float32(1))
    gate = graph.node("Add", [inner, one], f"{name}.gate")
    half = graph.constant(f"{name}.half", np.float32(0.5))
    return graph.node("Mul", [graph.node("Mul", [x, gate], f"{name}.double"), half], name)


def quantise(onnx: ModuleType, model: Any, path: Path, *, but: Sequence[str] = ()) -> None:
    """Write a model with its matrices in int8, except the nodes called ``but``."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as work:
        whole = Path(work) / "whole.onnx"
        onnx.save_model(model, str(whole))
        before = logging.root.manager.disable
        logging.disable(logging.WARNING)  # it asks for a step that this graph does not need
        try:
            quantize_dynamic(
                str(whole),
                str(path),
                op_types_to_quantize=["MatMul"],
                per_channel=True,
                weight_type=QuantType.QInt8,
                nodes_to_exclude=list(but),
            )
        finally:
            logging.disable(before)
