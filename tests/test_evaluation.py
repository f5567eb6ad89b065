"""Estimators against sums and integrals that are known."""

import math

import pytest
import torch

from genedu.errors import InputError
from genedu.evaluation import (
    annealed_importance_sampling,
    binary_states,
    elbo,
    gaussian_mle,
    log_mean_exp,
    log_sum_over_states,
    state_frequencies,
    sweep_matrix,
)


def test_states_count_in_binary():
    states = binary_states(5)
    place = torch.tensor([16.0, 8.0, 4.0, 2.0, 1.0])
    assert torch.equal(states @ place, torch.arange(32.0))
    assert binary_states(0).shape == (1, 0)


def test_frequencies_are_in_the_order_of_the_states():
    states = binary_states(4)
    counts = torch.arange(16)
    frequencies = state_frequencies(states.repeat_interleave(counts, 0))
    torch.testing.assert_close(frequencies, counts / counts.sum())


def test_the_sum_over_states_crosses_chunks():
    """Independent units: the sum over 2**16 states is a product of 16 factors."""
    bias = torch.linspace(-1, 1, 16, dtype=torch.float64, requires_grad=True)
    value = log_sum_over_states(16, lambda s: s @ bias, bias)
    truth = torch.nn.functional.softplus(bias).sum()
    assert value.item() == pytest.approx(truth.item(), abs=1e-10)
    (gradient,) = torch.autograd.grad(value, bias)
    torch.testing.assert_close(gradient, torch.sigmoid(bias.detach()))


def test_the_matrix_of_a_sweep_is_the_product_of_its_single_updates():
    """Two units by hand: first unit 0 given unit 1, then unit 1 given the new unit 0."""
    on = torch.tensor([[0.2, 0.7], [0.6, 0.9]], dtype=torch.float64)  # [unit, state of the other]
    matrix = sweep_matrix(lambda x, unit: on[unit, x[:, 1 - unit].long()], 2)
    for s, (_, old) in enumerate(binary_states(2).long().tolist()):
        for t, (first, second) in enumerate(binary_states(2).long().tolist()):
            one = on[0, old] if first else 1 - on[0, old]
            two = on[1, first] if second else 1 - on[1, first]
            assert matrix[s, t].item() == pytest.approx((one * two).item(), abs=1e-15)


def test_a_sweep_leaves_its_joint_distribution_in_place():
    p = torch.rand(16, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    p = (p / p.sum()).view(2, 2, 2, 2)

    def conditional(x, unit):
        index = x.long().T.clone()
        index[unit] = 1
        on = p[tuple(index)]
        index[unit] = 0
        return on / (on + p[tuple(index)])

    matrix = sweep_matrix(conditional, 4)
    torch.testing.assert_close(matrix.sum(1), torch.ones(16, dtype=torch.float64))
    torch.testing.assert_close(p.flatten() @ matrix, p.flatten())
    with pytest.raises(InputError, match="`num_units` is 11"):
        sweep_matrix(conditional, 11)


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


def gaussian_bridge(chains, betas, seed):
    """From N(0, 1) to N(2, 1/4) in the unnormalised form exp(-2 (x-2)²): Z = √(2π)/2."""
    generator = torch.Generator().manual_seed(seed)

    def log_density(x, beta):
        return -(1 - beta) * x**2 / 2 - 2 * beta * (x - 2) ** 2

    def transition(x, beta):  # an exact draw from the Gaussian at beta: perfect mixing
        precision = (1 - beta) + 4 * beta
        noise = torch.randn(x.shape, generator=generator, dtype=x.dtype)
        return 8 * beta / precision + noise / math.sqrt(precision)

    start = torch.randn(chains, generator=generator, dtype=torch.float64)
    steps = torch.linspace(0, 1, betas).tolist()
    half_log_2pi = 0.5 * math.log(2 * math.pi)
    return annealed_importance_sampling(log_density, transition, start, half_log_2pi, steps)


def test_ais_against_a_gaussian_integral():
    truth = 0.5 * math.log(2 * math.pi) - math.log(2)
    values = [gaussian_bridge(500, 50, seed)[0] for seed in range(20)]
    scaled = [(each.value - truth) / each.standard_error for each in values]
    assert max(map(abs, scaled)) < 4
    # the stated standard error is the true spread: 20 standardised errors have variance 1
    assert 0.4 < sum(z * z for z in scaled) / 20 < 2.2


def test_more_temperatures_make_ais_sharper():
    rough, fine = (gaussian_bridge(500, betas, 1)[0].standard_error for betas in (5, 200))
    assert fine < rough / 3


def test_bad_input():
    with pytest.raises(ValueError, match="at most 20"):
        binary_states(21)
    with pytest.raises(InputError, match="binary values are accepted"):
        state_frequencies(torch.tensor([[0.5]]))
    with pytest.raises(InputError, match=r"\(N,\) or \(N, D\)"):
        gaussian_mle(torch.zeros(2, 2, 2))
    with pytest.raises(InputError, match="NaN"):
        gaussian_mle(torch.tensor([math.nan]))


# -- the evidence lower bound, where p(x), the posterior and the gap are known --------------------
def test_samples_of_the_posterior_give_log_p_whatever_they_are():
    z = torch.tensor([0.3, -1.2, 2.0], dtype=torch.float64)  # p(z) = N(0, 1), p(x|z) = N(z, 1)
    x = torch.tensor([1.0, -0.5], dtype=torch.float64)
    draws = x / 2 + z[:, None] / 2**0.5  # the posterior is N(x/2, 1/2)
    normal = torch.distributions.Normal
    log_joint = normal(0.0, 1.0).log_prob(draws) + normal(draws, 1.0).log_prob(x)
    log_posterior = normal(x / 2, 0.5**0.5).log_prob(draws)
    evidence = normal(0.0, 2**0.5).log_prob(x)
    torch.testing.assert_close(elbo(log_joint, log_posterior), evidence)


def test_the_bound_misses_log_p_by_the_divergence_from_the_posterior():
    joint = torch.tensor([0.1, 0.3], dtype=torch.float64)
    q = torch.tensor([0.5, 0.5], dtype=torch.float64)
    divergence = (q * (q / (joint / joint.sum())).log()).sum()
    torch.testing.assert_close(elbo(joint.log(), q.log(), q), joint.sum().log() - divergence)


def test_the_bound_refuses_shapes_that_do_not_fit():
    two, three = torch.zeros(2), torch.zeros(3)
    with pytest.raises(InputError, match=r"`log_q` has shape \(3,\) and `log_joint` \(2,\)"):
        elbo(two, three)
    with pytest.raises(InputError, match=r"`weights` has shape \(3,\), but \(2,\) is accepted"):
        elbo(two, two, three)
