"""Annealed importance sampling against a Gaussian integral."""

import math

import torch

from genedu.evaluation import annealed_importance_sampling


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
