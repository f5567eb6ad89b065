"""Clouds and mixtures against the moments that they were made to have."""

import math

import pytest
import torch

from genedu.data.linear import SOURCES, gaussian_cloud, mixed_sources
from genedu.errors import InputError

# mean, variance, skewness and excess kurtosis of each kind, from its definition
MOMENTS = {
    "bumps": (0, 1, 0, -2 * 0.75**2),
    "uniform": (0, 1, 0, -6 / 5),
    "exponential": (0, 1, 2, 6),
    "laplace": (0, 1, 0, 3),
}


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_a_cloud_has_exactly_its_variances():
    variances = [6.0, 3.0, 0.2]
    x = gaussian_cloud(variances, 50, generator=generator())
    assert x.mean(0).abs().max() < 1e-6
    found = torch.linalg.eigvalsh(x.double().T @ x.double() / 50)
    torch.testing.assert_close(found, torch.tensor(variances[::-1]).double(), atol=1e-5, rtol=0)


@pytest.mark.parametrize("kind", SOURCES)
def test_a_source_has_its_moments_by_quadrature(kind):
    """Averages over u on a fine grid of mid-points, over the noise by Gauss-Hermite nodes."""
    u = ((torch.arange(400_000, dtype=torch.float64) + 0.5) / 400_000)[:, None]
    nodes = torch.tensor([-(3**0.5), 0.0, 3**0.5], dtype=torch.float64)  # exact to degree 5
    y = SOURCES[kind](u, nodes.expand(len(u), 3))
    weights = torch.tensor([1, 4, 1], dtype=torch.float64) / 6

    def average(power):
        return ((y**power).mean(0) * weights).sum().item()

    found = (average(1), average(2), average(3), average(4) - 3)
    assert found == pytest.approx(MOMENTS[kind], abs=2e-2)


def test_mixtures_are_white_and_come_apart_along_their_directions():
    x, directions = mixed_sources("exponential", 20_000, generator=generator(3))
    torch.testing.assert_close(x.T @ x / len(x), torch.eye(2), atol=1e-4, rtol=0)
    torch.testing.assert_close(directions.T @ directions, torch.eye(2))
    sources = x @ directions
    # independent sources: cross moments factorise; an exponential minus 1 is never below -1
    assert (sources[:, 0] ** 2 * sources[:, 1] ** 2).mean() == pytest.approx(1, abs=0.1)
    assert sources.min() > -1.1


def test_the_same_generator_gives_the_same_data():
    for draw in (
        lambda g: gaussian_cloud([2.0, 1.0], 9, generator=g),
        lambda g: mixed_sources("laplace", 9, generator=g)[0],
    ):
        assert torch.equal(draw(generator(1)), draw(generator(1)))


def test_bad_input_is_named():
    with pytest.raises(InputError, match="`kind` is 'laplac'"):
        mixed_sources("laplac")
    with pytest.raises(InputError, match="`variances` is -1"):
        gaussian_cloud([-1.0, 1.0])
    with pytest.raises(InputError, match="`variances` is nan"):
        gaussian_cloud([math.nan])
    with pytest.raises(InputError, match="`num` is 2"):
        gaussian_cloud([1.0, 2.0], 2)
    with pytest.raises(InputError, match="`generator` is 0"):
        gaussian_cloud([1.0], generator=0)
