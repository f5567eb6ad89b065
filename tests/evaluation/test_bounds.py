"""Lower bounds where log p(x), the posterior and the gap are known."""

import itertools
import math

import pytest
import torch
from torch.distributions import Normal

from genedu.errors import InputError
from genedu.evaluation import elbo, importance_weighted


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


# -- importance weighting: p(z) = N(0, 1), p(x|z) = N(z, 1), so that p(x) = N(0, 2) --------------
X = 0.7
EVIDENCE = -0.5 * math.log(4 * math.pi) - X**2 / 4
POSTERIOR = X / 2, 0.5**0.5
PROPOSAL = X / 2 + 0.3, 0.6**0.5  # wider than the posterior: the weights are bounded


def log_weights(proposal, num_samples, batch, seed=0):
    """Log weights (num_samples, batch) of draws from the proposal; each column is a trial."""
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(num_samples, batch, dtype=torch.float64, generator=generator)
    mean, std, x, unit = torch.tensor([*proposal, X, 1.0], dtype=torch.float64)
    z = mean + std * noise
    log_joint = Normal(0 * unit, unit).log_prob(z) + Normal(z, unit).log_prob(x)
    return log_joint - Normal(mean, std).log_prob(z)


def relative_variance():
    """Var_q(w) / p(x)² = ∫ p(z|x)² / q(z) dz - 1, a Gaussian integral.

    p² / q is exp(-½(a z² - 2 b z + c)) over √(2π) s_p² / s_q; complete the square.
    """
    (mean_p, std_p), (mean_q, std_q) = POSTERIOR, PROPOSAL
    a = 2 / std_p**2 - 1 / std_q**2
    b = 2 * mean_p / std_p**2 - mean_q / std_q**2
    c = 2 * mean_p**2 / std_p**2 - mean_q**2 / std_q**2
    return std_q / (std_p**2 * a**0.5) * math.exp(0.5 * (b**2 / a - c)) - 1


def test_draws_of_the_posterior_weigh_alike():
    bound = importance_weighted(log_weights(POSTERIOR, 5, 100))
    torch.testing.assert_close(bound.value, torch.full_like(bound.value, EVIDENCE))
    assert bound.standard_error.max() < 1e-12


def test_the_standard_error_is_that_of_the_gaussian_integral():
    bound = importance_weighted(log_weights(PROPOSAL, 2000, 500))
    truth = math.sqrt(relative_variance() / 2000)
    assert bound.standard_error.mean().item() == pytest.approx(truth, rel=0.01)
    assert bound.value.std().item() == pytest.approx(truth, rel=0.13)  # 4 sd of a deviation of 500


def test_log_p_is_within_the_standard_error_as_often_as_it_should_be():
    trials = 4000
    bound = importance_weighted(log_weights(PROPOSAL, 500, trials))
    scaled = (bound.value - EVIDENCE) / bound.standard_error
    for width, share in ((1.0, 0.6827), (1.96, 0.95)):
        inside = (scaled.abs() < width).double().mean().item()
        assert abs(inside - share) < 4 * math.sqrt(share * (1 - share) / trials)


def test_the_bound_is_short_of_log_p_by_half_the_squared_error():
    num_samples, trials = 20, 400_000
    bound = importance_weighted(log_weights(PROPOSAL, num_samples, trials))
    missing = relative_variance() / (2 * num_samples)  # to first order in 1 / num_samples
    error = bound.value.std().item() / trials**0.5
    assert error < missing / 20
    assert EVIDENCE - bound.value.mean().item() == pytest.approx(missing, abs=4 * error, rel=0.1)
    assert (bound.standard_error**2 / 2).mean().item() == pytest.approx(missing, rel=0.1)


def test_the_two_errors_of_a_mean_over_the_batch():
    """Over many sets of ten examples: with the examples fixed, and with examples drawn anew."""
    sets, batch, num_samples = 4000, 10, 50
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(2, sets, batch, dtype=torch.float64, generator=generator) * 2**0.5
    x[0] = x[0, 0]
    noise = torch.randn(num_samples, *x.shape, dtype=torch.float64, generator=generator)
    z = x / 2 + 0.3 + PROPOSAL[1] * noise
    weights = Normal(0.0, 1.0).log_prob(z) + Normal(z, 1.0).log_prob(x)
    weights -= Normal(x / 2 + 0.3, PROPOSAL[1]).log_prob(z)
    value, error = importance_weighted(weights.flatten(1))
    value, error = value.view(x.shape), error.view(x.shape)
    spread = value.mean(2).std(1)  # of the mean over a batch: fixed examples, new examples
    as_stated = error[0].square().sum(1).sqrt() / batch, value[1].std(1) / batch**0.5
    for seen, stated in zip(spread, as_stated, strict=True):
        assert stated.square().mean().sqrt().item() == pytest.approx(seen.item(), rel=0.06)


@pytest.mark.parametrize("misfit", [0.0, 0.3])
def test_the_expectation_of_the_bound_grows_with_the_samples(misfit):
    """Exactly: z has three values, and all tuples of up to six of them are enumerated."""
    joint = torch.tensor([0.02, 0.1, 0.08], dtype=torch.float64)  # p(x, z)
    posterior = joint / joint.sum()
    q = (1 - misfit) * posterior + misfit * torch.tensor([0.8, 0.1, 0.1], dtype=torch.float64)
    expectations = []
    for num_samples in range(1, 7):
        tuples = torch.tensor(list(itertools.product(range(3), repeat=num_samples))).T
        chance = q[tuples].prod(0)
        bound = importance_weighted((joint.log() - q.log())[tuples])
        expectations.append((chance * bound.value).sum().item())
    evidence = joint.sum().log().item()
    assert expectations[0] == pytest.approx(elbo(joint.log(), q.log(), q).item(), abs=1e-14)
    if misfit:
        assert all(a < b - 1e-4 for a, b in itertools.pairwise([*expectations, evidence]))
    else:
        assert expectations == pytest.approx([evidence] * 6, abs=1e-14)


def test_gradients_flow_through_the_bound():
    weights = log_weights(PROPOSAL, 4, 3).requires_grad_()
    importance_weighted(weights).value.sum().backward()
    torch.testing.assert_close(weights.grad, weights.detach().softmax(0))


def test_bad_weights_are_refused():
    with pytest.raises(InputError, match=r"shape \(3,\), but \(num_samples, batch\) is accepted"):
        importance_weighted(torch.zeros(3))
    with pytest.raises(InputError, match="at least one sample"):
        importance_weighted(torch.zeros(0, 3))
    with pytest.raises(InputError, match="NaN"):
        importance_weighted(torch.tensor([[math.nan]]))
