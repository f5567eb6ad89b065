"""The GAN that trains in the page against what is known of it: torch's own Adam, its data."""

import gallery
import torch
from torch.nn.functional import softplus


def first_inputs(figure, **changes):
    return {**next(figure.samples()), **changes}


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
