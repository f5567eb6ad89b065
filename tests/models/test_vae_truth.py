"""The linear-Gaussian VAE, where the evidence and the posterior have closed forms.

Expectations over the model's own draw are exact: it is given the nodes of a quadrature rule in
place of random numbers (`vae_truth.noise_from`).
"""

import pytest
import torch
from torch import nn
from torch.distributions import MultivariateNormal, Normal, kl_divergence
from vae_truth import (
    DIM,
    DOUBLE,
    LATENT,
    VARIANCE,
    LinearGaussian,
    expected,
    hermite,
    noise_from,
    randn,
    rng,
)

from genedu.evaluation import importance_weighted
from genedu.models import VAE
from genedu.models.networks import MeanAndLogVar

MISFITS = [
    {"shift": 0.4},
    {"scale": 0.5},
    {"spread": 1.0},
    {"spread": -1.0},
    {"shift": -0.2, "scale": 1.3, "spread": 0.5},
]


def test_with_the_posterior_the_bound_is_log_p():
    truth, x = LinearGaussian(), 2 * randn(7, DIM, seed=3)
    log_p = truth.evidence.log_prob(x)
    bound = expected(truth.model.elbo, x, hermite(3, LATENT))
    torch.testing.assert_close(bound, log_p, rtol=0, atol=1e-10)
    # every single weight p(x, z) / q(z|x) is then p(x), whatever the draw
    weights = truth.model.log_weights(x, 6, generator=rng())
    torch.testing.assert_close(weights, log_p.expand(6, 7), rtol=0, atol=1e-10)
    samples = truth.model.log_prob_iw(x, 3, generator=rng())
    torch.testing.assert_close(samples, log_p, rtol=0, atol=1e-10)


def test_in_single_precision_the_bound_is_log_p_to_five_digits():
    truth, x = LinearGaussian(), 2 * randn(7, DIM, seed=3)
    log_p = truth.evidence.log_prob(x)
    truth.model.float()
    nodes, weights = hermite(3, LATENT)
    with noise_from(nodes.repeat_interleave(7, 0).float()):
        values = truth.model.elbo(x.float().repeat(len(nodes), 1)).view(len(nodes), 7)
    assert (weights @ values.double() - log_p).abs().max() < 1e-5


@pytest.mark.parametrize("misfit", MISFITS, ids=str)
@pytest.mark.parametrize("orthogonal", [True, False])
def test_otherwise_it_falls_short_by_the_divergence_from_the_posterior(orthogonal, misfit):
    truth, x = LinearGaussian(orthogonal), 2 * randn(7, DIM, seed=3)
    truth.set_encoder(**misfit)
    bound = expected(truth.model.elbo, x, hermite(3, LATENT))
    gap = truth.gap(x)
    assert gap.min() > 0.01
    torch.testing.assert_close(bound, truth.evidence.log_prob(x) - gap, rtol=0, atol=1e-10)


def test_the_terms_are_those_of_torch_and_of_the_closed_form():
    truth, x = LinearGaussian(orthogonal=False), 2 * randn(7, DIM, seed=3)
    truth.set_encoder(shift=0.3, spread=0.5)
    mean, log_var = truth.model.encode(x)
    _, divergence = truth.model.elbo_terms(x, generator=rng())
    zero = torch.zeros((), dtype=DOUBLE)
    wanted = kl_divergence(Normal(mean, torch.exp(0.5 * log_var)), Normal(zero, zero + 1)).sum(1)
    torch.testing.assert_close(divergence, wanted, rtol=1e-12, atol=1e-12)
    reconstruction = expected(lambda x: truth.model.elbo_terms(x)[0], x, hermite(3, LATENT))
    # E[log N(x; Wz + μ, σ²)] = log N(x; Wm + μ, σ²) - tr(W S Wᵀ)/2σ²
    scale = torch.full((DIM,), VARIANCE**0.5, dtype=DOUBLE)
    at_mean = Normal(mean @ truth.weight.T + truth.mean, scale).log_prob(x).sum(1)
    trace = (truth.weight**2 @ log_var.exp().T).sum(0)
    torch.testing.assert_close(
        reconstruction, at_mean - trace / (2 * VARIANCE), rtol=0, atol=1e-10
    )


def test_importance_weights_close_in_on_log_p():
    """With its own random numbers: at 2,000 draws within the stated error, as often as it says."""
    truth, x = LinearGaussian(orthogonal=False), 1.5 * randn(400, DIM, seed=5)
    truth.set_encoder(spread=0.5)
    with torch.no_grad():
        weights = truth.model.log_weights(x, 2000, generator=rng())
    value, error = importance_weighted(weights)
    scaled = (value - truth.evidence.log_prob(x)) / error
    assert scaled.abs().max() < 5
    assert 0.65 < scaled.square().mean() < 1.35  # χ² of 400 over 400: five standard deviations


def test_samples_have_the_covariance_of_the_model():
    truth, num = LinearGaussian(orthogonal=False), 100_000
    x = truth.model.sample(num, generator=rng())
    cov = truth.evidence.covariance_matrix
    whitened = torch.linalg.solve_triangular(
        torch.linalg.cholesky(cov), (x - truth.mean).T, upper=False
    )
    limit = 5 / num**0.5
    assert whitened.mean(1).abs().max() < limit
    assert (whitened @ whitened.T / num - torch.eye(DIM)).abs().max() < 2**0.5 * limit
    without_noise = truth.model.sample(num, generator=rng(), mean=True) - truth.mean
    assert torch.linalg.matrix_rank(without_noise, tol=1e-6) == LATENT


def test_reconstructions_and_the_way_between_them_are_linear():
    truth, (x0, x1) = LinearGaussian(orthogonal=False), 2 * randn(2, 4, DIM, seed=6)
    shrink = truth.weight @ truth.encoding  # W M⁻¹ Wᵀ
    wanted = [
        truth.mean + ((1 - t) * x0 + t * x1 - truth.mean) @ shrink.T
        for t in torch.linspace(0, 1, 5).tolist()
    ]
    torch.testing.assert_close(truth.model.interpolate(x0, x1, 5), torch.stack(wanted))
    torch.testing.assert_close(truth.model.reconstruct(x0), wanted[0])


@pytest.mark.parametrize("noise_scale", [0.0, 0.5, 1.0])
def test_the_chain_x_z_x_has_the_moments_of_a_linear_recursion(noise_scale):
    # z = A(x - μ) + s·σ_q·ε, x' = Wz + μ: deviations m' = WA m and C' = WA C (WA)ᵀ + s² W S Wᵀ
    truth, steps, num = LinearGaussian(), 3, 50_000
    step, added = truth.weight @ truth.encoding, torch.zeros(DIM, DIM, dtype=DOUBLE)
    start = 2 * randn(DIM, seed=7)
    deviation, noise = start - truth.mean, truth.weight @ truth.posterior_cov @ truth.weight.T
    for _ in range(steps):
        deviation, added = step @ deviation, step @ added @ step.T + noise_scale**2 * noise
    seen = []
    end = truth.model.infer_chain(
        start.expand(num, DIM), steps, noise_scale=noise_scale, generator=rng(),
        callback=seen.append,
    )  # fmt: skip
    assert len(seen) == steps
    assert torch.equal(seen[-1], end)
    error = added.diagonal().sqrt()
    away = (end.mean(0) - truth.mean - deviation).abs()
    assert (away <= 5 * error / num**0.5 + 1e-10).all()
    away = (end.T.cov() - added).abs()
    assert (away <= 5 * 2**0.5 * torch.outer(error, error) / num**0.5 + 1e-10).all()


def test_a_variance_for_each_pixel_enters_likelihood_and_samples():
    decoder = nn.Sequential(nn.Linear(1, 6), nn.Unflatten(1, (2, 3)), MeanAndLogVar())
    model = VAE(nn.Linear(3, 2), decoder, 1, likelihood="gaussian").double()
    with torch.no_grad():
        decoder[0].weight[3:] = 0
        decoder[0].bias[3:] = torch.tensor([-2.0, 0.0, 1.0])
    x, num = randn(5, 3, seed=9), 100_000
    weight, (mean, log_var) = decoder[0].weight[:3], decoder[0].bias.detach().view(2, 3)
    cov = (weight @ weight.T + torch.diag(log_var.exp())).detach()
    with torch.no_grad():
        weights = model.log_weights(x.repeat(100, 1), 200, generator=rng())
        value, error = importance_weighted(weights.view(-1, len(x)))
        assert ((value - MultivariateNormal(mean, cov).log_prob(x)) / error).abs().max() < 4
        samples = model.sample(num, generator=rng())
    error = cov.diagonal().sqrt()
    assert ((samples.mean(0) - mean).abs() < 5 * error / num**0.5).all()
    limit = 5 * 2**0.5 * torch.outer(error, error) / num**0.5
    assert ((samples.T.cov() - cov).abs() < limit).all()
