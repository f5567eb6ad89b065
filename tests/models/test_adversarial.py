"""The losses of a GAN against closed forms, quadrature and the divergences."""

import math

import pytest
import torch
from torch.distributions import Normal

from genedu.divergences import F_DIVERGENCES, js_divergence, optimal_discriminator
from genedu.errors import InputError
from genedu.models.adversarial import discriminator_loss, generator_loss

PAIRS = [((0.0, 1.0), (1.0, 0.5)), ((-1.0, 0.7), (2.0, 1.3)), ((0.0, 1.0), (0.0, 1.0))]


def quantiles(gaussian, count=200_001):
    """Points that cut the Gaussian into equally probable pieces: a mean over them is E[…]."""
    return gaussian.icdf((torch.arange(count, dtype=torch.float64) + 0.5) / count)


def game(data, model):
    """Points of both and the logit of the best discriminator, log p/q."""
    data, model = (Normal(*map(torch.tensor, pair)) for pair in (data, model))
    data, model = (Normal(one.loc.double(), one.scale.double()) for one in (data, model))

    def logit(x):
        return data.log_prob(x) - model.log_prob(x)

    grid = torch.linspace(-12, 14, 100_001, dtype=torch.float64)
    masses = [one.log_prob(grid).softmax(0) for one in (data, model)]
    return quantiles(data), quantiles(model), logit, masses


@pytest.mark.parametrize(("data", "model"), PAIRS)
def test_the_value_at_the_best_discriminator(data, model):
    real, fake, logit, (p, q) = game(data, model)
    value = -discriminator_loss(logit(real), logit(fake))
    # V(D*, G) = -log 4 + 2 JSD, Eq. gan-jsd
    assert value.item() == pytest.approx(-math.log(4) + 2 * js_divergence(p, q).item(), abs=2e-5)
    assert value.item() == pytest.approx(F_DIVERGENCES["gan"].divergence(p, q).item(), abs=2e-5)


@pytest.mark.parametrize(("data", "model"), PAIRS)
def test_no_other_discriminator_does_better(data, model):
    real, fake, logit, _ = game(data, model)
    best = discriminator_loss(logit(real), logit(fake))
    for other in (lambda x: logit(x) + 0.3, lambda x: 1.2 * logit(x) - 0.2 * x, torch.sin):
        assert discriminator_loss(other(real), other(fake)) > best


@pytest.mark.parametrize(("data", "model"), PAIRS)
def test_both_costs_of_the_generator_add_up_to_a_divergence(data, model):
    _, fake, logit, (p, q) = game(data, model)
    both = generator_loss(logit(fake)) + generator_loss(logit(fake), "minimax")
    # E_g[log(1 - D*)] - E_g[log D*] = KL(p_g ‖ p_d)
    assert both.item() == pytest.approx(F_DIVERGENCES["kl"].divergence(q, p).item(), abs=3e-4)


def test_they_are_the_logarithms_that_they_stand_for():
    logits = torch.linspace(-3, 3, 13, dtype=torch.float64)
    d = torch.sigmoid(logits)
    expected = -d.log().mean() - (1 - d).log().mean()
    assert torch.allclose(discriminator_loss(logits, logits), expected)
    assert torch.allclose(generator_loss(logits), -d.log().mean())
    assert torch.allclose(generator_loss(logits, "minimax"), (1 - d).log().mean())


def test_slopes_saturate_or_not():
    v = torch.linspace(-30, 30, 61, dtype=torch.float64, requires_grad=True)
    slope = torch.autograd.grad(generator_loss(v, "minimax"), v)[0] * len(v)
    assert torch.allclose(slope, -torch.sigmoid(v))
    slope = torch.autograd.grad(generator_loss(v), v)[0] * len(v)
    assert torch.allclose(slope, torch.sigmoid(v) - 1)


def test_sure_discriminators_cost_finite_numbers():
    assert discriminator_loss(torch.tensor([-1e4]), torch.tensor([1e4])).item() == 2e4
    assert discriminator_loss(torch.tensor([1e4]), torch.tensor([-1e4])).item() == 0


def test_the_best_discriminator_by_gradient_descent():
    torch.manual_seed(0)
    real, fake = torch.randn(4000).double(), 0.8 * torch.randn(4000).double() + 0.5
    weights = torch.zeros(3, dtype=torch.float64, requires_grad=True)

    def logit(x):
        return weights[0] + weights[1] * x + weights[2] * x**2

    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = discriminator_loss(logit(real), logit(fake))
        loss.backward()
        return loss

    optimizer.step(closure)
    x = torch.linspace(-1.5, 2, 50, dtype=torch.float64)
    p, q = Normal(real.mean(), real.std()), Normal(fake.mean(), fake.std())
    best = optimal_discriminator(p.log_prob(x).exp(), q.log_prob(x).exp())
    assert (logit(x).sigmoid() - best).abs().max() < 0.02  # log p/q is quadratic in x


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: discriminator_loss(torch.zeros(0), torch.zeros(3)), "`real_logits` is empty"),
        (lambda: discriminator_loss(torch.zeros(3), torch.zeros(0, 1)), "`fake_logits` is empty"),
        (lambda: discriminator_loss([0.0], torch.zeros(3)), "`real_logits` is list"),
        (lambda: generator_loss(torch.tensor([math.nan])), "`fake_logits` contains NaN"),
        (lambda: generator_loss(torch.zeros(3), "saturating"), "did you mean 'non_saturating'"),
    ],
)
def test_bad_input_is_refused(call, said):
    with pytest.raises(InputError, match=said):
        call()
