"""Nodes for maps between vectors, growing and drawn functions: traps and truths."""

import numpy as np
import pytest
import torch
from sympy import Abs, Integer, Symbol, exp, log

from genedu.derivations.calculus import Diff
from genedu.derivations.functions import Func
from genedu.derivations.jacobians import BlockDet, Diagonal, JacobianDet, Partials
from genedu.derivations.nodes import IndexProd, IndexSum, Named, Tensor, indices
from genedu.derivations.provers import Algebra, Setting
from genedu.derivations.refuter import refute
from genedu.derivations.scope import Point
from genedu.derivations.torch_functions import torch_function
from genedu.derivations.vectors import Inserted, MixedDiff, Vector, VectorFunc

i, j, d, m = indices("i j d m")
a, b, c = Tensor("a", d), Tensor("b", m), Tensor("c", m)
A, B, C = Vector(a[i], i, d), Vector(b[j], j, m), Vector(c[j], j, m)
SIZES = Setting(sizes={d: 2, m: 2})
x, y = Symbol("x", real=True), Symbol("y", real=True)


def scale(index):
    return VectorFunc("s", index, A)


MOVED = Vector(Named("c_{j}", b[j] * exp(scale(j)) + VectorFunc("t", j, A)), j, m)


def both(left, right, setting=SIZES) -> tuple[bool, bool]:
    """Whether the numbers accept it, whether the prover alone does."""
    try:
        proved = Algebra().prove(left, right, setting)
    except (ValueError, ArithmeticError, AttributeError):
        proved = False
    return refute(left, right, "=", setting) is None, proved


def test_a_coupling_has_the_determinant_of_its_diagonal():
    found = log(JacobianDet((A, MOVED), (a, b)))
    assert both(found, IndexSum(scale(j), (j, m))) == (True, True)
    for wrong in (
        -IndexSum(scale(j), (j, m)),
        IndexSum(exp(scale(j)), (j, m)),
        IndexSum(scale(j), (j, m)) + 1,
        scale(1) + scale(2),  # right at two components, but not at three
    ):
        assert both(found, wrong)[0] is False
    assert not both(found, IndexSum(VectorFunc("s", j, A, A), (j, m)))[1]


def test_a_determinant_keeps_its_absolute_value():
    mirrored = Vector(-b[j], j, m)
    one = Setting(sizes={d: 2, m: 1})
    det = JacobianDet((A, mirrored), (a, b))
    assert both(det, Integer(1), one) == (True, True)
    assert both(det, Integer(-1), one) == (False, False)
    unknown = Vector(b[j] * a[1], j, m)  # a_1 may have any sign
    det = JacobianDet((A, unknown), (a, b))
    assert both(det, Abs(a[1]), one)[1]
    assert not both(det, a[1], one)[1]


def test_the_lower_left_block_matters_as_soon_as_the_upper_right_one_is_not_zero():
    mixed = Vector(a[i] + b[1], i, d)
    blocks = (Partials(mixed, a), Partials(mixed, b), Partials(MOVED, a), Partials(MOVED, b))
    assert both(BlockDet(*blocks), JacobianDet((mixed, MOVED), (a, b))) == (True, True)
    without = (*blocks[:2], Diagonal(0, i, m, d), blocks[3])
    assert both(BlockDet(*without), JacobianDet((mixed, MOVED), (a, b))) == (False, False)


def test_blocks_that_do_not_fit_are_no_determinant():
    for wrong in (
        (Diagonal(1, i, d), Diagonal(0, i, m, d), Diagonal(0, i, m, d), Diagonal(1, j, m)),
        (Diagonal(1, i, d), Diagonal(0, i, d, m), Diagonal(0, i, d), Diagonal(0, i, d, m)),
    ):
        setting = Setting(sizes={d: 1, m: 2})
        assert both(BlockDet(*wrong), BlockDet(*wrong), setting) == (False, False)
    assert both(JacobianDet((A,), (a, b)), Integer(1))[0] is False


def test_functions_are_the_same_only_with_the_same_name_index_and_arguments():
    assert both(scale(1), VectorFunc("s", 1, A)) == (True, True)
    for other in (scale(2), VectorFunc("t", 1, A), VectorFunc("s", 0, A), VectorFunc("s", 1, C)):
        assert both(scale(1), other) == (False, False)


def test_what_is_inserted_does_not_reach_outside():
    body = IndexSum(c[j], (j, m))
    assert both(Inserted(body, c, MOVED), IndexSum(MOVED.args[0], (j, m))) == (True, True)
    assert both(Inserted(body, c, MOVED) + c[1], body + c[1]) == (False, False)
    # first the derivative by the letters, then what stands for them
    outer = Vector(exp(c[j]), j, m)
    first = Inserted(JacobianDet((outer,), (c,)), c, MOVED)
    chained = Vector(Inserted(exp(c[j]), c, MOVED), j, m)
    inner = JacobianDet((MOVED,), (b,))
    assert both(JacobianDet((chained,), (b,)), first * inner) == (True, True)
    assert both(JacobianDet((chained,), (b,)), first) == (False, False)


def test_a_mixed_derivative_is_taken_once_by_every_component():
    below = VectorFunc("F", 0, MOVED, A, kind="distribution")
    slopes = IndexProd(exp(scale(j)), (j, m))
    assert both(MixedDiff(below, b), below.mixed() * slopes) == (True, True)
    assert both(MixedDiff(below, b), below.mixed()) == (False, False)
    assert both(MixedDiff(below, b), below * slopes) == (False, False)
    assert both(MixedDiff(IndexProd(b[j] ** 2, (j, m)), b), IndexProd(2 * b[j], (j, m))) == (
        True,
        True,
    )


def test_only_a_growing_function_is_known_to_grow():
    growing, real = Func("g", x, kind="growing"), Func("f", x)
    assert both(Abs(Diff(growing, x)), growing.prime()) == (True, True)
    assert both(log(growing.prime() ** 2), 2 * log(growing.prime())) == (True, True)
    assert not both(Abs(Diff(real, x)), real.prime())[1]
    assert not both(Abs(growing), growing)[1]  # its slope is positive, not its value
    assert not both(log(growing.prime().prime() ** 2), 2 * log(growing.prime().prime()))[1]


def test_a_drawn_torch_function_has_the_values_and_the_slope_of_the_board():
    point = Point(3, {})
    z = torch.linspace(-2, 2, 7, dtype=torch.double)[:, None].requires_grad_()
    f = torch_function(Func("f", x), point)
    value = f(z)
    (slope,) = torch.autograd.grad(value.sum(), z)
    for k, at in enumerate(z[:, 0].tolist()):
        there = point.override({x: at})
        assert np.isclose(value[k].item(), np.real(there(Func("f", x))), atol=1e-13)
        assert np.isclose(slope[k, 0].item(), np.real(there(Diff(Func("f", x), x))), atol=1e-12)
    assert torch.autograd.gradcheck(f, (z,))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (log(exp(Func("f", exp(x) * y)) * exp(y)), Func("f", exp(x) * y) + y),
        (log(exp(Func("f", exp(x / 2) ** 2))), Func("f", exp(x))),
    ],
)
def test_an_exponential_inside_an_exponent_is_the_one_outside(left, right):
    assert both(left, right, Setting()) == (True, True)
    assert both(left, right.xreplace({x: 2 * x}), Setting()) == (False, False)
