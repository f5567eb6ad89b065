"""Suprema of convex brackets: what is proved, and traps that must not be."""

import numpy as np
import pytest
from sympy import Integer, Rational, S, exp, log, oo, symbols

from genedu.derivations import Claim, Derivation
from genedu.derivations.algebra import is_zero
from genedu.derivations.comparison import compare, resolve
from genedu.derivations.engine import Chain, Step
from genedu.derivations.functions import Func
from genedu.derivations.gaps import Gap
from genedu.derivations.implementations import Grid, Implementation
from genedu.derivations.integrals import Int, Integral
from genedu.derivations.provers import Algebra, Setting, Supremum
from genedu.derivations.refuter import refute
from genedu.derivations.scope import Lowering, Point
from genedu.derivations.suprema import Limit, Sup, SupGap, known_sup

x, y, t, c = symbols("x y t c", real=True)
u, a, r = symbols("u a r", positive=True)


def f(at, name="f", kind="convex"):
    return Func(name, at, kind=kind)


def low(e):
    return Lowering({})(e)


# -- the conjugate of an abstract function -------------------------------------------------------
def test_a_line_with_a_slope_of_f_has_a_known_supremum():
    for bracket in (u * f(a).prime() - f(u), -f(u) + f(2 * a).prime() * u):
        assert known_sup(low(Sup(bracket, u))) is not None
    value = known_sup(low(Sup(u * f(a).prime() - f(u), u)))
    assert is_zero(value - low(a * f(a).prime() - f(a)))


@pytest.mark.parametrize(
    "bracket",
    [
        u * f(a).prime() + f(u),  # not concave
        u * f(a).prime() - 2 * f(u),
        u * f(a).prime() - f(u) + u,
        u * f(a).prime() - f(u) + 1,
        2 * u * f(a).prime() - f(u),
        u * f(a, "g").prime() - f(u),  # the slope of another function
        u * f(a).prime().prime() - f(u),
        u * f(a) - f(u),
        u * f(u).prime() - f(u),  # the variable itself
        u * f(c).prime() - f(u),  # perhaps outside the domain
        u * f(a).prime() - f(2 * u),
        u**2 * f(a).prime() - f(u),
        u * f(a, kind="positive").prime() - f(u, kind="positive"),  # not convex
    ],
)
def test_any_other_bracket_is_left_alone(bracket):
    assert known_sup(low(Sup(bracket, u))) is None


def test_the_gap_of_a_tangent_is_zero_only_where_it_touches():
    gap = SupGap(u * t - f(u), u, r)
    conjugate = Sup(u * t - f(u), u)
    sides = f(r), r * t - conjugate
    setting = Setting()
    assert not Gap(gap, {t: f(r).prime()}).holds(*sides, "≥", Algebra(), setting)
    assert refute(*sides, "≥", setting, gap) is None
    for elsewhere in (f(2 * r).prime(), f(r), S.Zero, f(r, "g").prime()):
        assert Gap(gap, {t: elsewhere}).holds(*sides, "≥", Algebra(), setting)


# -- the prover ----------------------------------------------------------------------------------
def proved(bracket, value, at, given=(), **how):
    return Supremum(at, **how).prove(Sup(bracket, u), value, Setting(given=dict(given)))


def test_a_supremum_needs_the_right_place_a_falling_slope_and_the_value():
    bracket, given = u * t - u * log(u), {t: 1 + log(r)}
    assert proved(bracket, exp(t - 1), exp(t - 1), given)
    assert not proved(bracket, exp(t), exp(t - 1), given)
    assert not proved(bracket, exp(t - 1), exp(t), given)
    assert not proved(u * log(u) - u * t, -exp(t - 1), exp(t - 1), given)  # a minimum


def test_a_supremum_at_an_end_needs_one_sign_of_the_slope():
    assert proved(2 - 1 / u, Integer(2), oo)
    assert not proved(2 - 1 / u, Integer(2), S.Zero)
    assert not proved(2 - u * log(u), Integer(2), S.Zero)  # rises at first


@pytest.mark.parametrize(
    ("bracket", "value"),
    [
        (-(u ** Rational(-1, 2)), 0.0),  # comes near it only far out
        (-(u ** Rational(1, 2)), 0.0),
        (3 - (log(u) - 40) ** 2, 3.0),  # beyond the first grid
        (u - u**2, 0.25),
    ],
)
def test_the_refuter_finds_a_supremum_wherever_it_is(bracket, value):
    assert Point(0, {})(Sup(bracket, u)) == pytest.approx(value, abs=1e-12)


def test_a_limit_is_proved_and_refuted():
    line = Limit(1 - 1 / u**2, u, oo)
    assert Algebra().prove(line, Integer(1), Setting())
    assert not Algebra().prove(line, Integer(2), Setting())
    assert refute(line, Integer(2), "=", Setting())


# -- witnesses -----------------------------------------------------------------------------------
@pytest.mark.parametrize("ratio", [1e-8, 1e-3, 1.0, 1e3, 1e8])
def test_the_slope_of_a_convex_witness_is_right_for_every_ratio(ratio):
    point, step = Point(3, {}), 1e-30
    drawn = Func("f", u, kind="convex")
    slope = np.real(point.override({u: ratio})(drawn.prime()))
    by_step = np.imag(point.override({u: ratio + 1j * step * ratio})(drawn)) / (step * ratio)
    assert slope == pytest.approx(by_step, rel=1e-10)
    bend = np.real(point.override({u: ratio})(drawn.prime().prime()))
    assert bend > 0


# -- integrals that cancel before anything is reduced ------------------------------------------
def test_integrals_cancel_as_they_are_written():
    p, q = Func("p", x, kind="density"), Func("q", x, kind="density")
    odd = low(Integral(p * ((1 - p / (p + q)) * (p + q) / q - 1), x))
    assert is_zero(odd)
    assert not is_zero(odd + 1)
    assert not is_zero(odd + low(Integral(q, x)))
    inside = low(p)
    assert not is_zero(Int(inside, (x,)) - inside)  # the bound x is not the free one
    assert not is_zero(low(Integral(p * q, x)) - low(Integral(p * q, x)) * y)


# -- the table in code ---------------------------------------------------------------------------
def test_a_name_reaches_an_entry_and_a_made_one():
    table = "genedu.divergences.F_DIVERGENCES[kl]"
    import torch

    at = torch.tensor([1.0], dtype=torch.float64)
    assert resolve(f"{table}.conjugate")[1](at).item() == 1
    made = resolve("genedu.divergences.alpha_divergence(-1.5).conjugate")[1]
    assert made(torch.tensor([0.4], dtype=torch.float64)).item() == pytest.approx(1 / 1.5)
    with pytest.raises(KeyError):
        resolve("genedu.divergences.F_DIVERGENCES[k].conjugate")


def code(value, **how):
    """A comparison with ``e^{t-1}``, one number for each node of the grid."""
    step = Step(value, "A line.")
    item = Implementation(
        "genedu.divergences.F_DIVERGENCES[kl].conjugate",
        arguments=(Grid(x / 4, x),),
        equals=(value,),
        **how,
    )
    chain = Chain("", Claim(value, "=", value), (step,))
    return compare(Derivation("", "", "", (chain,), (), (item,), ()), item)


def test_code_is_compared_along_a_grid():
    assert code(exp(x / 4 - 1), on=x).ok
    assert not code(exp(x / 4), on=x).ok
    assert "shape" in code(exp(x / 4 - 1)).note
