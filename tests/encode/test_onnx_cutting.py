"""Cutting an ONNX model at an inner tensor; giving each product weights of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from onoma.encode.onnx_cutting import cut_model, part_weights
from onoma.errors import BadFile


def _model() -> bytes:
    onnx: Any = pytest.importorskip("onnx")
    helper, kinds = onnx.helper, onnx.TensorProto
    two, three = (onnx.numpy_helper.from_array(np.array([n], np.float32), f"c{n}") for n in (2, 3))
    nodes = [
        helper.make_node("Add", ["x", "c2"], ["inner"], name="add"),
        helper.make_node("Mul", ["inner", "c3"], ["y"], name="mul"),
    ]
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, "g", [info("x", kinds.FLOAT, ["n"])], [info("y", kinds.FLOAT, ["n"])], [two, three]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return bytes(model.SerializeToString())


def test_a_cut_model_gives_the_inner_tensor_and_keeps_no_more_than_it_needs() -> None:
    import onnxruntime

    whole = _model()
    part = cut_model(whole, "inner")
    session = onnxruntime.InferenceSession(part, providers=["CPUExecutionProvider"])
    assert [one.name for one in session.get_outputs()] == ["inner"]
    found = session.run(None, {"x": np.array([1, 5], np.float32)})[0]
    assert found.tolist() == [3, 7]
    assert b"c3" not in part
    assert len(part) < len(whole)


def test_an_unknown_tensor_and_what_is_no_model_are_errors() -> None:
    with pytest.raises(BadFile, match="no tensor"):
        cut_model(_model(), "nowhere")
    with pytest.raises(BadFile):
        cut_model(_model()[:-5], "inner")


def test_products_that_share_weights_each_get_their_own() -> None:
    onnx: Any = pytest.importorskip("onnx")
    helper, kinds = onnx.helper, onnx.TensorProto
    weight = onnx.numpy_helper.from_array(np.arange(6, dtype=np.int8).reshape(3, 2), "w")
    nodes = [
        helper.make_node("MatMulInteger", ["x", "w"], ["a"]),
        helper.make_node("MatMulInteger", ["x", "w"], ["b"]),
        helper.make_node("Cast", ["w"], ["c"], to=kinds.INT32),  # reads them, turns them not
    ]
    info = helper.make_tensor_value_info
    outs = [info(name, kinds.INT32, ["n", 2]) for name in "abc"]
    graph = helper.make_graph(nodes, "g", [info("x", kinds.UINT8, [1, 3])], outs, [weight])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    found = onnx.load_from_string(part_weights(model.SerializeToString()))
    onnx.checker.check_model(found)
    assert [node.input[-1] for node in found.graph.node] == ["w", "w.2", "w"]
    arrays = {one.name: onnx.numpy_helper.to_array(one) for one in found.graph.initializer}
    assert set(arrays) == {"w", "w.2"}
    assert (arrays["w"] == arrays["w.2"]).all()
    with pytest.raises(BadFile):
        part_weights(model.SerializeToString()[:-5])


def test_a_model_whose_products_share_nothing_stays_as_it_is() -> None:
    assert part_weights(_model()) == _model()
