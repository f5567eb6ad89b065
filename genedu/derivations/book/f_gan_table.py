"""The table of the f-divergences as it is claimed (Nowozin et al. 2016), apart from all lines.

No line is taken from here: each row is derived in ``f-gan-powers`` or ``f-gan-logarithms``, and
compared with the torch functions of the same row.
"""

from dataclasses import dataclass

from sympy import Abs, Expr, Integer, Rational, S, exp, log, sqrt

from ..nodes import board
from ..suprema import W
from .f_gan_board import alpha, c, t, u, v, weight

__all__ = ["ACTIVATIONS", "ROWS", "Row"]


@dataclass(frozen=True)
class Row:
    """``f`` of ``u = p/q``, its slope, and its conjugate as a function of ``t``.

    ``end`` is the largest slope, where the domain of the conjugate ends; ``bracket`` is ``ut - f``
    for that ``t``, ``at_end`` its supremum. ``below`` is the conjugate below every slope of ``f``.
    """

    f: Expr
    slope: Expr
    conjugate: Expr
    end: Expr | None = None
    bracket: Expr | None = None
    at_end: Expr | None = None
    below: Expr | None = None


with board():
    ROWS = {
        "Pearson": Row((u - 1) ** 2, 2 * (u - 1), t**2 / 4 + t, below=Integer(-1)),
        "Neyman": Row(
            (1 - u) ** 2 / u,
            1 - 1 / u**2,
            2 - 2 * sqrt(1 - t),
            end=Integer(1),
            bracket=2 - 1 / u,
            at_end=Integer(2),
        ),
        "Hellinger": Row((sqrt(u) - 1) ** 2, 1 - 1 / sqrt(u), t / (1 - t), end=Integer(1)),
        "Total variation": Row(
            Rational(1, 2) * Abs(u - 1), S.NaN, t, end=Rational(1, 2), below=Rational(-1, 2)
        ),
        "Alpha": Row(
            (u**alpha - 1 - alpha * (u - 1)) / (alpha * (alpha - 1)),
            (u ** (alpha - 1) - 1) / (alpha - 1),
            ((1 + (alpha - 1) * t) ** (alpha / (alpha - 1)) - 1) / alpha,
            end=1 / (1 - alpha),
            bracket=-(u**alpha) / (alpha * (alpha - 1)) - 1 / alpha,
            at_end=-1 / alpha,
            below=-1 / alpha,
        ),
        "KL": Row(u * log(u), log(u) + 1, exp(t - 1)),
        "Reverse KL": Row(-log(u), -1 / u, -1 - log(-t), end=S.Zero),
        "Jeffreys": Row(
            (u - 1) * log(u),
            log(u) + 1 - 1 / u,
            W(exp(1 - t)) + 1 / W(exp(1 - t)) + t - 2,
        ),
        "Jensen-Shannon": Row(
            u * log(u) - (u + 1) * log((u + 1) / 2),
            log(2 * u / (u + 1)),
            -log(2 - exp(t)),
            end=log(2),
        ),
        "Weighted Jensen-Shannon": Row(
            weight * u * log(u) - (1 - weight + weight * u) * log(1 - weight + weight * u),
            weight * log(u / (1 - weight + weight * u)),
            (1 - weight) * log((1 - weight) / (1 - weight * exp(t / weight))),
            end=-weight * log(weight),
        ),
        "GAN": Row(
            u * log(u) - (u + 1) * log(u + 1),
            log(u / (u + 1)),
            -log(1 - exp(t)),
            end=S.Zero,
        ),
    }
    #: activations that keep a critic below the end ``c`` of a domain
    ACTIVATIONS = {
        "c - e^{-v}": c - exp(-v),
        r"c - \log(1 + e^{-v})": c - log(1 + exp(-v)),
    }
