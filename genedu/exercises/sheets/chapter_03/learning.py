"""The curvature of log Z, and learning without it."""

import torch
from torch.nn.functional import logsigmoid

from ....evaluation import binary_states
from ....models.boltzmann import state_probabilities
from ...messages import DETACHED, OVERFLOW, SIGN
from ...question import Case, FunctionQuestion, Mistake
from .energy import machines, parameters


# -- Exercise 4: the Hessian is a covariance ------------------------------------------------------
def hessian_of_log_partition(weight, bias):
    states = binary_states(len(bias), dtype=bias.dtype)
    p = state_probabilities(weight, bias)[:, None]
    mean = (p * states).sum(0)
    return states.T @ (p * states) - torch.outer(mean, mean)


def second_moments(weight, bias):
    states = binary_states(len(bias), dtype=bias.dtype)
    return states.T @ (state_probabilities(weight, bias)[:, None] * states)


HESSIAN = FunctionQuestion(
    id="boltzmann.hessian",
    title="The missing step: the curvature of log Z",
    stars=2,
    minutes=20,
    statement="Return the second derivatives of log Z by the biases, (M, M).",
    hints=(
        "The first derivative is an average. Where does $b_i$ stand in it?",
        r"$\langle x_j \rangle_{\text{model}} = \sum_x x_j\, e^{-\Phi}/Z$: numerator and "
        "denominator both depend on $b_i$.",
        r"The quotient rule gives a covariance. For concavity, ask what $\sum_{ij} c_i c_j\, "
        r"\mathrm{Cov}(x_i, x_j)$ is the variance of.",
    ),
    reference=hessian_of_log_partition,
    cases=parameters,
    mistakes=(
        Mistake(
            second_moments,
            "The product of the means is missing: Z depends on the bias, too.",
        ),
        Mistake(lambda weight, bias: -hessian_of_log_partition(weight, bias), SIGN),
        Mistake(
            lambda weight, bias: hessian_of_log_partition(weight, bias).diag().diag(),
            "Only the diagonal is there, but the units of this machine are not independent.",
        ),
        Mistake(
            lambda weight, bias: (
                second_moments(weight, bias)
                - torch.outer(torch.sigmoid(bias), torch.sigmoid(bias))
            ),
            "The means are those without wires: σ(b) ignores W.",
        ),
    ),
)


# -- Exercise 5: learning without Z ---------------------------------------------------------------
def wide_machines(draw):
    yield from machines(draw)
    wide = 200 * draw.wires(3)
    yield Case((draw.binary(4, 3), wide, draw.normal(3)), extreme=True)


def pseudo_likelihood(x, weight, bias):
    log_odds = x @ weight + bias
    return logsigmoid((2 * x - 1) * log_odds).sum(1)


def plain_logarithm(x, weight, bias):
    p = torch.sigmoid(x @ weight + bias)
    return (x * p.log() + (1 - x) * (1 - p).log()).sum(1)


PSEUDO = FunctionQuestion(
    id="boltzmann.pseudo-likelihood",
    title="Learning without Z",
    stars=3,
    minutes=45,
    statement="Return the sum over units of log p(x_i | the others), (batch,), in nats.",
    hints=(
        "Which quantity of the conditional does one matrix product give for all units at once?",
        "`x @ weight + bias` are the log odds of all conditionals of a batch; a unit that is "
        "off has the odds turned round.",
        r"It is $\log \sigma$ of the log odds where $x_i = 1$, and of minus the log odds where"
        " $x_i = 0$; `logsigmoid` has room for large ones. To train, take a free matrix $A$ "
        r"and use $A + A^\top$ without its diagonal.",
    ),
    equation="bm-conditional",
    reference=pseudo_likelihood,
    cases=wide_machines,
    gradients=("weight", "bias"),
    mistakes=(
        Mistake(
            lambda x, weight, bias: pseudo_likelihood(x, weight, 0 * bias),
            "The biases are missing from the log odds.",
        ),
        Mistake(
            lambda x, weight, bias: (x * logsigmoid(x @ weight + bias)).sum(1),
            "Units that are off are left out: they have a probability as well.",
        ),
        Mistake(
            lambda x, weight, bias: pseudo_likelihood(x, weight, bias) / x.shape[1],
            "This is a mean over the units where a sum is asked for.",
        ),
        Mistake(plain_logarithm, OVERFLOW),
        Mistake(
            lambda x, weight, bias: pseudo_likelihood(x, weight.detach(), bias),
            DETACHED.format(a="weight"),
        ),
        Mistake(lambda x, weight, bias: -pseudo_likelihood(x, weight, bias), SIGN),
    ),
)

QUESTIONS = (HESSIAN, PSEUDO)
