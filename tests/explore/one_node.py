"""Graphs of one node, through the page's interpreter and through ONNX Runtime."""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

OPSET = 20
TORCH_TYPES = {
    "float32": TensorProto.FLOAT,
    "int32": TensorProto.INT32,
    "int64": TensorProto.INT64,
    "bool": TensorProto.BOOL,
}


def values(*shape, low=-3.0, high=3.0, seed=0):
    return np.random.default_rng(seed + sum(shape)).uniform(low, high, shape).astype(np.float32)


def integers(*shape, low=-5, high=6, seed=0):
    return np.random.default_rng(seed + 1 + sum(shape)).integers(low, high, shape)


def truths(*shape, seed=0):
    return integers(*shape, low=0, high=2, seed=seed).astype(bool)


def ints(*numbers):
    return np.array(numbers, dtype=np.int64)


def single(number, kind=np.float32):
    return np.array(number, dtype=kind)


def graph_of(operator, inputs, attributes, outputs=1, constants=(), opset=OPSET):
    """The bytes of a model with one node; inputs at `constants` are stored in it."""
    names = ["" if value is None else f"@{i}" for i, value in enumerate(inputs)]
    results = [f"={i}" for i in range(outputs)]
    model = helper.make_model(
        helper.make_graph(
            [helper.make_node(operator, names, results, **attributes)],
            "one node",
            [
                helper.make_tensor_value_info(name, TORCH_TYPES[value.dtype.name], value.shape)
                for i, (name, value) in enumerate(zip(names, inputs, strict=True))
                if value is not None and i not in constants
            ],
            [onnx.ValueInfoProto(name=name) for name in results],
            [numpy_helper.from_array(inputs[i], names[i]) for i in constants],
        ),
        opset_imports=[helper.make_opsetid("", opset)],
        ir_version=10,
    )
    # the runtime wants the outputs' types, the page does not
    return onnx.shape_inference.infer_shapes(model).SerializeToString()


def check(
    node, operator, inputs, attributes=None, outputs=1, expected=None, constants=(), **given
):
    """Compare one node in the page with ONNX Runtime, and with a torch tensor if given."""
    tolerance = given.pop("tolerance", 2e-6)
    graph = graph_of(operator, inputs, attributes or {}, outputs, constants, **given)
    feeds = {
        f"@{i}": value
        for i, value in enumerate(inputs)
        if value is not None and i not in constants
    }
    got, _ = node.run(graph, feeds, times=2)  # the second run takes the memory of the first
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    for i, truth in enumerate(session.run(None, feeds)):
        result = got[f"={i}"]
        assert result.shape == truth.shape
        assert result.dtype == truth.dtype
        np.testing.assert_allclose(result, truth, rtol=tolerance, atol=tolerance)
    if expected is not None:
        expected = expected.numpy()
        assert got["=0"].shape == expected.shape
        np.testing.assert_allclose(got["=0"], expected, rtol=tolerance, atol=tolerance)
