"""Operators on single values, against ONNX Runtime and torch.

Shapes, types, broadcasting and attributes vary; the graphs run through the committed bundle.
"""

import numpy as np
import pytest
import torch
from one_node import TORCH_TYPES, check, graph_of, integers, ints, single, truths, values

F = torch.nn.functional
REAL = {"low": -3.0, "high": 3.0}
UNARY = {  # operator: torch's name for it, and where it is defined
    "Neg": (torch.neg, REAL),
    "Abs": (torch.abs, REAL),
    "Sign": (torch.sign, REAL),
    "Exp": (torch.exp, REAL),
    "Log": (torch.log, {"low": 0.01, "high": 9}),
    "Sqrt": (torch.sqrt, {"low": 0, "high": 9}),
    "Reciprocal": (torch.reciprocal, {"low": 0.1, "high": 9}),
    "Floor": (torch.floor, REAL),
    "Ceil": (torch.ceil, REAL),
    "Round": (torch.round, REAL),
    "Erf": (torch.erf, REAL),
    "Sin": (torch.sin, REAL),
    "Cos": (torch.cos, REAL),
    "Tan": (torch.tan, {"low": -1.4, "high": 1.4}),
    "Asin": (torch.asin, {"low": -1, "high": 1}),
    "Acos": (torch.acos, {"low": -1, "high": 1}),
    "Atan": (torch.atan, REAL),
    "Sinh": (torch.sinh, REAL),
    "Cosh": (torch.cosh, REAL),
    "Tanh": (torch.tanh, REAL),
    "Asinh": (torch.asinh, REAL),
    "Acosh": (torch.acosh, {"low": 1, "high": 9}),
    "Atanh": (torch.atanh, {"low": -0.95, "high": 0.95}),
    "Sigmoid": (torch.sigmoid, {"low": -30, "high": 30}),
    "Softplus": (F.softplus, {"low": -15, "high": 15}),
    "Softsign": (F.softsign, REAL),
    "Relu": (F.relu, REAL),
    "LeakyRelu": (F.leaky_relu, REAL),
    "Elu": (F.elu, REAL),
    "Celu": (F.celu, REAL),
    "Selu": (F.selu, REAL),
    "Mish": (F.mish, REAL),
    "HardSwish": (F.hardswish, REAL),
    "HardSigmoid": (None, REAL),
    "Gelu": (F.gelu, REAL),
    "Identity": (torch.clone, REAL),
}


@pytest.mark.parametrize("operator", UNARY)
@pytest.mark.parametrize("shape", [(), (7,), (2, 3), (2, 1, 3)])
def test_unary(node, operator, shape):
    function, domain = UNARY[operator]
    x = values(*shape, **domain)
    check(node, operator, [x], expected=function and function(torch.from_numpy(x)), tolerance=4e-6)


@pytest.mark.parametrize(
    "operator, attributes, function",
    [
        ("LeakyRelu", {"alpha": 0.2}, lambda x: F.leaky_relu(x, 0.2)),
        ("Elu", {"alpha": 0.7}, lambda x: F.elu(x, 0.7)),
        ("Celu", {"alpha": 0.7}, lambda x: F.celu(x, 0.7)),
        ("Selu", {"alpha": 1.5, "gamma": 1.2}, None),
        ("HardSigmoid", {"alpha": 0.3, "beta": 0.4}, None),
        ("Gelu", {"approximate": "tanh"}, lambda x: F.gelu(x, approximate="tanh")),
    ],
)
def test_unary_attributes(node, operator, attributes, function):
    x = values(4, 5)
    check(node, operator, [x], attributes, expected=function and function(torch.from_numpy(x)))


def test_slopes_of_their_own(node):
    x, slopes = values(2, 3, 4), values(3, 1, low=0, high=1)
    truth = F.prelu(torch.from_numpy(x), torch.from_numpy(slopes).flatten())
    check(node, "PRelu", [x, slopes], expected=truth)


def test_unary_at_the_edges(node):
    edges = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-30, 200, -200, 0.5, 1.5, 2.5, -0.5])
    x = edges.astype(np.float32)
    for operator in ("Relu", "Exp", "Log", "Sqrt", "Sigmoid", "Tanh", "Softplus", "Abs", "Round"):
        truth = UNARY[operator][0](torch.from_numpy(x)).numpy()
        got, _ = node.run(graph_of(operator, [x], {}), {"@0": x})
        np.testing.assert_allclose(got["=0"], truth, rtol=1e-6)
    for operator in ("IsNaN", "IsInf"):
        check(node, operator, [x])
    check(node, "IsInf", [x], {"detect_negative": 0})
    check(node, "IsInf", [x], {"detect_positive": 0})


@pytest.mark.parametrize("kind", [integers, values])
@pytest.mark.parametrize("operator", ["Neg", "Abs", "Sign"])
def test_unary_of_integers(node, operator, kind):
    check(node, operator, [kind(3, 4)])


PAIRS = [((3,), (3,)), ((), (2, 3)), ((2, 3), ()), ((2, 3), (3,)), ((2, 1), (1, 3))]
PAIRS += [
    ((4, 1, 3), (2, 1)),
    ((1,), (2, 2)),
    ((2, 3, 4), (3, 1)),
    ((5, 1), (5, 4)),
    ((0, 3), (3,)),
]
BINARY = {
    "Add": torch.add,
    "Sub": torch.sub,
    "Mul": torch.mul,
    "Div": torch.div,
    "Max": torch.maximum,
    "Min": torch.minimum,
    "Less": torch.lt,
    "LessOrEqual": torch.le,
    "Greater": torch.gt,
    "GreaterOrEqual": torch.ge,
    "Equal": torch.eq,
}


@pytest.mark.parametrize("operator", BINARY)
@pytest.mark.parametrize("shapes", PAIRS)
def test_binary(node, operator, shapes):
    for kind in (values, integers):
        a, b = kind(*shapes[0]), kind(*shapes[1], seed=9)
        if operator == "Div":
            b = np.where(b == 0, 1, b).astype(b.dtype)
        truth = None
        if not (operator == "Div" and kind is integers):
            truth = BINARY[operator](torch.from_numpy(a), torch.from_numpy(b))
        check(node, operator, [a, b], expected=truth)


@pytest.mark.parametrize("operator", ["And", "Or", "Xor"])
@pytest.mark.parametrize("shapes", PAIRS)
def test_logic(node, operator, shapes):
    check(node, operator, [truths(*shapes[0]), truths(*shapes[1], seed=9)])


def test_logic_of_one_and_of_three(node):
    check(node, "Not", [truths(3, 4)])
    check(node, "Equal", [truths(3, 4), truths(4, seed=3)])
    for operator in ("Sum", "Max", "Min"):
        check(node, operator, [values(3, 1), values(4), values(2, 1, 1)])
        check(node, operator, [values(3, 4)])


def test_maximum_keeps_what_is_not_a_number(node):
    x, y = np.array([np.nan, 1, 2], np.float32), np.array([1, np.nan, 3], np.float32)
    for operator in ("Max", "Min"):
        check(node, operator, [x, y], expected=BINARY[operator](*map(torch.from_numpy, (x, y))))


def test_integer_division_and_remainder(node):
    a, b = ints(7, -7, 7, -7, 6, 0), ints(2, 2, -2, -2, 3, 5)
    check(
        node, "Div", [a, b], expected=torch.div(*map(torch.tensor, (a, b)), rounding_mode="trunc")
    )
    check(node, "Mod", [a, b], expected=torch.remainder(*map(torch.tensor, (a, b))))
    check(node, "Mod", [a, b], {"fmod": 1}, expected=torch.fmod(*map(torch.tensor, (a, b))))
    x, y = values(20, low=-9, high=9), values(20, low=0.5, high=4)
    check(node, "Mod", [x, y], {"fmod": 1}, expected=torch.fmod(*map(torch.tensor, (x, y))))


@pytest.mark.parametrize("exponent", [2.0, 3.0, -1.0, 0.5, 0.0])
@pytest.mark.parametrize("shape", [(), (1,), (1, 1, 1)])
def test_power(node, exponent, shape):
    x, y = values(2, 3, low=0.1), np.full(shape, exponent, np.float32)
    check(node, "Pow", [x, y], expected=torch.pow(torch.from_numpy(x), torch.from_numpy(y)))
    check(node, "Pow", [x, y], constants=(1,))


def test_power_of_negative_numbers_integers_and_one(node):
    x, y = values(3, 1), single([2, 3])
    check(node, "Pow", [x, y], expected=torch.pow(torch.from_numpy(x), torch.from_numpy(y)))
    check(node, "Pow", [integers(4), ints(2)])
    x, y = np.ones(3, np.float32), np.array([np.nan, np.inf, 2], np.float32)
    check(node, "Pow", [x, y], expected=torch.pow(torch.from_numpy(x), torch.from_numpy(y)))


@pytest.mark.parametrize("low, high", [(-1, 1), (None, 0.5), (0.2, None), (None, None)])
def test_clip(node, low, high):
    bounds = [None if bound is None else single(bound) for bound in (low, high)]
    x = np.append(values(12), np.float32(np.nan))
    truth = torch.from_numpy(x) if low is high is None else torch.from_numpy(x).clamp(low, high)
    check(node, "Clip", [x, *bounds], expected=truth)


@pytest.mark.parametrize("shapes", [((2, 3),) * 3, ((2, 1), (3,), ()), ((3,), (2, 1), (2, 3))])
def test_where(node, shapes):
    c = truths(*shapes[0])
    for kind in (values, integers):
        a, b = kind(*shapes[1]), kind(*shapes[2], seed=5)
        check(node, "Where", [c, a, b], expected=torch.where(*map(torch.from_numpy, (c, a, b))))


@pytest.mark.parametrize("target", TORCH_TYPES)
@pytest.mark.parametrize("kind", [values, integers, truths])
def test_cast(node, target, kind):
    x = kind(3, 5)
    check(node, "Cast", [x], {"to": TORCH_TYPES[target]})
    truth = torch.from_numpy(x).to(getattr(torch, target))
    check(node, "CastLike", [x, np.zeros(1, target)], expected=truth)


def test_int32_goes_round(node):
    a, b = (np.array(n, dtype=np.int32) for n in ([2**31 - 1, 46341, -(2**31)], [3, 46341, -1]))
    for operator in ("Add", "Sub", "Mul"):
        check(node, operator, [a, b], expected=BINARY[operator](*map(torch.from_numpy, (a, b))))


def test_signs_of_zero_and_of_nothing(node):
    x = np.array([-0.5, -0.2, 0.5, -0.0, 1.5], np.float32)
    got, _ = node.run(graph_of("Round", [x], {}), {"@0": x})
    assert (np.signbit(got["=0"]) == torch.round(torch.from_numpy(x)).signbit().numpy()).all()
    got, _ = node.run(graph_of("Sign", [x], {}), {"@0": np.array([np.nan, -2], np.float32)})
    assert got["=0"].tolist() == torch.tensor([torch.nan, -2]).sign().tolist() == [0, -1]


def test_large_integers_are_exact(node):
    check(node, "Add", [ints(2**40 + 1, -(2**52)), ints(2**33, 3)])
