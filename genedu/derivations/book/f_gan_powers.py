"""``f-gan-powers``: conjugates of the divergences made of powers (Nowozin et al. 2016).

Pearson, Neyman and Hellinger are alpha-divergences (Amari 1985) up to a factor. The total
variation has a corner in place of a stationary point.
"""

from sympy import Abs, Integer, Rational, exp, sqrt

from ..engine import Derivation, Slip
from ..implementations import Grid, Implementation
from ..nodes import board
from .f_gan_alpha import alphas
from .f_gan_board import alpha, line, r, s, t, u, v, x
from .f_gan_rows import activation, at_end, at_start, best, codes, end, slope
from .f_gan_table import ROWS
from .f_gan_total_variation import both_ends, bounded, total_variation

HALF = Rational(1, 2)


def pearson():
    f, at = (u - 1) ** 2, 1 + t / 2
    return (
        slope("Pearson", f, 2 * (u - 1), r"For $u > 0$ it takes every value above $-2$."),
        best(
            "Pearson",
            f,
            at,
            r"For $t > -2$: the slope of the bracket, $t - 2(u-1)$, is 0 at $u = 1 + t/2$, and it "
            "falls.",
            (
                (at * t - (t / 2) ** 2, r"Put it in: $u - 1 = t/2$."),
                (t + t**2 / 2 - t**2 / 4, "Multiply out."),
                (t**2 / 4 + t, "Collect."),
            ),
            {t: 2 * (r - 1)},
        ),
        at_start("Pearson", f, Integer(-1), r"t < -2", {t: -2 - s}),
    )


def neyman():
    f, w = (1 - u) ** 2 / u, sqrt(1 - t)
    return (
        slope("Neyman", f, 1 - 1 / u**2, r"Divide first: $f(u) = 1/u - 2 + u$."),
        end("Neyman", 1 - 1 / u**2, Integer(1), r"So $t \leq 1$."),
        best(
            "Neyman",
            f,
            1 / w,
            r"The slope of the bracket, $t - 1 + 1/u^2$, is 0 at $u = 1/\sqrt{1-t}$, and it "
            "falls.",
            (
                (t / w - (1 - 1 / w) ** 2 * w, "Put it in."),
                (t / w - (w - 2 + 1 / w), "Multiply out."),
                (2 - (1 - t) / w - w, r"Collect what stands over $\sqrt{1-t}$."),
                (2 - 2 * w, r"$(1-t) / \sqrt{1-t} = \sqrt{1-t}$."),
            ),
            {t: 1 - 1 / r**2},
        ),
        *at_end(
            "Neyman",
            f,
            Integer(1),
            2 - 1 / u,
            Integer(2),
            r"It grows, for $1/u$ falls to 0. The formula says 2 as well, so $t = 1$ belongs to "
            "the domain.",
        ),
    )


def squared_hellinger():
    f, rate = (sqrt(u) - 1) ** 2, 1 - 1 / sqrt(u)
    at = 1 / (1 - t) ** 2
    return (
        slope("Hellinger", f, rate, r"The chain rule: $2(\sqrt{u} - 1) \cdot 1/(2\sqrt{u})$."),
        end("Hellinger", rate, Integer(1), r"So $t < 1$."),
        best(
            "Hellinger",
            f,
            at,
            r"The slope of the bracket, $t - 1 + 1/\sqrt{u}$, is 0 at $\sqrt{u} = 1/(1-t)$, and "
            "it falls.",
            (
                (t / (1 - t) ** 2 - (1 / (1 - t) - 1) ** 2, "Put it in."),
                (t / (1 - t) ** 2 - t**2 / (1 - t) ** 2, r"$1/(1-t) - 1 = t/(1-t)$."),
                (t * (1 - t) / (1 - t) ** 2, "One fraction."),
                (t / (1 - t), r"One factor $1 - t$ cancels."),
            ),
            {t: 1 - 1 / sqrt(r)},
        ),
    )


MAIN = r"Alpha, $0 < \alpha < 1$: the conjugate"


def derivation() -> Derivation:
    with board():
        chains = (
            *pearson(),
            *neyman(),
            *squared_hellinger(),
            *total_variation(),
            *alphas(),
            activation("c - e^{-v}", exp(-v), r"Neyman and Hellinger: $c = 1$"),
            both_ends(),
        )
        return Derivation(
            id="f-gan-powers",
            title="Conjugates of the divergences made of powers",
            statement=r"$f^*(t) = \sup_u \{u t - f(u)\}$ in closed form, with the $t$ for which "
            "it is finite, for Pearson, Neyman, Hellinger, the total variation and all "
            "alpha-divergences.",
            chains=chains,
            main=[chain.about for chain in chains].index(MAIN),
            assumptions=(
                r"$u = p/q$ is positive. What happens at $u = 0$ and at $u = \infty$ is a limit.",
                r"Where $t$ is below every slope of $f$ the conjugate is $-f(0)$; where $t$ is "
                "above the end of the domain it is infinite.",
                r"The critic of the total variation has values between $-\frac{1}{2}$ and "
                r"$\frac{1}{2}$; there $f^*(t) = t$, and $\max(t, -\frac{1}{2})$ below as well. "
                r"At the two ends it is the same formula, for $f^*$ is continuous.",
            ),
            implementations=implementations(),
            slips=slips(chains),
        )


def implementations():
    """The rows of the table, and the family with a parameter at one value of each range."""
    ratio = exp(x / 4)
    half = -ratio  # below the smallest slope
    between = ratio / (1 + ratio) - HALF
    rows = [
        *codes("F_DIVERGENCES[pearson]", ROWS["Pearson"], v),
        *codes("F_DIVERGENCES[neyman]", ROWS["Neyman"], 1 - exp(-v)),
        *codes("F_DIVERGENCES[squared_hellinger]", ROWS["Hellinger"], 1 - exp(-v)),
    ]
    for key, number in (
        ("F_DIVERGENCES[alpha]", HALF),
        ("alpha_divergence(3)", Integer(3)),
        ("alpha_divergence(-1)", Integer(-1)),
    ):
        rows += codes(key, ROWS["Alpha"], parameter={alpha: number})
    for key, where, constant in (
        ("F_DIVERGENCES[pearson]", -2 + half, Integer(-1)),
        ("F_DIVERGENCES[total_variation]", -HALF + half, -HALF),
        ("F_DIVERGENCES[total_variation]", between, between),
        ("alpha_divergence(3)", -HALF + half, Rational(-1, 3)),
        ("F_DIVERGENCES[neyman]", Integer(1), Integer(2)),
        ("alpha_divergence(-1)", HALF, Integer(1)),
    ):
        name = f"genedu.divergences.{key}.conjugate"
        rows.append(Implementation(name, (Grid(where, x),), (constant,), on=x))
    for part, value in (("generator", HALF * Abs(ratio - 1)), ("activation", bounded(ratio))):
        name = f"genedu.divergences.F_DIVERGENCES[total_variation].{part}"
        rows.append(Implementation(name, (Grid(ratio, x),), (value,), on=x))
    return tuple(rows)


def slips(chains) -> tuple[Slip, ...]:
    """What tables often print."""
    return (
        Slip(
            line(chains, "Pearson: where $t < -2$"),
            t**2 / 4 + t,
            r"$f^*(t) = t^2/4 + t$ for every $t$.",
            r"For $t < -2$ the stationary point $u = 1 + t/2$ is negative, and no ratio of "
            r"densities is. The supremum is at $u = 0$, and is $-1$.",
        ),
        Slip(
            line(chains, r"Total variation: where $t < -\frac{1}{2}$"),
            t,
            r"$f^*(t) = t$ for every $t$.",
            r"This holds only between the slopes of $f$, $-\frac{1}{2}$ and $\frac{1}{2}$.",
        ),
    )
