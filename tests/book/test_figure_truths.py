"""Live figures of the book, through their pages, against what is known of what they show."""

import math

import pytest
import torch
from torch.distributions import Normal

pytestmark = pytest.mark.book

APPENDIX = "appendix/make-your-own-explorable"


def test_which_gaussian_has_its_top_where_the_formula_says(figure_on_page):
    figure = figure_on_page(APPENDIX, "Which Gaussian?")
    width = math.sqrt(1.5)  # of −1, 0.5 and 2 around their mean 0.5
    top = figure.evaluate(mean=0.5, width=width)
    # log L = −n/2 (log 2πσ² + 1)
    assert top["log_likelihood"].item() == pytest.approx(
        -1.5 * (math.log(2 * math.pi * 1.5) + 1), abs=1e-5
    )
    assert torch.allclose(top["p"], Normal(0.5, width).log_prob(top["x"]).exp(), atol=1e-6)
    for mean, other in ((0.4, width), (0.6, width), (0.5, 1.15), (0.5, 1.3), (-3, 0.7), (3, 3)):
        lower = figure.evaluate(mean=mean, width=other)
        assert lower["log_likelihood"] < top["log_likelihood"]
    spikes = top["data"] > 0
    assert torch.allclose(top["x"][spikes], torch.tensor([-1.0, 0.5, 2.0]), atol=1e-5)
    figure.set("mean", 0.5)  # the slider itself
    assert figure.shown()["p"].argmax() == 110


def test_two_divergences_have_their_lowest_places_where_the_text_says(figure_on_page):
    figure = figure_on_page(APPENDIX, "One Gaussian, two distances")
    variance = 4 + 0.7**2  # of p: two humps at −2 and 2, each 0.7 wide

    def kl(mean, width):
        return figure.evaluate(at=[mean, width])["nats"][0].item()

    def cross_entropy(mean, width):  # −∫ p log q, but for a constant
        return math.log(width) + (variance + mean**2) / (2 * width**2)

    best = 0.0, math.sqrt(variance)
    for place in ((0.5, 2.0), (-1.0, 1.5), (1.0, 1.0), (-0.3, 1.8)):
        known = cross_entropy(*place) - cross_entropy(*best)
        assert kl(*place) - kl(*best) == pytest.approx(known, rel=1e-3)
    for hump in (-2.0, 2.0):  # q = one half of p, and p ≥ q/2: at most log 2
        reverse = figure.evaluate(at=[hump, 0.7])["nats"][1].item()
        assert math.log(2) - 0.01 < reverse <= math.log(2) + 1e-6


def langevin(x, kick, tilt, step_size):
    """x − ε ∇Φ(x) + √(2ε) kick, with ∇Φ by hand for Φ = 1.5 (x₁² − 1)² + x₂² − tilt x₁."""
    slope = torch.stack([6 * x[:, 0] * (x[:, 0] ** 2 - 1) - tilt, 2 * x[:, 1]], 1)
    return x - step_size * slope + math.sqrt(2 * step_size) * kick


def test_four_hundred_points_take_langevin_steps(figure_on_page):
    figure = figure_on_page(APPENDIX, "Four hundred points and two valleys")
    first = figure.first
    after = langevin(first["x"], first["kick"], first["tilt"], first["step_size"].item())
    assert torch.allclose(figure.step()["x"], after, atol=1e-5)
    x = torch.randn(400, 2, generator=torch.Generator().manual_seed(0))
    moved = figure.evaluate(x=x, tilt=-0.8, step_size=0.01)
    assert torch.allclose(moved["x"], langevin(x, first["kick"], -0.8, 0.01), atol=1e-5)


def test_four_hundred_points_end_in_the_right_shares(figure_on_page):
    figure = figure_on_page(APPENDIX, "Four hundred points and two valleys")
    side = torch.linspace(-4, 4, 8001, dtype=torch.float64)  # x₂ is independent of x₁
    weight = torch.exp(-1.5 * (side**2 - 1) ** 2 + 0.4 * side)
    share = (weight[side > 0].sum() / weight.sum()).item()
    assert figure.evaluate()["exact"].item() == pytest.approx(share, abs=1e-4)
    figure.step(1000)
    shares = [figure.step(50)["right"].item() for _ in range(20)]
    # 400 points: the standard deviation of one share is 0.024; those of 20 are hardly independent
    assert sum(shares) / 20 == pytest.approx(share, abs=0.04)
