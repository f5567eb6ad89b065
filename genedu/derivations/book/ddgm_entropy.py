"""Two chains of ``ddgm-gradient``: the entropy of normal units."""

from sympy import E, Rational, Symbol, log, pi

from ..engine import Chain, Claim, Step
from ..functions import Func, Normal
from ..integrals import Expectation, Integral
from ..nodes import IndexSum, Named, Tensor, board, indices

k, K = indices("k K")
SCALE, SIZES = Tensor(r"\gamma", K, kind="positive"), {K: 3}
HALF = Rational(1, 2)


def surrogate():
    """``Σ_k ½ log(2πe γ_k²)``."""
    with board():
        return IndexSum(HALF * log(2 * pi * E * SCALE[k] ** 2), (k, K))


def units() -> tuple[Chain, ...]:
    """One normal unit, and independent ones together."""
    return one_unit(), independent_units()


def one_unit() -> Chain:
    """The entropy of one normal unit."""
    u, mean = Symbol("u", real=True), Symbol(r"\mu", real=True)
    gamma = Symbol(r"\gamma", positive=True)
    with board():
        law = Normal(u, mean, gamma**2)

        def under(f):
            return Expectation(f, Named("p(u)", law), u)

        steps = (
            Step(
                -Integral(law * log(law), u),
                r"The entropy of one unit whose values are normal with deviation $\gamma$.",
            ),
            Step(-under(log(law)), "It is a mean: that of minus the log-density."),
            Step(
                under(HALF * log(2 * pi * gamma**2) + (u - mean) ** 2 / (2 * gamma**2)),
                "The logarithm of a normal density.",
            ),
            Step(
                HALF * log(2 * pi * gamma**2) + under((u - mean) ** 2) / (2 * gamma**2),
                "The constant leaves, for the density integrates to 1.",
            ),
            Step(
                HALF * log(2 * pi * gamma**2) + gamma**2 / (2 * gamma**2),
                r"The mean square around the mean is the variance $\gamma^2$.",
            ),
            Step(
                HALF * log(2 * pi * E * gamma**2),
                r"$\frac{1}{2} = \frac{1}{2}\log e$. The mean has gone: only the spread counts.",
            ),
        )
        claim = Claim(
            -Integral(law * log(law), u), "=", Rational(1, 2) * log(2 * pi * E * gamma**2)
        )
        return Chain("The entropy of one normal unit", claim, steps)


def independent_units() -> Chain:
    """Entropies of independent units add."""
    u, v = Symbol("u", real=True), Symbol("v", real=True)
    p, r = Func("p", u, kind="density", key="unit"), Func("r", v, kind="density", key="unit")
    with board():
        joint = p * r
        steps = (
            Step(
                -Integral(joint * log(joint), u, v),
                "Two units that are independent: their joint density is a product.",
            ),
            Step(
                -Integral(joint * log(p), u, v) - Integral(joint * log(r), u, v),
                "The logarithm of a product.",
            ),
            Step(
                -Integral(p * log(p), u) - Integral(r * log(r), v),
                "In each term the other density integrates to 1: entropies add. For $K$ normal "
                r"units the sum is $\sum_k \frac{1}{2}\log(2\pi e\,\gamma_k^2)$.",
            ),
        )
        claim = Claim(
            -Integral(p * r * log(p * r), u, v),
            "=",
            -Integral(p * log(p), u) - Integral(r * log(r), v),
        )
        return Chain("The entropies of independent units add", claim, steps)
