"""Live figures of chapters 1 to 3, through their pages, against what is known of them."""

import itertools
import math

import pytest
import torch
from torch.distributions import Normal

from genedu import data, evaluation

pytestmark = pytest.mark.book

CHAPTER_1 = "01-what-is-a-generative-model", "Climb the likelihood"


def test_chapter_1_has_its_top_where_the_formula_says(figure_on_page):
    figure = figure_on_page(*CHAPTER_1)
    train = data.load("mnist", source="bundled").flattened()
    x = 100 * train.x[train.y == 3].mean(1)[:20]
    mean, std = x.mean().item(), x.std(correction=0).item()
    top = figure.evaluate(at=[mean, std])
    highest = -10 * (1 + math.log(2 * math.pi * std**2))  # -N/2 (1 + log 2πσ²)
    assert top["log_L"].item() == pytest.approx(highest, abs=1e-3)
    assert top["gap"].item() == pytest.approx(0, abs=0.01)
    row, column = divmod(top["below"].argmax().item(), 61)  # nodes of the map
    assert abs(4 + 20 * column / 60 - mean) <= 1 / 6
    assert abs(2 + 8 * row / 48 - std) <= 1 / 12
    for place in ((6.0, 4.0), (15.0, 2.0), (24.0, 10.0)):
        shown = figure.evaluate(at=list(place))
        # N (log σ/s + (s² + d²)/2σ² - ½), d from the mean of the data and s their deviation
        spread = std**2 + (mean - place[0]) ** 2
        below = 20 * (math.log(place[1] / std) + spread / (2 * place[1] ** 2) - 0.5)
        assert shown["gap"].item() == pytest.approx(below, abs=0.02)


def test_chapter_1_multiplies_twenty_heights(figure_on_page):
    shown = figure_on_page(*CHAPTER_1).evaluate(at=[14.0, 5.0])
    heights = shown["heights"][shown["heights"] > 0]
    assert len(heights) == 20
    assert heights.log().sum() == pytest.approx(shown["log_L"].item(), abs=0.1)


def test_chapter_1_climbs_without_a_dip(figure_on_page):
    figure = figure_on_page(*CHAPTER_1)
    climb = figure.evaluate()["climb"].tolist()
    assert climb[0] == [6, 4]
    straight = [[mean, 4.0] for mean in range(6, 16)]
    for way in (climb, straight):
        heights = [figure.evaluate(at=place)["log_L"].item() for place in way]
        assert heights == sorted(heights)


CHAPTER_2 = "02-comparing-distributions"
MOMENTS = 0.6, math.sqrt(0.4 * 0.5 + 0.6 * 1.0 + 0.4 * 0.6 * 6**2)  # mean and width of the mixture


def test_chapter_2_has_its_three_gaussians_at_rest(figure_on_page):
    figure = figure_on_page(CHAPTER_2, "Three best Gaussians")
    first = figure.first["at"]
    assert first[0].tolist() == pytest.approx(MOMENTS, abs=0.005)
    after = figure.step(100)
    assert (after["at"] - first).abs().max() < 0.02  # total variation has kinks to tremble on
    for (mean, width), name in zip(after["at"], "ABC", strict=True):
        density = Normal(mean, width).log_prob(after["x"]).exp()
        assert torch.allclose(after[name], density, atol=1e-5)


def test_chapter_2_sends_its_three_gaussians_home(figure_on_page):
    figure = figure_on_page(CHAPTER_2, "Three best Gaussians")
    figure.set("start", [-3.0, 1.0])
    at_start = figure.shown()
    assert torch.equal(at_start["A"], at_start["B"])
    a, b, c = figure.step(450)["at"].tolist()
    assert a == pytest.approx(MOMENTS, abs=1e-3)
    assert b == pytest.approx((-3, 0.5**0.5), abs=0.01)  # the left hump, where B was set down
    assert c == pytest.approx(figure.first["at"][2].tolist(), abs=0.02)


def divergence_at(figure, measure: int, place) -> float:
    places = {"start": place, "begun": place, "at": place}
    return figure.evaluate(measure=measure, **places)["D"].item()


def test_chapter_2_measures_what_it_says(figure_on_page):
    figure = figure_on_page(CHAPTER_2, "The nearest Gaussian")
    options = figure.spec["controls"]["measure"]["options"]
    kl, reverse = options.index("KL"), options.index("reverse KL")

    def cross_entropy(mean, width):
        """-E_p[log q] for any p with these moments, but for a constant; q is cut off."""
        inside = Normal(mean, width).cdf(torch.tensor([-15.025, 15.025])).diff().item()
        spread = MOMENTS[1] ** 2 + (MOMENTS[0] - mean) ** 2
        return math.log(width) + spread / (2 * width**2) + math.log(inside)

    best = divergence_at(figure, kl, MOMENTS)
    for place in ((-1.0, 2.0), (3.0, 4.0), (-4.0, 5.0)):
        more = cross_entropy(*place) - cross_entropy(*MOMENTS)
        assert divergence_at(figure, kl, place) - best == pytest.approx(more, abs=1e-4)
    for hump, share in ((-3, 0.4), (3, 0.6)):  # q is one hump, and p ≥ share · q
        value = divergence_at(figure, reverse, (hump, {-3: 0.5**0.5, 3: 1.0}[hump]))
        assert -math.log(share) - 0.01 < value <= -math.log(share) + 1e-5


def test_chapter_2_draws_the_map_that_it_walks_on(figure_on_page):
    figure = figure_on_page(CHAPTER_2, "The nearest Gaussian")
    widths, means = torch.linspace(0.6, 5, 23), torch.linspace(-5, 5, 41)
    for measure, name in enumerate(figure.spec["controls"]["measure"]["options"]):
        land = figure.evaluate(measure=measure)["land"]
        row, column = divmod(land.argmin().item(), 41)
        lowest = divergence_at(figure, measure, (means[column].item(), widths[row].item()))
        for row, column in ((5, 4), (15, 20), (3, 33)):  # the map travels in float16
            here = divergence_at(figure, measure, (means[column].item(), widths[row].item()))
            assert here / lowest == pytest.approx(land[row, column].item(), rel=1e-3), (
                name
            )  # float16


@pytest.mark.parametrize("start", [(-5, 0.6), (5, 5), (0.5, 3)])
def test_chapter_2_walks_downhill(figure_on_page, start):
    figure = figure_on_page(CHAPTER_2, "The nearest Gaussian")
    for measure, name in enumerate(figure.spec["controls"]["measure"]["options"]):
        figure.set("measure", measure)
        figure.set("start", torch.tensor(start, dtype=torch.float32))
        values = [figure.shown()["D"].item(), *(figure.step(10)["D"].item() for _ in range(15))]
        assert all(later <= value + 1e-3 for value, later in itertools.pairwise(values)), name
        figure.reset()


CHAPTER_3 = "03-boltzmann-machine", "Four lamps"
RING = {"wire_12": (0, 1), "wire_13": (0, 2), "wire_24": (1, 3), "wire_34": (2, 3)}


def four_lamps(**sliders) -> torch.Tensor:
    """The sixteen probabilities, from e^score by hand."""
    values = {"wire_12": 4, "wire_13": -2, "wire_24": -1, "wire_34": 2, "added_to_biases": 0}
    values |= sliders
    states = evaluation.binary_states(4).double()
    score = states @ (torch.tensor([-2, -1.5, 0, -1]).double() + values["added_to_biases"])
    for name, (i, j) in RING.items():
        score += values[name] * states[:, i] * states[:, j]
    return score.softmax(0).float()


def test_chapter_3_shows_the_machine_s_own_probabilities(figure_on_page):
    figure = figure_on_page(*CHAPTER_3)
    for sliders in ({}, {"wire_12": -6, "wire_34": 6}, {"wire_13": 3, "added_to_biases": -2}):
        got = figure.evaluate(**sliders)["exact"]
        assert torch.allclose(got, four_lamps(**sliders), atol=1e-6)
    figure.set("wire_12", 4.5)  # -3.5 + 4.5 is what 0011 has, -1 + 2
    tie = figure.shown()
    assert tie["p0011"].item() == pytest.approx(tie["p1100"].item(), abs=1e-6)


def test_chapter_3_draws_each_lamp_given_the_others(figure_on_page):
    figure = figure_on_page(*CHAPTER_3)
    probability, lit = four_lamps().view(2, 2, 2, 2), [1, 1, 0, 0]
    uniform = [0.95, 0.40, 0.30, 0.60]
    for unit, number in enumerate(uniform):
        both = probability[tuple(slice(None) if i == unit else lit[i] for i in range(4))]
        lit[unit] = int(number < both[1] / both.sum())
    after = figure.evaluate(lit=[[1.0, 1.0, 0.0, 0.0]], uniform=[uniform])
    assert after["lit"][0].tolist() == lit == [0, 0, 1, 1]
    more = after["counts"] - figure.first["counts"]
    assert more.nonzero().flatten().tolist() == [0b0011]


def test_chapter_3_counts_until_both_agree(figure_on_page):
    figure = figure_on_page(*CHAPTER_3)
    assert figure.shown()["sweeps"] == 100
    shown = figure.step(6000)
    assert shown["sweeps"] == 6100
    # the distance of a histogram falls as 1/√t, and is 0.05 before t = 1000
    assert evaluation.total_variation(shown["counted"], four_lamps()) < 0.04
    figure.set("wire_34", 3)
    assert figure.shown()["sweeps"] == 0  # another machine
    shown = figure.step(6000)
    assert shown["sweeps"] == 6000
    assert evaluation.total_variation(shown["counted"], four_lamps(wire_34=3)) < 0.04
