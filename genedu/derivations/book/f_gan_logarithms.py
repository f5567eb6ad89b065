"""``f-gan-logarithms``: conjugates of the divergences made of logarithms (Nowozin et al. 2016).

For each row of the table: the slope of ``f``, the end of the domain, the conjugate.
"""

from sympy import Rational, S, exp, log

from ..engine import Chain, Claim, Derivation, Slip, Step
from ..nodes import Named, board
from ..provers import Setting
from ..suprema import W
from .f_gan_board import line, r, t, u, v, weight
from .f_gan_mixtures import game, jensen_shannon, weighted
from .f_gan_rows import activation, best, codes, end, slope
from .f_gan_table import ROWS


def kullback_leibler():
    f, at = u * log(u), exp(t - 1)
    return (
        slope("KL", f, log(u) + 1, "The product rule. It takes every real value."),
        best(
            "KL",
            f,
            at,
            r"The slope of the bracket, $t - 1 - \log u$, is 0 at $u = e^{t-1}$, and it falls.",
            (
                (at * t - at * (t - 1), r"Put it in: $\log u = t - 1$."),
                (exp(t - 1), r"$e^{t-1} t$ cancels. Every $t$ is allowed."),
            ),
            {t: 1 + log(r)},
        ),
    )


def reverse():
    f, at = -log(u), -1 / t
    return (
        slope("Reverse KL", f, -1 / u, r"It is negative for every $u$."),
        end("Reverse KL", -1 / u, S.Zero, r"So $t < 0$."),
        best(
            "Reverse KL",
            f,
            at,
            r"The slope of the bracket, $t + 1/u$, is 0 at $u = -1/t$, and it falls.",
            (
                (-1 / t * t + log(-1 / t), "Put it in."),
                (-1 - log(-t), r"$-1/t$ is positive, and $\log(1/a) = -\log a$."),
            ),
            {t: -1 / r},
        ),
    )


def jeffreys():
    f = (u - 1) * log(u)
    w = Named("w", W(exp(1 - t)))
    root = (
        Step(
            w + log(w),
            r"Lambert's $w = W(e^{1-t})$ is the number with $w e^w = e^{1-t}$.",
        ),
        Step(1 - t, "Take the logarithm of both sides."),
    )
    root_at = Setting(given={t: 1 + log(r) - 1 / r})
    return (
        slope("Jeffreys", f, log(u) + 1 - 1 / u, "The product rule. It takes every real value."),
        Chain("Jeffreys: the root", Claim(w + log(w), "=", 1 - t), root, root_at),
        best(
            "Jeffreys",
            f,
            1 / w,
            r"The slope of the bracket, $t - \log u - 1 + 1/u$, falls. With $w = 1/u$ it is 0 "
            r"where $w + \log w = 1 - t$.",
            (
                (t / w - (1 / w - 1) * log(1 / w), "Put it in."),
                (t / w + (1 / w - 1) * log(w), r"$\log(1/w) = -\log w$."),
                (t / w + (1 / w - 1) * (1 - t - w), r"$\log w = 1 - t - w$."),
                (w + 1 / w + t - 2, r"Multiply out; $t/w$ cancels. Every $t$ is allowed."),
            ),
            {t: 1 + log(r) - 1 / r},
        ),
    )


def derivation() -> Derivation:
    with board():
        chains = (
            *kullback_leibler(),
            *reverse(),
            *jeffreys(),
            *jensen_shannon(),
            *weighted(),
            *game(),
            activation(
                r"c - \log(1 + e^{-v})",
                log(1 + exp(-v)),
                r"Jensen-Shannon: $\log 2$, with weight: $-\pi \log \pi$, GAN: 0",
            ),
            activation("c - e^{-v}", exp(-v), "reverse KL: $c = 0$"),
        )
        return Derivation(
            id="f-gan-logarithms",
            title="Conjugates of the divergences made of logarithms",
            statement=r"$f^*(t) = \sup_u \{u t - f(u)\}$ in closed form, with the $t$ for which "
            "it is finite, for both Kullback-Leibler divergences, Jeffreys, Jensen-Shannon (with "
            "and without weight) and the GAN.",
            chains=chains,
            main=[chain.about for chain in chains].index("GAN: the conjugate"),
            assumptions=(
                r"$u = p/q$ is positive. What happens at $u = 0$ and at $u = \infty$ is a limit.",
                r"Where $t$ is above the end of the domain, the conjugate is infinite.",
                r"The row Jensen-Shannon is $2\,\mathrm{JSD}$; with the weight $\pi = "
                r"\frac{1}{2}$ it is $\mathrm{JSD}$.",
            ),
            implementations=implementations(),
            slips=(
                Slip(
                    line(chains, "KL: the conjugate"),
                    exp(t),
                    r"For $f(u) = u \log u$: $f^*(t) = e^t$.",
                    r"The slope of $u \log u$ is $\log u + 1$; without the 1 it belongs to "
                    r"$u \log u - u$.",
                ),
                Slip(
                    line(chains, "Jensen-Shannon: the conjugate"),
                    -log(1 - exp(t)),
                    r"For the Jensen-Shannon divergence: $f^*(t) = -\log(1 - e^t)$.",
                    r"That is the row of the GAN, whose $f$ lacks the $\frac{1}{2}$ in the "
                    r"logarithm: its critic is smaller by $\log 2$.",
                ),
            ),
        )


def implementations():
    """The rows of the table, the weight at two of its values."""
    soft, table = log(1 + exp(-v)), "F_DIVERGENCES"
    rows = [
        *codes(f"{table}[kl]", ROWS["KL"], v),
        *codes(f"{table}[reverse_kl]", ROWS["Reverse KL"], -exp(-v)),
        *codes(f"{table}[jeffreys]", ROWS["Jeffreys"], v),
        *codes(f"{table}[jensen_shannon]", ROWS["Jensen-Shannon"], log(2) - soft),
        *codes(f"{table}[gan]", ROWS["GAN"], -soft),
    ]
    for key, number in (
        (f"{table}[weighted_jensen_shannon]", Rational(1, 2)),
        ("weighted_jensen_shannon(0.25)", Rational(1, 4)),
    ):
        row, g = ROWS["Weighted Jensen-Shannon"], -weight * log(weight) - soft
        rows += codes(key, row, g, {weight: number})
    return tuple(rows)
