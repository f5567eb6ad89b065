"""Symbols and rows that the derivations of f-divergences share."""

from sympy import Abs, S, Symbol, exp, oo

from ..calculus import At, Diff
from ..engine import Chain, Claim, Step
from ..functions import Func
from ..gaps import Gap
from ..implementations import Grid, Implementation
from ..nodes import Named
from ..provers import Setting, Supremum
from ..suprema import Limit, Sup

x, t, v, c = (Symbol(name, real=True) for name in "xtvc")
u, r, s, k = (Symbol(name, positive=True) for name in "ursk")
P, Q = Func("p", x, kind="density"), Func("q", x, kind="density")


def f(at) -> Func:
    """Any smooth convex function of a ratio."""
    return Func("f", at, kind="convex")


def conjugate(at, shown: str) -> Named:
    """``f*(at)``, under the name ``f*(shown)``."""
    return Named(f"f^*({shown})", Sup(u * at - f(u), u))


def slope(name: str, function, derivative, why: str) -> Chain:
    """``f'(u)``, which is the critic ``T* = f'(p/q)`` and says what ``t`` can be."""
    steps = (
        Step(Diff(function, u), r"The slope of $f$: as a function of $u = p/q$ the best critic."),
        Step(derivative, why),
    )
    return Chain(f"{name}: the slope", Claim(steps[0].expr, "=", derivative), steps)


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
    return Chain(about, Claim(steps[0].expr, "=", value), steps, setting or Setting())


def best(name: str, function, at, why: str, lines, given) -> Chain:
    """The conjugate: the stationary point, then its value line by line."""
    bracket = u * t - function
    steps = (
        Step(Sup(bracket, u), r"The conjugate $f^*(t)$ by its definition."),
        Step(At(bracket, u, at), why, evidence=Supremum(at)),
        *(Step(expr, reason) for expr, reason in lines),
    )
    claim = Claim(steps[0].expr, "=", steps[-1].expr)
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
    claim = Claim(steps[0].expr, "=", value)
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
    first = Claim(at_last, "=", cancelled)
    return (
        Chain(f"{name}: the bracket at the end of the domain", first, bracket, setting),
        Chain(
            f"{name}: the conjugate at the end of the domain",
            Claim(steps[0].expr, "=", value),
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
    return Chain(about, Claim(c - loss, "<", c), steps)


def codes(key: str, function, derivative, conjugate, g=None) -> tuple[Implementation, ...]:
    """The row of the table in code: f, f', f* and, in ``v``, the activation."""
    row, ratio = f"genedu.divergences.{key}", exp(x / 4)
    critic, number = derivative.xreplace({u: ratio}), x / 2
    found = [
        Implementation(
            f"{row}.generator",
            arguments=(Grid(ratio, x),),
            equals=(function.xreplace({u: ratio}),),
            on=x,
        ),
        Implementation(
            f"{row}.optimal_critic", arguments=(Grid(ratio, x),), equals=(critic,), on=x
        ),
        Implementation(
            f"{row}.conjugate",
            arguments=(Grid(critic, x),),
            equals=(conjugate.xreplace({t: critic}),),
            on=x,
        ),
    ]
    if g is not None:
        found.append(
            Implementation(
                f"{row}.activation",
                arguments=(Grid(number, x),),
                equals=(g.xreplace({v: number}),),
                on=x,
            )
        )
    return tuple(found)


def line(chains, about: str, step: int = -1) -> int:
    """The number of a line of the chain with this heading (its last, unless said otherwise)."""
    before = 0
    for chain in chains:
        if chain.about == about:
            return before + range(len(chain.steps))[step]
        before += len(chain.steps)
    raise ValueError(f"no chain is about {about!r}")
