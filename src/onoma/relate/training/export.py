"""The relation reader's upper layers to ONNX: the graph of ``model``, node by node, then int8."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onoma.encode.training.export import (
    OPSET,
    Graph,
    need_onnx,
    quantise,
    write_activation,
    write_linear,
    write_norm,
)
from onoma.relate.reader.sheets import ZONES
from onoma.relate.training.model import PARTS, Plan

F32 = npt.NDArray[np.float32]
Weights = Mapping[str, F32]


def write_upper(path: Path, weights: Weights, plan: Plan, *, small: bool = True) -> None:
    """Write the upper layers and the heads; ``small`` makes their matrices int8.

    Raises: ExtraMissing: onnx is not installed.
    """
    onnx = need_onnx()
    graph = Graph(onnx)
    text, marks = _begun(graph, weights)
    for place, layer in enumerate(plan.layers):
        name = f"encoder.layer.{layer}"
        table = graph.constant(f"zones.{place}", weights["zones"][place].T.copy())
        bias = graph.node("Gather", [table, "zones"], f"{name}.zones", axis=1)
        places = graph.constant(f"places.{place}", weights["places"][place])
        seen = _attention(graph, weights, plan, (name, text, marks), (bias, places))
        text, marks = (
            _rest(graph, weights, plan, (name, x, one), part)
            for part, x, one in zip(("text", "marks"), (text, marks), seen, strict=True)
        )
    _scores(graph, weights, plan, marks)
    kinds, info = onnx.TensorProto, onnx.helper.make_tensor_value_info
    width = plan.shape.width
    takes = {
        "text": (kinds.FLOAT, ["pieces", width]),
        "types": (kinds.INT64, ["pieces"]),
        "marks": (kinds.FLOAT, ["marks", width]),
        "ends": (kinds.INT64, ["marks"]),
        "roles": (kinds.INT64, ["marks"]),
        "partners": (kinds.INT64, ["marks"]),
        "zones": (kinds.INT64, ["marks", "pieces"]),
        "numbers": (kinds.FLOAT, ["pairs", weights["numbers.weight"].shape[1]]),
    }
    made = onnx.helper.make_graph(
        graph.nodes,
        "relations",
        [info(name, *one) for name, one in takes.items()],
        [info("scores", kinds.FLOAT, ["pairs", plan.scores])],
        graph.constants,
    )
    model = onnx.helper.make_model(made, opset_imports=[onnx.helper.make_opsetid("", OPSET)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    part = path.with_name(path.name + ".part")
    if small:
        quantise(
            onnx, model, part, but=[f"encoder.layer.{layer}.marks.place" for layer in plan.layers]
        )
    else:
        onnx.save_model(model, str(part))
    part.replace(path)


def _begun(graph: Graph, weights: Weights) -> tuple[str, str]:
    """Write what the layers begin with: pieces and markers with their types."""

    def row(table: str, index: str) -> str:
        return graph.node("Gather", [graph.constant(table, weights[table]), index], f"{table}.own")

    text = graph.node("Add", ["text", row("text.types", "types")], "text.begun")
    typed = graph.node("Add", ["marks", row("mark.types", "ends")], "marks.typed")
    return text, graph.node("Add", [typed, row("mark.roles", "roles")], "marks.begun")


def _attention(
    graph: Graph, weights: Weights, plan: Plan, layer: tuple[str, str, str], zones: tuple[str, str]
) -> tuple[str, str]:
    """Write what pieces and markers see; ``layer`` is its name, its text and its markers."""
    name, *both = layer
    size = plan.shape.width // plan.shape.heads
    split = graph.constant("split", np.array([-1, plan.shape.heads, size], np.int64))
    joined = graph.constant("joined", np.array([-1, plan.shape.width], np.int64))
    root = graph.constant("root", np.float32(math.sqrt(size)))
    heads: dict[tuple[str, str], str] = {}
    for part in PARTS:
        for what, x in zip(("text", "marks"), both, strict=True):
            out = f"{name}.{what}.{part}"
            flat = write_linear(graph, weights, x, f"{name}.attention.self.{part}", f"{out}.flat")
            cut = graph.node("Reshape", [flat, split], f"{out}.cut")
            heads[what, part] = graph.node("Transpose", [cut], out, perm=[1, 0, 2])
    keys = f"{name}.keys"
    graph.node("Transpose", [heads["text", "key"]], keys, perm=[0, 2, 1])

    def scaled(x: str, out: str) -> str:
        return graph.node("Div", [x, root], out)

    def whole(x: str, what: str) -> str:
        back = graph.node("Transpose", [x], f"{name}.{what}.back", perm=[1, 0, 2])
        return graph.node("Reshape", [back, joined], f"{name}.{what}.seen")

    own = graph.node("MatMul", [heads["text", "query"], keys], f"{name}.text.scores")
    own = graph.node("Softmax", [scaled(own, f"{name}.text.scaled")], f"{name}.text.share", axis=-1)
    own = graph.node("MatMul", [own, heads["text", "value"]], f"{name}.text.found")
    ask, key, value = (heads["marks", part] for part in PARTS)
    far = graph.node("MatMul", [ask, keys], f"{name}.far.scores")
    far = graph.node("Add", [scaled(far, f"{name}.far.scaled"), zones[0]], f"{name}.far")
    axis = graph.constant("last", np.array([-1], np.int64))
    others, near = {}, []
    for what, x in (("key", key), ("value", value)):
        others[what] = graph.node("Gather", [x, "partners"], f"{name}.other.{what}", axis=1)
    for what, x in (("own", key), ("other", others["key"])):
        product = graph.node("Mul", [ask, x], f"{name}.{what}.product")
        sums = graph.node("ReduceSum", [product, axis], f"{name}.{what}.sum", keepdims=1)
        near.append(scaled(sums, f"{name}.{what}.scaled"))
    share = graph.node("Concat", [far, *near], f"{name}.marks.scores", axis=-1)
    share = graph.node("Softmax", [share], f"{name}.marks.share", axis=-1)
    sizes = _sizes(graph)
    names = [f"{name}.share.{what}" for what in ("text", "own", "other")]
    graph.split(share, sizes, names)
    found = graph.node("MatMul", [names[0], heads["text", "value"]], f"{name}.marks.text")
    turned = graph.node("Transpose", [names[0]], f"{name}.share.turned", perm=[1, 0, 2])
    stands = graph.node("MatMul", [turned, _hot(graph)], f"{name}.stands.turned")
    stands = graph.node("Transpose", [stands], f"{name}.stands", perm=[1, 0, 2])
    place = graph.node("MatMul", [stands, zones[1]], f"{name}.marks.place")
    found = graph.node("Add", [found, place], f"{name}.marks.placed")
    for what, x, part in (("own", value, names[1]), ("other", others["value"], names[2])):
        taken = graph.node("Mul", [part, x], f"{name}.{what}.taken")
        found = graph.node("Add", [found, taken], f"{name}.{what}.with")
    return whole(own, "text"), whole(found, "marks")


def _hot(graph: Graph) -> str:
    """Write the zones as rows with a single one, (markers, pieces, zones)."""
    if not any("zones.hot" in node.output for node in graph.nodes):
        count = graph.constant("zones.count", np.array(len(ZONES), np.int64))
        values = graph.constant("zones.values", np.array([0, 1], np.float32))
        graph.node("OneHot", ["zones", count, values], "zones.hot", axis=-1)
    return "zones.hot"


def _sizes(graph: Graph) -> str:
    """Write how many columns of attention are text's, a marker's own and its partner's."""
    if not any("sizes" in node.output for node in graph.nodes):
        one = graph.constant("one", np.array([1], np.int64))
        shape = graph.node("Shape", ["types"], "length")
        graph.node("Concat", [shape, one, one], "sizes", axis=0)
    return "sizes"


def _rest(
    graph: Graph, weights: Weights, plan: Plan, layer: tuple[str, str, str], what: str
) -> str:
    """Write a layer after its attention; ``layer`` is its name, its input and what was seen."""
    name, x, seen = layer
    out = write_linear(graph, weights, seen, f"{name}.attention.output.dense", f"{name}.{what}.out")
    total = graph.node("Add", [x, out], f"{name}.{what}.sum")
    norm = f"{name}.attention.output.LayerNorm"
    x = write_norm(graph, weights, plan.shape, total, norm, f"{name}.{what}.calm")
    wide = write_linear(graph, weights, x, f"{name}.intermediate.dense", f"{name}.{what}.wide")
    active = write_activation(graph, wide, f"{name}.{what}.active", plan.shape.activation)
    out = write_linear(graph, weights, active, f"{name}.output.dense", f"{name}.{what}.narrow")
    total = graph.node("Add", [x, out], f"{name}.{what}.total")
    norm = f"{name}.output.LayerNorm"
    return write_norm(graph, weights, plan.shape, total, norm, f"{name}.{what}")


def _scores(graph: Graph, weights: Weights, plan: Plan, marks: str) -> None:
    """Write the heads over the markers of each pair."""
    pairs = graph.constant("pairs", np.array([2, -1, plan.shape.width], np.int64))
    both = graph.node("Reshape", [marks, pairs], "marks.both")
    ends = [
        graph.node(
            "Gather", [both, graph.constant(f"place.{i}", np.array(i, np.int64))], f"end.{i}"
        )
        for i in (0, 1)
    ]
    product = graph.node("Mul", ends, "ends.product")
    parts = [
        ("subject", ends[0]),
        ("object", ends[1]),
        ("product", product),
        ("numbers", "numbers"),
    ]
    total = graph.constant("hidden.bias", weights["hidden.bias"])
    for part, x in parts:
        matrix = graph.constant(f"{part}.weight", weights[f"{part}.weight"].T)
        mixed = graph.node("MatMul", [x, matrix], f"{part}.mixed")
        total = graph.node("Add", [mixed, total], f"{part}.total")
    write_linear(graph, weights, graph.node("Relu", [total], "hidden"), "scores", "scores")
