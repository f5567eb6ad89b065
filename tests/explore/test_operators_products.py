"""Matrix products, against ONNX Runtime and torch."""

import pytest
import torch
from one_node import check, values


@pytest.mark.parametrize(
    "a, b",
    [
        ((3, 4), (4, 5)),
        ((4,), (4,)),
        ((3, 4), (4,)),
        ((4,), (4, 5)),
        ((2, 3, 4), (4, 5)),
        ((3, 4), (2, 4, 5)),
        ((2, 1, 3, 4), (5, 4, 2)),
        ((2, 3, 7), (2, 7, 1)),
        ((1, 1), (1, 1)),
        ((33, 101), (101, 67)),
        ((3, 0), (0, 2)),
        ((2, 3, 4), (4,)),
        ((4,), (2, 4, 3)),
    ],
)
def test_matrix_product(node, a, b):
    x, y = values(*a), values(*b, seed=7)
    truth = torch.matmul(torch.from_numpy(x), torch.from_numpy(y))
    check(node, "MatMul", [x, y], expected=truth, tolerance=1e-5)


@pytest.mark.parametrize("turned", [(0, 0), (0, 1), (1, 0), (1, 1)])
@pytest.mark.parametrize("bias", [None, (), (5,), (3, 1), (3, 5)])
@pytest.mark.parametrize("factors", [(1.0, 1.0), (0.5, 2.0)])
def test_gemm(node, turned, bias, factors):
    a = values(*((4, 3) if turned[0] else (3, 4)))
    b = values(*((5, 4) if turned[1] else (4, 5)), seed=7)
    inputs = [a, b] if bias is None else [a, b, values(*bias)]
    attributes = dict(zip(("transA", "transB", "alpha", "beta"), (*turned, *factors), strict=True))
    check(node, "Gemm", inputs, attributes, tolerance=1e-5)
    check(node, "Gemm", inputs, attributes, tolerance=1e-5, constants=range(1, len(inputs)))
