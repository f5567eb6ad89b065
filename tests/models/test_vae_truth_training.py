"""Gradients of the VAE against closed forms, and the maximum that training finds."""

import math

import pytest
import torch
from torch import nn
from torch.distributions import MultivariateNormal, Normal
from vae_truth import (
    DIM,
    DOUBLE,
    LATENT,
    LinearGaussian,
    expected,
    hermite,
    noise_from,
    randn,
    rng,
    trapezoid,
)

from genedu.data.linear import gaussian_cloud
from genedu.divergences import gaussian_kl
from genedu.models import VAE, Batch
from genedu.models.reparameterization import score_function_gradient
from genedu.training import fit


def closed_form(truth, x):
    """``Σ_x (log p(x) - KL(q ‖ posterior))`` as a function of all parameters, by autograd."""
    decoder, variance = truth.model.decoder, truth.model.decoder_log_var.exp()
    weight, eye = decoder.weight, torch.eye(DIM, dtype=DOUBLE)
    inner = weight.T @ weight + variance * torch.eye(LATENT, dtype=DOUBLE)
    posterior_mean = torch.linalg.solve(inner, weight.T @ (x - decoder.bias).T).T
    posterior_cov = variance * torch.linalg.inv(inner)
    mean, log_var = truth.model.encoder(x).tensor_split(2, 1)
    gap = gaussian_kl(mean, torch.diag_embed(log_var.exp()), posterior_mean, posterior_cov)
    evidence = MultivariateNormal(decoder.bias, weight @ weight.T + variance * eye)
    return (evidence.log_prob(x) - gap).sum()


def test_the_gradient_of_a_draw_is_right_on_average_for_every_parameter():
    truth, x = LinearGaussian(orthogonal=False), 2 * randn(7, DIM, seed=3)
    truth.set_encoder(shift=0.3, scale=0.8, spread=0.5)
    parameters = list(truth.model.parameters())
    wanted = torch.autograd.grad(closed_form(truth, x), parameters)
    bound = expected(truth.model.elbo, x, hermite(3, LATENT))
    found = torch.autograd.grad(bound.sum(), parameters)
    assert len(found) == 5
    for mine, true in zip(found, wanted, strict=True):
        torch.testing.assert_close(mine, true, rtol=1e-9, atol=1e-9)
    # and so is what `fit` descends: minus the mean over the batch
    nodes, weights = hermite(3, LATENT)
    total = 0
    for node, weight in zip(nodes, weights, strict=True):
        with noise_from(node.expand(len(x), LATENT)):
            total = total - weight * truth.model.players[0].loss(Batch(x)) * len(x)
    for mine, true in zip(torch.autograd.grad(total, parameters), wanted, strict=True):
        torch.testing.assert_close(mine, true, rtol=1e-9, atol=1e-9)


def test_the_score_function_gives_the_same_gradient():
    truth, x = LinearGaussian(orthogonal=False), 2 * randn(1, DIM, seed=3)
    truth.set_encoder(shift=0.3, scale=0.8, spread=0.5)
    mean, log_var = (each.detach().requires_grad_() for each in truth.model.encode(x))
    posterior = truth.posterior_mean(x), truth.posterior_cov
    gap = gaussian_kl(mean, torch.diag_embed(log_var.exp()), *posterior)
    wanted = torch.autograd.grad(-gap.sum(), (mean, log_var))

    def weight(z):  # log p(x, z) - log q(z|x)
        log_prior = Normal(0 * mean[0, :1], 1 + 0 * mean[0, :1]).log_prob(z).sum(1)
        log_q = Normal(mean, torch.exp(0.5 * log_var)).log_prob(z).sum(1)
        return truth.model.log_likelihood(x.expand(len(z), DIM), z) + log_prior - log_q

    nodes, weights = hermite(5, LATENT)
    rows = mean.expand(len(nodes), LATENT), log_var.expand(len(nodes), LATENT)
    found = score_function_gradient(weight, *rows, nodes)
    for mine, true in zip(found, wanted, strict=True):
        torch.testing.assert_close(weights @ mine, true[0], rtol=1e-9, atol=1e-9)


class Wave(nn.Module):
    """A decoder in one dimension, ``x = sin kz``."""

    def __init__(self, k):
        super().__init__()
        self.k = nn.Parameter(torch.tensor(float(k)))

    def forward(self, z):
        return torch.sin(self.k * z)


@pytest.mark.parametrize(("k", "smoother"), [(0.5, "pathwise"), (6.0, "score")])
def test_either_gradient_of_a_reconstruction_can_be_the_noisier_one(k, smoother):
    """A slow and a fast decoder: means in closed form, variances by quadrature and by draws."""
    model = VAE(nn.Linear(1, 2), Wave(k), 1, likelihood="gaussian").double()
    mean, x, num = torch.tensor([[0.3]], dtype=DOUBLE), torch.tensor([[0.8]], dtype=DOUBLE), 40_000
    log_var = torch.zeros_like(mean)

    # E[sin kz] = e^{-k²/2} sin kμ and E[sin² kz] = ½ (1 - e^{-2k²} cos 2kμ) give the slope by μ of
    # E[log p(x|z)] = -½ (x² - 2 x E[sin kz] + E[sin² kz]) + const
    by_mean = x * k * math.exp(-(k**2) / 2) * torch.cos(k * mean)
    by_mean = (by_mean - 0.5 * k * math.exp(-2 * k**2) * torch.sin(2 * k * mean)).item()

    def reconstruction(z):
        return model.log_likelihood(x.expand(len(z), 1), z)

    def pathwise(noise):  # the model's own way: through its encoder and its draw
        with torch.no_grad():
            model.encoder.weight.zero_()
            model.encoder.bias.copy_(torch.cat([mean, log_var], 1)[0])
        shift = torch.zeros(len(noise), 1, dtype=DOUBLE, requires_grad=True)
        encoder = model.encoder
        hook = encoder.register_forward_hook(
            lambda module, inputs, output: output + nn.functional.pad(shift, (0, 1))
        )
        with noise_from(noise):
            value, _ = model.elbo_terms(x.expand(len(noise), 1))
        hook.remove()
        return torch.autograd.grad(value.sum(), shift)[0][:, 0]

    def score(noise):
        rows = mean.expand(len(noise), 1), log_var.expand(len(noise), 1)
        return score_function_gradient(reconstruction, *rows, noise)[0][:, 0]

    grid, mass = trapezoid(4801)
    variance = {}
    for estimator in (pathwise, score):
        values, drawn = estimator(grid), estimator(randn(num, 1, seed=8))
        assert (mass @ values).item() == pytest.approx(by_mean, abs=1e-10)
        spread = (mass @ (values - by_mean) ** 2).item()
        fourth = (mass @ (values - by_mean) ** 4).item()
        assert abs(drawn.mean().item() - by_mean) < 4 * math.sqrt(spread / num)
        assert abs(drawn.var().item() - spread) < 4 * math.sqrt((fourth - spread**2) / num)
        variance[estimator.__name__] = spread
    assert min(variance, key=variance.get) == smoother
    assert max(variance.values()) > 2 * min(variance.values())


def test_beta_weighs_the_divergence_in_training_and_not_in_the_bound():
    truth, x = LinearGaussian(), randn(6, DIM, seed=3)
    terms = truth.model.elbo_terms(x, generator=rng(1))
    for beta in (0.0, 1.0, 4.0):
        truth.model.beta = beta
        loss = truth.model.players[0].loss(Batch(x), generator=rng(1))
        torch.testing.assert_close(loss, (beta * terms[1] - terms[0]).mean())
        torch.testing.assert_close(truth.model.elbo(x, generator=rng(1)), terms[0] - terms[1])


def test_a_linear_vae_reaches_the_maximum_of_probabilistic_pca():
    """Tipping and Bishop 1999: W = U (Λ - σ²)^½ R, σ² the mean of the discarded eigenvalues.

    A linear VAE has no other stable maximum (Lucas, Tucker, Grosse and Norouzi 2019).
    """
    eigenvalues = torch.tensor([4.0, 2.0, 0.6, 0.4, 0.2], dtype=DOUBLE)
    x = gaussian_cloud(eigenvalues.tolist(), 1000, generator=rng(2)).double() + 1
    cov = (x - 1).T @ (x - 1) / len(x)
    axes = torch.linalg.eigh(cov).eigenvectors.flip(1)[:, :LATENT]
    variance = eigenvalues[LATENT:].mean()
    torch.manual_seed(0)
    encoder, decoder = nn.Linear(DIM, 2 * LATENT), nn.Linear(LATENT, DIM)
    model = VAE(encoder, decoder, LATENT, likelihood="gaussian").double()
    steps = 1500
    fit(
        model, x, steps=steps, batch_size=1000, progress=False, device="cpu",
        lr=lambda step: 0.02 * (1 - step / steps) ** 2 + 1e-6,
    )  # fmt: skip
    weight, learned = model.decoder.weight.detach(), model.decoder_log_var.exp().item()

    def log_likelihood(mean, cov):
        return MultivariateNormal(mean, cov).log_prob(x).mean().item()

    eye = torch.eye(DIM, dtype=DOUBLE)
    best_cov = (axes * (eigenvalues[:LATENT] - variance)) @ axes.T + variance * eye
    best = log_likelihood(x.mean(0), best_cov)
    reached = log_likelihood(model.decoder.bias.detach(), weight @ weight.T + learned * eye)
    assert 0 <= best - reached < 1e-4
    assert learned == pytest.approx(variance.item(), rel=2e-3)
    # the same subspace: all principal angles are 0
    cosines = torch.linalg.svdvals(torch.linalg.qr(weight).Q.T @ axes)
    assert cosines.min() > 0.9995
    wanted = (eigenvalues[:LATENT] - variance).sqrt()
    torch.testing.assert_close(torch.linalg.svdvals(weight), wanted, rtol=0.02, atol=0)
    # a diagonal q can be the posterior only where R = I: the columns are principal axes themselves
    column = weight / weight.norm(dim=0)
    assert abs((column[:, 0] @ column[:, 1]).item()) < 0.03
    bound = expected(model.elbo, x, hermite(3, LATENT))
    assert reached - bound.mean().item() == pytest.approx(0, abs=1e-3)
