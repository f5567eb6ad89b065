"""The references against independent truths: enumeration, quadrature, autograd, recursion."""

import itertools
import math

import pytest
import torch

from genedu.divergences import gaussian_kl, js_divergence, kl_divergence
from genedu.exercises.cases import Draw
from genedu.exercises.registry import find
from genedu.models.boltzmann import conditional, log_partition
from genedu.models.gaussian_rbm import gaussian_fixed_point
from genedu.models.rbm import RBM


def reference(id):
    return find(id).reference


def cases(id):
    return [case.args for case in find(id).cases(Draw()) if not case.extreme]


def near(a, b, tolerance=1e-6):
    torch.testing.assert_close(
        torch.as_tensor(a, dtype=torch.float64),
        torch.as_tensor(b, dtype=torch.float64),
        rtol=tolerance,
        atol=tolerance,
    )


# -- chapter 1 ------------------------------------------------------------------------------------
def test_slip_is_where_the_printed_expression_is_largest():
    for (x,) in cases("likelihood.slip"):
        best_mean, best_variance = reference("likelihood.slip")(x)
        mean = best_mean.clone().requires_grad_()
        std = best_variance.sqrt().requires_grad_()
        printed = -std.log() - ((x - mean) ** 2).sum() / (2 * std**2)
        slopes = torch.autograd.grad(printed, (mean, std))
        near(torch.stack(slopes), torch.zeros(2), 1e-9)


def test_second_term_by_quadrature():
    for (std,) in cases("likelihood.second-term"):
        grid = torch.linspace(-12, 12, 20_001, dtype=torch.float64) * std
        log_p = -(grid**2) / (2 * std**2) - torch.log(std) - math.log(2 * math.pi) / 2
        near(reference("likelihood.second-term")(std), torch.trapezoid(-log_p.exp() * log_p, grid))


def test_laplace_is_the_best_of_a_grid():
    for (x,) in cases("likelihood.laplace"):
        location, scale = reference("likelihood.laplace")(x)

        def log_likelihood(location, scale, x=x):
            spread = (x - location[..., None]).abs().mean(-1)
            return -torch.log(2 * scale) - spread / scale

        best = log_likelihood(location, scale)
        m, b = torch.meshgrid(
            torch.linspace(float(x.min()), float(x.max()), 301).double(),
            torch.linspace(0.05, 3, 300).double() * scale,
            indexing="ij",
        )
        assert log_likelihood(m, b).max() <= best + 1e-12


def test_draws_are_enough_and_one_less_is_not():
    for trial, error in cases("likelihood.draws"):
        num = reference("likelihood.draws")(trial, error)
        std = trial.std().item()
        assert std / math.sqrt(num) <= error
        assert num == 1 or std / math.sqrt(num - 1) > error


def test_band_by_simulation():
    generator = torch.Generator().manual_seed(0)
    half_square = torch.randn(20_000, 784, generator=generator).square().sum(1) / 2
    near(half_square.std(), find("likelihood.band").reference, 0.02)


# -- chapter 2 ------------------------------------------------------------------------------------
def test_zero_agrees_with_the_package():
    for p, q in cases("divergence.zero"):
        near(reference("divergence.zero")(p, q), kl_divergence(p, q))


def test_moment_is_the_divergence_less_what_the_notes_lose():
    for mean0, cov0, mean1, cov1 in cases("divergence.moment"):
        lost = mean0 @ torch.linalg.solve(cov1, mean0)
        right = gaussian_kl(mean0, cov0, mean1, cov1)
        near(reference("divergence.moment")(mean0, cov0, mean1, cov1), right - lost)


def test_formula_for_equal_gaussians_is_the_function_in_one_dimension():
    for mu, sigma in ((0.7, 1.3), (-2.0, 0.4)):
        mean, cov = torch.tensor([mu]).double(), torch.tensor([[sigma**2]]).double()
        found = reference("divergence.moment")(mean, cov, mean, cov)
        near(found, -(mu**2) / sigma**2)


def test_best_by_kl_has_the_moments_of_draws():
    for weights, means, variances in cases("divergence.best"):
        grid = torch.linspace(-30, 30, 60_001, dtype=torch.float64)
        each = torch.distributions.Normal(means, variances.sqrt()).log_prob(grid[:, None]).exp()
        density = each @ weights
        mean = torch.trapezoid(density * grid, grid)
        std = torch.trapezoid(density * (grid - mean) ** 2, grid).sqrt()
        found = reference("divergence.best")(weights, means, variances)
        near(torch.stack(found), torch.stack((mean, std)))


def test_merging_loses_nothing_and_no_divergence_rises():
    merged = reference("divergence.merged")
    for shares, size in cases("divergence.merged"):
        near(merged(shares, size).sum(), 1.0)
        other = shares.flip(0)
        assert (
            js_divergence(merged(shares, size), merged(other, size))
            <= js_divergence(shares, other) + 1e-12
        )


def test_the_best_answers_cost_log_2_less_jsd():
    for _, p, q in cases("divergence.cost"):
        cost = reference("divergence.cost")(p / (p + q), p, q)
        near(cost, math.log(2) - js_divergence(p, q))


def test_slope_is_the_difference_of_two_divergences():
    def jsd(distance, noise):
        grid = torch.linspace(-60, 80, 200_001, dtype=torch.float64)
        width = math.sqrt(1 + noise**2)
        p, q = (
            torch.distributions.Normal(at, width).log_prob(grid).exp() for at in (0.0, distance)
        )
        m = (p + q) / 2
        density = torch.special.xlogy(p, p / m) + torch.special.xlogy(q, q / m)
        return torch.trapezoid(density.nan_to_num(0), grid).item() / 2

    for distance, noise in cases("divergence.slope"):
        step = 1e-3
        by_difference = (jsd(distance + step, noise) - jsd(distance - step, noise)) / (2 * step)
        found = float(reference("divergence.slope")(distance, noise))
        assert found == pytest.approx(by_difference, rel=1e-3, abs=1e-9)


# -- chapter 3 ------------------------------------------------------------------------------------
def states(num, low=0.0):
    return torch.tensor(list(itertools.product((low, 1.0), repeat=num)), dtype=torch.float64)


def test_table_gives_its_probabilities_back():
    for (p,) in cases("boltzmann.table"):
        weight, bias_1, bias_2 = reference("boltzmann.table")(p)
        x = states(2)
        near((weight * x[:, 0] * x[:, 1] + bias_1 * x[:, 0] + bias_2 * x[:, 1]).softmax(0), p)


def test_ordered_is_the_gradient_of_autograd():
    for x, weight, bias in cases("boltzmann.ordered"):
        half = weight.triu(1).requires_grad_()

        def negative_energy(x, bias=bias, half=half):
            shared = half + half.T
            return x @ bias + torch.einsum("bi,ij,bj->b", x, shared, x)

        log_z = negative_energy(states(len(bias))).logsumexp(0)
        (slope,) = torch.autograd.grad((negative_energy(x) - log_z).mean(), half)
        upper = slope.triu(1)
        near(reference("boltzmann.ordered")(x, weight, bias), upper + upper.T)


def test_spins_have_the_same_distribution():
    for weight, bias in cases("boltzmann.spins"):
        couplings, fields = reference("boltzmann.spins")(weight, bias)
        x, s = states(len(bias)), states(len(bias), -1.0)
        ours = x @ bias + ((x @ weight) * x).sum(1) / 2
        theirs = s @ fields + ((s @ couplings) * s).sum(1) / 2
        near(theirs.softmax(0), ours.softmax(0))


def test_hessian_is_that_of_autograd():
    for weight, bias in cases("boltzmann.hessian"):
        hessian = torch.autograd.functional.hessian(lambda b, w=weight: log_partition(w, b), bias)
        near(reference("boltzmann.hessian")(weight, bias), hessian)


def test_pseudo_likelihood_is_the_sum_of_the_conditionals():
    for x, weight, bias in cases("boltzmann.pseudo-likelihood"):
        total = torch.zeros(len(x)).double()
        for unit in range(len(bias)):
            on = conditional(x, unit, weight, bias)
            total += torch.where(x[:, unit] == 1, on, 1 - on).log()
        near(reference("boltzmann.pseudo-likelihood")(x, weight, bias), total)


# -- chapter 4 ------------------------------------------------------------------------------------
def machine(weight, visible_bias, hidden_bias):
    made = RBM(*weight.shape).double()
    for name, value in zip(
        ("weight", "visible_bias", "hidden_bias"), (weight, visible_bias, hidden_bias), strict=True
    ):
        getattr(made, name).data.copy_(value)
    return made


def test_conditional_and_free_energy_by_summing_over_hidden_states():
    for v, weight, visible_bias, hidden_bias in cases("rbm.free-energy"):
        h = states(len(hidden_bias))
        made = machine(weight, visible_bias, hidden_bias)
        energy = torch.stack([made.energy(v, one.expand(len(v), -1)) for one in h])
        near(
            reference("rbm.free-energy")(v, weight, visible_bias, hidden_bias),
            -(-energy).logsumexp(0).detach(),
        )
        on = ((-energy).softmax(0)[:, :, None] * h[:, None]).sum(0).detach()
        near(reference("rbm.conditional")(v, weight, hidden_bias), on)


def test_lamps_know_the_rule_better_with_strength():
    lit = states(3).sum(1) % 2 == 0
    found = []
    for strength in (6.0, 12.0, 30.0):
        log_p = -reference("rbm.lamps")(strength).double().free_energy(states(3)).detach()
        found.append(-math.log(4) - float(log_p.log_softmax(0)[lit].mean()))
    assert found == sorted(found, reverse=True)
    assert found[-1] < 1e-4


def test_triple_is_the_coefficient_of_the_free_energy():
    for (bias,) in cases("rbm.triple"):
        v = states(3)
        free = machine(torch.ones(3, 1), torch.zeros(3), bias[None]).free_energy(v).detach()
        signs = (-1.0) ** (3 - v.sum(1))
        near(reference("rbm.triple")(bias), (signs * -free).sum())
    near(reference("rbm.triple")(torch.tensor(find("rbm.zero").reference).double()), 0.0, 1e-12)


# -- chapter 5 ------------------------------------------------------------------------------------
def test_survivors_are_those_of_the_package():
    eigenvalues = torch.tensor([5.0, 2.0, 0.9, 0.3]).double()
    *values, threshold = reference("cd.survivors")()
    near(torch.tensor(values), gaussian_fixed_point(eigenvalues, 1.2, 3))
    assert gaussian_fixed_point(eigenvalues, threshold - 1e-6, 3)[2] > 0
    assert gaussian_fixed_point(eigenvalues, threshold + 1e-6, 3)[2] == 0


def test_variance_follows_the_recursion():
    for ratio, s, k in cases("cd.variance"):
        variance = ratio
        for _ in range(k):
            variance = s**4 * variance + s**2 + 1
        near(reference("cd.variance")(ratio, s, k), variance)


def test_student_and_truth_rest_where_their_variances_do():
    for (ratio,) in cases("cd.student"):
        student, truth = reference("cd.student")(ratio)
        near(student**4 * ratio + 1, ratio)
        near(truth**4 * ratio + truth**2 + 1, ratio)


def test_noise_is_where_the_likelihood_is_largest():
    for eigenvalues, num_hidden in cases("cd.noise"):
        best = reference("cd.noise")(eigenvalues, num_hidden)
        rest = eigenvalues.sort().values[: len(eigenvalues) - num_hidden]

        def cost(noise, rest=rest):
            return (torch.log(noise) + rest / noise).sum()

        assert all(cost(best) < cost(best * factor) for factor in (0.9, 0.99, 1.01, 1.1))


def test_belief_rests_without_visible_noise_and_is_largest_at_one():
    ratio = torch.linspace(0.05, 20, 4000).double()
    belief = reference("cd.belief")(ratio) * ratio.clamp(min=1)
    square = 1 - 1 / belief
    near(square**2 * ratio + square, ratio)
    finer = torch.linspace(0.9, 1.1, 2001).double()
    ratios = reference("cd.belief")(finer)
    near(ratios.max(), find("cd.gold").reference, 1e-3)
    near(finer[ratios.argmax()], 1.0, 1e-3)
