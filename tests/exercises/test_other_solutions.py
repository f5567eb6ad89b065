"""Right answers as different students write them: loops, plain numbers, NumPy, other formulas."""

import itertools
import math

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, logsigmoid

from genedu.evaluation import binary_states
from genedu.exercises import check
from genedu.models.boltzmann import BoltzmannMachine, log_partition
from genedu.models.rbm import RBM


def slip(x):
    return x.mean().item(), sum((value - x.mean()).item() ** 2 for value in x)


def second_term(std):
    return math.log(math.sqrt(2 * math.pi * math.e) * std)


def draws(trial, error):
    return int(torch.ceil(trial.var() / error**2))


def laplace(x):
    middle = np.median(x.numpy())
    return middle, np.abs(x.numpy() - middle).mean()


def oddness(log_p, log_p_reference):
    return ((log_p - log_p_reference.median()) / log_p_reference.std()) ** 2


def zero(p, q):
    total = 0.0
    for a, b in zip(p.tolist(), q.tolist(), strict=True):
        if a > 0:
            total += math.inf if b == 0 else a * math.log(a / b)
    return total


def moment(mean0, cov0, mean1, cov1):
    inverse = torch.inverse(cov1)
    second = cov0 - mean0[:, None] @ mean0[None]
    square = torch.trace(inverse @ second) - 2 * mean1 @ inverse @ mean0 + mean1 @ inverse @ mean1
    return 0.5 * (square - len(mean0) + torch.log(torch.det(cov1) / torch.det(cov0)))


def best(weights, means, variances):
    mean = (weights * means).sum()
    return mean, ((weights * (variances + means**2)).sum() - mean**2) ** 0.5


def merged(shares, size):
    padded = torch.nn.functional.pad(shares, (0, -len(shares) % size))
    return padded.reshape(-1, size).sum(1)


def cost(answers, p, q):
    paid = [
        -0.5 * a * math.log(d) - 0.5 * b * math.log(1 - d)
        for d, a, b in zip(answers, p, q, strict=True)
    ]
    return sum(paid)


def slope(distance, noise):
    width = (1 + noise**2) ** 0.5
    grid = torch.linspace(-100, 120, 40_001)
    far = torch.tensor(float(distance), requires_grad=True)
    p = torch.exp(-(grid**2) / 2 / width**2) / (width * math.sqrt(2 * math.pi))
    q = torch.exp(-((grid - far) ** 2) / 2 / width**2) / (width * math.sqrt(2 * math.pi))
    p, q = p + 1e-30, q + 1e-30
    m = (p + q) / 2
    jsd = torch.trapezoid(p * (p / m).log() + q * (q / m).log(), grid) / 2
    jsd.backward()
    return far.grad


def table(p):
    z = 1 / p[0]
    bias_2, bias_1 = math.log(p[1] * z), math.log(p[2] * z)
    return math.log(p[3] * z) - bias_1 - bias_2, bias_1, bias_2


def ordered(x, weight, bias):
    machine = BoltzmannMachine(len(bias)).to(weight.dtype).load_parameters(2 * weight, bias)
    states = binary_states(len(bias), dtype=weight.dtype)
    p = machine.log_prob(states).exp().detach()
    slope = 2 * (x.T @ x / len(x) - torch.einsum("s,si,sj->ij", p, states, states))
    return slope * (1 - torch.eye(len(bias), dtype=weight.dtype))


def spins(weight, bias):
    fields = bias.clone() / 2
    for i, j in itertools.permutations(range(len(bias)), 2):
        fields[i] += weight[i, j] / 4
    return 0.25 * weight, fields


def hessian(weight, bias):
    return torch.autograd.functional.hessian(lambda b: log_partition(weight, b), bias)


def pseudo(x, weight, bias):
    logits = x @ weight + bias
    return -binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1)


def free_energy(v, weight, visible_bias, hidden_bias):
    heard = v @ weight + hidden_bias
    return -(v * visible_bias).sum(1) + logsigmoid(-heard).sum(1)


def averages(machine, v):
    on = torch.sigmoid(machine.hidden_bias[0] + v @ machine.weight[:, 0])
    return v[:, 0].mean(), (v[:, 0] * on).mean()


def lamps(strength):
    machine = RBM(3, 4)
    for j, pattern in enumerate(([0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0])):
        for i, burns in enumerate(pattern):
            machine.weight.data[i, j] = strength if burns else -strength
        machine.hidden_bias.data[j] = -strength * (sum(pattern) - 0.5)
    return machine


def triple(bias):
    total = 0
    for s in itertools.product((0, 1), repeat=3):
        total += (-1) ** (3 - sum(s)) * math.log(1 + math.exp(bias + sum(s)))
    return total


def cleaned(machine, noisy, flip, steps=100):
    vote = torch.where(noisy > 0, 1.0, -1.0) * math.log(1 / flip - 1)
    v, kept = noisy.clone(), []
    for _ in range(steps):
        h = (torch.rand(len(v), machine.num_hidden) < machine.prob_hidden(v)).float()
        p = torch.sigmoid(machine.visible_input(h) + vote)
        v = (torch.rand_like(p) < p).float()
        kept.append(p)
    return torch.stack(kept[steps // 2 :]).mean(0)


def survivors():
    noise = 1.2**2
    return torch.tensor([(1 - noise / 5) ** 0.5, (1 - noise / 2) ** 0.5, 0.0]), 0.9**0.5


def variance(ratio, s, k):
    for _ in range(k):
        ratio = s**4 * ratio + s**2 + 1
    return ratio


def student(ratio=2.0):
    square = float(1 - 1 / ratio)
    return math.sqrt(math.sqrt(square)), math.sqrt(square)


def noise(eigenvalues, num_hidden):
    return sum(sorted(eigenvalues.tolist())[: len(eigenvalues) - num_hidden]) / (
        len(eigenvalues) - num_hidden
    )


def belief(ratio):
    square = 2 * ratio / (1 + math.sqrt(1 + 4 * ratio**2))
    return 1 / (1 - square) / max(1, ratio)


SOLUTIONS = {
    "likelihood.slip": slip,
    "likelihood.second-term": second_term,
    "likelihood.draws": draws,
    "likelihood.laplace": laplace,
    "likelihood.oddness": oddness,
    "divergence.zero": zero,
    "divergence.moment": moment,
    "divergence.best": best,
    "divergence.merged": merged,
    "divergence.cost": cost,
    "divergence.slope": slope,
    "boltzmann.table": table,
    "boltzmann.ordered": ordered,
    "boltzmann.spins": spins,
    "boltzmann.hessian": hessian,
    "boltzmann.pseudo-likelihood": pseudo,
    "rbm.free-energy": free_energy,
    "rbm.averages": averages,
    "rbm.lamps": lamps,
    "rbm.triple": triple,
    "rbm.cleaned": cleaned,
    "cd.survivors": survivors,
    "cd.variance": variance,
    "cd.student": student,
    "cd.noise": noise,
    "cd.belief": belief,
    "likelihood.least": "B2",
    "cd.machine": " (b, 1) ",
    "likelihood.band": "19.8 nats",
    "rbm.zero": "-3/2",
    "cd.gold": "((1 + sqrt(5))/2)^2",
    "rbm.spot": [2, "log(p0) + log(1 + p1/p0)"],
    "divergence.equal": "-(μ/σ)²",
}


@pytest.mark.parametrize("id", SOLUTIONS)
def test_other_right_solutions_pass(id):
    assert check(id, SOLUTIONS[id]).passed, check(id, SOLUTIONS[id])
