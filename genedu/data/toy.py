"""Distributions over the plane whose true density is known: draw from them, and score a model
against them.

Every family but the rings and the checkerboard is a Gaussian of width ``noise`` (or ``std``)
around points, or around a curve. A curve is an integral over Gaussians; Gauss-Legendre quadrature
makes it a finite mixture, so one function computes all of them.
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from ..errors import InputError, require_choice, require_int, require_number, require_tensor

__all__ = ["PARAMETERS", "log_density", "sample"]

PARAMETERS: dict[str, dict] = {
    "moons": {"noise": 0.1},
    "rings": {"radii": (0.5, 1.0, 1.5), "noise": 0.05},
    "spiral": {"arms": 2, "turns": 1.5, "radius": 2.0, "noise": 0.1},
    "eight_gaussians": {"radius": 1.0, "std": 0.05},
    "checkerboard": {"squares": 4, "width": 4.0},
}
"""Each family's parameters and their defaults; lengths are in the units of the plane."""


def sample(
    name: str, num: int, *, generator: torch.Generator | None = None, **parameters
) -> Tensor:
    """Return ``num`` fresh, independent draws from a toy distribution, ``(num, 2)`` float32.

    - ``moons``: two half circles of radius 1, unscaled, as scikit-learn places them
      (``make_moons``; Pedregosa et al., 2011), with Gaussian ``noise``.
    - ``rings``: circles about the origin, each with the same probability, with Gaussian ``noise``
      (after Grathwohl et al., 2019).
    - ``spiral``: ``arms`` Archimedean arms of ``turns`` turns out to ``radius``, filled evenly by
      area, with Gaussian ``noise`` (two spirals: Lang and Witbrock, 1988).
    - ``eight_gaussians``: eight Gaussians of width ``std`` on a circle (Metz et al., 2017).
    - ``checkerboard``: uniform on the dark squares of a board with ``squares`` by ``squares``
      squares that is ``width`` wide (Grathwohl et al., 2019).

    The draws live on the generator's device. The defaults stand in ``toy.PARAMETERS``. Raises
    InputError for an unknown name or parameter and for values out of range.

    >>> sample("moons", 3, generator=torch.Generator().manual_seed(0)).shape
    torch.Size([3, 2])
    """
    return draw(name, num, generator, parameters)[0]


def log_density(name: str, x: Tensor, **parameters) -> Tensor:
    """Return the exact log-density of a toy set at ``x`` ``(batch, 2)``: ``(batch,)``, nats.

    Closed forms, or quadrature whose error is below 1e-8 in float64 up to 15 noise widths from a
    curve; computed in the dtype and on the device of ``x``, and differentiable, so that autograd
    gives the true score. Outside the checkerboard's squares it is ``-inf``. Families, parameters
    and errors as for `sample`.

    >>> log_density("checkerboard", torch.tensor([[0.5, 0.5], [0.5, -0.5]]))  # -log 8 and -inf
    tensor([-2.0794,    -inf])
    """
    require_choice("name", name, PARAMETERS)
    require_tensor("x", x, ("batch", 2))
    return _FAMILIES[name][1](x, **_checked(name, parameters))


def draw(name: str, num: int, generator: torch.Generator | None, parameters: dict):
    """Return draws ``(num, 2)`` and the component of each (moon, ring, arm, square) ``(num,)``."""
    require_choice("name", name, PARAMETERS)
    require_int("num", num)
    if not isinstance(generator, torch.Generator | None):
        raise InputError(f"`generator` is {generator!r}, but a torch.Generator is accepted.")
    return _FAMILIES[name][0](_Random(num, generator), **_checked(name, parameters))


def _checked(name: str, given: dict) -> dict:
    """The family's defaults, overwritten by the given parameters, each checked."""
    values = dict(PARAMETERS[name])
    for key, value in given.items():
        require_choice(f"parameter of {name}", key, values)
        if isinstance(values[key], int):
            values[key] = require_int(key, value)
        elif isinstance(values[key], float):
            values[key] = require_number(key, value, minimum=1e-3)
        elif isinstance(value, tuple | list) and value:
            values[key] = tuple(require_number(key, entry, minimum=1e-3) for entry in value)
        else:
            raise InputError(f"`{key}` is {value!r}, but a list of numbers is accepted.")
    return values


class _Random:
    """The three kinds of noise the families need, ``num`` of each."""

    def __init__(self, num: int, generator: torch.Generator | None):
        device = "cpu" if generator is None else generator.device
        self.num, self.options = num, {"generator": generator, "device": device}

    def component(self, count: int) -> Tensor:
        return torch.randint(count, (self.num,), **self.options)

    def uniform(self, *event: int) -> Tensor:
        return torch.rand(self.num, *event, **self.options)

    def normal(self) -> Tensor:
        return torch.randn(self.num, 2, **self.options)


def _polar(radius, angle: Tensor) -> Tensor:
    """Points ``(..., 2)`` at ``radius`` and ``angle``."""
    return torch.stack([radius * angle.cos(), radius * angle.sin()], -1)


def _curve_rule(length: float, width: float) -> tuple[Tensor, Tensor]:
    """Nodes and weights of quadrature on [0, 1] for a curve of this length, blurred by ``width``.

    Gauss-Legendre with 16 nodes on every piece of the length of one width: there the Gaussian is
    so smooth that the error is that of float64.
    """
    nodes, weights = (torch.from_numpy(a) for a in np.polynomial.legendre.leggauss(16))
    pieces = math.ceil(length / width)
    left = torch.arange(pieces, dtype=torch.float64)[:, None]
    return ((left + (nodes + 1) / 2) / pieces).flatten(), (weights / 2 / pieces).repeat(pieces)


def _mixture_log_density(x: Tensor, centres: Tensor, weights: Tensor, std: float) -> Tensor:
    """log Σ_k w_k N(x; c_k, std² I) for centres ``(K, 2)`` and weights ``(K,)``."""
    centres, log_weights = centres.to(x), weights.log().to(x)
    rows = max(1, 2**20 // len(centres))  # a few tens of MB at a time, however long the batch
    return torch.cat(
        [
            torch.logsumexp(
                log_weights - (part[:, None] - centres).square().sum(-1) / (2 * std**2), dim=-1
            )
            for part in x.split(rows)
        ]
    ) - math.log(2 * math.pi * std**2)


def _moons_curve(t: Tensor, arm: Tensor) -> Tensor:
    """Half circles: (cos πt, sin πt) and (1 - cos πt, ½ - sin πt)."""
    half_circle = _polar(1.0, math.pi * t)
    other = torch.tensor([1.0, 0.5]).to(half_circle) - half_circle
    return torch.where(arm[..., None] == 0, half_circle, other)


def _sample_moons(random: _Random, noise: float):
    arm = random.component(2)
    return _moons_curve(random.uniform(), arm) + noise * random.normal(), arm


def _moons_log_density(x: Tensor, noise: float) -> Tensor:
    t, weights = _curve_rule(math.pi, noise)
    centres = _moons_curve(t, torch.arange(2)[:, None]).reshape(-1, 2)
    return _mixture_log_density(x, centres, weights.repeat(2) / 2, noise)


def _spiral_curve(s: Tensor, arm: Tensor, arms: int, turns: float, radius: float) -> Tensor:
    """Archimedean arms, s in [0, 1]; even by area means that s has density 2s."""
    return _polar(radius * s, 2 * math.pi * (turns * s + arm / arms))


def _sample_spiral(random: _Random, arms: int, turns: float, radius: float, noise: float):
    arm, s = random.component(arms), random.uniform().sqrt()
    return _spiral_curve(s, arm, arms, turns, radius) + noise * random.normal(), arm


def _spiral_log_density(x: Tensor, arms: int, turns: float, radius: float, noise: float) -> Tensor:
    fastest = radius * math.hypot(1, 2 * math.pi * turns)  # the curve's speed at its outer end
    s, weights = _curve_rule(fastest, noise)
    arm = torch.arange(arms)[:, None]
    centres = _spiral_curve(s, arm, arms, turns, radius).reshape(-1, 2)
    return _mixture_log_density(x, centres, (2 * s * weights).repeat(arms) / arms, noise)


def _sample_rings(random: _Random, radii: tuple[float, ...], noise: float):
    ring = random.component(len(radii))
    radius = torch.tensor(radii, device=ring.device)[ring]
    return _polar(radius, 2 * math.pi * random.uniform()) + noise * random.normal(), ring


def _rings_log_density(x: Tensor, radii: tuple[float, ...], noise: float) -> Tensor:
    """p(x) = mean over R of exp(-(r² + R²) / 2σ²) I₀(rR / σ²) / 2πσ², where r = |x|.

    `i0e(z)` is I₀(z) exp(-z), which leaves (r - R)² in the exponent.
    """
    r = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
    ring = torch.tensor(radii).to(x)
    z = r * ring / noise**2
    terms = torch.special.i0e(z).log() - (r - ring).square() / (2 * noise**2)
    return terms.logsumexp(-1) - math.log(len(radii) * 2 * math.pi * noise**2)


def _eight_centres(radius: float) -> Tensor:
    return _polar(radius, 2 * math.pi * torch.arange(8, dtype=torch.float64) / 8)


def _sample_eight_gaussians(random: _Random, radius: float, std: float):
    mode = random.component(8)
    noise = random.normal()
    return _eight_centres(radius).to(noise)[mode] + std * noise, mode


def _eight_gaussians_log_density(x: Tensor, radius: float, std: float) -> Tensor:
    weights = torch.full((8,), 1 / 8, dtype=torch.float64)
    return _mixture_log_density(x, _eight_centres(radius), weights, std)


def _dark_squares(squares: int, width: float) -> Tensor:
    """Centres ``(K, 2)`` of the squares whose column and row are both even or both odd."""
    place = torch.cartesian_prod(torch.arange(squares), torch.arange(squares))
    dark = place[place.sum(-1) % 2 == 0]
    return (dark.double() + 0.5 - squares / 2) * (width / squares)


def _sample_checkerboard(random: _Random, squares: int, width: float):
    centres = _dark_squares(squares, width)
    square = random.component(len(centres))
    offset = random.uniform(2) - 0.5
    return centres.to(offset)[square] + offset * (width / squares), square


def _checkerboard_log_density(x: Tensor, squares: int, width: float) -> Tensor:
    centres = _dark_squares(squares, width).to(x)
    half = width / squares / 2 + width * torch.finfo(x.dtype).eps  # a draw may round onto the edge
    inside = ((x[:, None] - centres).abs().amax(-1) <= half).any(-1)
    log_p = torch.full_like(x[:, 0], -math.log(len(centres) * (width / squares) ** 2))
    return log_p.masked_fill(~inside, -math.inf)


_FAMILIES: dict[str, tuple[Callable, Callable]] = {
    "moons": (_sample_moons, _moons_log_density),
    "rings": (_sample_rings, _rings_log_density),
    "spiral": (_sample_spiral, _spiral_log_density),
    "eight_gaussians": (_sample_eight_gaussians, _eight_gaussians_log_density),
    "checkerboard": (_sample_checkerboard, _checkerboard_log_density),
}
