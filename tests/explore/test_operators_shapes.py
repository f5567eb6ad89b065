"""Operators that move values, against ONNX Runtime and torch."""

import numpy as np
import pytest
import torch
from one_node import check, integers, ints, single, truths, values
from onnx import TensorProto, numpy_helper


@pytest.mark.parametrize(
    "before, after", [((2, 6), (3, 4)), ((2, 6), (0, -1)), ((2, 3, 4), (-1, 2, 3)), ((1,), ())]
)
def test_reshape(node, before, after):
    for kind in (values, integers, truths):
        check(node, "Reshape", [kind(*before), ints(*after)], constants=(1,))
        check(node, "Reshape", [kind(*before), ints(*after)])


def test_reshape_of_nothing(node):
    check(node, "Reshape", [values(0, 3), ints(3, 0)], {"allowzero": 1}, constants=(1,))


@pytest.mark.parametrize("axis", [0, 1, 2, 3, -1])
def test_flatten(node, axis):
    check(node, "Flatten", [values(2, 3, 4)], {"axis": axis})


@pytest.mark.parametrize("axes", [(0,), (-2,), (0, 2), (-1, 0)])
def test_squeeze_and_unsqueeze(node, axes):
    shape = (3, 1, 2) if axes == (-2,) else (1, 3, 1)
    check(node, "Squeeze", [values(*shape), ints(*axes)], constants=(1,))
    check(node, "Unsqueeze", [values(3, 2), ints(*axes)], constants=(1,))
    check(node, "Squeeze", [values(*shape)], {"axes": axes}, opset=11)
    check(node, "Unsqueeze", [values(3, 2)], {"axes": axes}, opset=11)


def test_squeeze_of_all_ones(node):
    check(node, "Squeeze", [values(1, 3, 1, 2)])


@pytest.mark.parametrize("order", [None, (0, 1, 2), (2, 0, 1), (1, 0, 2), (0, 2, 1), (2, 1, 0)])
@pytest.mark.parametrize("shape", [(2, 3, 4), (1, 3, 1), (2, 1, 5)])
def test_transpose(node, order, shape):
    x = values(*shape)
    truth = torch.from_numpy(x).permute(order or (2, 1, 0)).contiguous()
    check(node, "Transpose", [x], {"perm": order} if order else {}, expected=truth)


@pytest.mark.parametrize(
    "shape, target", [((3, 1), (3, 4)), ((3, 1), (2, 1, 6)), ((), (2, 2)), ((2, 3), (1, 1))]
)
def test_expand(node, shape, target):
    for kind in (values, integers, truths):
        check(node, "Expand", [kind(*shape), ints(*target)], constants=(1,))


@pytest.mark.parametrize("repeats", [(1, 1), (2, 1), (1, 3), (2, 2), (0, 2)])
def test_tile(node, repeats):
    x = values(2, 3)
    check(node, "Tile", [x, ints(*repeats)], expected=torch.from_numpy(x).tile(repeats))


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_concat(node, axis):
    def part(length):
        shape = [2, 3, 4]
        shape[axis] = length
        return shape

    for kind in (values, integers, truths):
        inputs = [kind(*part(length)) for length in (1, 4, 0, 2)]
        truth = torch.cat([torch.from_numpy(x) for x in inputs], axis)
        check(node, "Concat", inputs, {"axis": axis}, expected=truth)
    check(node, "Concat", [values(2, 3)], {"axis": 0})


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_split(node, axis):
    x = values(6, 6)
    check(node, "Split", [x, ints(1, 3, 2)], {"axis": axis}, outputs=3, constants=(1,))
    check(node, "Split", [x], {"axis": axis, "num_outputs": 3}, outputs=3)
    check(node, "Split", [values(7, 7)], {"axis": axis, "num_outputs": 4}, outputs=4)
    check(node, "Split", [x], {"axis": axis, "split": [2, 4]}, outputs=2, opset=11)


MOST = 2**63 - 1


@pytest.mark.parametrize(
    "start, end, axes, steps",
    [
        ((1,), (3,), (0,), None),
        ((1, 0), (MOST, 2), (0, 2), None),
        ((-2,), (MOST,), (-1,), (1,)),
        ((0,), (-1,), (1,), (2,)),
        ((MOST,), (-MOST,), (0,), (-1,)),
        ((3, -1), (0, -MOST), (0, 1), (-2, -1)),
        ((2,), (2,), (0,), (1,)),
        ((-100,), (100,), (2,), (3,)),
        ((1, 1, 1), (3, 2, 4), None, None),
    ],
)
def test_slice(node, start, end, axes, steps):
    bounds = [ints(*start), ints(*end), axes and ints(*axes), steps and ints(*steps)]
    given = [i + 1 for i, bound in enumerate(bounds) if bound is not None]
    check(node, "Slice", [values(4, 3, 5), *bounds], constants=given)


@pytest.mark.parametrize("mode", ["constant", "reflect", "edge", "wrap"])
@pytest.mark.parametrize("pads", [(1, 0, 0, 2), (0, 2, 1, 1), (0, 0, 0, 0)])
def test_pad(node, mode, pads):
    check(node, "Pad", [values(3, 4), ints(*pads), single(7)], {"mode": mode}, constants=(1,))
    if mode == "constant":
        check(node, "Pad", [values(3, 4), ints(*pads)], constants=(1,))
        check(node, "Pad", [values(3, 4), ints(-1, 2), single(7), ints(-1)], constants=(1, 3))


def test_shapes_as_values(node):
    check(node, "Shape", [values(2, 3, 4)])
    check(node, "Shape", [values(2, 3, 4)], {"start": 1})
    check(node, "Shape", [values(2, 3, 4)], {"start": -2, "end": -1})
    check(node, "Size", [values(2, 3, 4)])


def test_constants(node):
    for value in (values(2, 3), integers(4), truths(3), single(2)):
        check(node, "Constant", [], {"value": numpy_helper.from_array(value)})
    check(node, "Constant", [], {"value_float": 1.5})
    check(node, "Constant", [], {"value_int": -3})
    check(node, "Constant", [], {"value_ints": [1, -2, 3]})
    check(node, "Constant", [], {"value_floats": [1.0, -2.5]})
    check(node, "ConstantOfShape", [ints(2, 3)])
    seven = numpy_helper.from_array(np.array([7]))
    check(node, "ConstantOfShape", [ints(2)], {"value": seven})
    check(node, "Range", [ints(2).reshape(()), ints(9).reshape(()), ints(3).reshape(())])
    check(node, "Range", [single(1), single(-1), single(-0.25)])


@pytest.mark.parametrize("k", [-2, -1, 0, 1, 3])
def test_diagonals(node, k):
    check(node, "EyeLike", [values(3, 4)], {"k": k})
    check(node, "EyeLike", [values(3, 4)], {"k": k, "dtype": TensorProto.INT64})
    for upper in (0, 1):
        check(node, "Trilu", [values(2, 3, 4), single(k, np.int64)], {"upper": upper})
        check(node, "Trilu", [values(3, 3)], {"upper": upper})
