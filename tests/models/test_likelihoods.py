"""Decoder likelihoods against torch.distributions, enumeration and autograd."""

import math

import pytest
import torch
from torch.distributions import Bernoulli, Normal

from genedu.errors import InputError
from genedu.models.likelihoods import bernoulli_log_likelihood, gaussian_log_likelihood


def test_bernoulli_likelihood_is_that_of_torch_and_sums_to_one():
    logits = torch.randn(
        1, 1, 2, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0)
    )
    states = torch.cartesian_prod(*[torch.tensor([0.0, 1.0], dtype=torch.float64)] * 4)
    x = states.reshape(16, 1, 2, 2)
    got = bernoulli_log_likelihood(x, logits)
    want = Bernoulli(logits=logits).log_prob(x).flatten(1).sum(1)
    assert got.shape == (16,)
    torch.testing.assert_close(got, want, rtol=1e-12, atol=1e-12)
    assert got.exp().sum().item() == pytest.approx(1, abs=1e-12)


def test_bernoulli_likelihood_does_not_overflow():
    logits = torch.tensor([[1000.0, -1000.0]])
    assert bernoulli_log_likelihood(torch.tensor([[1.0, 0.0]]), logits).item() == 0
    assert bernoulli_log_likelihood(torch.tensor([[0.0, 1.0]]), logits).item() == -2000


@pytest.mark.parametrize("log_var", [0.3, torch.tensor(0.3), torch.full((1, 1, 3, 2), 0.3)])
def test_gaussian_likelihood_is_that_of_torch(log_var):
    x, mean = torch.randn(2, 5, 1, 3, 2, dtype=torch.float64)
    got = gaussian_log_likelihood(x, mean, log_var)
    want = Normal(mean, math.exp(0.15)).log_prob(x).flatten(1).sum(1)
    torch.testing.assert_close(got, want, rtol=1e-6, atol=1e-6)


def test_the_best_mean_is_the_datum_and_the_best_variance_its_squared_error():
    x, mean = torch.tensor([[1.0, 2.0]]), torch.zeros(1, 2, requires_grad=True)
    log_var = torch.tensor(math.log(2.5), requires_grad=True)  # (1 + 4) / 2
    gaussian_log_likelihood(x, mean, log_var).sum().backward()
    torch.testing.assert_close(mean.grad, x / 2.5)
    assert abs(log_var.grad.item()) < 1e-6


def test_bad_input_gets_one_sentence():
    with pytest.raises(InputError, match=r"`x` has values from 0 to 2"):
        bernoulli_log_likelihood(torch.tensor([[0.0, 2.0]]), torch.zeros(1, 2))
    with pytest.raises(InputError, match=r"`logits` has shape \(1, 3\)"):
        bernoulli_log_likelihood(torch.zeros(1, 2), torch.zeros(1, 3))
    with pytest.raises(InputError, match=r"`mean` has shape \(2,\)"):
        gaussian_log_likelihood(torch.zeros(2), torch.zeros(2), 0.0)


@pytest.mark.parametrize(
    "log_var", [torch.zeros(1, 4, 3), torch.zeros(4), torch.full((4, 3), torch.nan)]
)
def test_a_spread_that_does_not_fit_is_refused_by_name(log_var):
    """A leading axis would broadcast to a likelihood of another shape."""
    with pytest.raises(InputError, match="`log_var`"):
        gaussian_log_likelihood(torch.zeros(4, 3), torch.zeros(4, 3), log_var)
