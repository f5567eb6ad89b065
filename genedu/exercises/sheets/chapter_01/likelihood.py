"""Maximum likelihood, its divergence, and averages over draws."""

import math

import torch

from ...messages import HALF, LOG_BASE, SIGN, STD_FOR_VARIANCE, UNBIASED
from ...question import Case, ChoiceQuestion, FunctionQuestion, Mistake


# -- Exercise 1: the likelihood with a lost factor N ----------------------------------------------
def data_sets(draw):
    for num in (2, 5, 20):
        yield Case((draw.normal(num),))
    yield Case((30 + 0.5 * draw.normal(40),))


def squares(x):
    return ((x - x.mean()) ** 2).sum()


def slipped_maximum(x):
    mean = x.mean()
    return mean, ((x - mean) ** 2).sum()


SLIP = FunctionQuestion(
    id="likelihood.slip",
    title="Spot the error in a likelihood",
    stars=1,
    minutes=10,
    statement="Return the mean and the variance at which the printed expression, whose first term "
    "lacks the factor N, is largest for the data x (N,).",
    hints=(
        "Count the data points in each of the two terms. If every datum stood there twice, "
        "how would each term change?",
        r"The mean is found as ever. For $\sigma$, differentiate the expression as it is "
        "printed.",
        r"With $S = \sum_n (x^{(n)} - \mu)^2$ the derivative by $\sigma$ is $-1/\sigma + "
        r"S/\sigma^3$. Where is it zero?",
    ),
    equation="gaussian-mle",
    reference=slipped_maximum,
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


def slipped_second_term(std):
    return 0.5 + torch.log(math.sqrt(2 * math.pi) * std)


SECOND = FunctionQuestion(
    id="likelihood.second-term",
    title="What the wrong second term is",
    stars=2,
    minutes=10,
    statement="Return −∫ pθ log pθ dx in nats for a Gaussian with standard deviation std.",
    hints=(
        r"$-\int p_\theta \log p_\theta \,\mathrm{d}x$ has a name. Does it change when the "
        "curve is moved sideways?",
        r"$-\log p_\theta(x) = \log(\sqrt{2\pi}\,\sigma) + (x - \mu)^2 / 2\sigma^2$. Average "
        "each part.",
        r"Under $p_\theta$ itself the average of $(x - \mu)^2$ is $\sigma^2$, whatever $\mu$ "
        "is.",
    ),
    reference=slipped_second_term,
    cases=widths,
    mistakes=(
        Mistake(
            lambda std: slipped_second_term(std) - 0.5,
            "The average of (x − μ)²/2σ² is missing: it is not zero.",
        ),
        Mistake(lambda std: -slipped_second_term(std), SIGN),
        Mistake(lambda std: slipped_second_term(std) / math.log(2), LOG_BASE),
        Mistake(
            lambda std: slipped_second_term(std**2),
            "The variance stands where the standard deviation belongs: √(2π) σ, not √(2π) σ².",
        ),
        Mistake(
            lambda std: slipped_second_term(std) + 0.5,
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
        r"Which of the two terms contains $\theta$?",
        r"The function above gives the second term. Which of $\mu$ and $\sigma$ stand in it?",
        r"$\log \sigma$ has no lowest point.",
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
        "How large is the error of an average of $N$ draws, and which of its ingredients can "
        "the trial tell you?",
        r"$\mathrm{sd}(f)/\sqrt{N}$ is to be at most `error`. Solve for $N$, and mind which "
        "way to round.",
        "Estimate the variance with $n - 1$ in the denominator, as `trial.var()` does.",
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
            lambda trial, error: math.ceil(trial.var().item() / error),
            "The variance is a square; so is what it is divided by.",
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

QUESTIONS = (SLIP, SECOND, LEAST, DRAWS)
