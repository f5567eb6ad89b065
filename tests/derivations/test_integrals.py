"""Integrals, densities and what is put into them: what is proved, and traps that must not be."""

import numpy as np
import pytest
from sympy import (
    I,
    Integer,
    Rational,
    S,
    Symbol,
    exp,
    integrate,
    log,
    oo,
    pi,
    simplify,
    sqrt,
    symbols,
)
from sympy import Pow as Power

from genedu.derivations.algebra import is_zero
from genedu.derivations.averages import DataAvg
from genedu.derivations.calculus import At, Diff, Grad
from genedu.derivations.functions import KINDS, Func, Normal, derivative
from genedu.derivations.integrals import KL, NODES, WEIGHTS, Expectation, Int, Integral
from genedu.derivations.nodes import IndexSum, Named, Tensor, board, indices
from genedu.derivations.provers import Algebra, Setting
from genedu.derivations.refuter import refute, values
from genedu.derivations.scope import Lowering, Point

v, x, y, z, t, mu = symbols("v x y z t mu", real=True)
a, b, r, s = symbols("a b r sigma", positive=True)
w = Symbol("w", real=True, nonzero=True)
PLAIN = Setting()


def density(name, *shown):
    return Func(name, *shown, kind="density")


def N(variable, mean=S.Zero, variance=S.One):
    return Normal(variable, mean, variance)


P, PZ = density("p", v), Func("p", z, kind="density", key="prior")


def proved(left, right, setting=PLAIN) -> bool:
    try:
        return Algebra().prove(left, right, setting)
    except (ValueError, NotImplementedError, ArithmeticError):
        return False


# -- traps: the prover alone must not believe any of these, nor the numbers ---------------------
with board():
    FALSE = {
        # a constant that is none: the bound letter is hidden in an exponential or a name
        "mean e^v": (Integral(N(v, exp(v)), v), S.One),
        "variance e^v": (Integral(N(v, S.Zero, exp(v)), v), S.One),
        "argument v + e^v": (Integral(N(v + exp(v)), v), S.One),
        "slope e^v": (Integral(N(v * exp(v)), v), Integral(exp(-v) * N(v), v)),
        "two exponentials": (Integral(N(v) * v * exp(Integral(N(z) * exp(v), z)), v), S.Zero),
        "e^v taken out": (Integral(P * exp(v), v), exp(v)),
        "a name taken out": (Integral(P * Named("c", v), v), Named("c", v)),
        "mean moves": (Integral(N(v, v / 2), v), S.One),
        # products and letters
        "square of an integral": (Integral(P * v, v) ** 2, Integral(P * v**2, v)),
        "the same letter": (Integral(P * v * Integral(P * v, v), v), Integral(P * v**2, v)),
        "two normals": (Integral(N(v) * N(v, S.One), v), S.One),
        "log outside": (log(Integral(P * exp(v), v)), Integral(P * v, v)),
        "one letter twice": (Integral(N(x), x, x), S.One),
        # densities
        "swapped": (Integral(density("p", x, z), z), S.One),
        "given itself": (Integral(density("p", x, x), x), S.One),
        "twice x": (Integral(density("p", 2 * x), x), S.One),
        "a cycle": (Integral(density("p", x, z) * density("q", z, x), x, z), S.One),
        "by the wrong letter": (
            Integral(density("p", x, z) * density("q", z), z),
            density("q", x),
        ),
        "derivative by its own": (Integral(density("p", x, z).prime(), x), S.One),
        "derivative by the other": (Integral(Diff(density("p", z, x), z), x), S.Zero),
        "moment does move": (Integral(x * Diff(density("p", x, z), z), x), S.Zero),
        "moving variance": (
            Diff(N(x, S.Zero, 1 + x**2), x),
            -x / (1 + x**2) * N(x, S.Zero, 1 + x**2),
        ),
        "slope of unknown sign": (Integral(N(t * v), v), 1 / t),
        "twice the density": (KL(2 * P, P, v), log(Integer(2))),
        "swapped divergence": (KL(density("q", v), P, v), KL(P, density("q", v), v)),
        # averages and integrals together
        "average of a product": (
            DataAvg(x * DataAvg(exp(x * y), y), x),
            DataAvg(x, x) * DataAvg(DataAvg(exp(x * y), y), x),
        ),
        "integral of an average": (
            Integral(PZ * DataAvg(exp(x * z), x), z),
            DataAvg(exp(x), x) * Integral(PZ * z, z),
        ),
        "average of an integral": (
            DataAvg(x * Integral(N(z) * exp(x * z), z), x),
            DataAvg(x, x) * DataAvg(Integral(N(z) * exp(x * z), z), x),
        ),
        # assumptions of symbols
        "a root at a negative value": (At(sqrt(Power(a, 2)), a, -S.One), -S.One),
    }
    GIVEN = {
        "derivative": (Diff(t**2, t), S.Zero, r),
        "gradient": (Grad(t**2, t), S.Zero, r),
        "value": (At(t + 2, t, Integer(5)), r + 3, r + 1),
        "bound": (Integral(t**2 * N(t), t), Integral(t * (r + 1) * N(t), t), r + 1),
        "captured by an integral": (Integral(t * N(x), x), Integral(x * N(x), x), x),
        "captured by a derivative": (Diff(t * x, x), 2 * x, x),
        "captured by an average": (DataAvg(t * x, x), DataAvg(x**2, x), x),
    }


@pytest.mark.parametrize("name", FALSE)
def test_a_false_integral_is_neither_proved_nor_believed(name):
    left, right = FALSE[name]
    assert not proved(left, right)
    assert refute(left, right, "=", PLAIN)


@pytest.mark.parametrize("name", GIVEN)
def test_a_given_value_is_not_that_of_a_bound_or_moved_symbol(name):
    left, right, value = GIVEN[name]
    setting = Setting(given={t: value})
    assert not proved(left, right, setting)
    assert refute(left, right, "=", setting)


def test_a_moved_symbol_gets_its_value_afterwards():
    setting = Setting(given={t: r + 1})
    with board():
        right = {Diff(t**2, t): 2 * (r + 1), At(t + 2, t, x): x + 2}
        right[Integral(t**2 * N(t), t) + t] = r + 2
    for left, value in right.items():
        assert proved(left, value, setting)
        assert refute(left, value, "=", setting) is None


def test_a_given_value_is_of_plain_symbols_and_has_the_sign_of_its_symbol():
    M, i = indices("M i")
    tensor = Tensor("q", M)
    sized = {"sizes": {M: 2}}
    with board():
        captured = IndexSum(t, (i, M)), IndexSum(tensor[i], (i, M))
        root = sqrt(Power(a, 2)), a
    assert not proved(*captured, Setting(given={t: tensor[i]}, **sized))
    assert not proved(*root, Setting(given={a: x}))
    assert proved(*root, Setting(given={a: x**2 + 1}))


def test_a_variance_must_be_seen_to_be_positive():
    assert not proved(Integral(N(v, S.Zero, t), v), S.One)
    assert proved(Integral(N(v, S.Zero, 1 - 1 / (1 + a)), v), S.One)


@pytest.mark.parametrize("name", ["a", "n"])
def test_an_integral_runs_over_the_whole_line(name):
    signed = {"a": a, "n": Symbol("n", integer=True)}[name]
    with pytest.raises(ValueError, match="whole line"):
        Lowering({})(Integral(N(signed), signed))


def test_powers_are_split_only_into_positive_parts():
    n = Symbol("n", positive=True)
    half = n + Rational(1, 2)
    assert not is_zero((w**2 * a + w**2 * b) ** half - w * (w**2) ** n * (a + b) ** half)


# -- what is proved -----------------------------------------------------------------------------
with board():
    TRUE = {
        "normal": (Integral(N(v, x, a), v), S.One),
        "over its mean": (Integral(N(x, mu, s), mu), S.One),
        "stretched": (Integral(N(a * v + b), v), 1 / a),
        "turned": (Integral(N(x - a * v), v), 1 / a),
        "nested": (Integral(P * v * Integral(P * v, v), v), Integral(P * v, v) ** 2),
        "joint": (Integral(density("p", x, z) * density("q", z), x, z), S.One),
        "does not move": (Integral(Diff(density("p", x, z), z), x), S.Zero),
        "chain rule": (
            KL(density("q", v) * PZ, P * PZ, v, z),
            KL(density("q", v), P, v),
        ),
        "by the variance": (Diff(Integral(v**2 * N(v, S.Zero, a), v), a), S.One),
    }


@pytest.mark.parametrize("name", TRUE)
def test_what_is_known_of_integrals_is_proved(name):
    left, right = TRUE[name]
    assert proved(left, right)
    assert refute(left, right, "=", PLAIN) is None


@pytest.mark.parametrize("degree", range(7))
def test_the_moments_of_a_normal_are_those_of_sympy(degree):
    bell = exp(-((v - mu) ** 2) / (2 * s**2)) / (sqrt(2 * pi) * s)
    moment = simplify(integrate(v**degree * bell, (v, -oo, oo), conds="none"))
    assert not moment.has(I)
    assert proved(Expectation(v**degree, N(v, mu, s**2), v), moment)
    assert not proved(Expectation(v**degree, N(v, mu, s**2), v), moment + s)


@pytest.mark.parametrize("seed", range(20))
def test_the_densities_of_the_refuter_integrate_to_1(seed):
    point = Point(seed, {}).bind({v: NODES})
    for law in (density("p", v, x, z), density("q", v), N(v, x, r**2)):
        on_grid = values(law, point, NODES.shape)
        assert on_grid.min() >= 0
        assert abs(on_grid @ WEIGHTS - 1) < 1e-12


@pytest.mark.parametrize(
    ("f", "order", "exact"),
    [
        (np.exp, 1, np.exp(0.7)),
        (np.exp, 2, np.exp(0.7)),
        (np.sin, 1, np.cos(0.7)),
        (np.log, 1, 1 / 0.7),
        (np.log, 2, -1 / 0.7**2),
        (lambda q: q**5, 2, 20 * 0.7**3),
        (lambda q: derivative(np.sin, q), 1, -np.sin(0.7)),
    ],
)
def test_the_derivative_by_cauchy_is_exact(f, order, exact):
    assert abs(derivative(f, 0.7, order) - exact) < 1e-11


def test_the_kinds_of_functions_are_what_they_say():
    grid, point = np.linspace(0.2, 3, 15), Point(4, {})
    there = point.bind({v: grid})
    signs = {
        "positive": lambda f: f(0),
        "unit": lambda f: f(0) * (1 - f(0)),
        "density": lambda f: f(0),
        "convex": lambda f: f(2),
        "growing": lambda f: f(1),
    }
    for kind in KINDS:
        func = Func("g", v, kind=kind)

        def number(order, func=func):
            by = func if not order else Diff(func, v, order)
            return values(by, there, grid.shape)

        assert np.isfinite(number(0)).all()
        if kind in signs:
            assert (signs[kind](number) > 0).all(), kind


def test_an_integral_has_one_form_wherever_it_stands():
    low = Lowering({})
    inner = low(Integral(P * v, v))
    outer = low(Integral(P * v * Integral(P * v, v), v))
    assert inner.height == 0
    assert outer.height == 1
    assert inner in outer.body.atoms(Int)
    assert not outer.free_symbols
