"""The change of variables in one dimension: the first half of `flow_change_of_variables`."""

from sympy import Abs, Symbol, log

from ..calculus import Diff
from ..engine import Chain, Claim, Slip, Step
from ..functions import Func
from ..nodes import Named

__all__ = ["falling_map", "growing_map"]

x = Symbol("x", real=True)


def growing_map() -> tuple[Chain, Slip]:
    """One dimension, from the distribution function."""
    f = Func("f", x, kind="growing")
    below = Func("F_{z}", f, kind="growing")
    p_z = Named(r"p_{z}(f(x))", below.prime())
    of_x = Named(r"F_{x}(x)", below)
    p_x = Named(r"p_{x}(x)", Diff(of_x, x))
    steps = (
        Step(
            log(p_x),
            r"$f$ grows and carries $x$ to $z = f(x)$. What is the density of $x$, if $z$ has the "
            r"density $p_z$?",
        ),
        Step(
            log(Diff(of_x, x)),
            r"A density is the slope of the distribution function, $F_x(x) = P(X \leq x)$.",
        ),
        Step(
            log(Diff(below, x)),
            r"$f$ grows, so $X \leq x$ happens exactly when $f(X) \leq f(x)$: "
            r"$F_x(x) = F_z(f(x))$.",
        ),
        Step(log(below.prime() * f.prime()), "Chain rule."),
        Step(log(p_z * f.prime()), r"The slope of $F_z$ is the density $p_z$."),
        Step(
            log(p_z) + log(f.prime()),
            "Both factors are positive: the logarithm of a product is a sum.",
        ),
    )
    slip = Slip(
        5,
        log(p_z) - log(f.prime()),
        r"$\log p_x(x) = \log p_z(f(x)) - \log f'(x)$.",
        r"That is the formula for the way from $z$ to $x$. Where $f$ stretches, the points lay "
        r"close together before: $p_x$ is larger.",
    )
    about = "One dimension, a growing map"
    claim = Claim(log(p_x), "=", log(p_z) + log(f.prime()))
    return Chain(about, claim, steps), slip


def falling_map() -> Chain:
    """The other direction, where the absolute value comes from."""
    f = Named("h(x)", -Func("g", x, kind="growing"))
    above = Func("F_{z}", f, kind="growing")
    p_z = Named(r"p_{z}(h(x))", above.prime())
    slope = Diff(f, x)
    steps = (
        Step(
            log(Diff(1 - above, x)),
            r"If the map $h$ falls ($g$ grows), $X \leq x$ happens exactly when "
            r"$h(X) \geq h(x)$: $F_x(x) = 1 - F_z(h(x))$.",
        ),
        Step(log(-above.prime() * slope), "Chain rule."),
        Step(log(p_z * -slope), r"The slope of $F_z$ is the density $p_z$."),
        Step(
            log(p_z) + log(Abs(slope)),
            "The slope of $h$ is negative, and with the minus sign it is its absolute value: this "
            "line holds for both directions.",
        ),
    )
    claim = Claim(log(Diff(1 - above, x)), "=", log(p_z) + log(Abs(Diff(f, x))))
    return Chain("One dimension, a falling map", claim, steps)
