"""Answers that students give and no catalogue lists: each message says what to think about."""

import math

import pytest
import torch
from torch.nn.functional import softplus

from genedu.exercises import check
from genedu.models.rbm import RBM


def summed_over_everything(v, weight, visible_bias, hidden_bias):
    return -v @ visible_bias - softplus(v @ weight + hidden_bias).sum()


def plus_for_minus(v, weight, visible_bias, hidden_bias):
    return -v @ visible_bias + softplus(v @ weight + hidden_bias).sum(1)


def sampled(v, weight, hidden_bias):
    return torch.bernoulli(torch.sigmoid(v @ weight + hidden_bias))


def without_square(trial, error):
    return math.ceil(trial.var() / error)


def no_hidden_bias(strength):
    lamps = torch.tensor([[0.0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]])
    machine = RBM(3, 4)
    with torch.no_grad():
        machine.weight.copy_(strength * (2 * lamps - 1).T)
    return machine


TAUGHT = [
    ("rbm.free-energy", summed_over_everything, "do rows mix"),
    ("rbm.free-energy", plus_for_minus, "has the wrong sign: what the hidden units add"),
    ("rbm.conditional", sampled, "These are samples"),
    ("likelihood.draws", without_square, "so is what it is divided by"),
    ("rbm.lamps", no_hidden_bias, "The hidden biases are missing"),
    ("rbm.lamps", lambda strength: RBM(4, 3), "An RBM(3, 4) is asked for"),
    ("likelihood.band", "19.8 bits", "another unit"),
    ("likelihood.band", "19,8 nats", "with a point"),
    ("likelihood.band", 20.2, "Close, but not within 1 %"),
    ("likelihood.band", 10**400, "too large"),
    ("likelihood.band", (19.8, "nats"), 'such as 3.5 or "3.5 nats"'),
    ("likelihood.band", "D/2", "type numbers only"),
    ("rbm.zero", "b = -1.5", "without ="),
    ("divergence.equal", "KL = -mu^2/sigma^2", "without ="),
    ("divergence.equal", r"-\mu^2/\sigma^2", "without a backslash"),
    ("divergence.equal", "log mu", "as in log(x)"),
    ("rbm.spot", (2, "log(p(v, h=0))"), "the names are p0, p1"),
    ("rbm.steps", "many", "One word is not enough"),
]


@pytest.mark.parametrize("id, answer, said", TAUGHT)
def test_the_message_names_the_slip(id, answer, said):
    verdict = check(id, answer)
    assert verdict.state == "not yet"
    assert said in verdict.message


@pytest.mark.parametrize(
    "id, answer",
    [
        ("likelihood.least", ("b", "2")),
        ("likelihood.least", ("B", 2.0)),
        ("rbm.zero", "-3/2"),
        ("rbm.spot", ("2", "log(p0 + p1)")),
        ("rbm.spot", (2.0, "log(p1 + p0)")),
    ],
)
def test_right_answers_in_another_form_pass(id, answer):
    assert check(id, answer).passed


def test_dots_are_no_text():
    assert check("rbm.steps", "...").state == "not answered"
