"""The conditional, the free energy and the slope of the likelihood."""

import torch
from torch.nn.functional import softplus

from ....models.rbm import RBM
from ...messages import DETACHED, MISSING, OVERFLOW, SIGN
from ...question import Case, FunctionQuestion, Mistake, SpotTheError

HIDDEN_BIAS = MISSING.format(a="the hidden bias")


# -- Warm-up: the conditional ---------------------------------------------------------------------
def hidden_given_visible(v, weight, hidden_bias):
    return torch.sigmoid(v @ weight + hidden_bias)


def inputs_to_hidden(draw):
    for rows, visible, hidden in ((1, 2, 2), (3, 4, 2), (5, 3, 6)):
        yield Case((draw.binary(rows, visible), draw.normal(visible, hidden), draw.normal(hidden)))
    strong = 400 * torch.tensor([[1.0, -1.0], [1.0, 0.5]]).double()
    yield Case((torch.ones(2, 2).double(), strong, draw.normal(2)), extreme=True)


CONDITIONAL = FunctionQuestion(
    id="rbm.conditional",
    title="The hidden layer, given the visible one",
    stars=1,
    minutes=5,
    statement="Return p(h_j = 1 | v), (batch, H), for v (batch, V), weight (V, H), hidden_bias "
    "(H,).",
    hints=(
        "What does hidden unit $j$ hear from the visible units, and what does it bring along?",
        "All hidden units of a batch hear one matrix product plus their biases.",
        "A unit is on with the sigmoid of what it hears.",
    ),
    equation="rbm-conditional",
    reference=hidden_given_visible,
    cases=inputs_to_hidden,
    mistakes=(
        Mistake(lambda v, weight, hidden_bias: torch.sigmoid(v @ weight), HIDDEN_BIAS),
        Mistake(
            lambda v, weight, hidden_bias: torch.sigmoid(-(v @ weight) - hidden_bias),
            "The sign inside is wrong: this is p(h_j = 0 | v).",
        ),
        Mistake(
            lambda v, weight, hidden_bias: torch.softmax(v @ weight + hidden_bias, 1),
            "A softmax makes the units of a layer compete; here they are independent coins.",
        ),
        Mistake(
            lambda v, weight, hidden_bias: v @ weight + hidden_bias,
            "This is what the units hear, their log odds; a probability is asked for.",
        ),
        Mistake(
            lambda v, weight, hidden_bias: torch.bernoulli(
                hidden_given_visible(v, weight, hidden_bias)
            ),
            "These are samples, zeros and ones; the probabilities themselves are asked for.",
        ),
        Mistake(
            lambda v, weight, hidden_bias: (
                torch.exp(v @ weight + hidden_bias) / (1 + torch.exp(v @ weight + hidden_bias))
            ),
            OVERFLOW,
        ),
    ),
)


# -- Exercise 1: the free energy ------------------------------------------------------------------
def my_free_energy(v, weight, visible_bias, hidden_bias):
    return -v @ visible_bias - softplus(v @ weight + hidden_bias).sum(1)


def visible_machines(draw):
    for rows, visible, hidden in ((1, 2, 2), (3, 4, 2), (5, 3, 6)):
        biases = draw.normal(visible), draw.normal(hidden)
        yield Case((draw.binary(rows, visible), draw.normal(visible, hidden), *biases))
    strong = 400 * draw.normal(3, 2).abs()
    yield Case((torch.ones(2, 3).double(), strong, draw.normal(3), draw.normal(2)), extreme=True)


FREE_ENERGY = FunctionQuestion(
    id="rbm.free-energy",
    title="The slope of the free energy",
    stars=1,
    minutes=15,
    statement="Return F(v), (batch,), in nats, for v (batch, V) and weight (V, H).",
    hints=(
        "What the hidden units hear is one vector $c$ for each picture: `v @ weight + "
        "hidden_bias`. What does each unit add to $F$?",
        r"$F(v) = -a \cdot v - \sum_j \log(1 + e^{c_j})$. For the slope, $\partial c_j / "
        r"\partial W_{ij} = v_i$.",
        r"`softplus(t)` is $\log(1 + e^t)$ with room for large $t$: for an input of 100, in "
        "single precision, only one of the two is finite. Its derivative is the sigmoid.",
    ),
    equation="rbm-gradient",
    reference=my_free_energy,
    cases=visible_machines,
    gradients=("weight", "visible_bias", "hidden_bias"),
    terms={
        "the visible bias, −a·v": lambda v, w, a, b: -v @ a,
        "what the hidden units add, −Σ_j log(1 + e^(c_j))": lambda v, w, a, b: (
            -softplus(v @ w + b).sum(1)
        ),
    },
    mistakes=(
        Mistake(
            lambda v, weight, visible_bias, hidden_bias: (
                -softplus(v @ weight + hidden_bias).sum(1)
            ),
            MISSING.format(a="the visible bias, −a·v"),
        ),
        Mistake(lambda v, w, a, b: -v @ a - softplus(v @ w).sum(1), HIDDEN_BIAS),
        Mistake(lambda v, w, a, b: -my_free_energy(v, w, a, b), SIGN),
        Mistake(lambda v, w, a, b: -v @ a - (1 + (v @ w + b).exp()).log().sum(1), OVERFLOW),
        Mistake(
            lambda v, w, a, b: my_free_energy(v, w, a, b).sum(),
            "The batch has been summed, too: each picture has a free energy of its own.",
        ),
        Mistake(
            lambda v, w, a, b: my_free_energy(v, w.detach(), a, b), DETACHED.format(a="weight")
        ),
        Mistake(
            lambda v, w, a, b: -v @ a - torch.logsumexp(v @ w + b, 1),
            "This sum has only states with one hidden unit on; there are 2^H states.",
        ),
        Mistake(
            lambda v, w, a, b: -v @ a - softplus(v @ w + b).mean(1),
            "This is a mean over the hidden units; what they add is a sum.",
        ),
        Mistake(
            lambda v, w, a, b: -v @ a - (v @ w + b).clamp(min=0).sum(1),
            "This takes only the likelier state of each hidden unit; both count.",
        ),
    ),
)


# -- Exercise 2: spot the error -------------------------------------------------------------------
SPOT = SpotTheError(
    id="rbm.spot",
    title="Spot the error: which h?",
    stars=1,
    minutes=10,
    statement="Which line is wrong, and what should stand in it? Answer for one datum and one "
    "hidden unit, with p0 = p(v, h = 0) and p1 = p(v, h = 1).",
    lines=(
        "log L = Σ_n log p(v⁽ⁿ⁾)",
        "= Σ_n log p(v⁽ⁿ⁾, h)",
        "= Σ_n {−E(v⁽ⁿ⁾, h) − log Z}",
        "(1/N) ∂ log L/∂W_ij = ⟨v_i h_j⟩_data − ⟨v_i h_j⟩_model",
    ),
    wrong_line=2,
    symbols={"p0": "unit", "p1": "unit"},
    right_form="log(p0 + p1)",
    hints=(
        "Where does the $h$ on the left come from? It has no index $n$, and no distribution.",
        "Only $v$ was seen. What is done with what was not?",
        "$p(v)$ is the sum of $p(v, h)$ over $h$, and the logarithm stands outside of the sum.",
    ),
    equation="rbm-gradient",
    mistakes=(
        Mistake((1, "log(p0 + p1)"), "Line 1 is the definition: the likelihood of what was seen."),
        Mistake((3, "log(p0 + p1)"), "Line 3 follows from line 2, which is already wrong."),
        Mistake(
            (4, "log(p0 + p1)"),
            "Line 4, the result, is right; that is what makes the slip so hard to see.",
        ),
        Mistake((2, "log(p0) + log(p1)"), "The sum over h stands inside of the logarithm."),
        Mistake((2, "p0 + p1"), "The logarithm is missing: this is its argument."),
        Mistake(
            (2, "log(p1)"), "This takes h = 1 as if it had been seen; both cases are possible."
        ),
    ),
)


def tiny_machine(draw, visible=3, hidden=2):
    machine = RBM(visible, hidden).double()
    for value in machine.parameters():
        value.data.copy_(draw.normal(*value.shape))
    return machine


def machines_and_data(draw):
    for rows, visible in ((1, 2), (4, 3), (7, 3)):
        yield Case((tiny_machine(draw, visible), draw.binary(rows, visible)))
    yield Case((tiny_machine(draw), torch.ones(3, 3).double()))


def plain(values):
    return tuple(value.item() for value in values)


def two_data_averages(machine, v):
    on = machine.prob_hidden(v)[:, 0]
    return v[:, 0].mean().item(), (v[:, 0] * on).mean().item()


AVERAGES = FunctionQuestion(
    id="rbm.averages",
    title="The data average, wrong and right",
    stars=1,
    minutes=10,
    statement="Return (mean of v_1 · 1, mean of v_1 · p(h_1 = 1 | v)) over the rows of v.",
    hints=(
        "What would $h_1$ be in the average if it were fixed at 1?",
        r"The weights $e^{-E(v,h)} / \sum_{h'} e^{-E(v,h')}$ have a name.",
        r"$p(h_1 = 1 \mid v)$ is a column of `machine.prob_hidden(v)`; average its product "
        "with $v_1$.",
    ),
    equation="rbm-gradient",
    reference=two_data_averages,
    returns=("the first average", "the second average"),
    cases=machines_and_data,
    mistakes=(
        Mistake(
            lambda machine, v: plain((v[:, 0].mean(), machine.prob_hidden(v)[:, 0].mean())),
            "The second average lacks the factor v_1.",
        ),
        Mistake(
            lambda machine, v: plain(
                (v[:, 0].mean(), v[:, 0].mean() * machine.prob_hidden(v)[:, 0].mean())
            ),
            "This is a product of two averages; v_1 and h_1 go together, row by row.",
        ),
        Mistake(
            lambda machine, v: two_data_averages(machine, v)[::-1],
            "The two numbers have changed places.",
        ),
        Mistake(
            lambda machine, v: plain(
                (v[:, 0].sum(), (v[:, 0] * machine.prob_hidden(v)[:, 0]).sum())
            ),
            "These are sums where means are asked for.",
        ),
    ),
)

QUESTIONS = (CONDITIONAL, FREE_ENERGY, SPOT, AVERAGES)
