"""The rows Jensen-Shannon (Lin 1991) and GAN for ``f-gan-logarithms``."""

from sympy import S, exp, log

from ..calculus import At
from ..provers import Setting
from .f_gan_board import k, r, t, u, weight
from .f_gan_rows import best, end, slope

__all__ = ["game", "jensen_shannon", "weighted"]

SHARE = {weight: 1 / (1 + k)}


def jensen_shannon():
    f = u * log(u) - (u + 1) * log((u + 1) / 2)
    rate = log(2 * u / (u + 1))
    at = exp(t) / (2 - exp(t))
    return (
        slope("Jensen-Shannon", f, rate, r"The product rule; the two ones cancel."),
        end("Jensen-Shannon", rate, log(2), r"$u/(u+1)$ tends to 1. So $t < \log 2$."),
        best(
            "Jensen-Shannon",
            f,
            at,
            r"The slope of the bracket, $t - \log(2u/(u+1))$, falls. It is 0 where "
            r"$e^t (u+1) = 2u$.",
            (
                (At(u * (t - rate) + log((u + 1) / 2), u, at), r"Collect what stands with $u$."),
                (log((at + 1) / 2), r"At this $u$ the round bracket is the slope: 0."),
                (log(1 / (2 - exp(t))), r"$u + 1 = 2/(2 - e^t)$."),
                (-log(2 - exp(t)), r"$\log(1/a) = -\log a$."),
            ),
            {t: log(2 * r / (1 + r))},
        ),
    )


def mixed(ratio):
    """``1 - π + π u``."""
    return 1 - weight + weight * ratio


def weighted():
    f = weight * u * log(u) - mixed(u) * log(mixed(u))
    rate, scaled = weight * log(u / mixed(u)), exp(t / weight)
    at = (1 - weight) * scaled / (1 - weight * scaled)
    share = Setting(given=SHARE)
    return (
        slope(
            "Weighted Jensen-Shannon",
            f,
            rate,
            r"The product rule; what is left of $\pi$ cancels.",
            share,
        ),
        end(
            "Weighted Jensen-Shannon",
            rate,
            -weight * log(weight),
            r"The fraction tends to $1/\pi$. So $t < -\pi \log \pi$.",
            share,
        ),
        best(
            "Weighted Jensen-Shannon",
            f,
            at,
            r"The slope of the bracket falls. It is 0 where $e^{t/\pi} (1-\pi+\pi u) = u$.",
            (
                (
                    At(u * (t - rate) + (1 - weight) * log(mixed(u)), u, at),
                    r"Collect what stands with $u$.",
                ),
                ((1 - weight) * log(mixed(at)), r"At this $u$ the round bracket is 0."),
                (
                    (1 - weight) * log((1 - weight) / (1 - weight * scaled)),
                    r"$1 - \pi + \pi u$ over one denominator.",
                ),
            ),
            {**SHARE, t: weight * log(r / mixed(r))},
        ),
    )


def game():
    f = u * log(u) - (u + 1) * log(u + 1)
    rate = log(u / (u + 1))
    at = exp(t) / (1 - exp(t))
    return (
        slope("GAN", f, rate, "The product rule; the two ones cancel."),
        end("GAN", rate, S.Zero, r"The fraction tends to 1. So $t < 0$."),
        best(
            "GAN",
            f,
            at,
            r"The slope of the bracket, $t - \log(u/(u+1))$, falls. It is 0 where "
            r"$e^t (u+1) = u$.",
            (
                (At(u * (t - rate) + log(u + 1), u, at), r"Collect what stands with $u$."),
                (log(at + 1), r"At this $u$ the round bracket is the slope: 0."),
                (-log(1 - exp(t)), r"$u + 1 = 1/(1 - e^t)$."),
            ),
            {t: log(r / (1 + r))},
        ),
    )
