"""The noise of a diffusion model against chains run step by step and integrals done by hand."""

import math

import pytest
import torch

from genedu.errors import InputError
from genedu.models.noise_schedule import (
    NoiseSchedule,
    cosine_betas,
    diffuse,
    linear_betas,
    mean_from_noise,
    noise_loss_weight,
    posterior_mean,
    posterior_variance,
    score_from_noise,
)

BETAS = (0.1, 0.3, 0.2)


def numbers(size, seed):
    return torch.randn(size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def normal(x, mean, variance):
    return torch.exp(-((x - mean) ** 2) / (2 * variance)) / (2 * math.pi * variance) ** 0.5


# -- schedules ------------------------------------------------------------------------------------
def test_the_linear_schedule_leaves_what_ddpm_leaves():
    schedule = NoiseSchedule(linear_betas())
    assert schedule.timesteps == 1000
    assert schedule.alpha_bar[1000].item() == pytest.approx(4.0358e-5, abs=5e-10)
    assert schedule.beta[1].item() == pytest.approx(1e-4)
    assert schedule.beta[1000].item() == pytest.approx(0.02)


def test_the_cosine_schedule_is_a_squared_cosine_until_it_is_cut_off():
    schedule, s = NoiseSchedule(cosine_betas(200)), 0.008

    def signal(t):
        return math.cos((t / 200 + s) / (1 + s) * math.pi / 2) ** 2

    for t in (1, 50, 100, 199):
        assert schedule.alpha_bar[t].item() == pytest.approx(signal(t) / signal(0), rel=1e-9)
    assert schedule.beta[200].item() == 0.999


def test_the_tables_are_indexed_by_t_itself_and_0_is_the_datum():
    schedule = NoiseSchedule(BETAS)
    assert schedule.alpha_bar.tolist() == pytest.approx([1, 0.9, 0.9 * 0.7, 0.9 * 0.7 * 0.8])
    assert schedule.beta.tolist() == pytest.approx([0, *BETAS])
    assert NoiseSchedule(torch.tensor(BETAS)).alpha_bar.dtype == torch.float64


# -- the jump -------------------------------------------------------------------------------------
def test_a_jump_has_the_mean_and_variance_of_all_its_steps():
    x0, mean, variance = 1.7, 1.7, 0.0
    for t, beta in enumerate(BETAS, 1):
        # x_t = √α_t x_{t-1} + √β_t ε
        mean, variance = math.sqrt(1 - beta) * mean, (1 - beta) * variance + beta
        alpha_bar = NoiseSchedule(BETAS).alpha_bar[t].item()
        assert diffuse(x0, 0.0, alpha_bar) == pytest.approx(mean, rel=1e-12)
        assert diffuse(0.0, 1.0, alpha_bar) ** 2 == pytest.approx(variance, rel=1e-12)


def test_each_datum_has_its_own_step():
    schedule, x0, noise = NoiseSchedule(BETAS), numbers((4, 2, 3), 0), numbers((4, 2, 3), 1)
    t = torch.tensor([0, 1, 2, 3])
    xt = schedule.q_sample(x0, t, noise)
    assert torch.equal(xt[0], x0[0])
    for row in range(4):
        want = diffuse(x0[row], noise[row], schedule.alpha_bar[row].item())
        assert torch.allclose(xt[row], want, rtol=0, atol=1e-14)


def test_a_float32_datum_gets_the_small_noise_of_the_first_step_exactly():
    schedule = NoiseSchedule(linear_betas())
    xt = schedule.q_sample(torch.zeros(1, 1), torch.tensor([1]), torch.ones(1, 1))
    assert xt.dtype == torch.float32
    assert xt.item() == pytest.approx(0.01, rel=1e-7)


# -- one step back --------------------------------------------------------------------------------
@pytest.mark.parametrize("t", [2, 3])
def test_the_posterior_is_bayes_rule_on_a_grid(t):
    schedule = NoiseSchedule(BETAS)
    alpha, before = schedule.alpha[t].item(), schedule.alpha_bar[t - 1].item()
    x0, xt = 0.8, -0.4
    grid = torch.linspace(-9, 9, 2001, dtype=torch.float64)
    prior = normal(grid, math.sqrt(before) * x0, 1 - before)
    weight = (
        normal(torch.tensor(xt, dtype=torch.float64), math.sqrt(alpha) * grid, 1 - alpha) * prior
    )
    weight = weight / weight.sum()
    mean = (weight * grid).sum()
    variance = (weight * (grid - mean) ** 2).sum()

    found_mean, found_variance = schedule.posterior(
        torch.full((1, 1), x0, dtype=torch.float64),
        torch.full((1, 1), xt, dtype=torch.float64),
        torch.tensor([t]),
    )
    assert found_mean.item() == pytest.approx(mean.item(), abs=1e-12)
    assert found_variance.item() == pytest.approx(variance.item(), abs=1e-12)
    assert found_variance.item() < schedule.beta[t].item()


def test_the_first_step_back_is_the_datum_without_noise():
    x0, xt = numbers((3, 2), 0), numbers((3, 2), 1)
    mean, variance = NoiseSchedule(BETAS).posterior(x0, xt, torch.ones(3, dtype=torch.int64))
    assert torch.allclose(mean, x0, rtol=0, atol=1e-14)
    assert variance.shape == (3, 1)
    assert not variance.any()


def test_a_jump_and_a_step_back_make_the_jump_before():
    schedule = NoiseSchedule(BETAS)
    alpha, before, bar = schedule.alpha[3], schedule.alpha_bar[2], schedule.alpha_bar[3]
    # mean and variance of x_{t-1} if x_t is drawn from q(x_t|x_0)
    of_noisy = posterior_mean(0.0, 1.0, alpha, before)
    mean = posterior_mean(1.0, bar.sqrt(), alpha, before)
    variance = of_noisy**2 * (1 - bar) + posterior_variance(alpha, before)
    assert mean.item() == pytest.approx(before.sqrt().item(), rel=1e-12)
    assert variance.item() == pytest.approx(1 - before.item(), rel=1e-12)


# -- the loss -------------------------------------------------------------------------------------
@pytest.mark.parametrize("variance", ["beta", "posterior"])
def test_the_weighted_error_of_the_noise_is_the_divergence_of_two_steps_back(variance):
    schedule, t = NoiseSchedule(BETAS), 3
    alpha, bar, before = schedule.alpha[t], schedule.alpha_bar[t], schedule.alpha_bar[t - 1]
    x0, noise, guess = numbers(5, 0), numbers(5, 1), numbers(5, 2)
    xt = diffuse(x0, noise, bar)
    spread = posterior_variance(alpha, before)
    chosen = schedule.beta[t] if variance == "beta" else spread
    true = torch.distributions.Normal(posterior_mean(x0, xt, alpha, before), spread.sqrt())
    clean = (xt - (1 - bar).sqrt() * guess) / bar.sqrt()
    model = torch.distributions.Normal(posterior_mean(clean, xt, alpha, before), chosen.sqrt())
    exact = torch.distributions.Normal(true.mean, chosen.sqrt())
    divergence = torch.distributions.kl_divergence
    constant = divergence(true, exact).sum()
    weight = schedule.loss_weight(torch.tensor([t]), variance)

    found = weight * ((noise - guess) ** 2).sum() + constant
    assert found.item() == pytest.approx(divergence(true, model).sum().item(), rel=1e-10)
    assert weight.item() == pytest.approx(noise_loss_weight(alpha, bar, chosen).item())
    assert torch.allclose(mean_from_noise(xt, guess, alpha, bar), model.mean, atol=1e-12)


def test_the_best_guess_of_the_noise_is_the_score_of_normal_data():
    alpha_bar, s2, xt = 0.6, 2.5, numbers(4, 0)
    # data N(0, s²): x_t ~ N(0, v), and E[ε|x_t] = √(1-ᾱ) x_t / v
    v = alpha_bar * s2 + 1 - alpha_bar
    best = math.sqrt(1 - alpha_bar) * xt / v
    assert torch.allclose(score_from_noise(best, alpha_bar), -xt / v, atol=1e-12)


# -- errors ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: NoiseSchedule([]), "`betas` has"),
        (lambda: NoiseSchedule([0.1, 1.0]), "between 0 and 1"),
        (lambda: NoiseSchedule(torch.ones(2, 2) / 2), r"shape \(2, 2\)"),
        (lambda: linear_betas(1), "`timesteps` is 1"),
        (lambda: linear_betas(first=0.0), "`first` is 0"),
        (lambda: linear_betas(last=1.0), "`last` is 1.0"),
        (lambda: cosine_betas(1), "`timesteps` is 1"),
        (lambda: cosine_betas(largest=1.0), "`largest` is 1.0"),
        (lambda: cosine_betas(offset=-1.0), "`offset` is -1.0"),
        (lambda: diffuse(1.0, 0.0, 1.2), "`alpha_bar` is 1.2"),
        (
            lambda: posterior_mean(1.0, 0.0, torch.tensor(-0.5), 0.5),
            "`alpha` has values from -0.5",
        ),
        (lambda: posterior_variance(0.5, 2.0), "`alpha_bar_before` is 2.0"),
    ],
)
def test_a_schedule_says_what_is_wrong(call, says):
    with pytest.raises(InputError, match=says):
        call()


@pytest.mark.parametrize(
    ("x0", "t", "noise", "says"),
    [
        (torch.zeros(3), torch.tensor([1, 1, 1]), torch.zeros(3), r"`x0` has shape \(3,\)"),
        (torch.zeros(2, 1), torch.tensor([1, 1]), torch.zeros(2, 2), r"`noise` has shape"),
        (torch.zeros(2, 1), torch.tensor([1.0, 1.0]), torch.zeros(2, 1), "`t` is not"),
        (torch.zeros(2, 1), torch.tensor([1]), torch.zeros(2, 1), "`t` has 1 steps"),
        (torch.zeros(2, 1), torch.tensor([0, 4]), torch.zeros(2, 1), "from 0 to 4"),
    ],
)
def test_a_jump_says_what_is_wrong(x0, t, noise, says):
    with pytest.raises(InputError, match=says):
        NoiseSchedule(BETAS).q_sample(x0, t, noise)


def test_steps_without_a_posterior_or_a_weight_are_refused():
    schedule, x = NoiseSchedule(BETAS), torch.zeros(1, 1)
    with pytest.raises(InputError, match="from 1 to 3 are accepted"):
        schedule.posterior(x, x, torch.tensor([0]))
    with pytest.raises(InputError, match="from 2 to 3 are accepted"):
        schedule.loss_weight(torch.tensor([1]))
    with pytest.raises(InputError, match="`variance`"):
        schedule.loss_weight(torch.tensor([2]), "gamma")
