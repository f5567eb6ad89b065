"""The terms of an energy model with a generator, against models whose likelihood is known."""

import math

import pytest
import torch

from genedu.errors import InputError
from genedu.models.energy_terms import contrastive_energy, generator_energy, scale_entropy

POINTS = torch.linspace(-9, 9, 601, dtype=torch.float64)
DATA = torch.tensor([0.5, -1.1, 2.0], dtype=torch.float64)


def energy(x, theta):
    """Of a model with no closed form: a double well."""
    return theta[0] * x**2 / 2 + theta[1] * torch.cos(x) + x**4 / 20


def log_partition(theta):
    return torch.logsumexp(-energy(POINTS, theta), 0) + (POINTS[1] - POINTS[0]).log()


def test_the_gradient_is_that_of_the_likelihood_if_the_samples_are_the_models():
    theta = torch.tensor([0.7, 1.4], dtype=torch.float64, requires_grad=True)
    likelihood = energy(DATA, theta).mean() + log_partition(theta)
    law = torch.softmax(-energy(POINTS, theta), 0).detach()
    surrogate = contrastive_energy(energy(DATA, theta), energy(POINTS, theta), None, law)
    (wanted,) = torch.autograd.grad(likelihood, theta)
    (found,) = torch.autograd.grad(surrogate, theta)
    assert torch.allclose(found, wanted, rtol=0, atol=1e-12)


def test_the_value_is_not_the_likelihood_but_misses_the_entropy_of_the_model():
    theta = torch.tensor([0.7, 1.4], dtype=torch.float64)
    law = torch.softmax(-energy(POINTS, theta), 0)
    entropy = -(law * (law / (POINTS[1] - POINTS[0])).log()).sum()
    surrogate = contrastive_energy(energy(DATA, theta), energy(POINTS, theta), None, law)
    likelihood = energy(DATA, theta).mean() + log_partition(theta)
    assert (likelihood - surrogate).item() == pytest.approx(entropy.item(), rel=1e-10)
    assert abs(likelihood - surrogate) > 1


def test_plain_samples_count_equally():
    energies = torch.tensor([1.0, 4.0])
    assert contrastive_energy(energies, torch.tensor([2.0, 3.0, 4.0])).item() == -0.5


def test_the_entropy_of_independent_normal_units():
    scale = torch.tensor([0.3, 2.0, 1.0], dtype=torch.float64)
    wanted = torch.distributions.Normal(torch.zeros(3), scale).entropy().sum()
    assert scale_entropy(scale).item() == pytest.approx(wanted.item(), rel=1e-12)


def test_the_sign_of_a_scale_does_not_count_and_its_slope_is_one_over_it():
    scale = torch.tensor([0.5, -2.0], requires_grad=True)
    scale_entropy(scale).backward()
    assert scale_entropy(scale).item() == scale_entropy(scale.abs()).item()
    assert scale.grad.tolist() == [2.0, -0.5]


def test_a_normal_generator_minimises_its_divergence_from_a_normal_model():
    mean, scale, spread = 0.4, 0.8, 1.5  # generator N(0.4, 0.8²), model N(0, 1.5²)
    weight = torch.softmax(-((POINTS - mean) ** 2) / (2 * scale**2), 0)
    found = generator_energy(
        POINTS**2 / (2 * spread**2), torch.tensor([scale], dtype=torch.float64), weight
    )
    log_z = math.log(math.sqrt(2 * math.pi) * spread)
    divergence = math.log(spread / scale) - 0.5 + (scale**2 + mean**2) / (2 * spread**2)
    assert found.item() + log_z == pytest.approx(divergence, rel=1e-12)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: contrastive_energy(torch.zeros(2, 1), torch.zeros(2)), "`data_energy` has shape"),
        (lambda: contrastive_energy(torch.zeros(2), torch.zeros(0)), "`model_energy` is empty"),
        (
            lambda: contrastive_energy(torch.zeros(2), torch.zeros(2), torch.ones(3)),
            "`data_weight` has shape",
        ),
        (lambda: scale_entropy(torch.zeros(2)), "`scale` has a 0"),
        (lambda: scale_entropy(torch.ones(2, 2)), "`scale` has shape"),
        (lambda: generator_energy(torch.zeros(2), torch.ones(())), "`scale` has shape"),
    ],
)
def test_the_terms_say_what_is_wrong(call, says):
    with pytest.raises(InputError, match=says):
        call()
