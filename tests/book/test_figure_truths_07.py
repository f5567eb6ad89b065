"""The live figures of chapter 7 against the shipped decoder and Gaussians in closed form."""

import math

import pytest
import torch
from torch.distributions import Normal

from genedu import recipes
from genedu.divergences import gaussian_kl

pytestmark = pytest.mark.book

PAGE = "07-variational-autoencoder"
SEEN, NOISE = 2.0, 0.5


@pytest.mark.parametrize("at", [(-0.4, 0.3), (0.0, 0.0), (2.1, -2.9), (-3.0, 3.0)])
def test_the_map_draws_what_the_model_draws(figure_on_page, at):
    z = torch.tensor(at)
    shown = figure_on_page(PAGE, "A map of the digits").evaluate(z=z)
    with torch.no_grad():
        picture = recipes.load("vae-mnist-2d").decode(z[None]).reshape(28, 28)
    torch.testing.assert_close(shown["picture"], picture, atol=2e-3, rtol=0)
    torch.testing.assert_close(shown["dart"].mean(0), z, atol=1e-5, rtol=0)  # a ring around it
    torch.testing.assert_close((shown["dart"] - z).norm(dim=1), torch.full((80,), 0.3))
    # P(|z| > r) = exp(-r²/2) in two dimensions
    assert shown["further"] == pytest.approx(math.exp(-(at[0] ** 2 + at[1] ** 2) / 2), abs=1e-6)


@pytest.mark.parametrize(("mean", "log_var", "slope"), [(0, 0, 1), (1.5, -1, 0.7), (-2, -3, 2.2)])
def test_by_hand_is_the_linear_gaussian_model(figure_on_page, mean, log_var, slope):
    figure = figure_on_page(PAGE, "Closing the gap by hand")
    shown = figure.evaluate(mean=mean, log_var=log_var, slope=slope)
    evidence = slope**2 + NOISE**2
    center, variance = slope * SEEN / evidence, NOISE**2 / evidence
    truth = Normal(0.0, evidence**0.5).log_prob(torch.tensor(SEEN)).item()
    gap = gaussian_kl(
        *(torch.tensor([mean], dtype=torch.double), torch.tensor([[math.exp(log_var)]]).double()),
        *(torch.tensor([center]).double(), torch.tensor([[variance]]).double()),
    ).item()
    missed = (SEEN - slope * mean) ** 2 + slope**2 * math.exp(log_var)
    pixels = -0.5 * (missed / NOISE**2 + math.log(2 * math.pi * NOISE**2))
    price = 0.5 * (mean**2 + math.exp(log_var) - 1 - log_var)
    wanted = {"log_evidence": truth, "gap": gap, "pixels": pixels, "price": price}
    for name, value in {**wanted, "elbo": pixels - price}.items():
        assert shown[name].item() == pytest.approx(value, abs=2e-4, rel=1e-4), name
    z = shown["z"]
    curve = Normal(center, variance**0.5).log_prob(z).exp()
    torch.testing.assert_close(shown["posterior"], curve, atol=1e-4, rtol=0)


def test_by_hand_the_gap_closes_at_the_posterior_and_nowhere_near_it(figure_on_page):
    figure = figure_on_page(PAGE, "Closing the gap by hand")
    assert abs(figure.evaluate(mean=1.6, log_var=math.log(0.2))["gap"].item()) < 1e-5
    for mean, log_var in ((1.5, math.log(0.2)), (1.6, -1.2), (1.6, -2.0)):
        assert figure.evaluate(mean=mean, log_var=log_var)["gap"] > 0.01


def test_by_hand_a_bent_decoder_leaves_a_gap_of_log_2_and_more(figure_on_page):
    figure = figure_on_page(PAGE, "Closing the gap by hand")
    z = torch.linspace(-10, 10, 40_001, dtype=torch.double)
    log_joint = Normal(0.0, 1.0).log_prob(z) + Normal(z**2, NOISE).log_prob(torch.tensor(SEEN))
    evidence = torch.trapezoid(log_joint.exp(), z).log().item()
    gaps = {}
    for mean in (-1.33, 0.0, 1.33):
        shown = figure.evaluate(mean=mean, log_var=-3.36, decoder=1)
        assert shown["log_evidence"].item() == pytest.approx(evidence, abs=1e-4)
        gaps[mean] = shown["gap"].item()
    assert gaps[-1.33] == pytest.approx(gaps[1.33], abs=1e-4)
    assert gaps[1.33] == pytest.approx(0.712, abs=0.002)  # what the text says
    assert gaps[0.0] > 5
