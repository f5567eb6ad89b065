"""What the parameters mean: tables, conditionals, pairs, spins."""

import torch

from ....models.boltzmann import likelihood_gradient
from ...messages import DOUBLE, SIGN
from ...question import Case, FunctionQuestion, LineQuestion, Mistake


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
        "Which pattern has an energy that no parameter can change? What does its probability "
        "tell you?",
        "The energy of 00 is zero, so $p(00) = 1/Z$. What is every other probability divided "
        "by it?",
        "$p(10)/p(00) = e^{b_1}$ and $p(11)/p(00) = e^{W + b_1 + b_2}$.",
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


# -- Exercise 4: the Hessian is a covariance ------------------------------------------------------
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
        r"$e^{-\Phi_0}/e^{-\Phi_1}$ is a single exponential.",
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


# -- Exercise 2: the energy over ordered pairs ----------------------------------------------------
def machines(draw):
    for rows, units in ((1, 2), (4, 3), (7, 4)):
        yield Case((draw.binary(rows, units), draw.wires(units), draw.normal(units)))


def exact(x, weight, bias):
    return likelihood_gradient(x, weight, bias)[0]


def gradient_ordered(x, weight, bias):
    return 2 * likelihood_gradient(x, 2 * weight, bias)[0]


ORDERED = FunctionQuestion(
    id="boltzmann.ordered",
    title="Spot the error: pairs counted twice",
    stars=2,
    minutes=15,
    statement="Return the gradient of the mean log-likelihood by W, (M, M), zero diagonal, when "
    "the energy sums over all ordered pairs. W_ij = W_ji is one number.",
    hints=(
        "How often does the product $x_1 x_2$ stand in the double sum?",
        "A machine with weights $W$ in their convention is one with which weights in ours?",
        r"Use the chain rule for $W \to 2W$, and mind that the model average belongs to the "
        "machine with $2W$.",
    ),
    equation="bm-gradient",
    reference=gradient_ordered,
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
        Mistake(lambda x, weight, bias: -gradient_ordered(x, weight, bias), SIGN),
    ),
)


# -- Exercise 3: magnets --------------------------------------------------------------------------
def parameters(draw):
    for units in (2, 3, 5):
        yield Case((draw.wires(units), draw.normal(units)))


def to_spins(weight, bias):
    return weight / 4, bias / 2 + weight.sum(1) / 4


SPINS = FunctionQuestion(
    id="boltzmann.spins",
    title="Magnets",
    stars=2,
    minutes=20,
    statement="Return (J, c), (M, M) and (M,), of the same distribution over spins s = 2x − 1.",
    hints=(
        "What becomes of $x_1 x_2$ when each $x_i$ is $(1 + s_i)/2$?",
        r"Put $x_i = (1 + s_i)/2$ into $-\Phi$, multiply out, and sort the terms: constants, "
        "one spin, two spins.",
        "A single wire $W x_1 x_2$ gives $W/4$ to the pair and $W/4$ to each of its two spins.",
    ),
    reference=to_spins,
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

QUESTIONS = (TABLE, DIVIDE, ORDERED, SPINS)
