"""The interpreter as a whole: what it refuses, and that no operator lacks a test."""

import ast
from pathlib import Path

import numpy as np
import pytest
from one_node import OPSET, graph_of, values
from onnx import TensorProto, helper, numpy_helper
from test_operators_reductions import REDUCTIONS


def test_no_operator_is_without_a_test(node):
    words = {f"Reduce{name}" for name in REDUCTIONS}
    for file in Path(__file__).parent.glob("test_operators_*.py"):
        for each in ast.walk(ast.parse(file.read_text(encoding="utf8"))):
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                words.add(each.value)
    assert set(node.ask("operators")) <= words


def test_float16_constants_are_widened(node):
    x, weights = values(3, 40), values(40, 7).astype(np.float16)
    graph = helper.make_graph(
        [
            helper.make_node("Cast", ["w"], ["v"], to=1),
            helper.make_node("MatMul", ["@x", "v"], ["=y"]),
        ],
        "half",
        [helper.make_tensor_value_info("@x", TensorProto.FLOAT, x.shape)],
        [helper.make_tensor_value_info("=y", TensorProto.FLOAT, (3, 7))],
        [numpy_helper.from_array(weights, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    got, _ = node.run(model.SerializeToString(), {"@x": x})
    np.testing.assert_allclose(got["=y"], x @ weights.astype(np.float32), rtol=1e-5, atol=1e-5)


def test_unknown_operators_are_named(node):
    x = values(1, 1, 4, 4)
    with pytest.raises(RuntimeError, match="does not know Conv"):
        node.run(graph_of("Conv", [x, values(1, 1, 2, 2)], {}), {"@0": x})


def test_bytes_that_are_no_graph(node):
    for bytes_ in (b"", b"not a graph", b"\xff" * 12, graph_of("Neg", [values(3)], {})[:-9]):
        with pytest.raises(RuntimeError):
            node.run(bytes_, {"@0": values(3)})


def test_a_missing_input_is_named(node):
    with pytest.raises(RuntimeError, match="@1 is missing"):
        node.run(graph_of("Add", [values(3), values(3)], {}), {"@0": values(3)})
