"""The live figures of the chapters, as cells that are still to move there.

Each function is what a chapter's cell will hold: the mathematics comes from the package. They are
cached, so that a figure is exported once however many tests look at it.
"""

import functools
import math

import torch
from torch.distributions import Categorical, MixtureSameFamily, Normal
from torch.func import functional_call, grad, grad_and_value

from genedu import data, evaluation
from genedu.data.linear import gaussian_cloud
from genedu.divergences import F_DIVERGENCES, optimal_discriminator
from genedu.explore import (
    Bars,
    Button,
    Canvas,
    Choice,
    Field,
    Heat,
    Images,
    Lines,
    Pad,
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
from genedu.models import RBM
from genedu.models.adversarial import discriminator_loss, generator_loss
from genedu.models.boltzmann import gibbs_sweep, state_probabilities
from genedu.models.rbm import gaussian_fixed_point
from genedu.training import fit


@functools.cache
def chapter_1():
    """A Gaussian under twenty threes, and where it stands on the surface of log L."""
    train = data.load("mnist", source="bundled").flattened()
    x = 100 * train.x[train.y == 3].mean(1)[:20]  # ink, per cent of the page
    means, stds = torch.linspace(4, 24, 61), torch.linspace(2, 10, 49)
    top_mean, top_variance = evaluation.gaussian_mle(x)
    top = Normal(top_mean, top_variance.sqrt()).log_prob(x).sum()
    below = Normal(means, stds[:, None, None]).log_prob(x[:, None]).sum(-2) - top
    # each number stands three times on the axis, so that its spike goes up and comes down
    ink, order = torch.cat([torch.linspace(0, 30, 121), x, x, x]).sort(stable=True)
    spike = (order >= 141) & (order < 161)

    def fit_by_hand(at):
        gaussian = Normal(at[0], at[1])
        density = gaussian.log_prob(ink).exp()
        log_likelihood = gaussian.log_prob(x).sum()
        return {
            "ink": ink,
            "density": density,
            "numbers": density * spike,
            "below": below,
            "at": at,
            "log_likelihood": log_likelihood,
            "to_go": top - log_likelihood,
        }

    return explore(
        fit_by_hand,
        controls={
            "at": Pad((4, 24), (2, 10), (6, 4), label="Gaussian", axes=("mean μ", "width σ"))
        },
        view=[
            Lines(
                "ink",
                ["density", "numbers"],
                labels=["Gaussian", "the twenty threes"],
                xlabel="ink (% of the page)",
                ylabel="density (per %)",
                ylim=(0, 0.2),
            ),
            Heat(
                "below",
                xlim=(4, 24),
                ylim=(2, 10),
                limits=(-70, 0),
                contours=[-70, -30, -15, -7, -3, -1],
                points="at",
                labels=["your Gaussian"],
                xlabel="mean μ (%)",
                ylabel="standard deviation σ (%)",
            ),
            Text("log L = {log_likelihood:.1f} nats, {to_go:.1f} below the top"),
        ],
        title="Climb to the top of the likelihood",
    )


@functools.cache
def chapter_2():
    """One Gaussian walks down to a mixture, in the divergence of the reader's choice."""
    keys = ["kl", "reverse_kl", "jensen_shannon", "squared_hellinger", "total_variation"]
    x = torch.linspace(-15, 15, 401, dtype=torch.float64)
    humps = Normal(torch.tensor([-3.0, 3.0]).double(), torch.tensor([0.5**0.5, 1.0]).double())
    shares = Categorical(torch.tensor([0.4, 0.6]).double())
    p = MixtureSameFamily(shares, humps).log_prob(x).softmax(0)

    def gaussian(at):
        at = at.double()  # p/q of a narrow Gaussian is beyond float32
        return Normal(at[0], at[1].exp()).log_prob(x).softmax(0)

    def divergence(at, choice):
        values = [F_DIVERGENCES[key].divergence(p, gaussian(at)) for key in keys]
        return torch.stack(values)[choice]

    def walk(choice, start, rate, at, begun):
        at = torch.where(
            (start == begun).all(), at, start
        )  # a pad that moved takes the walk along
        downhill, value = grad_and_value(divergence)(at, choice)
        mean, width = at[0], at[1].exp()
        return {
            "at": at - rate * downhill / (1 + downhill.norm()),  # never longer than the rate
            "begun": start,
            "x": x,
            "mixture": p / (x[1] - x[0]),
            "gaussian": gaussian(at) / (x[1] - x[0]),
            "value": value,
            "mean": mean,
            "width": width,
        }

    start = Pad((-5, 5), (-0.5, 1.5), (0.5, 1.0), axes=("mean", "log width"), label="start")
    return explore(
        walk,
        controls={
            "choice": Choice(keys, label="divergence"),
            "start": start,
            "rate": Slider(0.01, 1, 0.3, scale="log", label="longest step"),
        },
        state={"at": start.example(), "begun": start.example()},
        view=[
            Lines(
                "x",
                ["mixture", "gaussian"],
                xlabel="x",
                ylabel="density",
                xlim=(-9, 9),
                ylim=(0, 0.45),
            ),
            Text("D = {value:.3f} nats at mean {mean:.2f}, width {width:.2f}, after {step} steps"),
        ],
        title="The nearest Gaussian",
    )


@functools.cache
def chapter_3():
    """All sixteen probabilities of a machine with four units, and what Gibbs sampling finds."""
    states = evaluation.binary_states(4)
    upper = torch.triu_indices(4, 4, 1)

    def machine(w12, w13, w14, w23, w24, w34, bias, x, uniform):
        weights = torch.stack([w12, w13, w14, w23, w24, w34])
        weight = torch.zeros(4, 4).index_put(tuple(upper), weights)
        weight, bias = weight + weight.T, bias.expand(4)
        return {
            "x": gibbs_sweep(x, uniform, weight, bias),
            "exact": state_probabilities(weight, bias),
            "sampled": (x[:, None] == states).all(-1).float().mean(0),
        }

    first = {"w12": 2, "w13": -1, "w14": 0, "w23": 0, "w24": 1, "w34": 1.5}
    sliders = {name: Slider(-3, 3, value) for name, value in first.items()}
    return explore(
        machine,
        controls={**sliders, "bias": Slider(-2, 2, -0.5, label="bias of all units")},
        state={"x": torch.rand(500, 4, generator=torch.Generator().manual_seed(0)).round()},
        noise={"uniform": Uniform((500, 4))},
        view=[
            Bars(
                ["exact", "sampled"],
                ticks=["".join(str(int(unit)) for unit in state) for state in states],
                xlabel="state",
                ylabel="probability",
                ylim=(0, 0.5),
            ),
            Text("{step} sweeps of 500 chains"),
        ],
        title="Four units, sixteen states",
    )


@functools.cache
def small_rbm() -> RBM:
    """A machine that has seen a few digits: the chapter has a better one."""
    digits = data.load("mnist", size=1000).binarized().flattened().x
    torch.manual_seed(0)
    machine = RBM(784, 64, method="pcd")
    fit(machine, digits, steps=100, lr=0.1, optimizer="sgd", device="cpu", progress=False)
    # float16 holds these weights, so that the page's chain is this machine's own
    return machine.half().float().requires_grad_(False)


@functools.cache
def chapter_4():
    """Ten chains of fantasy digits."""
    machine = small_rbm()
    start = data.load("mnist", "test", size=100).binarized().flattened().x[:10]

    def dream(v, for_hidden, for_visible):
        return {
            "v": machine.gibbs_step(v, (for_hidden, for_visible)),
            "pictures": machine.prob_visible(machine.prob_hidden(v)).reshape(10, 28, 28),
            "free_energy": machine.free_energy(v).mean(),
        }

    return explore(
        dream,
        state={"v": start},
        noise={"for_hidden": Uniform((10, 64)), "for_visible": Uniform((10, 784))},
        view=[
            Images("pictures", columns=5),
            Text("{step} block Gibbs steps, mean free energy {free_energy:.0f} nats"),
        ],
        title="Fantasies of a restricted Boltzmann machine",
    )


@functools.cache
def chapter_5():
    """What a Gaussian machine learns of an ellipse, by the noise that it believes in."""
    cloud = gaussian_cloud([1.0, 1.0], 300, generator=torch.Generator().manual_seed(0))
    turn = torch.linspace(0, 2 * math.pi, 121)
    circle = torch.stack([turn.cos(), turn.sin()], 1)

    def learned(long, short, angle, noise):
        radians = angle.deg2rad()
        along = torch.stack([radians.cos(), radians.sin()])
        across = torch.stack([-along[1], along[0]])
        directions = torch.stack([along, across])  # rows
        variances = torch.stack([long, short]) ** 2
        order = variances.argsort(descending=True)
        strengths = gaussian_fixed_point(variances, noise, 2)
        believed = noise / (1 - strengths**2).sqrt()  # standard deviations along the directions
        return {
            "data": (cloud * variances.sqrt()) @ directions,
            "belief": (2 * circle * believed) @ directions[order],
            "origin": torch.zeros(2, 2),
            "directions": 2 * (strengths * believed)[:, None] * directions[order],
            "strengths": strengths,
        }

    return explore(
        learned,
        controls={
            "long": Slider(0.2, 2.5, 2, label="deviation of the data, first axis"),
            "short": Slider(0.2, 2.5, 1, label="second axis"),
            "angle": Slider(-90, 90, 30, unit="°", label="angle"),
            "noise": Slider(0.2, 2.5, 0.7, label="noise of the machine"),
        },
        view=[
            Field(
                "origin",
                "directions",
                points=["data", "belief"],
                scale=1,
                xlim=(-6, 6),
                ylim=(-6, 6),
                xlabel="v₁",
                ylabel="v₂",
            ),
            Bars(
                "strengths",
                ticks=["s₁", "s₂"],
                xlabel="direction",
                ylabel="singular value of W",
                ylim=(0, 1),
            ),
        ],
        title="Directions go out like lamps",
    )


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


GALLERY = (chapter_1, chapter_2, chapter_3, chapter_4, chapter_5, chapter_9)
