"""The chapters' figures against what is known of them: optima, enumeration, torch's own Adam."""

import math

import gallery
import pytest
import torch
from torch.nn.functional import softplus

from genedu import data, evaluation
from genedu.models import BoltzmannMachine, GaussianGaussianRBM


def first_inputs(figure, **changes):
    return {**next(figure.samples()), **changes}


def test_chapter_1_has_its_top_where_the_formula_says():
    figure = gallery.chapter_1()
    train = data.load("mnist", source="bundled").flattened()
    mean, variance = evaluation.gaussian_mle(100 * train.x[train.y == 3].mean(1)[:20])
    best = figure.evaluate({"at": torch.stack([mean, variance.sqrt()])})
    assert abs(best["to_go"]) < 1e-4
    # log L at its top is -n/2 (1 + log 2πσ²)
    assert best["log_likelihood"] == pytest.approx(
        -10 * (1 + math.log(2 * math.pi * variance.item())), abs=1e-3
    )
    assert best["below"].max() < 1e-3
    elsewhere = figure.evaluate({"at": torch.tensor([6.0, 4.0])})
    assert elsewhere["to_go"] > 10
    spikes = elsewhere["numbers"]
    assert (spikes > 0).sum() == 20
    assert torch.equal(spikes[spikes > 0], elsewhere["density"][spikes > 0])


def test_chapter_2_rests_where_the_moments_agree():
    figure = gallery.chapter_2()
    mean = 0.4 * -3 + 0.6 * 3
    variance = 0.4 * 0.5 + 0.6 * 1.0 + 0.4 * 0.6 * 36
    best = torch.tensor([mean, 0.5 * math.log(variance)])
    inputs = first_inputs(figure, at=best, rate=torch.tensor(1.0))
    assert (figure.evaluate(inputs)["at"] - best).abs().max() < 2e-3  # KL: nothing to gain
    reverse = figure.evaluate({**inputs, "choice": torch.tensor(1)})
    assert (reverse["at"] - best).abs().max() > 0.02  # reverse KL would go on
    moved = {**inputs, "start": torch.tensor([-2.0, 0.0])}
    assert figure.evaluate(moved)["mean"] == -2  # the pad takes the walk along


@pytest.mark.parametrize("choice", range(5))
@pytest.mark.parametrize("start", [(-5, -0.5), (5, 1.5), (0.5, 1.0)])
def test_chapter_2_walks_downhill_from_anywhere(choice, start):
    figure = gallery.chapter_2()
    start = torch.tensor(start)
    changes = {"choice": torch.tensor(choice), "start": start, "begun": start, "at": start}
    inputs = first_inputs(figure, rate=torch.tensor(0.1), **changes)
    values = []
    for _ in range(150):
        outputs = figure.evaluate(inputs)
        values.append(outputs["value"].item())
        inputs["at"] = outputs["at"]
    assert all(math.isfinite(value) for value in values)
    assert values[-1] <= min(values) + 0.01
    assert values[-1] < values[0]


def test_chapter_3_shows_the_machine_s_own_probabilities():
    figure = gallery.chapter_3()
    inputs = first_inputs(figure)
    names = ["w12", "w13", "w14", "w23", "w24", "w34"]
    weight = torch.zeros(4, 4)
    for (row, column), name in zip(torch.combinations(torch.arange(4)), names, strict=True):
        weight[row, column] = weight[column, row] = inputs[name]
    machine = BoltzmannMachine(4).load_parameters(weight, inputs["bias"].expand(4))
    exact = machine.log_prob(evaluation.binary_states(4)).exp().detach()
    outputs = figure.evaluate(inputs)
    assert torch.allclose(outputs["exact"], exact, atol=1e-6)
    assert torch.allclose(outputs["sampled"], evaluation.state_frequencies(inputs["x"]))
    generator = torch.Generator().manual_seed(0)
    sampled = torch.zeros(16)
    for step in range(150):
        inputs["x"] = figure.evaluate(inputs)["x"]
        inputs["uniform"] = torch.rand(500, 4, generator=generator)
        sampled += figure.evaluate(inputs)["sampled"] / 100 if step >= 50 else 0
    assert evaluation.total_variation(sampled, exact) < 0.02


def test_chapter_5_believes_what_the_model_says():
    figure = gallery.chapter_5()
    outputs = figure.evaluate(first_inputs(figure))
    arrows, strengths = outputs["directions"], outputs["strengths"]
    machine = GaussianGaussianRBM(2, 2, visible_std=0.7)
    columns = torch.nn.functional.normalize(arrows, dim=1).T
    machine.weight.data = columns * strengths
    ellipse = outputs["belief"]
    precision = torch.linalg.inv(machine.visible_covariance().detach())
    radius = ((ellipse @ precision) * ellipse).sum(1).sqrt()
    assert torch.allclose(radius, torch.full_like(radius, 2), atol=1e-4)
    # σ = 0.7 lets both directions of variance 4 and 1 through: s = √(1 - σ²/λ)
    assert torch.allclose(strengths, torch.tensor([1 - 0.49 / 4, 1 - 0.49]).sqrt())
    loud = figure.evaluate(first_inputs(figure, noise=torch.tensor(1.2)))
    assert loud["strengths"][1] == 0


def test_chapter_9_takes_the_step_of_torch_s_adam():
    figure = gallery.chapter_9()
    inputs = first_inputs(figure)
    outputs = figure.evaluate(inputs)
    networks = {}
    for name in "gd":
        network = torch.nn.Sequential(
            torch.nn.Linear(1, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1)
        )
        torch.nn.utils.vector_to_parameters(inputs[name], network.parameters())
        networks[name] = network
    generator, discriminator = networks["g"], networks["d"]
    sides = torch.where(inputs["which"] < 0.5, -1.5, 1.2)
    real, z = (sides + 0.4 * inputs["spread"])[:, None], inputs["z"][:, None]
    rate = inputs["rate"].item()

    def of_discriminator():
        fake = discriminator(generator(z))
        return softplus(-discriminator(real)).mean() + softplus(fake).mean()

    def of_generator():
        return softplus(-discriminator(generator(z))).mean()

    for player, loss in ((discriminator, of_discriminator), (generator, of_generator)):
        adam = torch.optim.Adam(player.parameters(), lr=rate, betas=(0.5, 0.999))
        adam.zero_grad()
        loss().backward()
        adam.step()
    for name, network in networks.items():
        after = torch.nn.utils.parameters_to_vector(network.parameters())
        assert torch.allclose(outputs[name], after, atol=2e-5)


def test_chapter_9_learns():
    figure = gallery.chapter_9()
    generator = torch.Generator().manual_seed(0)
    inputs = first_inputs(figure)
    state = list(figure.spec["state"])
    distance = []
    for step in range(1500):
        outputs = figure.evaluate(inputs)
        if step % 10 == 0:
            gap = (outputs["data"] - outputs["model"]).abs().sum() * (8 / 160) / 2
            distance.append(gap.item())
        inputs |= {name: outputs[name] for name in state}
        for name in figure.spec["noise"]:
            draw = torch.rand if name == "which" else torch.randn
            inputs[name] = draw(inputs[name].shape, generator=generator)
    assert distance[0] > 0.55
    assert sum(distance[-50:]) / 50 < 0.4  # total variation; the two humps are found
