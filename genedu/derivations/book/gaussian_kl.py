"""``gaussian-kl``: the divergence between two normal densities (Kullback 1959)."""

from sympy import Rational, Symbol, exp, log, pi, sqrt

from ..engine import Chain, Claim, Derivation, Slip, Step
from ..functions import Normal
from ..implementations import Implementation
from ..integrals import KL, Expectation
from ..matrices import T
from ..nodes import IndexSum, Named, Tensor, board, indices
from ..provers import Setting
from . import gaussian_kl_decoders, gaussian_kl_vectors
from .gaussian_kl_moments import moments, two_components
from .gaussian_kl_vectors import COV0, COV1, MEAN0, MEAN1

x, z = Symbol("x", real=True), Symbol("z", real=True)
m0, m1 = Symbol(r"\mu_0", real=True), Symbol(r"\mu_1", real=True)
s0, s1 = Symbol(r"\sigma_0", positive=True), Symbol(r"\sigma_1", positive=True)
half = Rational(1, 2)

j, K = indices("j K")
MEAN, LOG_VARIANCE = Tensor(r"\mu", K), Tensor(r"\ell", K)


def one_component() -> Chain:
    """The divergence in one dimension."""
    p0 = Named(r"\mathcal{N}_0", Normal(x, m0, s0**2))
    p1 = Named(r"\mathcal{N}_1", Normal(x, m1, s1**2))

    def mean(f):
        return Expectation(f, p0, x)

    before = log(s1 / s0) - 1 / (2 * s0**2) * mean((x - m0) ** 2)
    scale = 1 / (2 * s1**2)
    steps = (
        Step(KL(p0, p1, x), r"The divergence of $\mathcal{N}_0$ from $\mathcal{N}_1$."),
        Step(mean(log(p0) - log(p1)), "The mean of the difference of the logarithms."),
        Step(
            mean(
                (-log(sqrt(2 * pi) * s0) - (x - m0) ** 2 / (2 * s0**2))
                - (-log(sqrt(2 * pi) * s1) - (x - m1) ** 2 / (2 * s1**2))
            ),
            "The logarithms of the two densities.",
        ),
        Step(
            before + scale * mean((x - m1) ** 2),
            r"Constants leave the mean; $\sqrt{2\pi}$ cancels.",
        ),
        Step(
            before + scale * mean(((x - m0) + (m0 - m1)) ** 2),
            r"The second square is about the other mean: insert $-\mu_0 + \mu_0$.",
        ),
        Step(
            before + scale * (mean((x - m0) ** 2) + 2 * (m0 - m1) * mean(x - m0) + (m0 - m1) ** 2),
            "Expand the square.",
        ),
        Step(
            log(s1 / s0) - s0**2 / (2 * s0**2) + scale * (s0**2 + (m0 - m1) ** 2),
            r"The integrals are known: $\sigma_0^2$, and 0 for the middle term.",
        ),
        Step(
            half * (log(s1**2 / s0**2) - 1 + s0**2 / s1**2 + (m0 - m1) ** 2 / s1**2),
            r"Collect; $\log(\sigma_1/\sigma_0) = \frac12\log(\sigma_1^2/\sigma_0^2)$.",
        ),
    )
    claim = Claim(
        KL(p0, p1, x),
        "=",
        half * (log(s1**2 / s0**2) - 1 + s0**2 / s1**2 + (m0 - m1) ** 2 / s1**2),
    )
    return Chain("One dimension", claim, steps)


def to_standard() -> Chain:
    """From a diagonal normal density to the prior of a VAE."""
    variance, square = Named(r"\sigma_{j}^{2}", exp(LOG_VARIANCE[j])), MEAN[j] ** 2
    steps = (
        Step(
            IndexSum(KL(Normal(z, MEAN[j], variance), Normal(z, 0, 1), z), (j, K)),
            r"Independent components $z_j$: the logarithm of a product of densities is a sum, "
            "and so is the divergence.",
        ),
        Step(
            IndexSum(half * (log(1 / variance) - 1 + variance + square), (j, K)),
            r"One dimension, with $\mu_1 = 0$ and $\sigma_1 = 1$.",
        ),
        Step(
            -half * IndexSum(1 + log(variance) - square - variance, (j, K)),
            "Bring the minus sign out.",
        ),
        Step(
            -half * IndexSum(1 + LOG_VARIANCE[j] - square - exp(LOG_VARIANCE[j]), (j, K)),
            r"A network gives $\ell_j = \log\sigma_j^2$, which may have either sign: then "
            r"$\sigma_j^2 = e^{\ell_j}$ is positive.",
        ),
    )
    about = r"From a diagonal normal density to $\mathcal{N}(0, I)$"
    claim = Claim(
        IndexSum(KL(Normal(z, MEAN[j], variance), Normal(z, 0, 1), z), (j, K)),
        "=",
        -half * IndexSum(1 + LOG_VARIANCE[j] - MEAN[j] ** 2 - exp(LOG_VARIANCE[j]), (j, K)),
    )
    return Chain(about, claim, steps, Setting(sizes={K: 3}))


def derivation() -> Derivation:
    with board():
        chains = (
            *moments(),
            one_component(),
            *two_components(),
            gaussian_kl_vectors.second_moment(),
            gaussian_kl_vectors.divergence(),
            to_standard(),
            gaussian_kl_decoders.bernoulli(),
            gaussian_kl_decoders.normal(),
        )
        any_dimension, standard = chains[7].steps[-1].expr, chains[8].steps[-1].expr
        wrong_moment = COV0 - MEAN0 * T(MEAN0)
        lines = [len(chain.steps) for chain in chains]
        wrong_standard = half * IndexSum(
            1 + LOG_VARIANCE[j] - MEAN[j] ** 2 - exp(LOG_VARIANCE[j]), (j, K)
        )
    return Derivation(
        id="gaussian-kl",
        title="The divergence between two normal densities",
        statement="With all integrals done: in one dimension, in two with a free covariance, in "
        "any number of dimensions, and the two cases that a VAE needs.",
        chains=chains,
        assumptions=(
            r"$\Sigma_0$ and $\Sigma_1$ are positive definite.",
            r"$\mathcal{N}(x;\mu,\sigma^2)$ integrates to 1 (the Gaussian integral).",
            "A normal density times a power of $x$ vanishes at both ends of the line.",
        ),
        implementations=(
            Implementation(
                "genedu.divergences.gaussian_kl",
                arguments=(MEAN0, COV0, MEAN1, COV1),
                equals=(any_dimension,),
                sizes={gaussian_kl_vectors.K: 3},
            ),
            Implementation(
                "genedu.divergences.gaussian_kl_to_standard",
                arguments=(MEAN, LOG_VARIANCE),
                equals=(standard,),
                gradients=(MEAN, LOG_VARIANCE),
                sizes={K: 3},
            ),
            *gaussian_kl_decoders.code(),
        ),
        slips=(
            Slip(
                sum(lines[:7]) - 1,
                wrong_moment,
                r"$\langle x_i x_j \rangle = \Sigma_{ij} - \mu_i\mu_j$.",
                r"The covariance is $\langle x_i x_j\rangle - \mu_i\mu_j$: solved for the moment, "
                r"the sign turns round. For $\mu = 3$, $\sigma = 1$ the mean of $x^2$ is 10; with "
                "the minus sign it would be $-8$.",
            ),
            Slip(
                sum(lines[:9]) - 1,
                wrong_standard,
                r"$\frac12\sum_j(1 + \log\sigma_j^2 - \mu_j^2 - \sigma_j^2)$, without the minus "
                "sign.",
                r"A divergence cannot be negative; at $\mu_j = 1$, $\sigma_j = 1$ this is "
                r"$-\frac12$.",
            ),
        ),
        main=7,
    )
