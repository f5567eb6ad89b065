"""The Kullback–Leibler divergence: zeros, moments, the nearest Gaussian."""

import math

import torch

from ....divergences import gaussian_kl
from ...messages import DOUBLE, LOG_BASE, MISSING, SWAPPED, VARIANCE_FOR_STD
from ...question import Case, ExpressionQuestion, FunctionQuestion, Mistake


# -- Exercise 1: the error in a zero --------------------------------------------------------------
def share_pairs(draw):
    def shares(*values):
        return torch.tensor(values).double()

    yield Case((shares(0.25, 0.75), shares(0.5, 0.5)))
    yield Case((draw.shares(5), draw.shares(5)))
    yield Case((shares(0.0, 0.5, 0.5), shares(0.5, 0.25, 0.25)))
    yield Case((shares(0.5, 0.5, 0.0), shares(0.0, 0.5, 0.5)))
    yield Case((shares(0.0, 1.0), shares(0.0, 1.0)))


def kl_of_shares(p, q):
    seen = p > 0
    return (p[seen] * (p[seen] / q[seen]).log()).sum()


def kl_where_both(p, q):
    both = (p > 0) & (q > 0)
    return (p[both] * (p[both] / q[both]).log()).sum()


def kl_patched(p, q):
    return (p * ((p + 1e-9) / (q + 1e-9)).log()).sum()


ZERO = FunctionQuestion(
    id="divergence.zero",
    title="Spot the error in a zero",
    stars=1,
    minutes=10,
    statement="Return KL(p‖q) in nats for distributions p and q, each (K,); it may be infinite.",
    hints=(
        r"What is the limit of $p \log(p/q)$ for $p \to 0$ with $q$ fixed? And for $q \to 0$ "
        "with $p$ fixed?",
        "Where $p = 0$, nothing is added. Where only $q = 0$, the sum is infinite.",
        "Sum only over $x$ with $p(x) > 0$, and let the division by zero give infinity.",
    ),
    reference=kl_of_shares,
    cases=share_pairs,
    mistakes=(
        Mistake(
            lambda p, q: (p * (p / q).log()).sum(),
            "0 · log 0 is NaN for a computer; its limit is 0. Leave places with p = 0 out.",
        ),
        Mistake(
            kl_where_both,
            "Places with q = 0 are left out, but where p > 0 they make the sum infinite.",
        ),
        Mistake(
            kl_patched,
            "A small number is added against the zeros: it hides an infinity.",
        ),
        Mistake(lambda p, q: kl_of_shares(q, p), SWAPPED.format(a="p", b="q")),
        Mistake(lambda p, q: kl_of_shares(p, q) / math.log(2), LOG_BASE),
    ),
)


# -- Exercise 2: the error in a moment ------------------------------------------------------------
def gaussians(draw):
    for size in (1, 2, 4):
        mean0, cov0, mean1, cov1 = (
            draw.normal(size),
            draw.covariance(size),
            draw.normal(size),
            draw.covariance(size),
        )
        yield Case((mean0, cov0, mean1, cov1))
    yield Case((mean0, cov0, mean0.clone(), cov0.clone()))


def slipped_kl(mean0, cov0, mean1, cov1):
    inverse = torch.linalg.inv(cov1)
    moment = cov0 - torch.outer(mean0, mean0)  # E[z_i z_j] as the notes have it
    square = (inverse * moment).sum() - 2 * mean1 @ inverse @ mean0 + mean1 @ inverse @ mean1
    log_det = torch.logdet(cov1) - torch.logdet(cov0)
    return (square - len(mean0) + log_det) / 2


def half_log_det(mean0, cov0, mean1, cov1):
    return (torch.logdet(cov1) - torch.logdet(cov0)) / 2


LOG_DET = "the log-determinants, ½ log(det Σ₁ / det Σ₀)"

MOMENT = FunctionQuestion(
    id="divergence.moment",
    title="Spot the error in a moment",
    stars=2,
    minutes=20,
    statement="Return what the notes' moment E[z_i z_j] = Σ_ij − μ_i μ_j makes of KL, in nats; "
    "means (K,), covariances (K, K).",
    hints=(
        r"What would $\mathbb{E}[z^2]$ be for mean 3 and variance 1?",
        r"Multiply out: $z^\top \Sigma_1^{-1} z - 2 \mu_1^\top \Sigma_1^{-1} z + \mu_1^\top "
        r"\Sigma_1^{-1} \mu_1$. Only the first term is touched, and $z$ has the mean $\mu_0$.",
        r"Its mean is $\sum_{ij} (\Sigma_1^{-1})_{ij}\, \mathbb{E}[z_i z_j]$ with $z \sim "
        r"\mathcal{N}(\mu_0, \Sigma_0)$; all other terms of the KL stay.",
    ),
    equation="gaussian-kl",
    reference=slipped_kl,
    cases=gaussians,
    terms={LOG_DET: half_log_det},
    mistakes=(
        Mistake(
            lambda *given: gaussian_kl(*given),
            "This is the right divergence. Carry the notes' moment through instead.",
        ),
        Mistake(
            lambda *given: slipped_kl(*given) - half_log_det(*given), MISSING.format(a=LOG_DET)
        ),
        Mistake(
            lambda *given: slipped_kl(*given) + len(given[0]) / 2,
            "The number of dimensions, K, is missing in the bracket.",
        ),
        Mistake(lambda *given: 2 * slipped_kl(*given), DOUBLE),
        Mistake(
            lambda m0, c0, m1, c1: slipped_kl(m1, c1, m0, c0),
            "The two Gaussians have changed places: z is drawn from the first.",
        ),
    ),
)

EQUAL = ExpressionQuestion(
    id="divergence.equal",
    title="The notes' divergence of two equal Gaussians",
    stars=2,
    minutes=5,
    statement="What the notes make of KL for two equal Gaussians in one dimension, with mean mu "
    "and standard deviation sigma, as a formula.",
    symbols={"mu": "real", "sigma": "positive"},
    reference="-mu^2/sigma^2",
    hints=(
        "What should the divergence of two equal Gaussians be?",
        r"$\sigma^2 + \mu^2$ is right; the notes have $\sigma^2 - \mu^2$. What is the "
        "difference?",
        r"The square stands over $2\sigma^2$ in the divergence.",
    ),
    equation="gaussian-kl",
    mistakes=(
        Mistake("0", "That is the truth, which the notes miss. By how much?"),
        Mistake("mu^2/sigma^2", "The sign is wrong: everything comes out negated."),
        Mistake("-mu^2/(2*sigma^2)", "It is half of what it should be."),
        Mistake("-2*mu^2/sigma^2", "It is twice what it should be."),
        Mistake("-mu^2", "Σ₁⁻¹ is missing: the squares are measured in units of the variance."),
    ),
)


# -- Exercise 3: a missing derivation -------------------------------------------------------------
def mixtures(draw):
    for num in (2, 3, 5):
        yield Case((draw.shares(num), 2 * draw.normal(num), draw.between(0.2, 2, num)))


def best_by_kl(weights, means, variances):
    mean = weights @ means
    within, between = weights @ variances, weights @ (means - mean) ** 2
    return mean, (within + between).sqrt()


BEST = FunctionQuestion(
    id="divergence.best",
    title="The Gaussian nearest to a mixture",
    stars=2,
    minutes=20,
    statement="Return (mean, std) of the Gaussian nearest in KL(p‖q) to a mixture with weights, "
    "means and variances, each (K,).",
    hints=(
        r"Only $-\mathbb{E}_p[\log q(x)]$ depends on $q$. Where have you minimised that "
        r"before, with an average over data in place of $\mathbb{E}_p$?",
        "The best $q$ has the mean and the variance of $p$. Within one hump the mean of $x^2$"
        " is its variance plus the square of its mean.",
        "The variance of a mixture is the mean of the variances plus the variance of the means.",
    ),
    equation="gaussian-mle",
    reference=best_by_kl,
    returns=("the mean", "the standard deviation"),
    cases=mixtures,
    mistakes=(
        Mistake(
            lambda weights, means, variances: (weights @ means, (weights @ variances).sqrt()),
            "The spread of the means is missing: the components do not lie in one place.",
        ),
        Mistake(
            lambda weights, means, variances: best_by_kl(weights, means, 0 * variances),
            "The width of the components is missing: they are no points.",
        ),
        Mistake(
            lambda weights, means, variances: (
                weights @ means,
                best_by_kl(weights, means, variances)[1] ** 2,
            ),
            f"the standard deviation: {VARIANCE_FOR_STD}",
        ),
        Mistake(
            lambda weights, means, variances: (
                means.mean(),
                best_by_kl(weights, means, variances)[1],
            ),
            "The mean forgets the weights of the components.",
        ),
    ),
)

QUESTIONS = (ZERO, MOMENT, EQUAL, BEST)
