"""Every toy density integrates to 1, and its samples agree with it."""

import math
from functools import cache

import numpy as np
import pytest
import torch
from sklearn.datasets import make_moons

from genedu.data import toy
from genedu.errors import InputError

# Half the width of a square that holds everything, and a step small against the noise; on the
# checkerboard the midpoints of the cells see every square of the board evenly.
GRIDS = {
    "moons": (3.0, 0.05),
    "rings": (2.0, 0.02),
    "spiral": (3.0, 0.06),
    "eight_gaussians": (1.5, 0.02),
    "checkerboard": (3.0, 0.04),
}
OTHER = {
    "moons": {"noise": 0.15},
    "rings": {"radii": [1.3], "noise": 0.1},
    "spiral": {"arms": 3, "turns": 0.7, "radius": 1.5, "noise": 0.2},
    "eight_gaussians": {"radius": 0.5, "std": 0.1},
    "checkerboard": {"squares": 3, "width": 2.4},
}


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def grid(name):
    """Midpoints (cells, 2) of a grid, and the area of a cell."""
    half, step = GRIDS[name]
    axis = torch.arange(-half + step / 2, half, step, dtype=torch.float64)
    return torch.cartesian_prod(axis, axis), step**2


@cache
def grid_mass(name):
    """The probability of every cell of the grid, and the entropy of the density."""
    points, area = grid(name)
    p = toy.log_density(name, points).exp()
    return p * area, -(torch.special.xlogy(p, p).sum() * area).item()


@pytest.mark.parametrize("name", GRIDS)
def test_the_density_integrates_to_one(name):
    assert grid_mass(name)[0].sum().item() == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("name", GRIDS)
def test_and_with_other_parameters(name):
    points, area = grid("moons")
    mass = toy.log_density(name, points, **OTHER[name]).exp().sum() * area
    assert mass.item() == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(
    "name, entropy",
    [
        ("moons", 1.00758),
        # eight Gaussians that do not touch; and the logarithm of the dark area
        ("eight_gaussians", math.log(8) + math.log(2 * math.pi * math.e * 0.05**2)),
        ("checkerboard", math.log(8)),
    ],
)
def test_known_entropies(name, entropy):
    assert grid_mass(name)[1] == pytest.approx(entropy, abs=5e-6)


def assert_mean_is(values, expected):
    error = values.std() / math.sqrt(len(values))
    assert abs(values.mean() - expected) <= 4 * error + 1e-6, (values.mean(), expected, error)


@pytest.mark.parametrize("name", GRIDS)
def test_samples_agree_with_the_density(name):
    x = toy.sample(name, 4000, generator=generator())
    assert (x.shape, x.dtype) == ((4000, 2), torch.float32)
    assert_mean_is(-toy.log_density(name, x), grid_mass(name)[1])


@pytest.mark.parametrize("name", GRIDS)
def test_samples_agree_in_mean_and_variance(name):
    x = toy.sample(name, 4000, generator=generator(1)).double()
    points, p = grid(name)[0], grid_mass(name)[0]
    for statistic in (lambda v: v[:, 0], lambda v: v[:, 1], lambda v: v.prod(-1)):
        assert_mean_is(statistic(x), (p * statistic(points)).sum())
    # an independent function of position, which sees more than two moments
    wave = lambda v: (3 * v[:, 0] + 2 * v[:, 1]).sin()  # noqa: E731
    assert_mean_is(wave(x), (p * wave(points)).sum())


def test_moons_are_those_of_scikit_learn():
    x, _ = make_moons(4000, noise=0.1, random_state=0)
    assert_mean_is(-toy.log_density("moons", torch.from_numpy(x)), 1.00758)


@pytest.mark.parametrize("noise", [0.1, 0.02])
def test_quadrature_against_simpsons_rule(noise):
    t = np.linspace(0, np.pi, 400_001)
    weights = np.resize([2, 4], len(t)) * np.pi / 400_000 / 3
    weights[[0, -1]] /= 2
    arms = (np.cos(t), np.sin(t)), (1 - np.cos(t), 0.5 - np.sin(t))
    offsets = noise * torch.tensor([[0, 0], [1, 1], [-6, 2], [-3, -15]]).double()
    x = torch.cat([offsets + torch.tensor(corner) for corner in ([-1, 0], [0, 1], [0, 0.5])])
    for point, got in zip(x.numpy(), toy.log_density("moons", x, noise=noise), strict=True):
        exponents = [-((point[0] - a) ** 2 + (point[1] - b) ** 2) / 2 / noise**2 for a, b in arms]
        top = max(e.max() for e in exponents)
        integral = sum(np.exp(e - top) @ weights for e in exponents)
        expected = top + np.log(integral / (2 * np.pi) / (2 * np.pi * noise**2))
        assert got.item() == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("name", [name for name in GRIDS if name != "checkerboard"])
def test_autograd_gives_the_score(name):
    x = toy.sample(name, 3, generator=generator()).double().requires_grad_()
    assert torch.autograd.gradcheck(lambda x: toy.log_density(name, x), x)


@pytest.mark.parametrize("name", GRIDS)
def test_float32_is_enough_to_score_a_model(name):
    x = toy.sample(name, 500, generator=generator())
    single, double = toy.log_density(name, x), toy.log_density(name, x.double())
    assert single.dtype == torch.float32
    assert (single - double).abs().max() < 1e-4


def test_components_say_where_a_point_was_drawn():
    def draw(name):
        return toy.draw(name, 2000, generator(), {})

    x, ring = draw("rings")
    assert (x.norm(dim=-1) - torch.tensor([0.5, 1.0, 1.5])[ring]).abs().max() < 0.25
    x, mode = draw("eight_gaussians")
    angle = torch.atan2(x[:, 1], x[:, 0]) * 8 / (2 * math.pi)
    assert torch.equal(angle.round().long() % 8, mode)
    x, moon = draw("moons")
    assert x[moon == 0, 1].mean() > 0.5
    assert x[moon == 1, 1].mean() < 0
    x, square = draw("checkerboard")
    for k in range(8):
        assert (x[square == k].amax(0) - x[square == k].amin(0)).max() <= 1


def test_the_checkerboard_ends_at_its_edges():
    inside = torch.tensor([[-2.0, -2.0], [0.0, 0.0], [1.9, 1.9]])
    outside = torch.tensor([[-2.1, -2.0], [0.5, -0.5], [5.0, 5.0]])
    assert toy.log_density("checkerboard", inside).isfinite().all()
    assert (toy.log_density("checkerboard", outside) == -math.inf).all()
    # Tenths are no binary fractions: the edge of a square, where a draw may land, is rounded.
    corners = ((torch.arange(0, 7, 2) - 3) * 0.1 + 0.05)[:, None].expand(-1, 2)
    assert toy.log_density("checkerboard", corners, width=0.7, squares=7).isfinite().all()


def test_the_generator_decides():
    draws = [toy.sample("moons", 5, generator=generator(seed)) for seed in (3, 3, 4)]
    assert torch.equal(draws[0], draws[1])
    assert not torch.equal(draws[0], draws[2])


def test_an_empty_batch():
    for name in GRIDS:
        assert toy.log_density(name, torch.zeros(0, 2)).shape == (0,)


@pytest.mark.parametrize(
    "call, sentence",
    [
        (lambda: toy.sample("moon", 1), "`name` is 'moon'; did you mean 'moons'?"),
        (lambda: toy.sample("moons", 0), "`num` is 0, but an integer >= 1 is accepted."),
        (lambda: toy.sample("moons", 1, generator=0), "`generator` is 0, but a torch.Generator"),
        (lambda: toy.sample("moons", 1, nose=1), "did you mean 'noise'? Accepted: noise."),
        (lambda: toy.sample("moons", 1, noise=0), "`noise` is 0, but a finite number >= 0.001"),
        (lambda: toy.sample("spiral", 1, arms=1.5), "`arms` is 1.5, but an integer >= 1"),
        (lambda: toy.sample("rings", 1, radii=2.0), "`radii` is 2.0, but a list of numbers"),
        (lambda: toy.sample("rings", 1, radii=[-1]), "`radii` is -1, but a finite number"),
        (lambda: toy.log_density("moons", [0, 0]), "`x` is list, but a torch.Tensor"),
        (lambda: toy.log_density("moons", torch.zeros(2)), "but (batch, 2) is accepted"),
    ],
)
def test_bad_input(call, sentence):
    with pytest.raises(InputError) as caught:
        call()
    assert sentence in str(caught.value)
