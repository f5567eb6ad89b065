"""Chapter 1: what a generative model is."""

import math

import torch

from ..messages import HALF, LOG_BASE, SIGN, STD_FOR_VARIANCE, UNBIASED
from ..question import (
    Case,
    ChoiceQuestion,
    FunctionQuestion,
    LineQuestion,
    Mistake,
    NumberQuestion,
)


# -- Exercise 1: the likelihood with a lost factor N ----------------------------------------------
def data_sets(draw):
    for num in (2, 5, 20):
        yield Case((draw.normal(num),))
    yield Case((30 + 0.5 * draw.normal(40),))


def squares(x):
    return ((x - x.mean()) ** 2).sum()


SLIP = FunctionQuestion(
    id="likelihood.slip",
    title="Spot the error in a likelihood",
    stars=1,
    minutes=10,
    statement="Return the mean and the variance at which the printed expression, whose first term "
    "lacks the factor N, is largest for the data x (N,).",
    hints=(
        "Count the data points in each of the two terms. What if every datum stood there twice?",
        "The mean is found as ever. For σ, differentiate the expression as it is printed.",
        "With S = Σ (x − μ)² the derivative by σ is −1/σ + S/σ³; where is it zero?",
    ),
    equation="gaussian-mle",
    reference=lambda x: (x.mean(), squares(x)),
    returns=("the mean", "the variance"),
    cases=data_sets,
    mistakes=(
        Mistake(
            lambda x: (x.mean(), squares(x) / len(x)),
            "This is where the right likelihood is largest. Take the printed one at its word.",
        ),
        Mistake(
            lambda x: (x.mean(), squares(x).sqrt()),
            f"the variance: {STD_FOR_VARIANCE}",
        ),
        Mistake(lambda x: (x.mean(), squares(x) / 2), f"the variance: {HALF}"),
        Mistake(
            lambda x: (x.mean(), squares(x) / (len(x) - 1)),
            "This is the unbiased estimate, with N − 1; the printed expression has no N at all.",
        ),
    ),
)


# -- Exercise 2: the divergence with the wrong average --------------------------------------------
def widths(draw):
    for std in (1.0, 0.1, 3.7):
        yield Case((torch.tensor(std, dtype=torch.float64),))
    yield Case((draw.between(0.2, 5),))


SECOND = FunctionQuestion(
    id="likelihood.second-term",
    title="What the wrong second term is",
    stars=2,
    minutes=10,
    statement="Return −∫ pθ log pθ dx in nats for a Gaussian with standard deviation std.",
    hints=(
        "−∫ pθ log pθ has a name. Does it change when the curve is moved sideways?",
        "−log pθ(x) = log(√(2π) σ) + (x − μ)²/2σ². Average each part.",
        "Under pθ itself the average of (x − μ)² is σ², whatever μ is.",
    ),
    reference=lambda std: 0.5 + torch.log(math.sqrt(2 * math.pi) * std),
    cases=widths,
    mistakes=(
        Mistake(
            lambda std: torch.log(math.sqrt(2 * math.pi) * std),
            "The average of (x − μ)²/2σ² is missing: it is not zero.",
        ),
        Mistake(lambda std: -0.5 - torch.log(math.sqrt(2 * math.pi) * std), SIGN),
        Mistake(
            lambda std: (0.5 + torch.log(math.sqrt(2 * math.pi) * std)) / math.log(2), LOG_BASE
        ),
        Mistake(
            lambda std: 0.5 + torch.log(math.sqrt(2 * math.pi) * std**2),
            "The variance stands where the standard deviation belongs: √(2π) σ, not √(2π) σ².",
        ),
        Mistake(
            lambda std: 1 + torch.log(math.sqrt(2 * math.pi) * std),
            "(x − μ)²/2σ² has the average 1/2; the factor 2 below is lost.",
        ),
    ),
)

LEAST = ChoiceQuestion(
    id="likelihood.least",
    title="What such a loss would learn",
    stars=1,
    minutes=5,
    statement="Someone trains a Gaussian by making ∫ p log p − ∫ pθ log pθ as small as possible. "
    "Where does it go?",
    options={
        "a": "μ to the mean of the data, σ to their standard deviation",
        "b": "μ stays wherever it is, σ goes to 0",
        "c": "μ stays wherever it is, σ grows without limit",
        "d": "μ to the mean of the data, σ goes to 0",
    },
    reasons={
        1: "The first term pulls the model towards the data.",
        2: "The second term is the entropy of the model: it does not see the data and falls "
        "with σ.",
        3: "The second term is the entropy of the model, which is largest for a narrow curve.",
    },
    reference=("b", 2),
    hints=(
        "Which of the two terms contains θ?",
        "Exercise 2 gives the second term. Which of μ and σ stand in it?",
        "log σ has no lowest point.",
    ),
    mistakes=(
        Mistake(("a", 1), "This is what the right divergence does. Do data and model meet here?"),
        Mistake(("d", 1), "Nothing moves μ: it does not stand in the second term."),
        Mistake(("c", 3), "The loss is made small, not large. What does log σ do?"),
        Mistake(("b", 1), "The first term does not contain θ at all."),
        Mistake(
            ("b", 3), "Is the entropy of a Gaussian large where it is narrow, or where it is wide?"
        ),
    ),
)


# -- Exercise 3: how many draws -------------------------------------------------------------------
def trials(draw):
    for num, error in ((2, 0.5), (10, 0.1), (30, 0.013)):
        yield Case((2 * draw.normal(num) + 1, error))


def draws_needed(trial, error):
    return math.ceil(trial.var().item() / error**2)


DRAWS = FunctionQuestion(
    id="likelihood.draws",
    title="How many draws?",
    stars=1,
    minutes=10,
    statement="Return the least N with an estimated standard error of at most error.",
    hints=(
        "How large is the error of an average of N draws, and what can the trial tell about it?",
        "sd(f)/√N ≤ error. Solve for N, and mind which way to round.",
        "Estimate the variance with n − 1 in the denominator: you have just seen why.",
    ),
    reference=draws_needed,
    cases=trials,
    dtypes=("float64",),
    tolerance=1e-7,
    mistakes=(
        Mistake(
            lambda trial, error: math.ceil(trial.std().item() / error),
            "The error falls with √N: half the error costs four times the draws.",
        ),
        Mistake(
            lambda trial, error: math.ceil(trial.var(correction=0).item() / error**2), UNBIASED
        ),
        Mistake(
            lambda trial, error: math.floor(trial.var().item() / error**2),
            "Rounded down, the error is a little too large: round up.",
        ),
        Mistake(
            lambda trial, error: trial.var().item() / error**2,
            "A number of draws is a whole number: round up.",
        ),
        Mistake(
            lambda trial, error: math.ceil(trial.std().item() / error**2),
            "This is a standard deviation where the variance belongs: square both sides.",
        ),
    ),
)


# -- Exercise 4: the Laplace density --------------------------------------------------------------
def spread(x, location):
    return (x - location).abs().mean()


def laplace_mle(x):
    return x.median(), spread(x, x.median())


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
        "Which data pull at μ, and how strongly? Does a far one pull more?",
        "The slope of Σ |x − μ| at μ is the number of data below μ minus the number above.",
        "For b use r − log r ≥ 1 with r = Σ |x − μ| / (bN), equal only at r = 1.",
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
        "Σ (x − x̄) = 0, so the middle one vanishes.",
        "Σ (x − x̄)² = N s², and x̄ − μ is the same in all N terms.",
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
        "Write x = μ + Lε. What is left of μ and Σ in the difference?",
        "The difference is ε·ε/2, a sum of D independent terms.",
        "The variance of ε² is 2 for a standard normal ε.",
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


ODDNESS = FunctionQuestion(
    id="likelihood.oddness",
    title="Is a blank page a digit?",
    stars=3,
    minutes=25,
    statement="Return a score (N,), large where log_p (N,) is untypical for log_p_reference (M,).",
    hints=(
        "Where does the log-density of a typical draw lie, and how wide is that band?",
        "A blank page lies above the band. Too high is as suspicious as too low.",
        "Score the distance from the middle of the reference, whichever side.",
    ),
    reference=lambda log_p, reference: (log_p - reference.mean()).abs(),
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
            lambda log_p, reference: -(log_p - reference.mean()).abs(),
            "The score is turned round: it is largest for what is most typical.",
        ),
    ),
)

QUESTIONS = (SLIP, SECOND, LEAST, DRAWS, LAPLACE, LINE, BAND, ODDNESS)
