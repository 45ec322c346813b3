"""Cutting an ONNX model at an inner tensor."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from onoma.encode.onnx_cutting import cut_model
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
