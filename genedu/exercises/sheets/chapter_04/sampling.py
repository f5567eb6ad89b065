"""Block Gibbs sampling: cleaning digits, and how many steps are enough."""

import math

import torch

from ....evaluation import binary_states
from ...question import Case, FunctionQuestion, Mistake, TextQuestion
from .energies import tiny_machine

# -- Exercise 5: noise is a bias ------------------------------------------------------------------
COPIES = 300  # chains from the same noisy row; their mean is close to the exact average


def cleaned(machine, noisy, flip, steps=100):
    vote = (2 * noisy - 1) * math.log((1 - flip) / flip)
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
        r"$p(\tilde v_i \mid v_i)$ takes two values. What is its logarithm as a function of "
        "$v_i$?",
        r"It is a constant plus $v_i$ times a vote, a number that depends on $\tilde v_i$: add"
        " the vote to the visible bias of pixel $i$. Hidden units as ever.",
        "The probabilities are `torch.sigmoid(machine.visible_input(h) + vote)`, with the "
        r"votes $(2 \tilde v_i - 1) \log\frac{1 - \varepsilon}{\varepsilon}$ of the whole "
        "batch in one tensor.",
    ),
    equation="rbm-conditional",
    reference=cleaned,
    probe=lambda value, machine, noisy, flip: value.reshape(COPIES, 2, -1).mean(0),
    accept=near_posterior,
    cases=noisy_rows,
    dtypes=("float32",),
    mistakes=(
        Mistake(
            lambda machine, noisy, flip: cleaned(machine, noisy, 1 - flip),
            "The vote has the wrong sign: a pixel that was seen burning speaks for burning.",
        ),
        Mistake(
            lambda machine, noisy, flip: cleaned(machine, noisy, 0.5),
            "The chain forgets what it saw: the vote is missing, and it dreams freely.",
        ),
        Mistake(
            lambda machine, noisy, flip: cleaned(machine, noisy, 1 / (1 + math.exp(1 - flip))),
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
# Kept and not judged: the k at which CD catches up moves with the seed and with what counts as
# equal, so that two honest runs may disagree. What is asked for is the reasoning.
STEPS = TextQuestion(
    id="rbm.steps",
    title="How many steps are enough?",
    stars=3,
    minutes=40,
    statement="At which k is CD as good as PCD-1, and what does it cost in matrix products? Write "
    "two or three sentences with your numbers, and say which gauge told you.",
    hints=(
        "How many steps did a chain need to reach the zero?",
        "A step of block Gibbs sampling is two matrix products; CD-$k$ takes $k$ of them an "
        "update. `gauges`, `states_in_use` and `rbm_exact` do the measuring.",
        "Judge by the test log-likelihood: the reconstruction error does not see the difference.",
    ),
    reference="The test log-likelihood of CD-k rises with k and comes near that of PCD-1 only "
    "when k is as large as the number of steps that a chain needs to get from the data to the "
    "blurred zero, tens of steps. Each update then costs about 2k matrix products where PCD-1 "
    "takes two. "
    "The reconstruction error shows none of it, and is best for the worst machine.",
)

QUESTIONS = (CLEANED, STEPS)
