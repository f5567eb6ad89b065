"""``gaussian-kl`` in any dimension, by the rules of matrix words and traces."""

from sympy import Rational, log, pi

from ..engine import Chain, Claim, Step
from ..matrices import Det, Expect, Mat, Number, T, Trace
from ..nodes import Named, indices
from ..provers import Setting

(K,) = indices("K")
half = Rational(1, 2)
MEAN0, MEAN1 = Mat(r"\mu_{0}", K), Mat(r"\mu_{1}", K)
COV0 = Mat(r"\Sigma_{0}", K, K, kind="symmetric")
COV1 = Mat(r"\Sigma_{1}", K, K, kind="symmetric")
U = Mat("u", K)
SETTING = Setting(sizes={K: 3})


def mean(f) -> Expect:
    """The average over ``x = μ0 + u``, where ``u`` has mean 0 and covariance ``Σ0``."""
    return Expect(f, "0", (U, COV0))


def second_moment() -> Chain:
    """``⟨x xᵀ⟩``: the sign in front of ``μ μᵀ``."""
    x = Named("x", MEAN0 + U)
    steps = (
        Step(mean(x * T(x)), r"All products $x_i x_j$ at once."),
        Step(
            mean((MEAN0 + U) * T(MEAN0 + U)),
            r"$u = x - \mu_0$ has mean 0 and covariance $\Sigma_0$.",
        ),
        Step(
            MEAN0 * T(MEAN0) + mean(MEAN0 * T(U)) + mean(U * T(MEAN0)) + mean(U * T(U)),
            "Multiply out; the average of a sum.",
        ),
        Step(
            MEAN0 * T(MEAN0) + mean(U * T(U)),
            r"$\langle u \rangle = 0$: the mixed terms vanish.",
        ),
        Step(COV0 + MEAN0 * T(MEAN0), r"$\langle u u^{\top} \rangle = \Sigma_0$."),
    )
    return Chain(
        "Second moments", Claim(mean(x * T(x)), "=", COV0 + MEAN0 * T(MEAN0)), steps, SETTING
    )


def divergence() -> Chain:
    """The divergence for any ``K``."""
    x = Named("x", MEAN0 + U)

    def quadratic(d, cov):
        return Number(T(d) * cov.inv * d)

    def log_density(n, centre, cov):
        formula = -K / 2 * log(2 * pi) - half * log(Det(cov)) - half * quadratic(x - centre, cov)
        return Named(rf"\log\mathcal{{N}}_{n}(x)", formula)

    gap = MEAN0 - MEAN1
    logs = half * log(Det(COV1) / Det(COV0))
    steps = (
        Step(
            mean(log_density(0, MEAN0, COV0) - log_density(1, MEAN1, COV1)),
            "The divergence: the mean of the difference of the logarithms.",
        ),
        Step(
            logs
            - half * mean(quadratic(x - MEAN0, COV0))
            + half * mean(quadratic(x - MEAN1, COV1)),
            r"$\log 2\pi$ cancels; the determinants are constants.",
        ),
        Step(
            logs
            - half * mean(Trace(COV0.inv * U * T(U), K))
            + half * mean(quadratic(x - MEAN1, COV1)),
            r"A number is its own trace, and inside a trace factors can be rotated.",
        ),
        Step(
            logs - half * Trace(COV0.inv * COV0, K) + half * mean(quadratic(x - MEAN1, COV1)),
            r"The trace is linear: the average goes inside, $\langle u u^{\top}\rangle = "
            r"\Sigma_0$.",
        ),
        Step(
            logs - K / 2 + half * mean(quadratic(U + gap, COV1)),
            r"The trace of the identity is $K$. In the last term $x - \mu_1 = u + "
            r"(\mu_0 - \mu_1)$.",
        ),
        Step(
            logs
            - K / 2
            + half
            * (
                mean(quadratic(U, COV1))
                + 2 * mean(Number(T(gap) * COV1.inv * U))
                + quadratic(gap, COV1)
            ),
            "Multiply out.",
        ),
        Step(
            logs - K / 2 + half * (Trace(COV1.inv * COV0, K) + quadratic(gap, COV1)),
            r"The first term as before, with $\Sigma_1$; in the second $\langle u \rangle = 0$.",
        ),
        Step(
            half
            * (log(Det(COV1) / Det(COV0)) - K + Trace(COV1.inv * COV0, K) + quadratic(gap, COV1)),
            "Collect.",
        ),
    )
    claim = Claim(
        mean(log_density(0, MEAN0, COV0) - log_density(1, MEAN1, COV1)),
        "=",
        half
        * (
            log(Det(COV1) / Det(COV0))
            - K
            + Trace(COV1.inv * COV0, K)
            + Number(T(MEAN0 - MEAN1) * COV1.inv * (MEAN0 - MEAN1))
        ),
    )
    return Chain("Any dimension", claim, steps, SETTING)
