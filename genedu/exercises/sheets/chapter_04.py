"""Chapter 4: the restricted Boltzmann machine."""

import math

import torch
from torch.nn.functional import softplus

from ...evaluation import binary_states
from ...models.rbm import RBM
from ..messages import DETACHED, MISSING, OVERFLOW, SIGN
from ..question import (
    Case,
    FunctionQuestion,
    Mistake,
    NumberQuestion,
    SpotTheError,
    TextQuestion,
)

HIDDEN_BIAS = MISSING.format(a="the hidden bias")


# -- Warm-up: the conditional ---------------------------------------------------------------------
def prob_hidden(v, weight, hidden_bias):
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
        "What does hidden unit j hear from the visible units, and what does it bring along?",
        "All hidden units of a batch hear one matrix product plus their biases.",
        "A unit is on with the sigmoid of what it hears.",
    ),
    equation="rbm-conditional",
    reference=prob_hidden,
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
            lambda v, weight, hidden_bias: (
                torch.exp(v @ weight + hidden_bias) / (1 + torch.exp(v @ weight + hidden_bias))
            ),
            OVERFLOW,
        ),
    ),
)


# -- Exercise 1: the free energy ------------------------------------------------------------------
def free_energy(v, weight, visible_bias, hidden_bias):
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
        "What the hidden units hear is one vector for each picture. What does each add to F?",
        "F(v) = −a·v − Σ_j log(1 + e^(c_j)), with c the input of the hidden units.",
        "softplus(t) is log(1 + e^t) with room for large t; softplus′ is the sigmoid.",
    ),
    equation="rbm-gradient",
    reference=free_energy,
    cases=visible_machines,
    gradients=("weight", "visible_bias", "hidden_bias"),
    terms={"the visible bias, −a·v": lambda v, w, a, b: -v @ a},
    mistakes=(
        Mistake(
            lambda v, weight, visible_bias, hidden_bias: (
                -softplus(v @ weight + hidden_bias).sum(1)
            ),
            MISSING.format(a="the visible bias, −a·v"),
        ),
        Mistake(lambda v, w, a, b: -v @ a - softplus(v @ w).sum(1), HIDDEN_BIAS),
        Mistake(lambda v, w, a, b: -free_energy(v, w, a, b), SIGN),
        Mistake(lambda v, w, a, b: -v @ a - (1 + (v @ w + b).exp()).log().sum(1), OVERFLOW),
        Mistake(
            lambda v, w, a, b: free_energy(v, w, a, b).sum(),
            "The batch has been summed, too: each picture has a free energy of its own.",
        ),
        Mistake(lambda v, w, a, b: free_energy(v, w.detach(), a, b), DETACHED.format(a="weight")),
        Mistake(
            lambda v, w, a, b: -v @ a - torch.logsumexp(v @ w + b, 1),
            "This sum has only states with one hidden unit on; there are 2^H states.",
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
        "Where does the h come from? It has no index n, and no distribution.",
        "Only v was seen. What is done with what was not?",
        "p(v) is the sum of p(v, h) over h, and the logarithm stands outside of the sum.",
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
    return plain((v[:, 0].mean(), (v[:, 0] * on).mean()))


AVERAGES = FunctionQuestion(
    id="rbm.averages",
    title="The data average, wrong and right",
    stars=1,
    minutes=10,
    statement="Return (mean of v_1 · 1, mean of v_1 · p(h_1 = 1 | v)) over the rows of v.",
    hints=(
        "What would h_1 be in the average if it were fixed at 1?",
        "The weights e^(−E(v,h)) / Σ_h′ e^(−E(v,h′)) have a name.",
        "p(h_1 = 1 | v) is a column of machine.prob_hidden(v); average its product with v_1.",
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

# -- Exercise 3: a unit for every pattern ---------------------------------------------------------
PATTERNS = binary_states(3, dtype=torch.float64)
LAMPS = PATTERNS[PATTERNS.sum(1) % 2 == 0]
ENOUGH = 0.01  # nats


def lamps_by_hand(strength, bias_shift=0.5, off=-1.0):
    machine = RBM(3, 4)
    lamps = LAMPS.to(machine.weight)
    with torch.no_grad():
        machine.weight.copy_(strength * (lamps + off * (1 - lamps)).T)
        machine.hidden_bias.copy_(-strength * (lamps.sum(1) - bias_shift))
        machine.visible_bias.zero_()
    return machine


def energies(machine, strength):
    """All that is judged: the free energies of the eight patterns, and the number of units."""
    return machine.free_energy(PATTERNS.to(machine.weight)), torch.tensor(machine.num_hidden)


def knows_the_lamps(values, strength):
    if len(values) != 2 or values[0].shape != (8,):
        return "an RBM(3, 4) is asked for."
    free, hidden = values
    if int(hidden) != 4:
        return f"four hidden units are asked for, and {int(hidden)} are there."
    log_p = (-free.double()).log_softmax(0)
    lit = PATTERNS.sum(1) % 2 == 0
    divergence = -math.log(4) - float(log_p[lit].mean())
    bound = 1.0 if strength < 10 else ENOUGH
    if not divergence < bound:
        return (
            f"at w = {strength:g} the divergence from the lamps is {divergence:.3f} nats; "
            f"less than {bound:g} is asked for."
        )
    return ""


LAMPS_BY_HAND = FunctionQuestion(
    id="rbm.lamps",
    title="A unit for every pattern",
    stars=2,
    minutes=20,
    statement="Return an RBM(3, 4) with one hidden unit for each allowed pattern; strength is w.",
    hints=(
        "When is a unit to be on for its own pattern and off for the seven others?",
        "Weight +w from lamps that burn in the pattern, −w from those that do not.",
        "With b_j = −w(|s| − ½) it hears +w/2 at its own pattern and −w/2 or less elsewhere.",
    ),
    reference=lambda strength: lamps_by_hand(strength),
    probe=energies,
    accept=knows_the_lamps,
    cases=lambda draw: (Case((w,)) for w in (6.0, 30.0)),
    dtypes=("float32",),
    mistakes=(
        Mistake(
            lambda strength: lamps_by_hand(strength, off=0.0),
            "The lamps that are dark in a pattern must speak against it: −w, not 0.",
        ),
        Mistake(
            lambda strength: lamps_by_hand(strength, bias_shift=0.0),
            "At its own pattern each unit hears exactly 0, and is on only half of the time.",
        ),
        Mistake(
            lambda strength: lamps_by_hand(strength, bias_shift=4.0),
            "The biases are too high: the units are on for other patterns, too.",
        ),
        Mistake(lambda strength: RBM(3, 4), "The machine is as it was made; set its parameters."),
    ),
)


# -- Exercise 4: from the bend to the triple ------------------------------------------------------
def triple_coefficient(bias):
    return softplus(bias + 3) - 3 * softplus(bias + 2) + 3 * softplus(bias + 1) - softplus(bias)


TRIPLE = FunctionQuestion(
    id="rbm.triple",
    title="From the bend to the triple",
    stars=2,
    minutes=15,
    statement="Return the coefficient of v_1 v_2 v_3 in −F for one hidden unit with weights "
    "(1, 1, 1) and the given bias.",
    hints=(
        "The unit hears b + |s|. How many states have one, two, three units on?",
        "One, three, three, one: each with its sign (−1)^(3 − |s|).",
        "−F = a·v + softplus(b + |s|); what is linear drops out.",
    ),
    reference=triple_coefficient,
    cases=lambda draw: (Case((torch.tensor(b).double(),)) for b in (0.0, -1.0, -4.0, 1.0)),
    mistakes=(
        Mistake(
            lambda bias: -triple_coefficient(bias),
            "The sign is wrong: is this the coefficient in F, or in −F?",
        ),
        Mistake(
            lambda bias: (
                softplus(bias + 3) - softplus(bias + 2) + softplus(bias + 1) - softplus(bias)
            ),
            "Three states have one unit on, and three have two.",
        ),
        Mistake(
            lambda bias: (
                softplus(bias + 3)
                + 3 * softplus(bias + 2)
                + 3 * softplus(bias + 1)
                + softplus(bias)
            ),
            "The signs (−1)^(3 − |s|) are missing.",
        ),
        Mistake(
            lambda bias: (
                torch.sigmoid(bias + 3)
                - 3 * torch.sigmoid(bias + 2)
                + 3 * torch.sigmoid(bias + 1)
                - torch.sigmoid(bias)
            ),
            "This takes the probability of the unit; in −F stands its softplus.",
        ),
    ),
)

ZERO = NumberQuestion(
    id="rbm.zero",
    title="Where the triple vanishes",
    stars=2,
    minutes=5,
    statement="The b at which the coefficient is 0.",
    hints=(
        "What does the unit hear at the four values of |s|, and when do they lie evenly about 0?",
        "softplus(t) − t/2 is an even function; the linear part drops out.",
        "Even values cancel in pairs when b + 0 = −(b + 3).",
    ),
    reference=-1.5,
    mistakes=(
        Mistake(-3.0, "The middle between b and b + 3 is to lie at 0, not the end."),
        Mistake(0.0, "At b = 0 the unit hears 0, 1, 2, 3: not even about 0."),
        Mistake(-1.0, "At b = −1 the unit hears −1, 0, 1, 2: not even about 0."),
    ),
)


# -- Exercise 5: noise is a bias ------------------------------------------------------------------
COPIES = 300  # chains from the same noisy row; their mean is close to the exact average


def cleaned(machine, noisy, flip, steps=100, sign=1.0, size=None):
    odds = size if size is not None else math.log((1 - flip) / flip)
    vote = sign * (2 * noisy - 1) * odds
    v, total = noisy, torch.zeros_like(noisy)
    for step in range(steps):
        h = torch.bernoulli(machine.prob_hidden(v))
        p = torch.sigmoid(machine.visible_input(h) + vote)
        v = torch.bernoulli(p)
        if step >= steps // 2:
            total += p.detach()
    return total / (steps - steps // 2)


def exact_posterior(machine, noisy, flip):
    states = binary_states(noisy.shape[1], dtype=noisy.dtype)
    agree = (states[:, None] == noisy[None]).double()
    said = (agree * math.log(1 - flip) + (1 - agree) * math.log(flip)).sum(-1)
    weight = (said - machine.free_energy(states).detach()[:, None]).softmax(0)
    return weight.T @ states


def noisy_rows(draw):
    for flip in (0.1, 0.3):
        rows = draw.binary(2, 3)
        yield Case((tiny_machine(draw, 3, 2), rows.repeat(COPIES, 1), flip))


def near_posterior(values, machine, noisy, flip):
    if values[0].shape != (2, 3):
        return "a tensor of shape (batch, V) is asked for."
    target = exact_posterior(machine, noisy[:2], flip)
    gap = float((values[0].double() - target).abs().max())
    return "" if gap < 0.04 else "the averages are not those of p(v | noisy)."


CLEANED = FunctionQuestion(
    id="rbm.cleaned",
    title="Noise is a bias",
    stars=2,
    minutes=30,
    statement="Return the mean of p(v_i = 1 | h, noisy) over the later half of a chain, (batch, "
    "V). It is compared with the exact average over 300 chains of a tiny machine.",
    hints=(
        "p(noisy_i | v_i) takes two values. What is its logarithm as a function of v_i?",
        "A constant plus v_i times a vote: it is added to the visible bias of pixel i.",
        "sigmoid(machine.visible_input(h) + vote), vote = (2 noisy − 1) log((1 − ε)/ε).",
    ),
    equation="rbm-conditional",
    reference=lambda machine, noisy, flip: cleaned(machine, noisy, flip),
    probe=lambda value, machine, noisy, flip: value.reshape(COPIES, 2, -1).mean(0),
    accept=near_posterior,
    cases=noisy_rows,
    dtypes=("float32",),
    mistakes=(
        Mistake(
            lambda machine, noisy, flip: cleaned(machine, noisy, flip, sign=-1.0),
            "The vote has the wrong sign: a pixel that was seen burning speaks for burning.",
        ),
        Mistake(
            lambda machine, noisy, flip: cleaned(machine, noisy, flip, size=0.0),
            "The chain forgets what it saw: the vote is missing, and it dreams freely.",
        ),
        Mistake(
            lambda machine, noisy, flip: cleaned(machine, noisy, flip, size=1 - flip),
            "The vote has the wrong size: it is a log odds, log((1 − ε)/ε).",
        ),
        Mistake(
            lambda machine, noisy, flip: noisy.clone(),
            "This is the noisy picture as it came; the machine has not been asked.",
        ),
    ),
    tolerance=1e-3,
)

# -- Exercise 6: how many steps -------------------------------------------------------------------
STEPS = TextQuestion(
    id="rbm.steps",
    title="How many steps are enough?",
    stars=3,
    minutes=40,
    statement="At which k is CD as good as PCD-1, and what does it cost in matrix products? Write "
    "two or three sentences with your numbers, and say which gauge told you.",
    hints=(
        "How many steps did a chain need to reach the zero?",
        "A step of block Gibbs sampling is two matrix products; CD-k takes k of them an update.",
        "Judge by the test log-likelihood: the reconstruction error does not see the difference.",
    ),
    reference="The test log-likelihood of CD-k rises with k and comes near that of PCD-1 only "
    "when k is as large as the number of steps that a chain needs to get from the data to the "
    "blurred zero, tens of steps. Each update then costs about 2k matrix products where PCD-1 "
    "takes two. "
    "The reconstruction error shows none of it, and is best for the worst machine.",
)

QUESTIONS = (
    CONDITIONAL,
    FREE_ENERGY,
    SPOT,
    AVERAGES,
    LAMPS_BY_HAND,
    TRIPLE,
    ZERO,
    CLEANED,
    STEPS,
)
