"""``f-gan``: a divergence bounded by samples (Nguyen et al. 2010; Nowozin et al. 2016).

The conjugates of the table stand in ``f-gan-powers`` and ``f-gan-logarithms``; here ``f`` is any
smooth convex function, and the game of the GAN is one special case.
"""

from sympy import Symbol, exp, log

from ..calculus import At, Sigma
from ..engine import Chain, Claim, Derivation, Step
from ..functions import Func
from ..gaps import Gap
from ..implementations import Grid, Implementation
from ..integrals import Expectation, Integral
from ..nodes import Named, board
from ..provers import Setting, Supremum
from ..suprema import Sup, SupGap
from .f_gan_board import DIVERGENCE, RATIO, P, Q, conjugate, f, r, t, u, x
from .f_gan_special import V, activation, divergences, game, slips

w = Symbol("w", positive=True)
T = Func("T", x)
OF_SLOPE = Setting(given={t: f(r).prime()})


def of_a_slope() -> Chain:
    """The conjugate at ``t = f'(r)``."""
    steps = (
        Step(
            Sup(u * t - f(u), u),
            r"The conjugate $f^*(t)$: how far the line $u t$ rises above $f(u)$ at most. "
            r"Any slope $t$ of $f$ is $t = f'(r)$ for some $r > 0$.",
        ),
        Step(
            At(u * t - f(u), u, r),
            r"The slope in $u$ is $t - f'(u)$. It is 0 at $u = r$ and falls, because $f$ is "
            r"convex: there is the maximum.",
            evidence=Supremum(r),
        ),
        Step(r * t - f(r), r"Put it in."),
    )
    return Chain(
        "The conjugate of a convex function",
        Claim(Sup(u * t - f(u), u), "=", r * t - f(r)),
        steps,
        OF_SLOPE,
    )


def below() -> Chain:
    """Every line of slope ``t`` and height ``-f*(t)`` lies below ``f``."""
    steps = (
        Step(f(r), r"The convex function at any ratio $r$."),
        Step(
            f(r) - conjugate(t, "t") + conjugate(t, "t"),
            r"Add and subtract the conjugate at any number $t$.",
        ),
        Step(
            r * t - conjugate(t, "t"),
            r"$f^*(t)$ is a supremum, so it is at least $r t - f(r)$. As a function of $r$ the "
            r"right side is a straight line with slope $t$ and height $-f^*(t)$ at 0: it lies "
            r"below $f$, and touches it where $t = f'(r)$. It is the tangent.",
            "≥",
            gap=Gap(SupGap(u * t - f(u), u, r), {t: f(r).prime()}),
        ),
    )
    return Chain("Tangents lie below", Claim(f(r), "≥", r * t - conjugate(t, "t")), steps)


def back() -> Chain:
    """The conjugate of the conjugate."""
    at_slope = Named("f^*(f'(w))", w * f(w).prime() - f(w))
    steps = (
        Step(
            Sup(r * f(w).prime() - at_slope, w),
            r"The conjugate of $f^*$ at $r$, with each slope written as $t = f'(w)$: the highest "
            r"of all tangents.",
        ),
        Step(
            At(f(w) + f(w).prime() * (r - w), w, r),
            r"Put in $f^*(f'(w)) = w f'(w) - f(w)$: the tangent at $w$. Its height at $r$ grows "
            r"with $w$ up to $w = r$ and falls behind.",
            evidence=Supremum(r, corner=r),
        ),
        Step(f(r), r"The highest tangent at $r$ is the one that touches there: $f^{**} = f$."),
    )
    claim = Claim(
        Sup(r * f(w).prime() - Named("f^*(f'(w))", w * f(w).prime() - f(w)), w), "=", f(r)
    )
    return Chain("The way back", claim, steps)


def bound() -> Chain:
    """The bound for any critic."""
    of_critic = conjugate(T, "T(x)")
    gap = Integral(Q * SupGap(u * T - f(u), u, RATIO), x)
    steps = (
        Step(
            DIVERGENCE,
            r"The average of $f$ of the ratio $r = p/q$, over $Q$.",
        ),
        Step(
            Integral(Q * (RATIO * T - of_critic), x),
            r"At each $x$ put a line below $f$, with any slope $T(x)$. Equality where the slope "
            r"is $f'(r(x))$.",
            "≥",
            gap=Gap(gap, {T: f(RATIO).prime()}),
        ),
        Step(Integral(P * T - Q * of_critic, x), r"$q r = p$: the ratio is gone."),
        Step(
            Expectation(T, P, x) - Expectation(of_critic, Q, x),
            r"Two expectations: samples of $P$ and of $Q$ are enough, the densities are not "
            "needed.",
        ),
    )
    claim = Claim(
        DIVERGENCE,
        "≥",
        Expectation(T, P, x) - Expectation(conjugate(T, "T(x)"), Q, x),
    )
    return Chain("The bound", claim, steps)


def tight() -> Chain:
    """The bound at the best critic."""
    best = Named("T^*(x)", f(RATIO).prime())
    of_best = conjugate(best, "T^*(x)")
    steps = (
        Step(
            Expectation(best, P, x) - Expectation(of_best, Q, x),
            r"The bound for the critic $T^*(x) = f'(r(x))$.",
        ),
        Step(
            Expectation(best, P, x) - Expectation(RATIO * best - f(RATIO), Q, x),
            r"The conjugate at a slope, as above.",
        ),
        Step(Integral(P * best - Q * RATIO * best + Q * f(RATIO), x), "One integral."),
        Step(
            DIVERGENCE,
            r"$q r = p$: the first two terms cancel. This critic loses nothing.",
        ),
    )
    claim = Claim(
        Expectation(best, P, x) - Expectation(conjugate(best, "T^*(x)"), Q, x),
        "=",
        DIVERGENCE,
    )
    return Chain("The critic that reaches it", claim, steps)


def derivation() -> Derivation:
    with board():
        critic = -log(1 + exp(-V))
        cost = -log(1 - exp(critic))
        d = Named("D(x)", Sigma(V))
        value = Expectation(log(d), P, x) + Expectation(log(1 - d), Q, x)
        three = divergences()
        chains = (
            of_a_slope(),
            below(),
            back(),
            bound(),
            tight(),
            activation(),
            game(critic, cost, value),
            *three,
        )
        masses = Grid(P, x, masses=True), Grid(Q, x, masses=True)
        table = "genedu.divergences.F_DIVERGENCES"
        return Derivation(
            id="f-gan",
            title="The bound of an f-divergence",
            statement=r"Every critic $T$ gives a lower bound of $D_f(P \,\|\, Q)$ that needs only "
            r"samples, and $T^* = f'(p/q)$ reaches it.",
            chains=chains,
            main=3,
            assumptions=(
                r"$f$ is convex with a positive second derivative, and both densities are "
                r"positive. With $f(1) = 0$ the divergence is 0 for $P = Q$.",
                r"$T(x)$ has values where $f^*$ is finite, and all integrals exist.",
                r"In $f^{**}$ the supremum over $t$ is taken over the slopes of $f$; the ends of "
                "the domain add nothing new.",
            ),
            implementations=(
                Implementation(
                    f"{table}[kl].bound",
                    arguments=(*masses, Grid(T, x)),
                    equals=(Expectation(T, P, x) - Expectation(exp(T - 1), Q, x),),
                ),
                Implementation(
                    f"{table}[gan].bound", arguments=(*masses, Grid(critic, x)), equals=(value,)
                ),
                Implementation(
                    f"{table}[gan].activation", arguments=(Grid(V, x),), equals=(critic,), on=x
                ),
                Implementation(
                    f"{table}[gan].conjugate_of_activation",
                    arguments=(Grid(V, x),),
                    equals=(cost,),
                    on=x,
                ),
                *(
                    Implementation(
                        f"{table}[{key}].divergence",
                        arguments=masses,
                        equals=(chain.claim.right,),
                    )
                    for key, chain in zip(("kl", "reverse_kl", "gan"), three, strict=True)
                ),
            ),
            slips=slips(chains),
        )
