"""The live figures of chapter 8 against the shipped model, and against what geometry says."""

import pytest
import torch

from genedu import recipes

pytestmark = pytest.mark.book

PAGE = "08-using-a-vae"
SHARES = (0.0, 0.1, 0.25, 0.4)


@pytest.fixture(scope="module")
def model():
    return recipes.load("vae-mnist-10d").requires_grad_(False)


@pytest.fixture(scope="module")
def unseen():
    return recipes.get("vae-mnist-10d").data.load("test")


def test_a_trip_is_the_models_own(figure_on_page, model):
    figure = figure_on_page(PAGE, "Round and round")
    x = torch.rand(10, 784, generator=torch.Generator().manual_seed(1))
    trip = figure.evaluate(x=x)
    mean, log_var = model.encode(x)
    # z = μ + σ ε
    drawn = model.decode(mean + torch.exp(log_var / 2) * figure.first["noise"])
    torch.testing.assert_close(trip["x"], drawn, atol=2e-3, rtol=0)
    torch.testing.assert_close(trip["shown"].flatten(1), x)
    torch.testing.assert_close(figure.evaluate(x=trip["x"])["shown"].flatten(1), trip["x"])


def test_the_distances_are_those_from_the_means_of_the_training_digits(figure_on_page):
    learned = recipes.get("vae-mnist-10d").data.load("train")
    shown = figure_on_page(PAGE, "Round and round").evaluate()
    drawn = shown["drawn"].flatten(1)
    own = [(drawn[k] - learned.x[learned.y == k].mean(0)).norm() for k in range(10)]
    everyone = (drawn - learned.x.mean(0)).norm(dim=1).mean()
    assert shown["to_class"].item() == pytest.approx(torch.stack(own).mean().item(), abs=2e-3)
    assert shown["to_all"].item() == pytest.approx(everyone.item(), abs=2e-3)


def test_the_slider_turns_over_that_share_of_the_pixels_and_starts_afresh(figure_on_page, unseen):
    figure = figure_on_page(PAGE, "Round and round")
    assert torch.equal(unseen.y[:10], torch.arange(10))
    before = torch.zeros(10, 784, dtype=torch.bool)
    figure.step(3)  # the figure is under way: a slider that moves must begin again
    for share in SHARES:
        figure.set("flipped", share)
        turned = figure.shown()["shown"].flatten(1) != unseen.x[:10]
        # 7,840 coins: four standard deviations of their share
        assert turned.float().mean().item() == pytest.approx(
            share, abs=4 * (share * (1 - share) / 7840) ** 0.5
        )
        assert (turned | ~before).all()  # more noise keeps what less noise turned over
        before = turned


def test_the_ends_of_the_line_are_the_digits_themselves(figure_on_page, model, unseen):
    figure = figure_on_page(PAGE, "From a 7 to a 2")
    digits = unseen.x[10:20]
    for t, digit in ((0, 7), (1, 2)):
        shown = figure.evaluate(t=t)
        own = model.reconstruct(digits[digit, None]).reshape(28, 28)
        torch.testing.assert_close(shown["decoded"], own, atol=2e-3, rtol=0)
        torch.testing.assert_close(shown["mixed"].flatten(), digits[digit])
    half = figure.evaluate(t=0.5)
    middle = model.interpolate(digits[7, None], digits[2, None], 3)[1].reshape(28, 28)
    torch.testing.assert_close(half["decoded"], middle, atol=2e-3, rtol=0)
    torch.testing.assert_close(half["mixed"].flatten(), (digits[7] + digits[2]) / 2)


@pytest.mark.parametrize(("start", "end"), [(7, 2), (0, 1), (4, 4)])
def test_the_distance_from_the_middle_obeys_the_parallelogram(
    figure_on_page, model, unseen, start, end
):
    figure = figure_on_page(PAGE, "From a 7 to a 2")
    first, half, last = (
        figure.evaluate(t=t, start=start, end=end)["radius"].item() for t in (0, 0.5, 1)
    )
    codes = model.encode(unseen.x[10:20])[0]
    apart = (codes[start] - codes[end]).norm().item()
    # |a + b|² + |a - b|² = 2 |a|² + 2 |b|²
    assert 4 * half**2 + apart**2 == pytest.approx(2 * first**2 + 2 * last**2, rel=1e-3)
