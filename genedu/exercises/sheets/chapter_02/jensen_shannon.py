"""Merged bins, the game of Jensen and Shannon, and its slope."""

import math

import torch
from torch.distributions import Normal

from ...messages import LOG_BASE, MISSING, SIGN, SWAPPED
from ...question import Case, FunctionQuestion, Mistake


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
        "What should the merged shares add up to? For the proof it is enough to merge two bins.",
        r"Show that $q_1 f(p_1/q_1) + q_2 f(p_2/q_2) \ge (q_1 + q_2)\, f\big(\frac{p_1 + "
        r"p_2}{q_1 + q_2}\big)$: divide by $q_1 + q_2$ and read it as Jensen's inequality. "
        "When is that an equality if $f$ bends everywhere, and when if it consists of two "
        "straight pieces?",
        "For the code: `torch.split` cuts into pieces of a size, the last of which may be "
        "shorter. Thirteen bins by four leave one over.",
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
        "How often is it a one with the ink $x$, and how often a seven?",
        r"In each bin you pay $-\frac{1}{2} p \log D - \frac{1}{2} q \log(1 - D)$. Set its "
        "derivative by $D$ to zero, and look at the second one, too.",
        r"Add up the bins. With $D = p/(p+q) = \frac{1}{2} p/m$ and $m = \frac{1}{2}(p + q)$ "
        r"the factor $\frac{1}{2}$ gives $\log 2$. Chapter 9 begins where this exercise ends.",
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
    grid = torch.linspace(-reach, distance + reach, 20_001, dtype=torch.float64)
    p, q = Normal(torch.zeros_like(far), first), Normal(far, second)
    log_p, log_q = p.log_prob(grid), q.log_prob(grid)
    log_m = torch.logaddexp(log_p, log_q) - math.log(2)
    density = log_p.exp() * (log_p - log_m) + log_q.exp() * (log_q - log_m)
    return torch.autograd.grad(torch.trapezoid(density, grid) / 2, far)[0]


def slope_with_noise(distance, noise):
    width = math.sqrt(1 + noise**2)
    far = torch.tensor(float(distance), dtype=torch.float64, requires_grad=True)
    grid = torch.linspace(-12 * width, distance + 12 * width, 20_001, dtype=torch.float64)
    log_p = Normal(torch.zeros_like(far), width).log_prob(grid)
    log_q = Normal(far, width).log_prob(grid)
    log_m = torch.logaddexp(log_p, log_q) - math.log(2)
    density = log_p.exp() * (log_p - log_m) + log_q.exp() * (log_q - log_m)
    jsd = torch.trapezoid(density, grid) / 2
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
        r"Both have the width $\sqrt{1 + s^2}$. In units of this width the distance has "
        "shrunk, and the slope in $d$ is the slope in those units divided by the width.",
        "Let autograd find the slope, on a grid that reaches six of the new widths beyond "
        "both means. Try $s$ from 0 to 20 in steps of 0.1.",
    ),
    reference=slope_with_noise,
    cases=lambda draw: (Case(pair) for pair in ((1.0, 0.0), (2.0, 1.0), (10.0, 4.0), (5.0, 2.0))),
    dtypes=("float64",),
    tolerance=3e-3,
    mistakes=(
        Mistake(
            lambda distance, noise: slope_with_noise(distance, 0.0),
            "The noise is not used: both Gaussians are wider than 1 now.",
        ),
        Mistake(
            lambda distance, noise: slope(distance, 1 + noise, 1 + noise),
            "Widths do not add: variances do, so the width is √(1 + s²).",
        ),
        Mistake(
            lambda distance, noise: math.sqrt(1 + noise**2) * slope_with_noise(distance, noise),
            "This is the slope in units of the new width; by d it is that divided by the width.",
        ),
        Mistake(
            lambda distance, noise: slope(distance, 1.0, math.sqrt(1 + noise**2)),
            "Only one of the two has been blurred: the noise is added to both.",
        ),
    ),
)

QUESTIONS = (MERGED, COST, SLOPE)
