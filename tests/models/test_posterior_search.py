"""The search for q where the posterior is known: a linear decoder with orthogonal columns."""

import math

import pytest
import torch
from torch import nn

from genedu.divergences import gaussian_kl
from genedu.errors import InputError
from genedu.models import VAE
from genedu.models.posterior_search import bound_at, search_posterior

NOISE = 0.3


@pytest.fixture
def model():
    """``x = W z + n`` whose posterior has independent components, and an encoder that is wrong."""
    torch.manual_seed(0)
    model = VAE(nn.Linear(5, 4), nn.Linear(2, 5), 2, "gaussian").double()
    columns = torch.linalg.qr(torch.randn(5, 2).double()).Q
    model.decoder.weight.data = columns * torch.tensor([2.0, 1.0])
    model.decoder.bias.data.zero_()
    model.decoder_log_var.data.fill_(math.log(NOISE))
    return model


class Mirrored(nn.Module):
    """A decoder that sees how large the first latent is, and not its sign."""

    def __init__(self, decoder):
        super().__init__()
        self.decoder = decoder

    def forward(self, z):
        return self.decoder(torch.stack([z[:, 0].abs(), z[:, 1]], 1))


def truth(model, x):
    """Mean and variance of the posterior, and ``log p(x)``."""
    weight = model.decoder.weight.detach()
    variance = 1 / (1 + weight.square().sum(0) / NOISE)
    covariance = weight @ weight.T + NOISE * torch.eye(5, dtype=torch.double)
    density = torch.distributions.MultivariateNormal(torch.zeros(5).double(), covariance)
    return x @ weight / NOISE * variance, variance.expand(len(x), 2), density.log_prob(x)


def test_the_bound_misses_the_divergence_from_the_posterior(model):
    generator = torch.Generator().manual_seed(1)
    x = model.sample(6, generator=generator)
    mean, variance, log_prob = truth(model, x)
    at, log_var = mean + 0.3, variance.log() - 0.5
    with torch.no_grad():
        bound = bound_at(model, x, at, log_var, 5000, generator=generator)
    gap = gaussian_kl(at, log_var.exp().diag_embed(), mean, variance.diag_embed())
    torch.testing.assert_close(bound, log_prob - gap, atol=0.1, rtol=0)


def test_the_search_ends_at_the_posterior_and_moves_nothing_else(model):
    generator = torch.Generator().manual_seed(2)
    x = model.sample(40, generator=generator)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    mean, log_var = search_posterior(model, x, 600, lr=0.02, num_samples=16, generator=generator)
    true_mean, true_variance, _ = truth(model, x)
    assert (mean - true_mean).abs().mean() < 0.03
    assert (log_var - true_variance.log()).abs().mean() < 0.1
    gap = gaussian_kl(mean, log_var.exp().diag_embed(), true_mean, true_variance.diag_embed())
    assert gap.mean() < 0.01
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name])
    assert all(parameter.grad is None for parameter in model.parameters())


def test_without_steps_it_is_the_encoder_s_guess(model):
    x = torch.randn(3, 5).double()
    for found, guess in zip(search_posterior(model, x, 0), model.encode(x), strict=True):
        assert torch.equal(found, guess)


def test_a_start_is_where_the_search_begins(model):
    x = torch.randn(3, 5).double()
    start = torch.randn(3, 2).double(), torch.randn(3, 2).double()
    for found, given in zip(search_posterior(model, x, 0, start=start), start, strict=True):
        assert torch.equal(found, given)
    x = model.decoder(torch.tensor([[2.0, -1.0], [1.5, 0.5]]).double()).detach()
    expected, variance, _ = truth(model, x)  # of the hump on the right
    model.decoder, generator = Mirrored(model.decoder), torch.Generator().manual_seed(3)
    for side in (-1.0, 1.0):
        begin = torch.tensor([[2 * side, 0.0]]).double().expand(2, 2)
        found, _ = search_posterior(
            model,
            x,
            600,
            start=(begin, variance.log()),
            lr=0.02,
            num_samples=16,
            generator=generator,
        )
        assert (found * torch.tensor([side, 1.0]) - expected).abs().max() < 0.1


def test_what_does_not_fit_is_refused(model):
    x, code = torch.zeros(2, 5).double(), torch.zeros(2, 3).double()
    with pytest.raises(InputError, match="mean"):
        bound_at(model, x, code, code)
    with pytest.raises(InputError, match="steps"):
        search_posterior(model, x, -1)
    with pytest.raises(InputError, match="start"):
        search_posterior(model, x, 1, start=(code, code))
    with pytest.raises(InputError, match="num_samples"):
        bound_at(model, x, code[:, :2], code[:, :2], 0)
