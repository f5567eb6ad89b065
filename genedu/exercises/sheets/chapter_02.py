"""Chapter 2: comparing distributions."""

import math

import torch

from ...divergences import gaussian_kl
from ..messages import DOUBLE, LOG_BASE, MISSING, SIGN, SWAPPED, VARIANCE_FOR_STD
from ..question import Case, ExpressionQuestion, FunctionQuestion, Mistake


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
        "What is the limit of p log(p/q) for p → 0 with q fixed? And for q → 0 with p fixed?",
        "Where p = 0, nothing is added. Where only q = 0, the sum is infinite.",
        "Sum only over x with p(x) > 0, and let the division by zero give infinity.",
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


def parts(mean0, cov0, mean1, cov1, sign=-1.0):
    """The parts of twice the divergence, with the notes' moment (sign −1) or the right one."""
    inverse = torch.linalg.inv(cov1)
    second = (inverse * (cov0 + sign * torch.outer(mean0, mean0))).sum()
    square = second - 2 * mean1 @ inverse @ mean0 + mean1 @ inverse @ mean1
    return square, len(mean0), torch.logdet(cov1) - torch.logdet(cov0)


def slipped_kl(mean0, cov0, mean1, cov1):
    square, size, log_det = parts(mean0, cov0, mean1, cov1)
    return (square - size + log_det) / 2


def without_log_det(mean0, cov0, mean1, cov1):
    square, size, _ = parts(mean0, cov0, mean1, cov1)
    return (square - size) / 2


def without_size(mean0, cov0, mean1, cov1):
    return slipped_kl(mean0, cov0, mean1, cov1) + len(mean0) / 2


LOG_DET = "the log-determinants, ½ log(det Σ₁ / det Σ₀)"

MOMENT = FunctionQuestion(
    id="divergence.moment",
    title="Spot the error in a moment",
    stars=2,
    minutes=20,
    statement="Return what the notes' moment E[z_i z_j] = Σ_ij − μ_i μ_j makes of KL, in nats; "
    "means (K,), covariances (K, K).",
    hints=(
        "What would E[z²] be for mean 3 and variance 1?",
        "Multiply the square out: only zᵀ Σ₁⁻¹ z is touched, and z has mean μ₀.",
        "Its mean is Σ_ij (Σ₁⁻¹)_ij E[z_i z_j]; all other terms of the KL stay.",
    ),
    equation="gaussian-kl",
    reference=slipped_kl,
    cases=gaussians,
    terms={LOG_DET: lambda m0, c0, m1, c1: (torch.logdet(c1) - torch.logdet(c0)) / 2},
    mistakes=(
        Mistake(
            lambda mean0, cov0, mean1, cov1: gaussian_kl(mean0, cov0, mean1, cov1),
            "This is the right divergence. Carry the notes' moment through instead.",
        ),
        Mistake(without_log_det, MISSING.format(a=LOG_DET)),
        Mistake(without_size, "The number of dimensions, K, is missing in the bracket."),
        Mistake(lambda m0, c0, m1, c1: 2 * slipped_kl(m0, c0, m1, c1), DOUBLE),
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
        "The right second moment is σ² + μ²; theirs is σ² − μ². The difference is 2μ².",
        "The square stands over 2σ² in the divergence.",
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


def moments(weights, means, variances):
    mean = weights @ means
    return mean, weights @ variances, weights @ (means - mean) ** 2


def best_by_kl(weights, means, variances):
    mean, within, between = moments(weights, means, variances)
    return mean, (within + between).sqrt()


BEST = FunctionQuestion(
    id="divergence.best",
    title="The Gaussian nearest to a mixture",
    stars=2,
    minutes=20,
    statement="Return (mean, std) of the Gaussian nearest in KL(p‖q) to a mixture with weights, "
    "means and variances, each (K,).",
    hints=(
        "Only −E_p[log q] depends on q. Where have you minimised that before?",
        "The best q has the mean and the variance of p.",
        "The variance of a mixture is the mean of the variances plus the variance of the means.",
    ),
    equation="gaussian-mle",
    reference=best_by_kl,
    returns=("the mean", "the standard deviation"),
    cases=mixtures,
    mistakes=(
        Mistake(
            lambda weights, means, variances: (
                weights @ means,
                moments(weights, means, variances)[1].sqrt(),
            ),
            "The spread of the means is missing: the components do not lie in one place.",
        ),
        Mistake(
            lambda weights, means, variances: (
                weights @ means,
                moments(weights, means, variances)[2].sqrt(),
            ),
            "The width of the components is missing: they are no points.",
        ),
        Mistake(
            lambda weights, means, variances: (
                weights @ means,
                sum(moments(weights, means, variances)[1:]),
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


# -- Exercise 4: what a blurred eye sees ----------------------------------------------------------
def histograms(draw):
    for bins, size in ((4, 2), (5, 2), (13, 4), (6, 1)):
        yield Case((draw.shares(bins), size))


def merged(shares, size):
    return torch.stack([part.sum() for part in shares.split(size)])


MERGED = FunctionQuestion(
    id="divergence.merged",
    title="What a blurred eye sees",
    stars=2,
    minutes=10,
    statement="Return shares (bins,) with every size neighbours added up; the last may be fewer.",
    hints=(
        "What should the merged shares add up to?",
        "Thirteen bins by four leave one over: it must not be lost.",
        "torch.split cuts into pieces of a size, the last of which may be shorter.",
    ),
    reference=merged,
    cases=histograms,
    mistakes=(
        Mistake(
            lambda shares, size: torch.stack([part.mean() for part in shares.split(size)]),
            "These are means: a merged bin holds all that its parts held, so add.",
        ),
        Mistake(
            lambda shares, size: shares[: len(shares) // size * size].reshape(-1, size).sum(1),
            "What is left over at the end has been dropped; the shares no longer add up to 1.",
        ),
        Mistake(
            lambda shares, size: torch.stack(
                [shares[n::size].sum() for n in range(math.ceil(len(shares) / size))]
            ),
            "These are not neighbours: every so-many-th bin has been added up.",
        ),
        Mistake(
            lambda shares, size: torch.stack([part.max() for part in shares.split(size)]),
            "The largest of the neighbours has been kept; they are to be added up.",
        ),
    ),
)


# -- Exercise 5: the same game, played for odds ---------------------------------------------------
def games(draw):
    for num in (2, 5, 9):
        yield Case((draw.between(0.05, 0.95, num), draw.shares(num), draw.shares(num)))


def mean_cost(answers, p, q):
    return -(p * answers.log() + q * (1 - answers).log()).sum() / 2


COST = FunctionQuestion(
    id="divergence.cost",
    title="The same game, played for odds",
    stars=3,
    minutes=40,
    statement="Return the mean cost in nats of answers D(x), p and q, each (K,), for a fair coin.",
    hints=(
        "How often is it a one with the ink x, and how often a seven?",
        "Half of the rounds are ones, spread as p, and half are sevens, spread as q.",
        "In each bin you pay −½ p log D − ½ q log(1 − D); add up the bins.",
    ),
    equation="gan-jsd",
    reference=mean_cost,
    cases=games,
    terms={"what sevens cost": lambda answers, p, q: -(q * (1 - answers).log()).sum() / 2},
    mistakes=(
        Mistake(
            lambda answers, p, q: 2 * mean_cost(answers, p, q),
            "The coin is missing: ones and sevens come half of the time each.",
        ),
        Mistake(lambda answers, p, q: mean_cost(answers, q, p), SWAPPED.format(a="p", b="q")),
        Mistake(
            lambda answers, p, q: -(p * answers.log()).sum() / 2,
            MISSING.format(a="what sevens cost"),
        ),
        Mistake(lambda answers, p, q: -mean_cost(answers, p, q), SIGN),
        Mistake(
            lambda answers, p, q: mean_cost(answers, p, q) / len(p),
            "The bins are averaged, but p and q already say how often each comes: add them up.",
        ),
        Mistake(lambda answers, p, q: mean_cost(answers, p, q) / math.log(2), LOG_BASE),
    ),
)


# -- Exercise 6: a slope from noise ---------------------------------------------------------------
def slope(distance, first, second):
    """Derivative of JSD by the distance of two Gaussians with the given widths, by quadrature."""
    far = torch.tensor(float(distance), dtype=torch.float64, requires_grad=True)
    reach = 12 * max(first, second)
    grid = torch.linspace(-reach, float(distance) + reach, 20_001, dtype=torch.float64)
    log_p = -(grid**2) / (2 * first**2) - math.log(first)
    log_q = -((grid - far) ** 2) / (2 * second**2) - math.log(second)
    log_m = torch.logaddexp(log_p, log_q) - math.log(2)
    density = log_p.exp() * (log_p - log_m) + log_q.exp() * (log_q - log_m)
    jsd = torch.trapezoid(density, grid) / (2 * math.sqrt(2 * math.pi))
    return torch.autograd.grad(jsd, far)[0]


SLOPE = FunctionQuestion(
    id="divergence.slope",
    title="A slope from noise",
    stars=3,
    minutes=40,
    statement="Return the derivative of JSD by the distance of two Gaussians of width 1, when "
    "noise of the given width has been added to both.",
    hints=(
        "How wide are the two after the noise?",
        "Both have the width √(1 + s²): in those units the distance has shrunk.",
        "The slope by d is the slope in those units, divided by the width.",
    ),
    reference=lambda distance, noise: slope(
        distance, math.sqrt(1 + noise**2), math.sqrt(1 + noise**2)
    ),
    cases=lambda draw: (Case(pair) for pair in ((1.0, 0.0), (2.0, 1.0), (10.0, 4.0), (5.0, 2.0))),
    dtypes=("float64",),
    tolerance=3e-3,
    mistakes=(
        Mistake(
            lambda distance, noise: slope(distance, 1.0, 1.0),
            "The noise is not used: both Gaussians are wider than 1 now.",
        ),
        Mistake(
            lambda distance, noise: slope(distance, 1 + noise, 1 + noise),
            "Widths do not add: variances do, so the width is √(1 + s²).",
        ),
        Mistake(
            lambda distance, noise: (
                math.sqrt(1 + noise**2)
                * slope(distance, math.sqrt(1 + noise**2), math.sqrt(1 + noise**2))
            ),
            "This is the slope in units of the new width; by d it is that divided by the width.",
        ),
        Mistake(
            lambda distance, noise: slope(distance, 1.0, math.sqrt(1 + noise**2)),
            "Only one of the two has been blurred: the noise is added to both.",
        ),
    ),
)

QUESTIONS = (ZERO, MOMENT, EQUAL, BEST, MERGED, COST, SLOPE)
