"""A log mean and a fitted Gaussian against closed forms."""

import math

import pytest
import torch

from genedu.errors import InputError
from genedu.evaluation import gaussian_mle, log_mean_exp, log_mean_exp_error


def test_log_mean_exp():
    values = torch.tensor([0.0, math.log(3.0)], dtype=torch.float64)
    assert log_mean_exp(values).item() == pytest.approx(math.log(2))
    assert log_mean_exp(values + 5000).item() == pytest.approx(math.log(2) + 5000)


def test_gaussian_mle_is_where_the_likelihood_is_flat():
    x = torch.randn(50, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) * 3 + 1
    mean, variance = (value.requires_grad_() for value in gaussian_mle(x))
    torch.distributions.Normal(mean, variance.sqrt()).log_prob(x).sum().backward()
    assert mean.grad.abs().max() < 1e-10
    assert variance.grad.abs().max() < 1e-10


def test_the_error_of_a_log_mean_is_that_of_the_mean_over_the_mean():
    weights = torch.rand(7, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    truth = weights.std(0) / weights.mean(0) / 7**0.5
    for shift in (0, 5000, -5000):  # a common factor e^shift cancels, whatever its size
        torch.testing.assert_close(log_mean_exp_error(weights.log() + shift), truth)
        torch.testing.assert_close(log_mean_exp_error(weights.log().T + shift, dim=1), truth)


def test_one_draw_says_nothing_of_its_error():
    assert log_mean_exp_error(torch.tensor([0.3])).isnan()


def test_bad_data_are_refused():
    with pytest.raises(InputError, match=r"\(N,\) or \(N, D\)"):
        gaussian_mle(torch.zeros(2, 2, 2))
    with pytest.raises(InputError, match="NaN"):
        gaussian_mle(torch.tensor([math.nan]))
