"""Operators that read and write at positions, against ONNX Runtime and torch."""

import numpy as np
import pytest
import torch
from one_node import check, graph_of, integers, ints, single, truths, values


@pytest.mark.parametrize("axis", [0, 1, 2, -1])
@pytest.mark.parametrize("shape", [(), (4,), (2, 3)])
def test_gather(node, axis, shape):
    for kind in (values, integers, truths):
        check(node, "Gather", [kind(3, 4, 5), integers(*shape, low=-3, high=3)], {"axis": axis})


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_gather_and_scatter_elements(node, axis):
    x, at, updates = values(4, 5), integers(3, 4, low=0, high=4), values(3, 4, seed=8)
    truth = torch.gather(torch.from_numpy(x), axis, torch.from_numpy(at))
    check(node, "GatherElements", [x, at], {"axis": axis}, expected=truth)
    one_each = np.argsort(values(4, 5, seed=4), axis=axis)
    check(node, "ScatterElements", [x, one_each, values(4, 5, seed=3)], {"axis": axis})
    for reduction in ("add", "mul", "max", "min"):
        attributes = {"axis": axis, "reduction": reduction}
        check(node, "ScatterElements", [x, at, updates], attributes)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_gather_nd_and_scatter_nd(node, depth):
    x = values(3, 4, 5)
    places = np.stack([integers(6, low=-3, high=3, seed=i) for i in range(depth)], -1)
    check(node, "GatherND", [x, places])
    check(node, "GatherND", [x, places.reshape(2, 3, depth)])
    different = np.stack([np.arange(3)] * depth, -1)
    updates = values(3, *x.shape[depth:], seed=2)
    check(node, "ScatterND", [x, different, updates])
    for reduction in ("add", "mul", "max", "min"):
        more = values(6, *x.shape[depth:], seed=2)
        check(node, "ScatterND", [x, places, more], {"reduction": reduction})


@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_one_hot(node, axis):
    inputs = [integers(2, 3, low=-2, high=6), single(4, np.int64), single([-1, 2])]
    check(node, "OneHot", inputs, {"axis": axis})


def test_positions_outside_are_refused(node):
    x = values(3, 4)
    with pytest.raises(RuntimeError, match="Position 3 lies outside an axis of length 3"):
        node.run(graph_of("Gather", [x, ints(3)], {}), {"@0": x, "@1": ints(3)})
