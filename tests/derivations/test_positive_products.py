"""Traps for the logarithm of products with unknown signs, and for roots of sums."""

import time

import pytest
from sympy import I, Symbol, exp, log, pi, sqrt

from genedu.derivations.algebra import is_zero
from genedu.derivations.functions import Normal
from genedu.derivations.integrals import Integral
from genedu.derivations.nodes import board
from genedu.derivations.provers import Logarithm, Setting

x, y, m = (Symbol(name, real=True) for name in "xym")
a, k, v, w = (Symbol(name, positive=True) for name in "akvw")
BETWEEN = Setting(given={a: 1 / (1 + k) ** 2})
PROVER = Logarithm()


def joined(shift):
    """``N(y; x, v) N(x; m, w)`` as a density of y times one of x, if ``shift`` is 0."""
    total = v + w
    mean = (v * m + w * y) / total + shift
    return Normal(y, m, total) * Normal(x, mean, v * w / total)


@pytest.mark.parametrize(("shift", "factor", "ok"), [(0, 1, True), (v, 1, False), (0, k, False)])
def test_two_normal_densities_are_two_others(shift, factor, ok):
    product, line = Normal(y, x, v) * Normal(x, m, w), factor * joined(shift)
    assert PROVER.prove(product, line, Setting()) is ok
    assert PROVER.prove(Integral(product, x), Integral(line, x), Setting()) is ok


def test_a_sum_is_a_factor_where_its_sign_is_known():
    with board():
        written = exp(-(x**2) / (2 * (1 - a))) / sqrt(2 * pi * (1 - a))
        normal = Normal(x, 0, 1 - a)
    assert PROVER.prove(normal, written, BETWEEN)
    assert not PROVER.prove(written, written, Setting())  # 1 - a can be anything
    assert not PROVER.prove(normal, 2 * written, BETWEEN)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (x, x),  # of unknown sign
        ((1 - a) * (a - 1), -((1 - a) ** 2)),  # both negative
        (exp(I * x), exp(I * x)),  # not real
        (sqrt(x) * sqrt(x), x),  # a root of unknown sign
        (-k, -k),
    ],
)
def test_what_may_be_negative_has_no_logarithm(before, after):
    assert not PROVER.prove(before, after, BETWEEN)


def test_a_wrong_line_with_roots_of_sums_is_found_out_at_once():
    bar = 1 / ((1 + k) ** 2 * (1 + w) ** 2)
    root = sqrt(1 - bar)
    right = (x - root * y) ** 2 / (1 - bar) - (x / root - y) ** 2
    began = time.perf_counter()
    assert is_zero(right)
    assert not is_zero(right + root - (1 - bar))
    assert not is_zero(log(k) * (root - (1 - bar)))
    assert time.perf_counter() - began < 5
