"""The Boltzmann machine against enumeration and autograd."""

import itertools
import math

import pytest
import torch

from genedu.errors import InputError
from genedu.evaluation import binary_states
from genedu.models import Batch, BoltzmannMachine
from genedu.models.boltzmann import (
    conditional,
    energy,
    gibbs_sweep,
    likelihood_gradient,
    log_partition,
    state_probabilities,
)
from genedu.training import fit


def random_machine(size: int, seed: int = 0, scale: float = 1.0):
    generator = torch.Generator().manual_seed(seed)
    upper = torch.randn(size, size, generator=generator, dtype=torch.float64).triu(1) * scale
    return upper + upper.T, torch.randn(size, generator=generator, dtype=torch.float64) * scale


def enumerated(weight, bias):
    """log p of every state, by the textbook's double sum over pairs, in Python numbers."""
    size = len(bias)
    scores = []
    for state in itertools.product((0, 1), repeat=size):
        score = sum(bias[i].item() * state[i] for i in range(size))
        for i, j in itertools.combinations(range(size), 2):
            score += weight[i, j].item() * state[i] * state[j]
        scores.append(score)
    log_z = math.log(sum(map(math.exp, scores)))
    return torch.tensor(scores, dtype=torch.float64) - log_z, log_z


@pytest.mark.parametrize("size", [1, 2, 5, 12])
def test_probabilities_and_log_partition_against_enumeration(size):
    weight, bias = random_machine(size)
    truth, log_z = enumerated(weight, bias)
    states = binary_states(size, dtype=torch.float64)
    assert log_partition(weight, bias).item() == pytest.approx(log_z, abs=1e-12)
    torch.testing.assert_close(-energy(states, weight, bias) - log_z, truth)
    torch.testing.assert_close(state_probabilities(weight, bias), truth.exp())
    machine = BoltzmannMachine(size).double().load_parameters(weight, bias)
    torch.testing.assert_close(machine.log_prob(states), truth, check_dtype=False)


@pytest.mark.parametrize("unit", range(4))
def test_the_conditional_is_the_ratio_of_joint_probabilities(unit):
    weight, bias = random_machine(4, seed=1)
    states = binary_states(4, dtype=torch.float64)
    on, off = states.clone(), states.clone()
    on[:, unit], off[:, unit] = 1, 0
    p_on, p_off = (-energy(each, weight, bias) for each in (on, off))
    torch.testing.assert_close(
        conditional(states, unit, weight, bias), p_on.exp() / (p_on.exp() + p_off.exp())
    )


@pytest.mark.parametrize("size", [2, 5, 12])
def test_the_gradient_is_that_of_the_exact_likelihood(size):
    """Autograd through the enumerated likelihood, with one free number for each pair."""
    weight, bias = random_machine(size, seed=2)
    data = binary_states(size, dtype=torch.float64)[:: max(1, 2**size // 7)]
    pairs = weight.triu(1).clone().requires_grad_()
    free_bias = bias.clone().requires_grad_()
    symmetric = pairs.triu(1) + pairs.triu(1).T
    states = binary_states(size, dtype=torch.float64)
    log_z = torch.logsumexp(-energy(states, symmetric, free_bias), 0)
    (-energy(data, symmetric, free_bias) - log_z).mean().backward()
    by_weight, by_bias = likelihood_gradient(data, weight, bias)
    torch.testing.assert_close(by_weight, pairs.grad + pairs.grad.T)
    torch.testing.assert_close(by_bias, free_bias.grad)
    assert not by_weight.diagonal().any()


def test_the_player_writes_minus_the_exact_gradient():
    weight, bias = random_machine(4, seed=3)
    machine = BoltzmannMachine(4).double().load_parameters(weight, bias)
    data = binary_states(4, dtype=torch.float64)[3:9]
    loss = machine.players[0].gradient(Batch(data))
    by_weight, by_bias = likelihood_gradient(data, weight, bias)
    torch.testing.assert_close(machine.weight.grad, -by_weight)
    torch.testing.assert_close(machine.bias.grad, -by_bias)
    assert loss.item() == pytest.approx(-machine.log_prob(data).mean().item())


def test_a_sweep_leaves_the_distribution_invariant():
    """Push the exact distribution through one sweep, state by state: it must come back."""
    weight, bias = random_machine(3, seed=4)
    states = binary_states(3, dtype=torch.float64)
    before = state_probabilities(weight, bias)
    after = torch.zeros(8, dtype=torch.float64)
    for x, p in zip(states, before, strict=True):
        # the probability of each outcome of a sweep, unit by unit
        paths = [(x.clone(), p)]
        for unit in range(3):
            grown = []
            for state, chance in paths:
                on = conditional(state[None], unit, weight, bias)[0]
                for value, share in ((1.0, on), (0.0, 1 - on)):
                    new = state.clone()
                    new[unit] = value
                    grown.append((new, chance * share))
            paths = grown
        for state, chance in paths:
            after[int(state @ torch.tensor([4.0, 2.0, 1.0], dtype=torch.float64))] += chance
    torch.testing.assert_close(after, before)


def test_a_sweep_turns_units_on_below_their_probability_in_order():
    weight, bias = random_machine(3, seed=5)
    x = torch.tensor([[1.0, 0.0, 1.0]], dtype=torch.float64)
    uniform = torch.tensor([[0.2, 0.5, 0.9]], dtype=torch.float64)
    want = x.clone()
    for unit in range(3):
        want[0, unit] = float(uniform[0, unit] < conditional(want, unit, weight, bias)[0])
    assert torch.equal(gibbs_sweep(x, uniform, weight, bias), want)
    assert torch.equal(x, torch.tensor([[1.0, 0.0, 1.0]], dtype=torch.float64))  # not in place


def test_gibbs_marginals_against_enumeration():
    weight, bias = random_machine(6, seed=6, scale=0.7)
    machine = BoltzmannMachine(6).load_parameters(weight.float(), bias.float())
    num = 20_000
    samples = machine.sample(num, steps=60, generator=torch.Generator().manual_seed(0)).double()
    states, p = binary_states(6, dtype=torch.float64), state_probabilities(weight, bias)
    mean, second = p @ states, states.T @ (p[:, None] * states)
    error = 5 * (mean * (1 - mean) / num).sqrt()  # five standard errors of a frequency
    assert ((samples.mean(0) - mean).abs() < error).all()
    error = 5 * (second * (1 - second) / num).sqrt()
    assert ((samples.T @ samples / num - second).abs() < error).all()


def test_known_units_stay_and_the_others_are_drawn_given_them():
    weight, bias = random_machine(4, seed=8)
    machine = BoltzmannMachine(4).load_parameters(weight.float(), bias.float())
    num, known = 40_000, torch.tensor([False, True, False, True])
    start = torch.tensor([0.0, 1.0, 0.0, 1.0]).expand(num, -1)
    after = machine.gibbs(start, 40, known=known, generator=torch.Generator().manual_seed(0))
    assert torch.equal(after[:, known], start[:, known])
    states = binary_states(4, dtype=torch.float64)
    fits = (states[:, 1] == 1) & (states[:, 3] == 1)
    given = torch.where(fits, state_probabilities(weight, bias), 0.0)
    given = given / given.sum()
    place = torch.tensor([8.0, 4.0, 2.0, 1.0])
    found = torch.bincount((after @ place).long(), minlength=16) / num
    assert ((found - given).abs() < 5 * (given / num).sqrt() + 1e-9).all()


def test_callback_sees_every_sweep():
    frames = []
    machine = BoltzmannMachine(3)
    last = machine.gibbs(torch.zeros(2, 3), 4, callback=frames.append)
    assert len(frames) == 4
    assert torch.equal(frames[-1], last)


@pytest.mark.parametrize("method", ["exact", "pcd"])
def test_training_reaches_the_maximum_of_the_likelihood(method):
    """A full-support target inside the model class: the fitted machine must find it again."""
    weight, bias = random_machine(4, seed=7, scale=0.6)
    truth = state_probabilities(weight, bias)
    generator = torch.Generator().manual_seed(0)
    rows = torch.multinomial(truth, 4000, replacement=True, generator=generator)
    data = binary_states(4)[rows]
    machine = BoltzmannMachine(4, method=method, num_chains=1000)
    fit(
        machine,
        data,
        steps=1500,
        batch_size=4000,
        lr=lambda step: 0.5 * (1 - step / 1500),
        optimizer="sgd",
        progress=False,
    )
    # at the maximum, data and model averages agree: that is the gradient
    by_weight, by_bias = likelihood_gradient(data, machine.weight, machine.bias)
    tolerance = 1e-3 if method == "exact" else 0.02
    assert by_weight.abs().max() < tolerance
    assert by_bias.abs().max() < tolerance
    assert torch.equal(machine.weight, machine.weight.T)
    assert not machine.weight.diagonal().any()


def test_bad_input():
    with pytest.raises(ValueError, match="at most 20"):
        BoltzmannMachine(21).log_partition()
    with pytest.raises(InputError, match="at most 20"):
        BoltzmannMachine(21).log_prob(torch.zeros(1, 21))
    with pytest.raises(InputError, match="`num_units` is 0"):
        BoltzmannMachine(0)
    with pytest.raises(InputError, match="`k` is 0"):
        BoltzmannMachine(3, k=0)
    with pytest.raises(InputError, match="did you mean 'exact'"):
        BoltzmannMachine(3, method="exakt")
    with pytest.raises(InputError, match="other than 0 and 1"):
        BoltzmannMachine(3).energy(torch.full((1, 3), 0.5))
    with pytest.raises(InputError, match="`unit` is 3"):
        BoltzmannMachine(3).conditional(torch.zeros(1, 3), 3)
    with pytest.raises(InputError, match=r"`known` is torch\.float32, but a boolean"):
        BoltzmannMachine(3).gibbs(torch.zeros(1, 3), 1, known=torch.zeros(3))
    with pytest.raises(InputError, match=r"`known` has shape \(2,\), but \(3,\) or \(1, 3\)"):
        BoltzmannMachine(3).gibbs(torch.zeros(1, 3), 1, known=torch.zeros(2).bool())
    with pytest.raises(InputError, match="not symmetric"):
        BoltzmannMachine(2).load_parameters(torch.tensor([[0.0, 1.0], [0.0, 0.0]]), torch.zeros(2))
    with pytest.raises(InputError, match="not symmetric with a zero diagonal"):
        BoltzmannMachine(2).load_parameters(torch.eye(2), torch.zeros(2))
