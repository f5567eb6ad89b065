"""The row with a corner for ``f-gan-powers``: the total variation."""

from sympy import Abs, Integer, Rational

from ..calculus import At, Sigma
from ..engine import Chain, Claim, Step
from ..gaps import Gap
from ..provers import Setting, Supremum
from ..suprema import Sup
from .f_gan_board import s, t, u, v
from .f_gan_rows import at_start
from .f_gan_table import ROWS

__all__ = ["both_ends", "bounded", "total_variation"]

HALF = Rational(1, 2)


def bounded(v):
    """``½ tanh v``, written with the logistic function."""
    return Sigma(2 * v) - HALF


def both_ends() -> Chain:
    """The one domain with two ends."""
    steps = (
        Step(
            bounded(v),
            r"For the total variation $g_f(v) = \frac{1}{2} \tanh v = \sigma(2v) - \frac{1}{2}$.",
        ),
        Step(
            HALF,
            r"$\sigma < 1$: the critic stays below $\frac{1}{2}$, and because $\tanh$ is odd, "
            r"above $-\frac{1}{2}$. The best critic is $\pm\frac{1}{2}$, which it never reaches.",
            "<",
            gap=Gap(1 - Sigma(2 * v)),
        ),
    )
    about = "The activation of the total variation"
    return Chain(about, Claim(Sigma(2 * v) - Rational(1, 2), "<", Rational(1, 2)), steps)


def total_variation():
    f = HALF * Abs(u - 1)
    bracket = u * t - f
    middle = (
        Step(
            Sup(bracket, u),
            r"$f(u) = \frac{1}{2}|u - 1|$ has the slopes $-\frac{1}{2}$ before its corner and "
            r"$\frac{1}{2}$ behind. Take a $t$ between the two.",
        ),
        Step(
            At(bracket, u, 1),
            "The bracket grows up to the corner and falls behind.",
            evidence=Supremum(Integer(1), corner=1),
        ),
        Step(t, r"Put it in: $f(1) = 0$."),
    )
    row = ROWS["Total variation"]
    between = Setting(given={t: (s - 1) / (2 * (s + 1))})
    return (
        Chain(
            r"Total variation: where $-\frac{1}{2} < t < \frac{1}{2}$",
            Claim(Sup(u * t - row.f, u), "=", row.conjugate),
            middle,
            between,
        ),
        at_start("Total variation", f, -HALF, r"t < -\frac{1}{2}", {t: -HALF - s}),
    )
