"""What every session of onnxruntime is told."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from onoma.encode.onnx_options import PRECISE, session_options
from onoma.encode.onnx_session import open_session

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


@pytest.mark.parametrize("products", [1, 3])
def test_large_products_of_eight_bits_are_not_cut(products: int) -> None:
    """Whether one product reads the weights or several do, as in the relation reader."""
    onnx = pytest.importorskip("onnx")
    helper, kinds = onnx.helper, onnx.TensorProto
    width = 64
    given = np.full((1, width), 255, np.uint8)
    weight = np.full((width, 4), 127, np.int8)  # two products are 64,770: more than 16 bits hold
    zeros = {"none": np.array(0, np.uint8), "nil": np.zeros(4, np.int8)}
    names = [f"sums{place}" for place in range(products)]
    graph = helper.make_graph(
        [
            helper.make_node("MatMulInteger", ["given", "weight", "none", "nil"], [name])
            for name in names
        ],
        "sums",
        [helper.make_tensor_value_info("given", kinds.UINT8, [1, width])],
        [helper.make_tensor_value_info(name, kinds.INT32, [1, 4]) for name in names],
        [
            onnx.numpy_helper.from_array(array, name)
            for name, array in {"weight": weight, **zeros}.items()
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    session = open_session(Path("sums.onnx"), model.SerializeToString())
    for sums in session.run(None, {"given": given}):
        assert sums.tolist() == [[255 * 127 * width] * 4]
