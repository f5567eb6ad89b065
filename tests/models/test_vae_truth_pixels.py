"""A VAE of three binary pixels and a code of one number, by enumeration and quadrature."""

import itertools

import pytest
import torch
from torch import nn
from torch.distributions import Bernoulli
from vae_truth import DOUBLE, expected, noise_from, product, rng, trapezoid

from genedu.evaluation import importance_weighted
from genedu.models import VAE

STATES = product(torch.tensor([0.0, 1.0], dtype=DOUBLE), 3)
GRID, MASS = trapezoid(4801)


def tiny(seed=4):
    """Small networks with random weights, large enough for pixels that hang together."""
    torch.manual_seed(seed)
    encoder = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 2))
    decoder = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 3))
    model = VAE(encoder, decoder, 1).double()
    with torch.no_grad():
        decoder[2].weight.mul_(6)
    return model


@torch.no_grad()
def log_joint(model):
    """``log p(x, z) dz`` ``(8, grid)``, from the decoder's logits and torch's own Bernoulli."""
    logits = model.decoder(GRID)
    return Bernoulli(logits=logits).log_prob(STATES[:, None]).sum(-1) + MASS.log()


@torch.no_grad()
def test_the_evidence_of_all_states_is_bounded_by_the_divergence_from_the_posterior():
    model = tiny()
    joint = log_joint(model)
    log_p = torch.logsumexp(joint, 1)
    assert log_p.exp().sum().item() == pytest.approx(1, abs=1e-12)
    mean, log_var = model.encode(STATES)
    log_q = torch.log_softmax(-0.5 * (GRID[:, 0] - mean) ** 2 / log_var.exp(), 1)
    gap = (log_q.exp() * (log_q - (joint - log_p[:, None]))).sum(1)
    assert gap.min() > 1e-3
    bound = expected(model.elbo, STATES, trapezoid(801))
    torch.testing.assert_close(bound, log_p - gap, rtol=0, atol=1e-10)


@torch.no_grad()
def test_the_importance_weighted_bound_grows_towards_the_evidence():
    """Its expectation over one, two and three draws by quadrature over all of them."""
    model, some = tiny(), [0, 3, 5]
    log_p, states = torch.logsumexp(log_joint(model), 1)[some], STATES[some]
    bounds = [expected(model.elbo, states, trapezoid(801))]
    for num_samples in (1, 2, 3):
        nodes, weights = trapezoid(61, num_samples, end=6.0)
        x = states.repeat(len(nodes), 1)
        noise = nodes.T[:, :, None].expand(-1, -1, len(some))  # draws, nodes, states
        with noise_from(noise):
            values = model.log_prob_iw(x, num_samples)
        bounds.append(weights @ values.view(len(nodes), len(some)))
    torch.testing.assert_close(bounds[1], bounds[0], rtol=0, atol=1e-6)
    for lower, higher in itertools.pairwise([*bounds[1:], log_p]):
        assert (higher - lower).min() > 1e-4


@torch.no_grad()
def test_many_importance_weighted_draws_give_the_evidence():
    model = tiny()
    log_p = torch.logsumexp(log_joint(model), 1)
    weights = model.log_weights(STATES.repeat(200, 1), 200, generator=rng(1))
    value, error = importance_weighted(weights.view(-1, len(STATES)))  # 40,000 draws of each
    assert error.max() < 0.02
    assert ((value - log_p) / error).abs().max() < 4
    value, _ = importance_weighted(model.log_weights(STATES, 200, generator=rng(1)))
    again = model.log_prob_iw(STATES, 200, generator=rng(1))
    torch.testing.assert_close(again, value, rtol=0, atol=1e-12)


@torch.no_grad()
def test_samples_come_as_often_as_they_should():
    model, num = tiny(), 40_000
    p = torch.logsumexp(log_joint(model), 1).exp()
    samples = model.sample(num, generator=rng())
    counts = torch.bincount((samples @ torch.tensor([4.0, 2.0, 1.0], dtype=DOUBLE)).long())
    chi_square = ((counts - num * p) ** 2 / (num * p)).sum().item()
    assert chi_square < 24.3  # one in a thousand at seven degrees of freedom
    means = model.sample(num, generator=rng(), mean=True).mean(0)
    assert (means - STATES.T @ p).abs().max() < 4 * 0.5 / num**0.5


@torch.no_grad()
def test_the_decoder_gives_probabilities():
    model = tiny()
    torch.testing.assert_close(
        model.decode(GRID), Bernoulli(logits=model.decoder(GRID)).probs, rtol=0, atol=1e-12
    )
