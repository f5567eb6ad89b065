"""What one hidden unit for a pattern, or only one, can know."""

import math

import torch
from torch.nn.functional import softplus

from ....evaluation import binary_states
from ....models.rbm import RBM
from ...question import Case, FunctionQuestion, Mistake, NumberQuestion

# -- Exercise 3: a unit for every pattern ---------------------------------------------------------
PATTERNS = binary_states(3, dtype=torch.float64)

ENOUGH = 0.01  # nats


def lamps_by_hand(strength):
    patterns = binary_states(3)
    lamps = patterns[patterns.sum(1) % 2 == 0]
    machine = RBM(3, 4)
    with torch.no_grad():
        machine.weight.copy_(strength * (2 * lamps - 1).T)
        machine.hidden_bias.copy_(-strength * (lamps.sum(1) - 0.5))
        machine.visible_bias.zero_()
    return machine


def without_negative_weights(strength):
    machine = lamps_by_hand(strength)
    machine.weight.data.clamp_(min=0)
    return machine


def without_biases(strength):
    machine = lamps_by_hand(strength)
    machine.hidden_bias.data.zero_()
    return machine


def with_other_biases(strength, change):
    machine = lamps_by_hand(strength)
    machine.hidden_bias.data += change * strength
    return machine


def energies(machine, strength):
    """All that is judged: the free energies of the eight patterns, and the number of units."""
    if machine.num_visible != 3:
        return torch.tensor(machine.num_visible)
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
        "When is a unit on for its own pattern and off for the seven others?",
        "Give the unit the weight $+w$ from lamps that burn in its pattern and $-w$ from "
        "those that do not. What does it hear at its own pattern, and what at best elsewhere?",
        r"With the bias $b_j = -w\,(\lvert s^{(j)} \rvert - \frac{1}{2})$ it hears $+w/2$ at "
        "its own pattern and $-w/2$ or less elsewhere.",
    ),
    reference=lamps_by_hand,
    probe=energies,
    accept=knows_the_lamps,
    cases=lambda draw: (Case((w,)) for w in (6.0, 30.0)),
    dtypes=("float32",),
    mistakes=(
        Mistake(
            without_negative_weights,
            "The lamps that are dark in a pattern must speak against it: −w, not 0.",
        ),
        Mistake(
            lambda strength: with_other_biases(strength, -0.5),
            "At its own pattern each unit hears exactly 0, and is on only half of the time.",
        ),
        Mistake(
            lambda strength: with_other_biases(strength, 3.5),
            "The biases are too high: the units are on for other patterns, too.",
        ),
        Mistake(
            without_biases,
            "The hidden biases are missing: units are on for patterns that are not theirs.",
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
        r"The unit hears $b + \lvert s \rvert$. How many states have one, two, three units on?",
        r"One, three, three, one: each with its sign $(-1)^{3 - \lvert s \rvert}$. What is "
        "linear in $s$ drops out.",
        r"Up to linear terms $-F$ is $\mathrm{softplus}(b + \lvert s \rvert)$. For the sign "
        r"that the lamps ask for, put $f = \log p$ with a large value at the allowed patterns.",
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
        r"What does the unit hear at the four values of $\lvert s \rvert$, and when do they "
        "lie evenly about 0?",
        r"$\mathrm{softplus}(t) - t/2$ is an even function; the linear part drops out.",
        "Even values cancel in pairs when $b + 0 = -(b + 3)$.",
    ),
    reference=-1.5,
    mistakes=(
        Mistake(-3.0, "The middle between b and b + 3 is to lie at 0, not the end."),
        Mistake(0.0, "At b = 0 the unit hears 0, 1, 2, 3: not even about 0."),
        Mistake(-1.0, "At b = −1 the unit hears −1, 0, 1, 2: not even about 0."),
    ),
)

QUESTIONS = (LAMPS_BY_HAND, TRIPLE, ZERO)
