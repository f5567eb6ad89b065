"""Sums and their kin, against ONNX Runtime and torch."""

import numpy as np
import pytest
import torch
from one_node import check, graph_of, integers, ints, single, values

F = torch.nn.functional

REDUCTIONS = ["Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSum", "LogSumExp"]


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("axes", [None, (0,), (1,), (-1,), (0, 2), (2, 0), (0, 1, 2)])
@pytest.mark.parametrize("keepdims", [0, 1])
def test_reduce(node, name, axes, keepdims):
    x = values(2, 3, 4, low=0.1)
    inputs = [x] if axes is None else [x, ints(*axes)]
    constants = () if axes is None else (1,)
    check(node, f"Reduce{name}", inputs, {"keepdims": keepdims}, constants=constants)
    if axes and name != "Sum":
        check(node, f"Reduce{name}", [x], {"keepdims": keepdims, "axes": axes}, opset=11)


def test_reduce_without_axes_may_do_nothing(node):
    attributes = {"noop_with_empty_axes": 1}
    check(node, "ReduceSum", [values(2, 3), ints()], attributes, constants=(1,))


def test_reduce_of_integers_and_infinities(node):
    for name in ("Sum", "Max", "Min", "Prod"):
        check(node, f"Reduce{name}", [integers(3, 4), ints(1)], constants=(1,))
    low = np.full((2, 3), -np.inf, np.float32)
    low[1, 1] = 0.5
    got, _ = node.run(
        graph_of("ReduceLogSumExp", [low, ints(1)], {"keepdims": 0}, constants=(1,)), {"@0": low}
    )
    np.testing.assert_allclose(got["=0"], torch.logsumexp(torch.from_numpy(low), 1).numpy())


def test_sum_of_many_small_numbers(node):
    x = np.full(1_000_000, 0.1, np.float32)
    got, _ = node.run(graph_of("ReduceSum", [x], {"keepdims": 0}), {"@0": x})
    assert got["=0"] == pytest.approx(x.astype(np.float64).sum(), rel=1e-7)


@pytest.mark.parametrize("operator", ["ArgMax", "ArgMin"])
@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("keepdims", [0, 1])
def test_arguments(node, operator, axis, keepdims):
    for x in (values(3, 4), integers(4, 5, low=0, high=3).astype(np.float32)):
        for last in (0, 1):
            attributes = {"axis": axis, "keepdims": keepdims, "select_last_index": last}
            check(node, operator, [x], attributes)


def test_nan_is_greater_than_all_and_least_too(node):
    x = np.array([[1, np.nan, 3, np.nan], [np.inf, 2, -np.inf, np.inf]], np.float32)
    truth = torch.from_numpy(x)
    for operator, function in (("ArgMax", truth.argmax), ("ArgMin", truth.argmin)):
        got, _ = node.run(graph_of(operator, [x], {"axis": 1, "keepdims": 0}), {"@0": x})
        assert got["=0"].tolist() == function(1).tolist()
    for largest in (0, 1):
        graph = graph_of("TopK", [x, ints(4)], {"largest": largest}, outputs=2, constants=(1,))
        got, _ = node.run(graph, {"@0": x})
        want = truth.sort(dim=1, descending=bool(largest), stable=True)
        np.testing.assert_array_equal(got["=0"], want.values.numpy())
        np.testing.assert_array_equal(got["=1"], want.indices.numpy())


@pytest.mark.parametrize("axis", [0, 1, 2, -1])
@pytest.mark.parametrize("scale", [1, 100])
def test_softmax(node, axis, scale):
    x = values(2, 3, 4) * np.float32(scale)
    for operator, function in (("Softmax", F.softmax), ("LogSoftmax", F.log_softmax)):
        truth = function(torch.from_numpy(x), axis)
        check(node, operator, [x], {"axis": axis}, expected=truth)
    check(node, "Softmax", [x])


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_cumulative_sum(node, axis):
    for x in (values(3, 5), integers(3, 5)):
        truth = torch.from_numpy(x).cumsum(axis)
        check(node, "CumSum", [x, single(axis, np.int64)], expected=truth)
        for exclusive, reverse in ((1, 0), (0, 1), (1, 1)):
            attributes = {"exclusive": exclusive, "reverse": reverse}
            check(node, "CumSum", [x, single(axis, np.int64)], attributes)


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("largest", [0, 1])
def test_top_k(node, axis, largest):
    attributes = {"axis": axis, "largest": largest}
    for x in (values(4, 6), integers(4, 6)):
        check(node, "TopK", [x, ints(3)], attributes, outputs=2, constants=(1,))


def test_normalizations(node):
    x = values(2, 3, 4, 5)
    truth = F.layer_norm(
        torch.from_numpy(x), (5,), torch.from_numpy(values(5)), torch.from_numpy(values(5, seed=1))
    )
    check(
        node,
        "LayerNormalization",
        [x, values(5), values(5, seed=1)],
        expected=truth,
        tolerance=1e-5,
    )
    check(
        node, "LayerNormalization", [x, values(4, 5)], {"axis": 2, "epsilon": 1e-3}, tolerance=1e-5
    )
    parts = [values(3), values(3, seed=1), values(3, seed=2), values(3, low=0.5)]
    check(node, "BatchNormalization", [x, *parts], {"epsilon": 1e-3}, tolerance=1e-5)
