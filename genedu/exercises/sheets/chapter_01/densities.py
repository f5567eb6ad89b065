"""Laplace densities, and the band in which the digits lie."""

import math

import torch

from ...question import Case, FunctionQuestion, LineQuestion, Mistake, NumberQuestion
from .likelihood import data_sets


# -- Exercise 4: the Laplace density --------------------------------------------------------------
def spread(x, location):
    return (x - location).abs().mean()


def laplace_mle(x):
    location = x.median()
    return location, (x - location).abs().mean()


def best_laplace(values, x):
    if len(values) != 2 or any(v.numel() != 1 for v in values):
        return "two numbers are asked for: the location and the scale b."
    location, scale = (float(v) for v in values)
    least = float(spread(x, x.median()))
    if abs(float(spread(x, location)) - least) > 1e-4 * least:
        return "Another location makes the data more likely: look for the least Σ |x − μ|."
    if abs(scale - least) > 1e-4 * least:
        return "The location is right; another scale b makes the data more likely."
    return ""


LAPLACE = FunctionQuestion(
    id="likelihood.laplace",
    title="Maximum likelihood of a Laplace density",
    stars=2,
    minutes=25,
    statement="Return the most likely location (any, if several) and scale b for the data x (N,).",
    hints=(
        r"Which data pull at $\mu$, and how strongly? Does a far one pull more?",
        r"For fixed $b$ make $\sum_n \lvert x^{(n)} - \mu \rvert$ small. Its slope at $\mu$ is"
        r" the number of data below $\mu$ minus the number above.",
        r"For $b$ use the last line of the second chain again: $r - \log r \ge 1$ with $r = "
        r"\frac{1}{bN}\sum_n \lvert x^{(n)} - \mu \rvert$, equal only at $r = 1$.",
    ),
    reference=laplace_mle,
    accept=best_laplace,
    cases=data_sets,
    mistakes=(
        Mistake(
            lambda x: (x.mean(), spread(x, x.mean())),
            "The mean belongs to the Gaussian, whose squares let far points pull harder.",
        ),
        Mistake(
            lambda x: (x.median(), (x - x.median()).abs().median()),
            "The location is right, but b is the mean distance from it, not the median one.",
        ),
        Mistake(
            lambda x: (x.median(), (x - x.median()).abs().sum()),
            "b is a sum where a mean is asked for.",
        ),
        Mistake(
            lambda x: (x.median(), x.std()),
            "The scale of a Laplace density is no standard deviation: maximise over b.",
        ),
    ),
)

LINE = LineQuestion(
    id="likelihood.line",
    title="The missing line: expand the square",
    stars=2,
    minutes=10,
    statement="Fill in the line of gaussian-mle between −N log(√(2π)σ) − (1/2σ²) Σ ((x − x̄) + "
    "(x̄ − μ))² and the line in which x̄ − μ is gone. Type N, sigma, mu, xbar (the mean) and s2 "
    "(the variance of the data, divided by N).",
    hints=(
        "Three terms come out of the square. What is the sum of each over the data?",
        r"$\sum_n (x^{(n)} - \bar x) = 0$, so the middle one vanishes.",
        r"$\sum_n (x^{(n)} - \bar x)^2 = N s^2$, and $\bar x - \mu$ is the same in all $N$ "
        "terms.",
    ),
    equation="gaussian-mle",
    derivation="gaussian-mle",
    line=7,
    names={"N": "N", "sigma": "sigma", "mu": "mu", "xbar": r"\bar{x}", "s2": "s^2"},
    reference="-N*log(sqrt(2*pi)*sigma) - N*s2/(2*sigma^2) - N*(xbar - mu)^2/(2*sigma^2)",
    mistakes=(
        Mistake(
            "-N*log(sqrt(2*pi)*sigma) - s2/(2*sigma^2) - (xbar - mu)^2/(2*sigma^2)",
            "A sum over N equal terms is N times one of them, and Σ (x − x̄)² is N s².",
        ),
        Mistake(
            "-N*log(sqrt(2*pi)*sigma) - N*s2/(2*sigma^2)",
            "The square of x̄ − μ does not vanish; only the mixed term does.",
        ),
        Mistake(
            "-N*log(sqrt(2*pi)*sigma) - N*s2/(2*sigma^2) + N*(xbar - mu)^2/(2*sigma^2)",
            "Both squares stand under the same minus sign.",
        ),
    ),
)


# -- Exercise 5: is a blank page a digit? ---------------------------------------------------------
BAND = NumberQuestion(
    id="likelihood.band",
    title="How wide is the band of a digit?",
    stars=2,
    minutes=15,
    statement="The standard deviation of log p(μ) − log p(x), x drawn from a Gaussian in 784 "
    "dimensions, in nats.",
    hints=(
        r"Write $x = \mu + L\varepsilon$ with $\Sigma = LL^\top$ and $\varepsilon \sim "
        r"\mathcal{N}(0, I)$. What is left of $\mu$ and $\Sigma$ in the difference?",
        r"The difference is $\frac{1}{2} \varepsilon^\top \varepsilon$, a sum of $D$ "
        "independent terms.",
        r"The variance of $\varepsilon_1^2$ is 2 for a standard normal $\varepsilon_1$.",
    ),
    reference=math.sqrt(392),
    units={"nats": 1.0, "nat": 1.0, "bits": math.log(2)},
    mistakes=(
        Mistake(392.0, "This is the mean of the difference (and its variance); how far from it?"),
        Mistake(28.0, "The factor 1/2 in ε·ε/2 is squared in a variance; Var(ε²) = 2, not 4."),
        Mistake(math.sqrt(1568), "The factor 1/2 in front of ε·ε is missing."),
        Mistake(14.0, "The variance of ε² for one standard normal number is 2, not 1."),
    ),
)


def readings(draw):
    for num, odd in ((1, 5), (4, 200)):
        reference = -700 + 20 * draw.normal(odd)
        usual = reference.mean() + 5 * draw.normal(num)
        far = reference.mean() + torch.tensor([-900.0, 600.0]).double()
        yield Case((torch.cat([usual, far]), reference))


def oddness_of_both(values, log_p, log_p_reference):
    score = values[0]
    if score.shape != log_p.shape:
        return f"a score for each of the {len(log_p)} is asked for, shape {tuple(log_p.shape)}."
    if not score.isfinite().all():
        return "a score is not finite."
    if score[-2] <= score[:-2].max():
        return "What lies far below the band should score higher than what lies in it."
    if score[-1] <= score[:-2].max():
        return (
            "What lies far above the band (a blank page) should score higher than what is in it."
        )
    return ""


def oddness(log_p, log_p_reference):
    return (log_p - log_p_reference.mean()).abs()


ODDNESS = FunctionQuestion(
    id="likelihood.oddness",
    title="Is a blank page a digit?",
    stars=3,
    minutes=25,
    statement="Return a score (N,), large where log_p (N,) is untypical for log_p_reference (M,).",
    hints=(
        "Where does the log-density of a typical draw lie, and how wide is that band?",
        "A blank page lies above the band. Too high is as suspicious as too low.",
        "Score the distance from the middle of the reference, on whichever side.",
    ),
    reference=oddness,
    accept=oddness_of_both,
    cases=readings,
    mistakes=(
        Mistake(
            lambda log_p, reference: -log_p,
            "This finds what is too unlikely, and calls the blank page the best digit of all.",
        ),
        Mistake(
            lambda log_p, reference: log_p - reference.mean(),
            "This finds what is too likely only: the distance counts on both sides.",
        ),
        Mistake(
            lambda log_p, reference: -oddness(log_p, reference),
            "The score is turned round: it is largest for what is most typical.",
        ),
    ),
)

QUESTIONS = (LAPLACE, LINE, BAND, ODDNESS)
