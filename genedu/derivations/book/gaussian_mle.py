"""``gaussian-mle``: the Gaussian of maximum likelihood (Gauss 1809; Fisher 1922)."""

from sympy import Integer, Symbol, exp, log, pi, sqrt

from ..averages import DataAvg, DataSum
from ..calculus import Diff, LogGap
from ..engine import Chain, Claim, Derivation, Slip, Step
from ..functions import Func, Normal
from ..gaps import Gap
from ..implementations import Data, Implementation
from ..integrals import KL, Expectation, Integral
from ..nodes import Named, board
from ..provers import Setting

x = Symbol("x", real=True)
mu = Symbol("mu", real=True)
sigma = Symbol("sigma", positive=True)
N = Symbol("N", positive=True)


TRUTH = Func(r"p_{\text{data}}", x, kind="density")
MODEL = Func(r"p_{\theta}", x, kind="density")


def divergence() -> Chain:
    """Maximising the likelihood is minimising a divergence, for any model."""

    def under(law, f):
        return Expectation(f, law, x)

    steps = (
        Step(
            KL(TRUTH, MODEL, x), r"How far the model $p_\theta$ is from what the data come from."
        ),
        Step(
            under(TRUTH, log(TRUTH) - log(MODEL)),
            r"The mean of the logarithm of $p_{\text{data}}/p_\theta$, a difference.",
        ),
        Step(
            under(TRUTH, log(TRUTH)) - under(TRUTH, log(MODEL)),
            r"The mean of a difference. Only the second term contains $\theta$; the data estimate "
            r"it by $-\frac{1}{N}\log L(\theta)$: where the likelihood is largest, the divergence "
            "is smallest.",
        ),
    )
    claim = Claim(KL(TRUTH, MODEL, x), "=", under(TRUTH, log(TRUTH)) - under(TRUTH, log(MODEL)))
    return Chain("What maximum likelihood minimises", claim, steps)


def never_negative() -> Chain:
    """The divergence is never negative (Gibbs): the tangent of the logarithm at 1."""
    ratio = MODEL / TRUTH
    steps = (
        Step(-KL(TRUTH, MODEL, x), "The same divergence, with a minus sign."),
        Step(Expectation(log(ratio), TRUTH, x), "A minus sign turns the fraction over."),
        Step(
            Expectation(ratio - 1, TRUTH, x),
            r"$\log r \leq r - 1$ for every $r > 0$, with equality only at $r = 1$: the "
            "tangent of the logarithm at 1 lies above it.",
            "≤",
            gap=Gap(Expectation(LogGap(ratio), TRUTH, x), {MODEL: TRUTH}),
        ),
        Step(
            Integral(MODEL, x) - 1,
            r"$p_{\text{data}}$ cancels in the first term, and integrates to 1 in the second.",
        ),
        Step(Integer(0), r"$p_\theta$ integrates to 1, too."),
    )
    claim = Claim(-KL(TRUTH, MODEL, x), "≤", Integer(0))
    return Chain("Why a divergence is never negative", claim, steps)


def slopes() -> tuple[Chain, Chain]:
    """The slopes of the mean log-likelihood, by the mean and by the width."""
    density = Named(
        r"p_{\mu,\sigma}(x)",
        1 / (sqrt(2 * pi) * sigma) * exp(-((x - mu) ** 2) / (2 * sigma**2)),
    )
    u = Named("u", (x - mu) / sigma)
    mean = (
        Step(
            Diff(DataAvg(log(density), x), mu),
            r"How steep is the mean log-likelihood, if only $\mu$ moves?",
        ),
        Step(
            DataAvg((x - mu) / sigma**2, x),
            r"A mean of slopes. Only the exponent contains $\mu$.",
        ),
        Step(
            1 / sigma * DataAvg(u, x),
            r"With $u$, the distance from $\mu$ in units of $\sigma$: 0 where $\mu$ is the "
            "mean of the data.",
        ),
    )
    width = (
        Step(Diff(DataAvg(log(density), x), sigma), r"And if only $\sigma$ moves?"),
        Step(
            DataAvg((x - mu) ** 2 / sigma**3 - 1 / sigma, x),
            r"The exponent pulls outwards, $-\log \sigma$ inwards.",
        ),
        Step(
            1 / sigma * DataAvg(u**2 - 1, x),
            r"0 where $\sigma^2$ is the mean square of the distances.",
        ),
    )
    return (
        Chain(
            "How steep the climb is, by the mean",
            Claim(Diff(DataAvg(log(density), x), mu), "=", 1 / sigma * DataAvg(u, x)),
            mean,
        ),
        Chain(
            "How steep the climb is, by the width",
            Claim(
                Diff(DataAvg(log(density), x), sigma),
                "=",
                1 / sigma * DataAvg(u**2 - 1, x),
            ),
            width,
        ),
    )


def derivation() -> Derivation:
    with board():
        mean = Named(r"\bar{x}", 1 / N * DataSum(x, x, N))
        variance = Named("s^2", 1 / N * DataSum((x - mean) ** 2, x, N))
        density = 1 / (sqrt(2 * pi) * sigma) * exp(-((x - mu) ** 2) / (2 * sigma**2))
        log_scale = log(sqrt(2 * pi) * sigma)
        squares = DataSum((x - mu) ** 2, x, N)
        off_mean = N * (mean - mu) ** 2 / (2 * sigma**2)
        ratio = variance / sigma**2
        steps = (
            Step(
                DataSum(log(density), x, N),
                r"The log-likelihood $\log L(\mu,\sigma)$ of $N$ independent data: the logarithm "
                "of a product of densities.",
            ),
            Step(
                DataSum(-log_scale - (x - mu) ** 2 / (2 * sigma**2), x, N),
                "The logarithm undoes the exponential and splits the product.",
            ),
            Step(
                -N * log_scale - 1 / (2 * sigma**2) * squares,
                r"The first term is the same for all $N$ data: it counts $N$ times.",
            ),
            Step(
                -N * log_scale
                - 1 / (2 * sigma**2) * DataSum(((x - mean) + (mean - mu)) ** 2, x, N),
                r"Insert the mean of the data, $-\bar{x} + \bar{x}$.",
            ),
            Step(
                -N * log_scale - N * variance / (2 * sigma**2) - off_mean,
                r"Expand the square. The middle term vanishes, for "
                r"$\sum_n (x^{(n)} - \bar{x}) = 0$.",
            ),
            Step(
                -N * log_scale - N * variance / (2 * sigma**2),
                r"A square is not negative. Equality only at $\mu = \bar{x}$: this is the mean.",
                "≤",
                gap=Gap(off_mean, {mu: mean}),
            ),
            Step(
                -N / 2 * (log(2 * pi * variance) - log(ratio) + ratio),
                r"Bring out the one ratio that is left, $s^2/\sigma^2$.",
            ),
            Step(
                -N / 2 * (log(2 * pi * variance) + 1),
                r"$r - \log r \geq 1$ for every $r > 0$, with equality only at $r = 1$: this is "
                r"the variance, $\sigma^2 = s^2$.",
                "≤",
                gap=Gap(N / 2 * LogGap(ratio), {sigma: sqrt(variance)}),
            ),
        )
        setting = Setting(spread=(x,), num=N)
        best = Chain(
            "The mean and the variance of maximum likelihood",
            Claim(
                DataSum(log(Normal(x, mu, sigma**2)), x, N),
                "≤",
                -N / 2 * (log(2 * pi * variance) + 1),
            ),
            steps,
            setting,
        )
        unbiased = N / (N - 1) * variance
        return Derivation(
            id="gaussian-mle",
            title="The Gaussian of maximum likelihood",
            statement=r"No Gaussian gives the data more likelihood than the one with their mean "
            r"$\bar{x}$ and their variance $s^2$ (divided by $N$).",
            chains=(divergence(), best, never_negative(), *slopes()),
            main=1,
            assumptions=(
                r"The data are independent, and not all equal ($s^2 > 0$).",
                r"The mean over $p_{\text{data}}$ is estimated by the mean over the data at hand.",
            ),
            implementations=(
                Implementation(
                    "genedu.evaluation.gaussian_mle",
                    arguments=(Data(x),),
                    equals=(mean, variance),
                    num=N,
                ),
            ),
            slips=(
                Slip(
                    2,
                    Expectation(log(TRUTH), TRUTH, x) - Expectation(log(MODEL), MODEL, x),
                    r"$\int p_{\text{data}} \log p_{\text{data}} - \int p_\theta \log p_\theta$.",
                    r"Both logarithms are averaged over the data. With $p_\theta$ in the second "
                    "integral the data have no say in it.",
                ),
                Slip(
                    5,
                    -log_scale - 1 / (2 * sigma**2) * squares,
                    r"$-\log(\sqrt{2\pi}\,\sigma) - \frac{1}{2\sigma^2}\sum_n (x^{(n)}-\mu)^2$, "
                    r"without the factor $N$.",
                    r"The term stands in each of the $N$ logarithms. Without the factor the best "
                    r"$\sigma^2$ would grow with the number of data.",
                ),
                Slip(
                    10,
                    -N / 2 * (log(2 * pi * unbiased) + 1),
                    r"The variance of maximum likelihood with $N-1$ in place of $N$.",
                    r"That estimate is unbiased, but it is not where the likelihood is largest.",
                ),
            ),
        )
