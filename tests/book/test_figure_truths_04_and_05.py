"""The live figures of chapters 4 and 5, through their pages: Gibbs steps by hand, optima."""

import math

import pytest
import torch
from torch.nn.functional import normalize, softplus

from genedu import data, recipes
from genedu.models import GaussianGaussianRBM
from genedu.recipes import manifest

pytestmark = pytest.mark.book

DREAMS = "04-restricted-boltzmann-machine", "Eight dreams that began alike"
LAMPS = "05-what-contrastive-divergence-learns", "Directions go out like lamps"
NOISE, ONE, THREE, NINE = range(4)  # the starts of the dreams


@pytest.fixture(scope="module")
def unseen():
    return data.load("mnist", "test", size=1000).binarized().flattened().x


@pytest.fixture(scope="module")
def machine():
    """Weights, visible and hidden biases of the machine that dreams, in double precision."""
    rbm = recipes.load("rbm-mnist-256")
    return [value.detach().double() for value in (rbm.weight, rbm.visible_bias, rbm.hidden_bias)]


def free_energy(machine, v):
    weight, visible_bias, hidden_bias = machine
    return -v.double() @ visible_bias - softplus(hidden_bias + v.double() @ weight).sum(-1)


# -- chapter 4: eight chains of fantasy digits ----------------------------------------------------
def test_a_dream_tosses_one_layer_and_then_the_other(figure_on_page, machine):
    figure = figure_on_page(*DREAMS)
    weight, visible_bias, hidden_bias = machine
    first = figure.first
    h = first["for_hidden"] < torch.sigmoid(hidden_bias + first["v"].double() @ weight)
    v = first["for_visible"] < torch.sigmoid(visible_bias + h.double() @ weight.T)
    shown = figure.step()
    assert torch.equal(shown["v"], v.float())
    assert torch.equal(shown["pictures"].flatten(1), v.float())
    assert shown["steps"] == 101


def test_a_new_start_begins_all_dreams_again(figure_on_page, unseen):
    figure = figure_on_page(*DREAMS)
    for start, digit in ((ONE, 1), (NINE, 9), (THREE, 3)):
        figure.set("start", start)
        shown = figure.shown()
        assert shown["steps"] == 0
        assert torch.equal(shown["pictures"].flatten(1), unseen[digit].expand(8, -1))
        later = figure.step(3)
        assert later["steps"] == 3
        assert len(later["pictures"].flatten(1).unique(dim=0)) == 8  # each has coins of its own
    figure.set("start", NOISE)
    assert figure.shown()["pictures"].mean().item() == pytest.approx(0.5, abs=0.08)  # 4.5 σ


def test_log_p_of_the_dreams_is_that_of_the_machine(figure_on_page, machine, unseen):
    figure = figure_on_page(*DREAMS)
    groups = unseen[:40].view(5, 8, 784)
    shown = torch.stack([figure.evaluate(v=v)["log_p"] for v in groups]).double()
    log_z = -free_energy(machine, groups).mean(1) - shown  # log p = -F - log Z
    assert torch.allclose(log_z, log_z[0], atol=1e-3)
    value, _, error = manifest.find("rbm-mnist-256", None).metrics["test log-likelihood"]
    told = -free_energy(machine, unseen).mean().item() - value
    # two estimates of one log Z; the chapter's prints a standard error of 0.6
    assert log_z[0].item() == pytest.approx(told, abs=4 * math.hypot(error, 0.6))


def test_ones_stay_ones_and_noise_does_not_stay_noise(figure_on_page, unseen):
    figure = figure_on_page(*DREAMS)
    figure.set("start", ONE)
    pixels = (figure.step(100)["pictures"].flatten(1) != unseen[1]).sum(1)
    assert pixels.max() < 100  # a noise picture differs from the one in some 390 pixels
    figure.set("start", NOISE)
    noise = figure.shown()["log_p"]
    assert figure.step(1)["log_p"] > noise + 1000
    assert figure.step(99)["log_p"] < -100  # the text: far from a digit's −85 after all this


# -- chapter 5: which directions survive ----------------------------------------------------------
def trained(outputs, noise) -> GaussianGaussianRBM:
    """The machine with the directions and the singular values that the figure shows."""
    rbm = GaussianGaussianRBM(2, 2, visible_std=noise).double()
    strengths = torch.stack([outputs["s1"], outputs["s2"]]).double()
    rbm.weight.data = normalize(outputs["directions"].double()).T * strengths
    return rbm


@pytest.mark.parametrize(
    ("noise", "long", "short"), [(0.7, 2, 1), (1.2, 2, 1), (0.6, 2.5, 0.5), (0.9, 1, 1)]
)
def test_no_machine_makes_the_data_more_probable(figure_on_page, noise, long, short):
    outputs = figure_on_page(*LAMPS).evaluate(noise=noise, long=long, short=short)
    rbm, points = trained(outputs, noise), outputs["data"].double()
    best = rbm.log_prob(points).mean()
    best.backward()
    assert rbm.weight.grad.abs().max() < 1e-4
    generator, optimum = torch.Generator().manual_seed(0), rbm.weight.detach().clone()
    for _ in range(50):
        kick = torch.randn(2, 2, generator=generator, dtype=torch.float64)
        rbm.weight.data = optimum + 0.005 * kick
        assert rbm.log_prob(points).mean() < best


@pytest.mark.parametrize(("noise", "alive"), [(0.7, 2), (0.98, 2), (1.02, 1), (2.02, 0)])
def test_the_ellipse_is_two_standard_deviations_of_the_belief(figure_on_page, noise, alive):
    outputs = figure_on_page(*LAMPS).evaluate(noise=noise)
    assert (torch.stack([outputs["s1"], outputs["s2"]]) > 0).sum() == alive
    precision = torch.linalg.inv(trained(outputs, noise).visible_covariance().detach())
    ellipse = outputs["belief"].double()
    radius = ((ellipse @ precision) * ellipse).sum(1).sqrt()
    assert torch.allclose(radius, torch.full_like(radius, 2), atol=1e-4)
    lengths = (outputs["directions"] ** 2).sum(1)  # (2 √(λ - σ²))², the caption says
    known = 4 * (torch.tensor([4.0, 1.0]) - noise**2).clamp(min=0)
    assert torch.allclose(lengths, known, atol=1e-4)


def test_each_curve_ends_where_the_noise_is_the_data_s_deviation(figure_on_page):
    figure = figure_on_page(*LAMPS)
    outputs = figure.evaluate(long=1.5, short=0.6, noise=0.5)
    for name, deviation, strength in (("long axis", 1.5, "s1"), ("short axis", 0.6, "s2")):
        noises, heights = outputs[name].double().T
        known = torch.where(noises < deviation, 1 - (noises / deviation) ** 2, 0.0).sqrt()
        # squares: near the end s is steep, and float32 has it to a few thousandths
        assert torch.allclose(heights**2, known**2, atol=1e-5)
        assert outputs[strength].item() == pytest.approx(math.sqrt(1 - 0.25 / deviation**2))
    points = outputs["your noise"]
    assert points[:, 0].tolist() == [0.5, 0.5]
    assert torch.equal(points[:, 1], torch.stack([outputs["s1"], outputs["s2"]]))
    figure.set("noise", 2.2)  # the slider itself
    assert torch.equal(figure.shown()["directions"], torch.zeros(2, 2))
