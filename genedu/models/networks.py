"""Bodies of encoders and decoders: plain stacks of layers from ``torch.nn``, nothing else.

An encoder maps data ``(batch, *event)`` to ``(batch, num_outputs)``; a decoder maps codes
``(batch, latent_dim)`` to ``(batch, *event)``. Any module with these shapes can take their place.
"""

import itertools
import math
from collections.abc import Sequence

from torch import Tensor, nn

from ..errors import InputError, require_int

__all__ = ["MeanAndLogVar", "conv_decoder", "conv_encoder", "mlp", "mlp_decoder", "mlp_encoder"]


def mlp(sizes: Sequence[int], activation: type[nn.Module] = nn.ReLU) -> nn.Sequential:
    """Return linear layers of these sizes with ``activation`` between them, none at the end.

    >>> mlp([784, 400, 20])
    Sequential(
      (0): Linear(in_features=784, out_features=400, bias=True)
      (1): ReLU()
      (2): Linear(in_features=400, out_features=20, bias=True)
    )
    """
    layers = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), activation()]
    return nn.Sequential(*layers[:-1])


def mlp_encoder(
    event_shape: Sequence[int],
    num_outputs: int,
    hidden: Sequence[int] = (400,),
    activation: type[nn.Module] = nn.ReLU,
) -> nn.Sequential:
    """Return a multilayer perceptron from ``(batch, *event)`` to ``(batch, num_outputs)``.

    >>> import torch
    >>> mlp_encoder((1, 28, 28), 2 * 20)(torch.zeros(5, 1, 28, 28)).shape
    torch.Size([5, 40])
    """
    require_int("num_outputs", num_outputs)
    sizes = [math.prod(_event(event_shape)), *hidden, num_outputs]
    return nn.Sequential(nn.Flatten(), *mlp(sizes, activation))


def mlp_decoder(
    latent_dim: int,
    event_shape: Sequence[int],
    hidden: Sequence[int] = (400,),
    activation: type[nn.Module] = nn.ReLU,
) -> nn.Sequential:
    """Return a multilayer perceptron from ``(batch, latent_dim)`` to ``(batch, *event)``.

    >>> import torch
    >>> mlp_decoder(20, (1, 28, 28))(torch.zeros(5, 20)).shape
    torch.Size([5, 1, 28, 28])
    """
    require_int("latent_dim", latent_dim)
    sizes = [latent_dim, *hidden, math.prod(_event(event_shape))]
    return nn.Sequential(*mlp(sizes, activation), nn.Unflatten(1, tuple(event_shape)))


def conv_encoder(
    event_shape: Sequence[int], num_outputs: int, channels: Sequence[int] = (16, 32)
) -> nn.Sequential:
    """Return convolutions that halve the image at each of ``channels``, and a linear layer.

    ``event_shape`` is ``(colours, height, width)``. Raises InputError if the sides cannot be
    halved so often.

    >>> import torch
    >>> conv_encoder((1, 28, 28), 2 * 10)(torch.zeros(5, 1, 28, 28)).shape
    torch.Size([5, 20])
    """
    require_int("num_outputs", num_outputs)
    colours, height, width = _smallest(event_shape, channels)
    layers = []
    for inputs, outputs in itertools.pairwise((colours, *channels)):
        # 4 × 4 windows every 2 pixels: each side is halved
        layers += [nn.Conv2d(inputs, outputs, 4, stride=2, padding=1), nn.ReLU()]
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(channels[-1] * height * width, num_outputs)
    )


def conv_decoder(
    latent_dim: int, event_shape: Sequence[int], channels: Sequence[int] = (32, 16)
) -> nn.Sequential:
    """Return a linear layer and transposed convolutions that double the image at each step.

    ``event_shape`` is ``(colours, height, width)``. Raises InputError if the sides cannot be
    halved as often as there are ``channels``.

    >>> import torch
    >>> conv_decoder(10, (1, 28, 28))(torch.zeros(5, 10)).shape
    torch.Size([5, 1, 28, 28])
    """
    require_int("latent_dim", latent_dim)
    colours, height, width = _smallest(event_shape, channels)
    start = (channels[0], height, width)
    layers = [nn.Linear(latent_dim, math.prod(start)), nn.ReLU(), nn.Unflatten(1, start)]
    for inputs, outputs in itertools.pairwise((*channels, colours)):
        layers += [nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class MeanAndLogVar(nn.Module):
    """Split a decoder's output ``(batch, 2, *event)`` into ``mean`` and ``log σ²``.

    The last layer of a Gaussian decoder that says for each pixel how sure it is.

    >>> import torch
    >>> decoder = nn.Sequential(mlp_decoder(3, (2, 784)), MeanAndLogVar())
    >>> [part.shape for part in decoder(torch.zeros(5, 3))]
    [torch.Size([5, 784]), torch.Size([5, 784])]
    """

    def forward(self, outputs: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_var = outputs.unbind(1)
        return mean, log_var


def _event(event_shape: Sequence[int]) -> Sequence[int]:
    if isinstance(event_shape, Sequence) and len(event_shape) and all(n > 0 for n in event_shape):
        return event_shape
    raise InputError(
        f"`event_shape` is {event_shape!r}, but the shape of one example, such as (784,) or "
        "(1, 28, 28), is accepted."
    )


def _smallest(event_shape: Sequence[int], channels: Sequence[int]) -> tuple[int, int, int]:
    """Colours, height and width after one halving for each of ``channels``."""
    if not len(channels):
        raise InputError("`channels` is empty, but one number or more is accepted, one a layer.")
    factor = 2 ** len(channels)
    if len(_event(event_shape)) != 3 or event_shape[1] % factor or event_shape[2] % factor:
        raise InputError(
            f"`event_shape` is {tuple(event_shape)}, but (colours, height, width) with sides "
            f"that {factor} divides is accepted, as {len(channels)} layers halve them; give "
            "fewer `channels`, or pad the images."
        )
    colours, height, width = event_shape
    return colours, height // factor, width // factor
