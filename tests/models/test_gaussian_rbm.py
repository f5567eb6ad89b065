"""Gaussian machines against closed forms, quadrature and autograd; what CD learns."""

import math

import pytest
import torch

from genedu.errors import InputError
from genedu.evaluation import binary_states
from genedu.models import Batch, GaussianBernoulliRBM, GaussianGaussianRBM
from genedu.models.gaussian_rbm import gaussian_fixed_point
from genedu.training import fit


def randomised(model, scale, seed=0):
    generator = torch.Generator().manual_seed(seed)
    model.double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=scale, generator=generator)
    return model


def grid(low, high, num):
    line = torch.linspace(low, high, num, dtype=torch.float64)
    return torch.cartesian_prod(line, line), ((high - low) / (num - 1)) ** 2


@pytest.mark.parametrize(
    "model",
    [
        randomised(GaussianBernoulliRBM(2, 3, visible_std=0.7), 0.8),
        randomised(GaussianGaussianRBM(2, 3, visible_std=0.7, hidden_std=1.4), 0.2),
    ],
    ids=["gaussian-bernoulli", "gaussian-gaussian"],
)
def test_the_density_integrates_to_one(model):
    points, cell = grid(-12, 12, 601)
    assert model.log_prob(points).exp().sum().item() * cell == pytest.approx(1, abs=1e-9)


def test_bernoulli_free_energy_sums_over_hidden_states():
    model = randomised(GaussianBernoulliRBM(3, 4, visible_std=0.6), 1.0)
    v = torch.randn(5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    states = binary_states(4, dtype=torch.float64)
    scores = torch.stack([-model.energy(v, h.expand(5, -1)) for h in states])
    torch.testing.assert_close(-model.free_energy(v), scores.logsumexp(0))


def test_gaussian_free_energy_integrates_the_hidden_units_out():
    model = randomised(GaussianGaussianRBM(3, 2, 0.8, 1.3), 0.4)
    v = torch.randn(3, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    h, cell = grid(-14, 14, 561)
    for row in v:
        score = -model.energy(row.expand(len(h), -1), h)
        want = torch.logsumexp(score, 0) + math.log(cell)
        torch.testing.assert_close(-model.free_energy(row[None])[0], want)


def test_gaussian_density_is_the_normal_one_with_the_stated_covariance():
    model = randomised(GaussianGaussianRBM(4, 3, 0.8, 1.3), 0.25, seed=2)
    covariance = model.visible_covariance()
    # the mean solves the two conditional means together
    a, b = model.visible_bias, model.hidden_bias
    weight, ratio = model.weight, model.visible_std / model.hidden_std
    eye = torch.eye(4, dtype=torch.float64)
    mean = torch.linalg.solve(eye - weight @ weight.T, a + ratio * weight @ b)
    v = torch.randn(6, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    truth = torch.distributions.MultivariateNormal(mean, covariance).log_prob(v)
    torch.testing.assert_close(model.log_prob(v), truth)


def test_samples_have_the_stated_covariance():
    model = randomised(GaussianGaussianRBM(3, 2, 0.8, 1.3), 0.4, seed=3)
    num = 40_000
    samples = model.sample(num, steps=60, generator=torch.Generator().manual_seed(0))
    truth = model.visible_covariance()
    error = ((truth**2 + truth.diagonal()[:, None] * truth.diagonal()) / num).sqrt()
    assert ((samples.T.cov() - truth).abs() < 5 * error).all()


@pytest.mark.parametrize("kind", [GaussianBernoulliRBM, GaussianGaussianRBM])
def test_the_hand_gradient_tends_to_that_of_the_likelihood(kind):
    """CD-60 with 40,000 chains against autograd of the exact log-likelihood."""
    model = randomised(kind(2, 2, visible_std=0.9, k=60), 0.25, seed=4)
    v = torch.randn(40_000, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    model.log_prob(v).mean().backward()
    exact = {name: value.grad.clone() for name, value in model.named_parameters()}
    model.players[0].gradient(Batch(v), generator=torch.Generator().manual_seed(0))
    for name, parameter in model.named_parameters():
        assert (-parameter.grad - exact[name]).abs().max() < 0.05, name


@pytest.mark.parametrize("kind", [GaussianBernoulliRBM, GaussianGaussianRBM])
def test_ais_agrees_with_the_exact_value(kind):
    model = randomised(kind(3, 4, visible_std=0.8), 0.3, seed=5)
    estimate = model.estimate_log_partition(
        num_chains=300, num_betas=300, generator=torch.Generator().manual_seed(0)
    )
    exact = model.log_partition().item()
    assert abs(estimate.value - exact) < min(4 * estimate.standard_error, 0.1)


DATA_STD = torch.tensor([2.0, 1.3, 0.5])
VISIBLE_STD = 0.8


def correlated_data(num: int) -> torch.Tensor:
    """Gaussian data whose sample covariance is exact: eigenvalues 4, 1.69, 0.25, turned."""
    generator = torch.Generator().manual_seed(0)
    raw = torch.randn(num, 3, generator=generator, dtype=torch.float64)
    raw -= raw.mean(0)
    white = raw @ torch.linalg.inv(torch.linalg.cholesky(raw.T @ raw / num)).T
    turn = torch.linalg.qr(torch.randn(3, 3, generator=generator, dtype=torch.float64)).Q
    return (white * DATA_STD @ turn.T).float()


@pytest.mark.parametrize("k", [1, 3])
def test_sampled_cd_reaches_the_fixed_point(k):
    data = correlated_data(2000)
    torch.manual_seed(0)
    model = GaussianGaussianRBM(3, 3, visible_std=VISIBLE_STD, k=k)
    with torch.no_grad():
        model.weight.mul_(10)
    kept = []
    fit(
        model,
        data,
        steps=3000,
        batch_size=2000,
        lr=lambda step: 0.02 if step < 1000 else 0.005,
        optimizer="sgd",
        progress=False,
        callbacks=[lambda seen: kept.append(model.weight.detach().clone())],
    )
    mean = torch.stack(kept[-1500:]).mean(0)  # the noise of the updates averages out
    values = torch.linalg.svdvals(mean)
    truth = gaussian_fixed_point(DATA_STD**2, VISIBLE_STD, 3)
    assert (values[:2] - truth[:2]).abs().max() < 0.015
    assert truth[2] == 0
    assert values[2] < 0.05  # decays to zero, from above, through the noise
    # and the directions are the leading principal ones
    covariance = data.T @ data / len(data)
    principal = torch.linalg.eigh(covariance).eigenvectors.flip(1)
    learned = torch.linalg.svd(mean).U
    assert (principal[:, :2] * learned[:, :2]).sum(0).abs().min() > 0.995


def test_a_mean_field_phase_misses_the_fixed_point():
    """The same dynamics with means in place of draws: the exact averages, without noise.

    With v' = E[v|h] and h = E[h|v], one step maps the mode's variance λ to s⁴λ (no noise comes in
    again), and the update s(λ - s⁴λ) vanishes only at s = 1: not at √(1-σ²/λ).
    """
    data = correlated_data(2000)
    model = GaussianGaussianRBM(3, 3, visible_std=VISIBLE_STD)
    torch.manual_seed(0)
    with torch.no_grad():
        model.weight.copy_(0.1 * torch.randn(3, 3))
        for _ in range(4000):
            hidden = model.mean_hidden(data)
            visible = model.mean_visible(hidden)
            model.weight += 0.02 * (
                data.T @ hidden / len(data) - visible.T @ model.mean_hidden(visible) / len(data)
            )
    values = torch.linalg.svdvals(model.weight.detach())
    truth = gaussian_fixed_point(DATA_STD**2, VISIBLE_STD, 3)
    assert (values[:2] - truth[:2]).abs().min() > 0.05
    torch.testing.assert_close(values[:2], torch.ones(2), atol=0.01, rtol=0)


def test_the_fixed_point_maximises_the_likelihood():
    """At the formula's singular values the exact gradient of the likelihood vanishes."""
    data = correlated_data(2000).double()
    covariance = data.T @ data / len(data)
    values, vectors = torch.linalg.eigh(covariance)
    order = values.argsort(descending=True)
    s = gaussian_fixed_point(values, VISIBLE_STD, 2)
    model = GaussianGaussianRBM(3, 2, visible_std=VISIBLE_STD).double()
    with torch.no_grad():
        model.weight.copy_(vectors[:, order[:2]] * s)
    model.log_prob(data).mean().backward()
    assert model.weight.grad.abs().max() < 1e-9


def test_fixed_point_values():
    values = gaussian_fixed_point(torch.tensor([1.0, 4.0, 0.25]), 1.0, 4)
    torch.testing.assert_close(values, torch.tensor([math.sqrt(0.75), 0.0, 0.0, 0.0]))


def test_the_noise_of_the_fixed_point_may_be_a_tensor_with_a_slope():
    std = torch.tensor(1.5, dtype=torch.float64, requires_grad=True)
    eigenvalues = torch.tensor([4.0, 1.0], dtype=torch.float64)
    values = gaussian_fixed_point(eigenvalues, std, 2)
    torch.testing.assert_close(values, gaussian_fixed_point(eigenvalues, 1.5, 2))
    slope = torch.autograd.grad(values[0], std)[0].item()
    assert slope == pytest.approx(-1.5 / 4 / values[0].item())  # ds/dσ = -σ/(λ s)
    with pytest.raises(InputError, match="`visible_std` has values from 0"):
        gaussian_fixed_point(eigenvalues, torch.zeros(()), 2)
    with pytest.raises(InputError, match="`visible_std` has shape"):
        gaussian_fixed_point(eigenvalues, torch.ones(2), 2)


def test_bad_input():
    with pytest.raises(InputError, match="`visible_std` is 0"):
        GaussianBernoulliRBM(2, 2, visible_std=0)
    with pytest.raises(InputError, match="`hidden_std` is -1"):
        GaussianGaussianRBM(2, 2, hidden_std=-1)
    model = GaussianGaussianRBM(2, 2)
    with torch.no_grad():
        model.weight.copy_(torch.eye(2) * 1.2)
    with pytest.raises(InputError, match=r"singular value 1\.2, but all must be below 1"):
        model.log_prob(torch.zeros(1, 2))
    with pytest.raises(InputError, match="can be enumerated"):
        GaussianBernoulliRBM(2, 21).log_partition()
    with pytest.raises(InputError, match="`eigenvalues` has values from -1"):
        gaussian_fixed_point(torch.tensor([-1.0]), 1.0, 1)
