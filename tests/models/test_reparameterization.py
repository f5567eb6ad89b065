"""Two estimators of one gradient against closed forms: means and variances."""

import math

import pytest
import torch

from genedu.errors import InputError
from genedu.models.reparameterization import (
    pathwise_gradient,
    reparameterize,
    score_function_gradient,
)

ESTIMATORS = (pathwise_gradient, score_function_gradient)


def draw(num, size=1, seed=0):
    return torch.randn(num, size, generator=torch.Generator().manual_seed(seed)).double()


def wave(k):
    return lambda z: torch.sin(k * z[:, 0])


def quadrature(k, mean, log_var, estimator):
    """Mean and variance of the gradient by the mean, by a sum over a fine grid of noise."""
    noise = torch.linspace(-12, 12, 4801, dtype=torch.double)[:, None]
    mass = torch.softmax(-0.5 * noise[:, 0] ** 2, 0)
    full = torch.ones_like(noise)
    found = estimator(wave(k), mean * full, log_var * full, noise)
    means = [float((mass * g[:, 0]).sum()) for g in found]
    variances = [
        float((mass * (g[:, 0] - m) ** 2).sum()) for g, m in zip(found, means, strict=True)
    ]
    return means, variances


def test_a_draw_has_the_mean_and_the_variance_that_were_asked_for():
    mean, log_var = torch.tensor([[1.0, -2.0]]).double(), torch.tensor([[0.5, -1.0]]).double()
    num = 40_000
    z = reparameterize(mean.expand(num, 2), log_var.expand(num, 2), draw(num, 2))
    variance = log_var[0].exp()
    error = (variance / num).sqrt()
    assert ((z.mean(0) - mean[0]).abs() < 4 * error).all()
    assert ((z.var(0) / variance - 1).abs() < 4 * math.sqrt(2 / num)).all()


def test_gradients_flow_through_a_draw():
    mean, log_var, noise = (draw(3, 2, seed).requires_grad_() for seed in range(3))
    assert torch.autograd.gradcheck(reparameterize, (mean, log_var, noise))


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("k", [1, 2])
def test_the_expectation_is_the_gradient_of_a_known_integral(estimator, k):
    # E[sin kz] = e^{-k²σ²/2} sin kμ
    mean, log_var = (torch.tensor(v, dtype=torch.double, requires_grad=True) for v in (0.4, -0.3))
    value = torch.exp(-0.5 * k**2 * log_var.exp()) * torch.sin(k * mean)
    wanted = torch.autograd.grad(value, (mean, log_var))
    found, _ = quadrature(k, 0.4, -0.3, estimator)
    assert found == pytest.approx([g.item() for g in wanted], abs=1e-10)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_the_average_over_drawn_noise_is_within_its_standard_error(estimator):
    num = 40_000
    noise = draw(num)
    full = torch.ones_like(noise)
    means, variances = quadrature(1, 0.4, -0.3, estimator)
    for g, m, v in zip(
        estimator(wave(1), 0.4 * full, -0.3 * full, noise), means, variances, strict=True
    ):
        assert abs(g.mean().item() - m) < 4 * math.sqrt(v / num)
        assert g.var().item() == pytest.approx(v, rel=0.1)


@pytest.mark.parametrize(("k", "pathwise", "score"), [(1, 0.1998, 0.3351), (5, 12.5, 0.5)])
def test_either_variance_can_be_the_smaller_one(k, pathwise, score):
    # f = sin kz, μ = 0, σ = 1, by μ. The mean of both is k e^{-k²/2};
    # E[(k cos kz)²] = k²/2 (1 + e^{-2k²}), E[(z sin kz)²] = ½ (1 - (1 - 4k²) e^{-2k²})
    squared = k**2 * math.exp(-(k**2))
    by_path = k**2 / 2 * (1 + math.exp(-2 * k**2)) - squared
    by_score = 0.5 * (1 - (1 - 4 * k**2) * math.exp(-2 * k**2)) - squared
    assert (by_path, by_score) == pytest.approx((pathwise, score), abs=5e-5)
    for estimator, wanted in ((pathwise_gradient, by_path), (score_function_gradient, by_score)):
        assert quadrature(k, 0.0, 0.0, estimator)[1][0] == pytest.approx(wanted, abs=1e-10)


def test_components_and_rows_do_not_mix():
    noise = draw(5, 3)
    mean, log_var = draw(5, 3, seed=1), draw(5, 3, seed=2)

    def square(z):
        return (z**2).sum(1)

    z = reparameterize(mean, log_var, noise)
    by_mean, by_log_var = pathwise_gradient(square, mean, log_var, noise)
    torch.testing.assert_close(by_mean, 2 * z)
    torch.testing.assert_close(by_log_var, z * (z - mean))
    # f ∇ log q, with torch's own derivative of the log-density
    mean.requires_grad_(), log_var.requires_grad_()
    normal = torch.distributions.Normal(mean, torch.exp(0.5 * log_var))
    wanted = torch.autograd.grad((square(z) * normal.log_prob(z).sum(1)).sum(), (mean, log_var))
    torch.testing.assert_close(score_function_gradient(square, mean, log_var, noise), wanted)


def test_a_function_without_a_slope_needs_the_score():
    noise = draw(1000)
    full = torch.ones_like(noise)

    def step(z):
        return (z[:, 0] > 0).double()

    with pytest.raises(InputError, match="`function` has no derivative"):
        pathwise_gradient(step, 0 * full, 0 * full, noise)
    by_mean, _ = score_function_gradient(step, 0 * full, 0 * full, noise)
    # ∂ P(z > 0)/∂μ is the density at 0
    assert by_mean.mean().item() == pytest.approx(1 / math.sqrt(2 * math.pi), abs=0.08)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_both_refuse_what_does_not_fit(estimator):
    two = torch.zeros(4, 2)
    with pytest.raises(InputError, match=r"`noise` has shape \(4, 1\), but \(4, 2\)"):
        estimator(wave(1), two, two, torch.zeros(4, 1))
    with pytest.raises(InputError, match=r"`mean` has shape \(2,\), but \(batch, K\)"):
        estimator(wave(1), two[0], two, two)
    with pytest.raises(InputError, match=r"`function` returned \(4, 2\) for z of shape \(4, 2\)"):
        estimator(torch.sin, two, two, two)
