"""The grid over the latents against Gaussians in closed form, and against all small pictures."""

import math

import pytest
import torch
from torch import nn
from torch.distributions import MultivariateNormal

from genedu.errors import InputError
from genedu.evaluation import binary_states
from genedu.models import VAE
from genedu.models.networks import MeanAndLogVar, mlp_decoder, mlp_encoder
from genedu.models.vae_exact import linear_divergences, log_joint, log_prob, plane


def vae(latent_dim, dim, **options):
    torch.manual_seed(0)
    model = VAE(
        mlp_encoder((dim,), 2 * latent_dim),
        mlp_decoder(latent_dim, (dim,), hidden=(8,)),
        latent_dim,
        **options,
    )
    for parameter in model.decoder.parameters():
        parameter.data.mul_(2)
    return model.double()


def linear(latent_dim, dim):
    """``x = W z + m + σ n``: its density is a Gaussian with covariance ``W Wᵀ + σ² I``."""
    torch.manual_seed(1)
    model = VAE(
        nn.Linear(dim, 2 * latent_dim), nn.Linear(latent_dim, dim), latent_dim, "gaussian"
    ).double()
    model.decoder_log_var.data.fill_(math.log(0.3))
    weight, mean = model.decoder.weight.detach(), model.decoder.bias.detach()
    covariance = weight @ weight.T + 0.3 * torch.eye(dim, dtype=torch.double)
    return model, MultivariateNormal(mean, covariance)


@pytest.mark.parametrize("latent_dim", [1, 2])
def test_a_linear_decoder_has_the_density_of_its_gaussian(latent_dim):
    model, truth = linear(latent_dim, 5)
    x = truth.sample((40,))
    torch.testing.assert_close(log_prob(model, x, 161), truth.log_prob(x), atol=2e-4, rtol=0)


@pytest.mark.parametrize("latent_dim", [1, 2])
def test_the_probabilities_of_all_small_pictures_add_up(latent_dim):
    model = vae(latent_dim, 6)
    every = binary_states(6, dtype=torch.double)
    assert log_prob(model, every, 121).exp().sum() == pytest.approx(1, abs=2e-5)


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_the_joint_is_the_model_s_own(likelihood, monkeypatch):
    model = vae(2, 6, likelihood=likelihood)
    x, z = binary_states(6, dtype=torch.double)[:9], torch.randn(9, 2, dtype=torch.double)
    table = log_joint(model, x, z)
    prior = torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(1)
    torch.testing.assert_close(table.diagonal(), model.log_likelihood(x, z).detach() + prior)
    monkeypatch.setattr("genedu.models.vae_exact.CHUNK", 2)
    torch.testing.assert_close(log_joint(model, x, z), table)


def test_a_decoder_with_a_variance_for_each_pixel():
    torch.manual_seed(0)
    decoder = nn.Sequential(mlp_decoder(1, (2, 4)), MeanAndLogVar())
    model = VAE(mlp_encoder((4,), 2), decoder, 1, "gaussian").double()
    x, z = torch.randn(5, 4).double(), torch.randn(5, 1).double()
    prior = torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(1)
    own = model.log_likelihood(x, z).detach() + prior
    torch.testing.assert_close(log_joint(model, x, z).diagonal(), own)


def test_the_grid():
    z, log_area = plane(2, 5, reach=2)
    assert z.shape == (25, 2)
    assert log_area == 0.0
    assert torch.equal(z[5], torch.tensor([-1.0, -2.0]))
    line, log_length = plane(1, 5, reach=1)
    assert line.squeeze(1).tolist() == [-1, -0.5, 0, 0.5, 1]
    assert log_length == pytest.approx(math.log(0.5))


def test_the_elbo_is_below():
    model, truth = linear(2, 4)
    x, generator = truth.sample((20,)), torch.Generator().manual_seed(0)
    exact = log_prob(model, x)
    many = torch.stack([model.elbo(x, generator=generator).detach() for _ in range(200)]).mean(0)
    assert (many < exact).all()


def objective(eigenvalue, noise, beta, weight, slope, log_var):
    """``β KL - E log p(x|z)`` for ``x = weight z + n`` and ``q(z|x) = N(slope x, s)``."""
    variance = log_var.exp()
    missed = eigenvalue * (1 - weight * slope) ** 2 + weight**2 * variance
    divergence = 0.5 * (slope**2 * eigenvalue + variance - 1 - log_var)
    return beta * divergence + missed / (2 * noise), divergence


@pytest.mark.parametrize("beta", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("eigenvalue", [4.0, 1.1, 0.6, 0.2])
def test_the_linear_optimum_is_where_descent_ends(eigenvalue, beta):
    at = torch.tensor([0.7, 0.4, -0.5], dtype=torch.double, requires_grad=True)
    search = torch.optim.LBFGS(
        [at], max_iter=900, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def step():
        search.zero_grad()
        value, _ = objective(eigenvalue, 0.35, beta, *at)
        value.backward()
        return value

    search.step(step)
    found = objective(eigenvalue, 0.35, beta, *at)[1].item()
    (truth,) = linear_divergences(torch.tensor([eigenvalue]), 0.35, beta).tolist()
    assert found == pytest.approx(truth, abs=1e-5)


@pytest.mark.parametrize("bad", [{"noise": 0.0}, {"noise": 1.0, "beta": 0.0}])
def test_the_linear_optimum_refuses_nothing_and_less(bad):
    with pytest.raises(InputError):
        linear_divergences(torch.ones(2), **bad)
    with pytest.raises(InputError, match="eigenvalues"):
        linear_divergences(torch.tensor([1.0, 0.0]), 1.0)


def test_more_than_two_latents_are_refused():
    with pytest.raises(InputError, match=r"`latent_dim` is 3, but at most 2 is accepted"):
        log_prob(vae(3, 4), torch.zeros(2, 4).double())
    with pytest.raises(InputError, match="points"):
        plane(2, 1)
