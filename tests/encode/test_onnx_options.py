"""What every session of onnxruntime is told."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from onoma.encode.onnx_options import PRECISE, session_options

ROOT = Path(__file__).resolve().parents[2] / "src" / "onoma"
onnxruntime = pytest.importorskip("onnxruntime")


def test_sums_of_eight_bit_products_are_whole() -> None:
    assert session_options(1).get_session_config_entry(PRECISE) == "1"


def test_no_session_is_opened_with_other_options() -> None:
    made = [
        path.name
        for path in sorted(ROOT.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "SessionOptions"
    ]
    assert made == ["onnx_options.py"]


def test_large_products_of_eight_bits_are_not_cut(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    helper, kinds = onnx.helper, onnx.TensorProto
    width = 64
    given = np.full((1, width), 255, np.uint8)
    weight = np.full((width, 4), 127, np.int8)  # two products are 64,770: more than 16 bits hold
    node = helper.make_node("MatMulInteger", ["given", "weight"], ["sums"])
    graph = helper.make_graph(
        [node],
        "sums",
        [helper.make_tensor_value_info("given", kinds.UINT8, [1, width])],
        [helper.make_tensor_value_info("sums", kinds.INT32, [1, 4])],
        [onnx.numpy_helper.from_array(weight, "weight")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), session_options(1), providers=["CPUExecutionProvider"]
    )
    (sums,) = session.run(None, {"given": given})
    assert sums.tolist() == [[255 * 127 * width] * 4]
