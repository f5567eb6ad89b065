"""Denoising score matching against autograd, quadrature and the score of normal data."""

import math

import pytest
import torch

from genedu.errors import InputError
from genedu.models.score_matching import denoising_loss, kernel_score

SIGMA, SPREAD = 0.6, 1.3


def test_the_target_is_the_slope_of_the_log_kernel():
    clean = torch.randn(5, 2, 3, dtype=torch.float64)
    noisy = (clean + SIGMA * torch.randn_like(clean)).requires_grad_()
    torch.distributions.Normal(clean, SIGMA).log_prob(noisy).sum().backward()
    assert torch.allclose(kernel_score(noisy.detach(), clean, SIGMA), noisy.grad, atol=1e-12)


def pairs():
    """Data ``N(0, s²)`` and noisy values on a grid, with the mass of each pair."""
    points = torch.linspace(-14, 14, 501, dtype=torch.float64)
    clean, noisy = torch.meshgrid(points, points, indexing="ij")
    clean, noisy = clean.reshape(-1, 1), noisy.reshape(-1, 1)
    mass = torch.exp(-(clean**2) / (2 * SPREAD**2) - (noisy - clean) ** 2 / (2 * SIGMA**2))
    mass = mass.squeeze(1)
    return clean, noisy, mass / mass.sum()


@pytest.mark.parametrize("slope", [-1.0, -0.3, 0.4])
def test_the_loss_is_the_error_of_the_true_score_and_a_constant(slope):
    clean, noisy, mass = pairs()
    variance = SPREAD**2 + SIGMA**2  # of the noisy data, whose score is -x/variance
    loss = (mass * denoising_loss(slope * noisy, noisy, clean, SIGMA)).sum()
    explicit = (slope + 1 / variance) ** 2 * variance
    constant = 1 / SIGMA**2 - 1 / variance
    assert loss.item() == pytest.approx(explicit + constant, rel=1e-9)


def test_the_best_slope_is_that_of_the_true_score():
    clean, noisy, mass = pairs()
    slope = torch.tensor(0.2, dtype=torch.float64, requires_grad=True)
    loss = (mass * denoising_loss(slope * noisy, noisy, clean, SIGMA)).sum()
    (gradient,) = torch.autograd.grad(loss, slope)
    variance = SPREAD**2 + SIGMA**2
    # the loss is a parabola in the slope, with second derivative 2 E[x̃²]
    assert (slope - gradient / (2 * variance)).item() == pytest.approx(-1 / variance, rel=1e-9)


def test_each_datum_has_one_loss_over_all_its_components():
    score, noisy, clean = torch.zeros(3, 2, 2), torch.ones(3, 2, 2), torch.zeros(3, 2, 2)
    assert torch.equal(denoising_loss(score, noisy, clean, 1.0), torch.full((3,), 4.0))


def test_the_loss_of_noise_alone_has_its_known_mean():
    generator = torch.Generator().manual_seed(0)
    clean = torch.zeros(20_000, 1)
    noisy = SIGMA * torch.randn(clean.shape, generator=generator)
    found = denoising_loss(torch.zeros_like(noisy), noisy, clean, SIGMA)
    error = found.std() / math.sqrt(len(found))
    assert abs(found.mean() - 1 / SIGMA**2) < 4 * error


@pytest.mark.parametrize(
    ("score", "noisy", "clean", "sigma", "says"),
    [
        (torch.zeros(2, 1), torch.zeros(2, 1), torch.zeros(2, 2), 1.0, "`clean` has shape"),
        (torch.zeros(2, 2), torch.zeros(2, 1), torch.zeros(2, 1), 1.0, "`score` has shape"),
        (torch.zeros(2), torch.zeros(2), torch.zeros(2), 1.0, "`noisy` has shape"),
        (torch.zeros(2, 1), torch.zeros(2, 1), torch.zeros(2, 1), 0.0, "`sigma` is 0"),
    ],
)
def test_the_loss_says_what_is_wrong(score, noisy, clean, sigma, says):
    with pytest.raises(InputError, match=says):
        denoising_loss(score, noisy, clean, sigma)
