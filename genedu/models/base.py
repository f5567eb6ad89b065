"""What every model of the book has in common: players that learn, and samples.

A model is a ``torch.nn.Module`` that knows its *players*: who is trained, and how each gets its
gradient from a batch. One player for a Boltzmann machine or a VAE, two for a GAN. That is the
whole training abstraction; `genedu.training.fit` is the only loop that uses it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..errors import InputError, require_tensor

__all__ = ["Batch", "GenerativeModel", "Player"]


class Batch(NamedTuple):
    """What a player sees of the data in one step."""

    x: Tensor  # (batch, *event), in the data's own range
    y: Tensor | None = None  # (batch,), labels or attributes where the data has them


@dataclass(frozen=True)
class Player:
    """A name, parameters, and how they get their gradient from a batch: exactly one of

    * ``loss(batch, generator=g)`` returns a scalar in nats; `fit` differentiates it;
    * ``gradient(batch, generator=g)`` writes a hand-derived gradient straight into ``.grad``, with
      no autograd, and returns the scalar to record.
    """

    name: str
    parameters: tuple[nn.Parameter, ...]
    loss: Callable[..., Tensor] | None = None
    gradient: Callable[..., Tensor] | None = None

    def __post_init__(self):
        if (self.loss is None) == (self.gradient is None):
            raise InputError(
                f"player {self.name!r} gives {'neither' if self.loss is None else 'both'} of "
                "`loss` and `gradient`, but exactly one is accepted."
            )


class GenerativeModel(nn.Module):
    """The interface of every family.

    Besides `players` and `sample`, a family has, where it can, exactly one of
    ``log_prob(x)``: ``(batch,)``, exact, nats, or
    ``elbo(x, *, generator=None)``: ``(batch,)``, a lower bound of it, nats.
    """

    event_shape: tuple[int, ...]  # shape of one example, without the batch axis
    event_range: tuple[float | None, float | None] = None, None  # its least and greatest value

    @property
    def players(self) -> tuple[Player, ...]:
        """Who is trained; `fit` lets them move in turn."""
        raise NotImplementedError(f"{type(self).__name__} has no players")  # abstract

    def sample(self, num: int, *, generator: torch.Generator | None = None) -> Tensor:
        """Draw ``num`` examples, shape ``(num, *event)``."""
        raise NotImplementedError(f"{type(self).__name__} cannot sample")  # abstract

    def check_data(self, x: Tensor, name: str = "x") -> Tensor:
        """Return ``x`` if it is data for this model, or raise InputError that says why not.

        Data have ``event_shape`` and lie in ``event_range``; `fit` asks once, before it starts.
        """
        hint = ""
        if isinstance(x, Tensor) and x.ndim > 2 and self.event_shape == (x.shape[1:].numel(),):
            hint = "Flatten each example with x.flatten(1)."
        low, high = self.event_range
        shape = ("batch", *self.event_shape)
        require_tensor(name, x, shape, minimum=low, maximum=high, hint=hint)
        return self.check_home(name, x)

    def check_home(self, name: str, value: Tensor) -> Tensor:
        """Return ``value`` if its dtype and device are the model's, or raise InputError."""
        like = next(self.parameters(), value)
        if value.device.type != like.device.type:
            raise InputError(
                f"`{name}` is on {value.device}, but the model is on {like.device}; use "
                f"{name}.to(model.device)."
            )
        if value.dtype != like.dtype and not torch.is_autocast_enabled(like.device.type):
            raise InputError(
                f"`{name}` has dtype {value.dtype}, but the model has {like.dtype}; use "
                f"{name}.to({like.dtype}), or model.to({value.dtype})."
            )
        return value

    def check_known(self, known: Tensor, x: Tensor) -> Tensor:
        """Return the mask of the entries of ``x`` to keep, in its shape, or raise InputError."""
        if not (isinstance(known, Tensor) and known.dtype == torch.bool):
            what = known.dtype if isinstance(known, Tensor) else type(known).__name__
            raise InputError(f"`known` is {what}, but a boolean tensor is accepted.")
        if known.shape not in (x.shape, x.shape[1:]):
            accepted = f"{tuple(x.shape[1:])} or {tuple(x.shape)}"
            raise InputError(
                f"`known` has shape {tuple(known.shape)}, but {accepted} is accepted."
            )
        return known.expand(x.shape)

    @property
    def device(self) -> torch.device:
        """Where the parameters live."""
        return next(self.parameters()).device
