"""The chains of one row of the table of f-divergences; their claims stand in `f_gan_table`."""

from sympy import Abs, S, exp, oo

from ..calculus import At, Diff
from ..engine import Chain, Claim, Step
from ..gaps import Gap
from ..implementations import Grid, Implementation
from ..provers import Setting, Supremum
from ..suprema import Limit, Sup
from .f_gan_board import c, t, u, v, x
from .f_gan_table import ACTIVATIONS, ROWS, Row

__all__ = ["activation", "at_end", "at_start", "best", "codes", "end", "slope"]


def claimed(name: str) -> Row:
    """The row of ``name``, which may say more: "Alpha, $\\alpha > 1$"."""
    return ROWS[name.partition(",")[0]]


def slope(name: str, function, derivative, why: str, setting=None) -> Chain:
    """``f'(u)``, which is the critic ``T* = f'(p/q)`` and says what ``t`` can be."""
    steps = (
        Step(Diff(function, u), r"The slope of $f$: as a function of $u = p/q$ the best critic."),
        Step(derivative, why),
    )
    row = ROWS[name]
    claim = Claim(Diff(row.f, u), "=", row.slope)
    return Chain(f"{name}: the slope", claim, steps, setting or Setting())


def end(name: str, derivative, value, why: str, setting=None) -> Chain:
    """The largest slope, where the domain of the conjugate ends."""
    steps = (
        Step(
            Limit(derivative, u, oo),
            r"The slope grows with $u$. Beyond its limit the bracket $ut - f(u)$ would grow "
            "without end.",
        ),
        Step(value, why),
    )
    about = f"{name}: the end of the domain"
    row = claimed(name)
    claim = Claim(Limit(row.slope, u, oo), "=", row.end)
    return Chain(about, claim, steps, setting or Setting())


def best(name: str, function, at, why: str, lines, given) -> Chain:
    """The conjugate: the stationary point, then its value line by line."""
    bracket = u * t - function
    steps = (
        Step(Sup(bracket, u), r"The conjugate $f^*(t)$ by its definition."),
        Step(At(bracket, u, at), why, evidence=Supremum(at)),
        *(Step(expr, reason) for expr, reason in lines),
    )
    row = claimed(name)
    claim = Claim(Sup(u * t - row.f, u), "=", row.conjugate)
    return Chain(f"{name}: the conjugate", claim, steps, Setting(given=given))


def at_start(name: str, function, value, where: str, given) -> Chain:
    """Below the smallest slope of ``f`` the bracket falls from ``u = 0`` on."""
    bracket = u * t - function
    steps = (
        Step(Sup(bracket, u), rf"Now ${where}$, below every slope of $f$."),
        Step(
            At(bracket, u, 0),
            r"The bracket falls from the start, so its supremum is the value at $u = 0$.",
            evidence=Supremum(S.Zero, corner=1 if function.has(Abs) else None),
        ),
        Step(value, r"This is $-f(0)$: the conjugate stays constant here."),
    )
    row = claimed(name)
    claim = Claim(Sup(u * t - row.f, u), "=", row.below)
    return Chain(f"{name}: where ${where}$", claim, steps, Setting(given=given))


def at_end(name: str, function, last, cancelled, value, why: str, setting=None) -> tuple:
    """At the end of the domain, ``t = last``, the supremum is a limit."""
    at_last = At(u * t - function, t, last)
    bracket = (
        Step(at_last, r"At the end itself: the bracket of the conjugate."),
        Step(cancelled, r"What grows like $u$ cancels."),
    )
    steps = (
        Step(Sup(cancelled, u), r"Its supremum, the conjugate at the end of the domain."),
        Step(value, why, evidence=Supremum(oo)),
    )
    setting = setting or Setting()
    row = claimed(name)
    return (
        Chain(
            f"{name}: the bracket at the end of the domain",
            Claim(At(u * t - row.f, t, row.end), "=", row.bracket),
            bracket,
            setting,
        ),
        Chain(
            f"{name}: the conjugate at the end of the domain",
            Claim(Sup(row.bracket, u), "=", row.at_end),
            steps,
            setting,
        ),
    )


def activation(shown: str, loss, rows: str) -> Chain:
    """An activation that stays below the end ``c`` of the domain by ``loss > 0``."""
    steps = (
        Step(
            c - loss,
            rf"The activation $g_f(v) = {shown}$ of any real number $v$; $c$ is the end of the "
            rf"domain ({rows}).",
        ),
        Step(
            c,
            r"What is taken off is positive, and as small as one likes for large $v$: every "
            r"number below $c$ is a value of $g_f$.",
            "<",
            gap=Gap(loss),
        ),
    )
    about = rf"The activation ${shown}$"
    return Chain(about, Claim(ACTIVATIONS[shown], "<", c), steps)


def codes(key: str, row: Row, g=None, parameter=None) -> tuple[Implementation, ...]:
    """The row of the table in code: f, f', f* and, in ``v``, the activation ``g``.

    ``parameter`` is ``{symbol: number}`` for a family.
    """
    name, ratio, number = f"genedu.divergences.{key}", exp(x / 4), x / 2
    chosen = parameter or {}
    critic = row.slope.xreplace(chosen).xreplace({u: ratio})
    parts = [
        ("generator", ratio, row.f.xreplace(chosen).xreplace({u: ratio})),
        ("optimal_critic", ratio, critic),
        ("conjugate", critic, row.conjugate.xreplace(chosen).xreplace({t: critic})),
    ]
    if g is not None:
        parts.append(("activation", number, g.xreplace(chosen).xreplace({v: number})))
    return tuple(
        Implementation(f"{name}.{part}", arguments=(Grid(at, x),), equals=(value,), on=x)
        for part, at, value in parts
    )
