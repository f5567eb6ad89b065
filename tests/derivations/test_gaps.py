"""The gap of an inequality: its sign, where it is 0, and that it is 0 only there."""

import pytest
from sympy import Abs, Integer, Rational, S, log, sqrt, symbols

from genedu.derivations.averages import DataAvg
from genedu.derivations.calculus import Diff, LogGap
from genedu.derivations.functions import Func, Normal
from genedu.derivations.gaps import Gap
from genedu.derivations.integrals import KL, Expectation, Integral
from genedu.derivations.nodes import board
from genedu.derivations.provers import Algebra, Setting
from genedu.derivations.refuter import refute
from genedu.derivations.suprema import SupGap, W
from genedu.derivations.zeros import Forced

v, x, y, z, t, mu = symbols("v x y z t mu", real=True)
a, b, r, u, s = symbols("a b r u sigma", positive=True)
PLAIN = Setting()


def density(name, *shown):
    return Func(name, *shown, kind="density")


def N(variable, mean=S.Zero, variance=S.One):
    return Normal(variable, mean, variance)


P, Q, F_OF_V = density("p", v), density("q", v), Func("f", v)

with board():
    MASS = (y + mu**2) * N(y, Integer(-5))
    WRONG_GAPS = {
        "a domain for what is bound": (
            Gap(Integral(MASS, y), {mu: sqrt(5)}),
            Setting(domains={y: (0, 1)}),
        ),
        "0 where nothing can be": (Gap((r + 1) ** 2, {r: Integer(-1)}), PLAIN),
        "0 outside the domain": (Gap((y - 2) ** 2, {y: Integer(2)}), Setting(domains={y: (0, 1)})),
        "0 for no density": (Gap(Integral((Q - 2 * P) ** 2, v), {Q: 2 * P}), PLAIN),
        "0 for another density": (Gap(KL(Q, P, v), {Q: density("p", z)}), PLAIN),
        "total 2": (Gap(KL(Q, 2 * P, v), {Q: 2 * P}), PLAIN),
        "a negative law": (Gap(Expectation(v**2, -Q, v), {x: S.Zero}), PLAIN),
        "a candidate below 0": (Gap(SupGap(-((u + 1) ** 2), u, x), {x: Integer(-1)}), PLAIN),
        "log of less than 1": (Gap(log(1 + x), {x: S.Zero}), PLAIN),
        "log of a positive number": (Gap(log(a), {a: S.One}), PLAIN),
    }
    ELSEWHERE_TOO = {  # 0 where it is said to be, and not only there
        "another root": (Gap((x - y) ** 2 * (x - 2 * y) ** 2, {x: y}), PLAIN),
        "the other sign": (Gap((x**2 - y**2) ** 2, {x: y}), PLAIN),
        "a factor that vanishes": (Gap((r - a) ** 2 * x**2, {r: a}), PLAIN),
        "only one of two": (Gap((r - a) ** 2, {r: a, b: S.One}), PLAIN),
        "log gap of a square": (Gap(LogGap((1 + x**2) / (1 + y**2)), {x: y}), PLAIN),
        "a mean of values": (Gap(Integral(Q * v, v) ** 2, {Q: N(v)}), PLAIN),
    }
    ONLY_THERE = {
        "a square": (Gap((x - y) ** 2, {x: y}), PLAIN),
        "one sign": (Gap((r**2 - a**2) ** 2, {r: a}), PLAIN),
        "a factor that does not vanish": (Gap((r - a) ** 2 * (1 + x**2), {r: a}), PLAIN),
        "log gap of a root": (Gap(LogGap(r**2 / a), {r: sqrt(a)}), PLAIN),
        "both of two": (Gap((r - a) ** 2 + (x - y) ** 2, {r: a, x: y}), PLAIN),
        "a divergence": (Gap(KL(Q, P, v), {Q: P}), PLAIN),
        "a mean of squares": (Gap(Expectation((F_OF_V - v) ** 2, P, v), {F_OF_V: v}), PLAIN),
    }
    NOT_POSITIVE = [
        (W(-a), PLAIN),
        (W(x), PLAIN),
        (log(1 + x), PLAIN),
        (x**2, PLAIN),
        (1 - a ** (-b), PLAIN),
        (1 / (x - a) ** 2, PLAIN),
        (1 - y, Setting(domains={y: (0, 2)})),
        (1 - 2 * y, Setting(domains={y: (0, 1)})),
        (Diff(Func("f", x, kind="convex"), x, 2), PLAIN),
        (Func("g", x, kind="growing"), PLAIN),
        (P.prime(), PLAIN),
        (Func("D", x, kind="unit") - Rational(1, 2), PLAIN),
        (DataAvg((x - DataAvg(x, x)) ** 2, x), PLAIN),
    ]
    POSITIVE = [
        (log(1 + a), PLAIN),
        (1 - y, Setting(domains={y: (0, 1)})),
        (1 - Func("D", x, kind="unit"), PLAIN),
        (Func("g", x, kind="growing").prime(), PLAIN),
        (Func("f", a, kind="convex").prime().prime(), PLAIN),
        (DataAvg((x - DataAvg(x, x)) ** 2, x), Setting(spread=(x,))),
    ]


def note(gap, relation, setting):
    try:
        return gap.holds(gap.expr, S.Zero, relation, Algebra(), setting)
    except ValueError as problem:
        return str(problem)


@pytest.mark.parametrize("name", WRONG_GAPS)
def test_a_wrong_gap_is_not_proved(name):
    gap, setting = WRONG_GAPS[name]
    assert note(gap, "≥", setting)


@pytest.mark.parametrize("name", ELSEWHERE_TOO)
def test_a_gap_that_is_0_elsewhere_too_is_not_proved(name):
    gap, setting = ELSEWHERE_TOO[name]
    assert note(gap, "≥", setting) == "the gap is not proved to be 0 only where it is said to be"


def test_a_supremum_forces_a_slope_of_0_only_where_its_bracket_is_smooth():
    low = next(PLAIN.lowerings())
    smooth = u * t - Func("f", u, kind="convex")
    assert len(Forced(SupGap(smooth, u, r), low, PLAIN).equations) == 1
    assert not Forced(SupGap(smooth - Abs(u - r), u, r), low, PLAIN).equations
    assert not Forced(SupGap(smooth, u, x), low, PLAIN).equations  # perhaps no candidate


@pytest.mark.parametrize("name", ONLY_THERE)
def test_a_gap_that_is_0_only_there_is_proved(name):
    gap, setting = ONLY_THERE[name]
    assert note(gap, "≥", setting) == ""


@pytest.mark.parametrize(("expr", "setting"), NOT_POSITIVE)
def test_what_is_not_always_positive_is_not_proved_to_be(expr, setting):
    assert note(Gap(expr), ">", setting)


@pytest.mark.parametrize(("expr", "setting"), POSITIVE)
def test_what_is_positive_is_proved_to_be(expr, setting):
    assert note(Gap(expr), ">", setting) == ""
    assert refute(expr, S.Zero, ">", setting) is None
