"""The provers beside algebra: what they must not believe."""

import pytest
from sympy import Abs, Integer, Max, Rational, S, exp, floor, log, oo, sign, sqrt, symbols

from genedu.derivations.calculus import At, Diff, Grad, Sigma
from genedu.derivations.functions import Func, Normal
from genedu.derivations.integrals import Integral
from genedu.derivations.nodes import Tensor, board, indices
from genedu.derivations.provers import (
    Algebra,
    ByParts,
    Cases,
    Logarithm,
    Setting,
    Substitution,
    Supremum,
)
from genedu.derivations.refuter import refute
from genedu.derivations.suprema import Limit, Sup, W

v, x, y, z, t, mu, e = symbols("v x y z t mu epsilon", real=True)
a, b, r, u, s = symbols("a b r u sigma", positive=True)
PLAIN = Setting()


def density(name, *shown):
    return Func(name, *shown, kind="density")


def N(variable, mean=S.Zero, variance=S.One):
    return Normal(variable, mean, variance)


P, PZ, Q = density("p", v), Func("p", z, kind="density", key="prior"), density("q", v)
F = Func("f", z)


def proved(left, right, evidence=None, setting=PLAIN) -> bool:
    try:
        return (evidence or Algebra()).prove(left, right, setting)
    except (ValueError, NotImplementedError, ArithmeticError):
        return False


# -- substitution, parts, logarithms, cases ------------------------------------------------------
INNER = mu + s * e
with board():
    MOVED = {
        "value set inside": (Integral(N(z, mu, s**2) * At(z + 1, z, Integer(3)), z), mu + 1),
        "derivative inside": (
            Integral(N(z, mu, s**2) * Grad(F, mu), z),
            Integral(N(e) * Grad(Func("f", INNER), mu), e),
        ),
        "bound inside": (
            Integral(N(z, mu, s**2) * Integral(N(mu) * z, mu) ** 2, z),
            s**2,
        ),
        "no Jacobian": (Integral(exp(-(z**2)), z), Integral(exp(-(INNER**2)), e)),
    }


@pytest.mark.parametrize("name", MOVED)
def test_a_substitution_does_not_come_under_what_binds_or_moves(name):
    left, right = MOVED[name]
    assert not proved(left, right, Substitution(z, e, INNER))
    assert refute(left, right, "=", PLAIN)


@pytest.mark.parametrize("inner", [-e, t * e, exp(e), e**2, mu * e])
def test_a_substitution_is_affine_and_grows(inner):
    with board():
        left, right = (
            Integral(N(z) * F, z),
            Integral(N(inner) * Func("f", inner) * inner.diff(e), e),
        )
    assert not proved(left, right, Substitution(z, e, inner))


def test_a_substitution_needs_a_new_letter_and_then_holds():
    with board():
        left = Integral(N(z, mu, s**2) * F, z)
        right = Integral(N(e) * Func("f", INNER), e)
        used = Integral(N(z) * e * z, z)
    assert proved(left, right, Substitution(z, e, INNER))
    assert not proved(left, 2 * right, Substitution(z, e, INNER))
    assert not proved(used, S.One, Substitution(z, e, e))


@pytest.mark.parametrize(
    "certificate",
    [
        Sigma(v),
        log(P),
        1 / P,
        exp(Func("E", v, kind="energy")),
        v * density("p", z, v),
        v * N(v, v, S.One),
        v * N(t * v),
    ],
)
def test_parts_need_a_boundary_term_that_vanishes(certificate):
    left = Integral(Diff(certificate, v), v)
    assert not proved(left, S.Zero, ByParts(certificate, v))


@pytest.mark.parametrize(
    "certificate",
    [
        Func("g", v) * P,
        Func("g", v) * N(v, x, a),
        -v * exp(-Func("E", v, kind="energy")),
        v * Integral(density("p", v, z) * PZ, z),
    ],
)
def test_parts_with_a_density(certificate):
    left = Integral(Diff(certificate, v), v)
    assert proved(left, S.Zero, ByParts(certificate, v))
    assert refute(left, S.Zero, "=", PLAIN) is None
    assert not proved(left, S.One, ByParts(certificate, v))


@pytest.mark.parametrize(
    ("left", "right", "true"),
    [
        (N(v) * exp(v), N(v, S.One) * exp(Rational(1, 2)), True),
        (Integral(N(v) * exp(v), v), Integral(N(v, S.One) * exp(Rational(1, 2)), v), True),
        (Integral(N(v) * exp(v), v), Integral(N(v, S.One), v), False),
        (Integral(P * a, v), Integral(PZ * a, z) * b, False),
        (-a, a, False),
        (x * y, (-x) * y, False),
    ],
)
def test_logarithms_of_both_lines(left, right, true):
    assert proved(left, right, Logarithm()) is true
    assert (refute(left, right, "=", PLAIN) is None) is true


def test_cases_are_for_binary_units_only():
    (M,) = indices("M")
    real = Tensor("t", M)
    assert not proved(real[1] ** 2, real[1], Cases((real,)), Setting(sizes={M: 2}))


# -- suprema -------------------------------------------------------------------------------------
with board():
    WRONG_SUPREMA = {
        "not at the corner": (-Abs(u - 1), -4, Supremum(Integer(5), corner=Integer(1))),
        "a pole as a corner": (1 / (u - 1), -1, Supremum(Integer(0), corner=Integer(1))),
        "a corner below 0": (-Abs(u + 1), 0, Supremum(Integer(-1), corner=Integer(-1))),
        "below 0": (-((u + 1) ** 2), 0, Supremum(Integer(-1))),
        "of unknown sign": (-((u - x) ** 2), 0, Supremum(x)),
        "another corner": (3 * Abs(u - 4) - Abs(u - 2), 6, Supremum(Integer(2), Integer(2))),
        "a corner unnamed": (10 * Abs(u - 1) - (u - 2) ** 2, 10, Supremum(Integer(2))),
        "the larger of two": (4 * Max(u, 3) - u**2, 8, Supremum(Integer(2))),
        "a pole": (log((u - 1) ** 2) - u, log(4) - 3, Supremum(Integer(3))),
        "no logarithm": (log(u - 5) - u, -6, Supremum(Integer(6))),
        "a pole on the way": (-1 / (u - 1), 0, Supremum(oo)),
        "a minimum": ((u - 1) ** 2, 0, Supremum(Integer(1))),
        "a saddle": ((u - 1) ** 3, 0, Supremum(Integer(1))),
        "falls first": (u**2 * (3 - u), 0, Supremum(Integer(0))),
        "a jump": (5 * sign(u - 3) - (u - 1) ** 2, -5, Supremum(Integer(1))),
        "steps": (5 * floor(u) - (u - 1) ** 2, 5, Supremum(Integer(1))),
        "a slope of unknown sign": (x * u, 0, Supremum(Integer(0))),
        "a function without a limit": (-Func("g", u, kind="positive"), 0, Supremum(oo)),
    }


@pytest.mark.parametrize("name", WRONG_SUPREMA)
def test_what_is_no_supremum_is_not_proved(name):
    bracket, value, evidence = WRONG_SUPREMA[name]
    assert not proved(Sup(bracket, u), Integer(0) + value, evidence)
    assert refute(Sup(bracket, u), Integer(0) + value, "=", PLAIN)


@pytest.mark.parametrize(
    ("bracket", "value", "evidence"),
    [
        (u * x - u * log(u), exp(x - 1), Supremum(exp(x - 1))),
        (sqrt(u) - u, Rational(1, 4), Supremum(Rational(1, 4))),
        (-u, Integer(0), Supremum(Integer(0))),
        (-1 / u, Integer(0), Supremum(oo)),
        (-Abs(u - 2), Integer(0), Supremum(Integer(2), corner=Integer(2))),
        (2 * a * u - u**2, a**2, Supremum(a)),
    ],
)
def test_suprema_with_a_closed_form(bracket, value, evidence):
    assert proved(Sup(bracket, u), value, evidence)
    assert refute(Sup(bracket, u), value, "=", PLAIN) is None
    assert not proved(Sup(bracket, u), value + a, evidence)


def test_the_letter_of_a_supremum_captures_nothing():
    with board():
        captured = At(Sup(u * t - u**2, u), t, u), Sup(u * u - u**2, u)
        given = Sup(u * t - u**2, u), Sup(u * u - u**2, u)
        limits = Limit(t / u, u, oo), S.One
    assert not proved(*captured)
    setting = Setting(given={t: u})
    assert not proved(*given, setting=setting)
    assert not proved(*limits, setting=setting)
    for (left, right), where in ((captured, PLAIN), (given, setting), (limits, setting)):
        assert refute(left, right, "=", where)
    inner = Sup(u * t - u**2, u)
    with board():
        nested, other = Sup(u * inner - u**2, u), Sup(a * inner - a**2, a)
    assert proved(nested, other.xreplace({a: u}))
    assert refute(nested, inner**2 / 4, "=", PLAIN) is None


def test_lambert_s_w_is_of_something_positive():
    assert proved(W(a * exp(a)), a)
    assert proved(W(exp(1 + a + log(1 + a))), 1 + a)
    assert not proved(W(-a), Abs(W(-a)))
    assert not proved(W(x), Abs(W(x)))
    assert not proved(W(exp(x)), x)
