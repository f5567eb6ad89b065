"""The live figure of chapter 6, through its page, against the model that it runs."""

import pytest
import torch

from genedu import recipes

pytestmark = pytest.mark.book

PAGE, TITLE = "06-autoencoder", "Two numbers, one garment"
SHOWN = 200  # garments, as points of the plane


@pytest.fixture(scope="module")
def model():
    return recipes.load("autoencoder-fashion-2d").requires_grad_(False)


@pytest.fixture(scope="module")
def garments():
    return recipes.get("autoencoder-fashion-2d").data.load("test").x[:SHOWN]


def test_a_garment_at_its_own_code_is_its_reconstruction(figure_on_page, model, garments):
    figure = figure_on_page(PAGE, TITLE)
    for x in garments[[0, 17, 58, 101]]:
        shown = figure.evaluate(at=model.encode(x[None])[0])
        drawn, nearest = shown["pictures"].flatten(1)
        # the weights travel in half precision
        assert torch.allclose(drawn, model.reconstruct(x[None])[0], atol=2e-3)
        assert torch.allclose(nearest, x, atol=1e-3)
        assert shown["distance"] < 0.01


def test_every_place_is_decoded_and_has_its_nearest_garment(figure_on_page, model, garments):
    figure = figure_on_page(PAGE, TITLE)
    codes = model.encode(garments)
    for at in ([1.2, 0.4], [-5.0, 4.0], [7.0, -8.0], [2.5, -1.5]):
        at = torch.tensor(at)
        shown = figure.evaluate(at=at)
        drawn, nearest = shown["pictures"].flatten(1)
        truth = model.decode(at[None])[0]
        assert (drawn - truth).abs().max() < 2e-3 * truth.abs().max().clamp(min=1)
        distances = ((codes - at) ** 2).sum(1).sqrt()
        assert shown["distance"].item() == pytest.approx(distances.min().item(), abs=5e-3)
        assert torch.allclose(nearest, garments[distances.argmin()], atol=1e-3)
        assert torch.equal(shown["you"], at[None])


def test_the_clouds_are_the_codes_of_all_garments(figure_on_page, model, garments):
    figure = figure_on_page(PAGE, TITLE)
    first = figure.evaluate()
    clouds = torch.cat([first[name] for name in ("tops", "dresses", "trousers", "shoes", "bags")])
    assert clouds.shape == (SHOWN, 2)
    gaps = torch.cdist(model.encode(garments), clouds)
    assert gaps.min(1).values.max() < 0.01


def test_the_pad_moves_the_point_and_the_picture(figure_on_page, model):
    figure = figure_on_page(PAGE, TITLE)
    figure.set("at", torch.tensor([4.5, 0.3]))
    drawn = figure.shown()["pictures"][0].flatten()
    assert torch.allclose(drawn, model.decode(torch.tensor([[4.5, 0.3]]))[0], atol=5e-3)
