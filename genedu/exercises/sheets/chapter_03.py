"""Chapter 3: the Boltzmann machine."""

import torch
from torch.nn.functional import logsigmoid

from ...evaluation import binary_states
from ...models.boltzmann import likelihood_gradient, state_probabilities
from ..messages import DETACHED, DOUBLE, OVERFLOW, SIGN
from ..question import Case, FunctionQuestion, LineQuestion, Mistake


# -- Exercise 1: read a wire from a table ---------------------------------------------------------
def tables(draw):
    yield Case((torch.tensor([0.1, 0.2, 0.3, 0.4]).double(),))
    for _ in range(3):
        yield Case((draw.shares(4),))


def machine_from_table(p):
    bias_1, bias_2 = (p[2] / p[0]).log(), (p[1] / p[0]).log()
    return (p[3] / p[0]).log() - bias_1 - bias_2, bias_1, bias_2


def changed_table(change):
    return lambda p: change(*machine_from_table(p), p)


TABLE = FunctionQuestion(
    id="boltzmann.table",
    title="Read a wire from a table",
    stars=1,
    minutes=5,
    statement="Return (weight, bias_1, bias_2) of the machine of two units with probabilities "
    "p (4,), in the order 00, 01, 10, 11.",
    hints=(
        "Which pattern has an energy that no parameter can change?",
        "p(00) = 1/Z. What is every other probability divided by it?",
        "p(10)/p(00) = e^(b₁), p(11)/p(00) = e^(W + b₁ + b₂).",
    ),
    equation="bm-energy",
    reference=machine_from_table,
    returns=("the weight", "bias_1", "bias_2"),
    cases=tables,
    mistakes=(
        Mistake(
            changed_table(lambda w, b1, b2, p: (w, b2, b1)),
            "The biases have changed places: in 01 it is the second unit that is on.",
        ),
        Mistake(
            changed_table(lambda w, b1, b2, p: (w + b1 + b2, b1, b2)),
            "In 11 both biases count as well as the wire: take them off.",
        ),
        Mistake(
            changed_table(lambda w, b1, b2, p: (-w, -b1, -b2)),
            "The signs are wrong: a low energy is a high probability, p = e^(−Φ)/Z.",
        ),
        Mistake(
            changed_table(lambda w, b1, b2, p: (p[3].log(), p[2].log(), p[1].log())),
            "Z has not been divided out: compare with p(00).",
        ),
    ),
)


# -- Exercise 2: the energy over ordered pairs ----------------------------------------------------
def machines(draw):
    for rows, units in ((1, 2), (4, 3), (7, 4)):
        yield Case((draw.binary(rows, units), draw.wires(units), draw.normal(units)))


def exact(x, weight, bias):
    return likelihood_gradient(x, weight, bias)[0]


ORDERED = FunctionQuestion(
    id="boltzmann.ordered",
    title="Spot the error: pairs counted twice",
    stars=2,
    minutes=15,
    statement="Return the gradient of the mean log-likelihood by W, (M, M), zero diagonal, when "
    "the energy sums over all ordered pairs. W_ij = W_ji is one number.",
    hints=(
        "How often does the product x₁x₂ stand in the double sum?",
        "A machine with weights W in their convention is one with which weights in ours?",
        "Chain rule for W → 2W; the model average belongs to the machine with 2W.",
    ),
    equation="bm-gradient",
    reference=lambda x, weight, bias: 2 * exact(x, 2 * weight, bias),
    cases=machines,
    mistakes=(
        Mistake(
            exact,
            "This is the gradient for pairs that are counted once. How often are they here?",
        ),
        Mistake(
            lambda x, weight, bias: 2 * exact(x, weight, bias),
            "The factor 2 is right, but the model average belongs to another machine.",
        ),
        Mistake(
            lambda x, weight, bias: exact(x, 2 * weight, bias),
            "The model average is right; the chain rule gives one more factor.",
        ),
        Mistake(lambda x, weight, bias: -2 * exact(x, 2 * weight, bias), SIGN),
    ),
)


# -- Exercise 3: magnets --------------------------------------------------------------------------
def parameters(draw):
    for units in (2, 3, 5):
        yield Case((draw.wires(units), draw.normal(units)))


SPINS = FunctionQuestion(
    id="boltzmann.spins",
    title="Magnets",
    stars=2,
    minutes=20,
    statement="Return (J, c), (M, M) and (M,), of the same distribution over spins s = 2x − 1.",
    hints=(
        "What becomes of x₁x₂ when each x is (1 + s)/2?",
        "Put x = (1 + s)/2 into −Φ and sort: constants, one spin, two spins.",
        "A wire W x₁x₂ gives W/4 to the pair and W/4 to each of its two spins.",
    ),
    reference=lambda weight, bias: (weight / 4, bias / 2 + weight.sum(1) / 4),
    returns=("J", "c"),
    cases=parameters,
    mistakes=(
        Mistake(
            lambda weight, bias: (weight / 4, bias / 2),
            "Each wire leaves something for the biases of its two spins; c lacks it.",
        ),
        Mistake(
            lambda weight, bias: (weight / 2, bias / 2 + weight.sum(1) / 4),
            f"J: {DOUBLE}",
        ),
        Mistake(
            lambda weight, bias: (weight / 4, bias / 2 + weight.sum(1) / 2),
            "Each wire is counted twice in c: the sum runs over pairs, i < j.",
        ),
        Mistake(
            lambda weight, bias: (weight, bias),
            "These are still the parameters of 0/1 units.",
        ),
    ),
)


# -- Exercise 4: the Hessian is a covariance ------------------------------------------------------
def moments(weight, bias):
    states = binary_states(len(bias), dtype=bias.dtype)
    p = state_probabilities(weight, bias)[:, None]
    return states.T @ (p * states), (p * states).sum(0)


def covariance(weight, bias):
    second, first = moments(weight, bias)
    return second - torch.outer(first, first)


HESSIAN = FunctionQuestion(
    id="boltzmann.hessian",
    title="The missing step: the curvature of log Z",
    stars=2,
    minutes=20,
    statement="Return the second derivatives of log Z by the biases, (M, M).",
    hints=(
        "The first derivative is an average. Where does b_i stand in it?",
        "⟨x_j⟩ = Σ x_j e^(−Φ)/Z: numerator and denominator both depend on b_i.",
        "The quotient rule gives ⟨x_i x_j⟩ − ⟨x_i⟩⟨x_j⟩.",
    ),
    reference=covariance,
    cases=parameters,
    mistakes=(
        Mistake(
            lambda weight, bias: moments(weight, bias)[0],
            "The product of the means is missing: Z depends on the bias, too.",
        ),
        Mistake(lambda weight, bias: -covariance(weight, bias), SIGN),
        Mistake(
            lambda weight, bias: covariance(weight, bias).diag().diag(),
            "Only the diagonal is there, but the units of this machine are not independent.",
        ),
        Mistake(
            lambda weight, bias: (
                moments(weight, bias)[0] - torch.outer(torch.sigmoid(bias), torch.sigmoid(bias))
            ),
            "The means are those without wires: σ(b) ignores W.",
        ),
    ),
)

DIVIDE = LineQuestion(
    id="boltzmann.divide",
    title="The missing line: from two energies to a sigmoid",
    stars=1,
    minutes=5,
    statement="Fill in the line of bm-conditional after e^(−Φ₁)/(e^(−Φ₁) + e^(−Φ₀)), in which "
    "each energy stands once. Type Phi0 and Phi1.",
    hints=(
        "A fraction may be divided above and below by the same thing. By which?",
        "Make the numerator 1.",
        "e^(−Φ₀)/e^(−Φ₁) is a single exponential.",
    ),
    equation="bm-conditional",
    derivation="bm-conditional",
    line=6,
    names={"Phi0": r"\Phi_0", "Phi1": r"\Phi_1"},
    reference="1/(1 + exp(-(Phi0 - Phi1)))",
    mistakes=(
        Mistake(
            "1/(1 + exp(Phi0 - Phi1))", "The sign in the exponent is wrong: try Φ₁ very large."
        ),
        Mistake("1/exp(-(Phi0 - Phi1))", "The 1 + is missing below: this can be larger than 1."),
        Mistake("1/(1 + exp(-Phi0))", "Only one of the two energies has been divided."),
    ),
)


# -- Exercise 5: learning without Z ---------------------------------------------------------------
def wide_machines(draw):
    yield from machines(draw)
    wide = 200 * draw.wires(3)
    yield Case((draw.binary(4, 3), wide, draw.normal(3)), extreme=True)


def log_odds(x, weight, bias):
    return x @ weight + bias


def pseudo_likelihood(x, weight, bias):
    return logsigmoid((2 * x - 1) * log_odds(x, weight, bias)).sum(1)


def plain_logarithm(x, weight, bias):
    p = torch.sigmoid(log_odds(x, weight, bias))
    return (x * p.log() + (1 - x) * (1 - p).log()).sum(1)


PSEUDO = FunctionQuestion(
    id="boltzmann.pseudo-likelihood",
    title="Learning without Z",
    stars=3,
    minutes=45,
    statement="Return the sum over units of log p(x_i | the others), (batch,), in nats.",
    hints=(
        "Which quantity of the conditional does one matrix product give for all units at once?",
        "x @ weight + bias are the log odds; a unit that is off has the odds turned round.",
        "log σ(±odds), with + where x = 1; logsigmoid has room for large odds.",
    ),
    equation="bm-conditional",
    reference=pseudo_likelihood,
    cases=wide_machines,
    gradients=("weight", "bias"),
    mistakes=(
        Mistake(
            lambda x, weight, bias: logsigmoid((2 * x - 1) * (x @ weight)).sum(1),
            "The biases are missing from the log odds.",
        ),
        Mistake(
            lambda x, weight, bias: (x * logsigmoid(log_odds(x, weight, bias))).sum(1),
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

QUESTIONS = (TABLE, ORDERED, SPINS, HESSIAN, DIVIDE, PSEUDO)
