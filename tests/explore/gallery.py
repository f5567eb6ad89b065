"""Live figures that no page of the book has: one with all parts, and that of a chapter to come.

The latter is what the chapter's cell will hold: the mathematics comes from the package. Both are
cached, so that a figure is exported once however many tests look at it.
"""

import functools

import torch
from torch.distributions import Categorical, MixtureSameFamily, Normal
from torch.func import functional_call, grad, grad_and_value

from genedu import data
from genedu.divergences import optimal_discriminator
from genedu.explore import (
    Bars,
    Button,
    Canvas,
    Choice,
    Images,
    Lines,
    Paths,
    Picker,
    Scatter,
    Slider,
    Text,
    Toggle,
    Uniform,
    explore,
    noise,
)
from genedu.models.adversarial import discriminator_loss, generator_loss


def adam(vector, slope, first, second, time, rate):
    """One step of Adam (Kingma and Ba 2015) with β₁ = ½: vector and both moments."""
    first, second = 0.5 * first + 0.5 * slope, 0.999 * second + 0.001 * slope**2
    step = (first / (1 - 0.5**time)) / ((second / (1 - 0.999**time)).sqrt() + 1e-8)
    return vector - rate * step, first, second


@functools.cache
def chapter_9():
    """A GAN in one dimension that trains in the page."""
    torch.manual_seed(0)
    generator, discriminator = (
        torch.nn.Sequential(torch.nn.Linear(1, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
        for _ in range(2)
    )
    humps = Normal(torch.tensor([-1.5, 1.2]), torch.tensor([0.4, 0.4]))
    truth = MixtureSameFamily(Categorical(torch.tensor([0.5, 0.5])), humps)
    x = torch.linspace(-4, 4, 161)
    p = truth.log_prob(x).exp()

    def run(network, vector, inputs):
        names, sizes = zip(*((n, v.shape) for n, v in network.named_parameters()), strict=True)
        parts = vector.split([size.numel() for size in sizes])
        shaped = (part.reshape(size) for part, size in zip(parts, sizes, strict=True))
        return functional_call(network, dict(zip(names, shaped, strict=True)), (inputs[:, None],))[
            :, 0
        ]

    def train(rate, d, d1, d2, g, g1, g2, time, which, spread, z, shown):
        real = torch.where(which < 0.5, humps.loc[0], humps.loc[1]) + 0.4 * spread

        def of_discriminator(d):
            return discriminator_loss(
                run(discriminator, d, real), run(discriminator, d, run(generator, g, z))
            )

        slope, loss = grad_and_value(of_discriminator)(d)
        new_d, new_d1, new_d2 = adam(d, slope, d1, d2, time, rate)
        slope = grad(lambda g: generator_loss(run(discriminator, new_d, run(generator, g, z))))(g)
        new_g, new_g1, new_g2 = adam(g, slope, g1, g2, time, rate)
        # the generator's density: each shown draw as a narrow Gaussian
        q = Normal(run(generator, g, shown), 0.15).log_prob(x[:, None]).exp().mean(1)
        return {
            **{"d": new_d, "d1": new_d1, "d2": new_d2, "g": new_g, "g1": new_g1, "g2": new_g2},
            "time": time + 1,
            "x": x,
            "data": p,
            "model": q,
            "D": run(discriminator, d, x).sigmoid(),
            "best": optimal_discriminator(p, q),
            "loss": loss,
        }

    def flat(network):
        vector = torch.nn.utils.parameters_to_vector(network.parameters()).detach()
        return vector, torch.zeros_like(vector), torch.zeros_like(vector)

    names = ("d", "d1", "d2", "g", "g1", "g2")
    values = (*flat(discriminator), *flat(generator))
    return explore(
        train,
        controls={"rate": Slider(0.0005, 0.02, 0.005, scale="log", label="learning rate")},
        state={**dict(zip(names, values, strict=True)), "time": torch.tensor(1.0)},
        noise={
            "which": Uniform((128,)),
            "spread": noise.Normal((128,)),
            "z": noise.Normal((128,)),
            "shown": noise.Normal((300,)),
        },
        view=[
            Lines(
                "x",
                ["data", "model", "D", "best"],
                labels=["data", "model", "D", "best D"],
                xlabel="x",
                ylim=(0, 1.2),
            ),
            Text("step {step}: discriminator loss {loss:.3f} nats (1.386 knows nothing)"),
        ],
        steps_per_frame=4,
        title="A GAN that trains in the page",
    )


@functools.cache
def all_parts():
    """No chapter: every control and view that no chapter's figure has."""
    digits = data.load("mnist", "test", size=30).x[:3, 0]
    times = torch.linspace(0, 1, 20)

    def fn(picked, drawn, shown, count, kind, bend, shift, kick):
        mixed = torch.where(shown, (picked + drawn) / 2, picked)
        ends = torch.stack([kick[:, :1] * times, kick[:, 1:] * times**2], -1)
        return {
            "mixed": mixed,
            "walks": bend * ends,
            "kicks": kick,
            "count": count + kind.argmax(),
            "chosen": kind * count,
            "shift": shift + 1,
            "near": (ends[:, -1].norm(dim=1) < 1).sum().to(torch.int32),
        }

    return explore(
        fn,
        controls={
            "picked": Picker(digits, 1, label="digit"),
            "drawn": Canvas((28, 28), label="your drawing"),
            "shown": Toggle(True, label="mix the two"),
            "count": Slider(0, 9, 3, integer=True),
            "kind": Choice(["circle", "square", "star"], 2, one_hot=True),
            "bend": Slider(0.1, 10, 1, scale="log"),
            "again": Button("noise", label="draw again"),
            "back": Button("reset"),
        },
        state={"shift": torch.tensor(0)},
        noise={"kick": noise.Normal((5, 2))},
        view=[
            Images("mixed"),
            Paths("walks", xlim=(-3, 3), ylim=(-3, 3)),
            Scatter("kicks", xlim=(-3, 3), ylim=(-3, 3)),
            Bars("chosen", ticks=["circle", "square", "star"]),
            Text("{count:d} of {shift}; {near} near; step {step}"),
        ],
    )


GALLERY = (chapter_9,)
