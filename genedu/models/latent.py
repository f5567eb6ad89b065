"""What models with an encoder and a decoder share: the shapes, found and checked when it is built.

Sizes: data ``x`` ``(batch, *event)``, codes ``z`` ``(batch, latent_dim)``.
"""

import contextlib
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from ..errors import InputError, require_int, require_tensor
from .base import GenerativeModel

__all__ = ["LatentModel"]


class LatentModel(GenerativeModel):
    """A decoder from codes to data, an encoder back, and what one can do with any such pair."""

    code_hint = "its last layer must have `latent_dim` outputs."

    def __init__(self, encoder: nn.Module, decoder: nn.Module, latent_dim: int):
        super().__init__()
        for name, network in (("encoder", encoder), ("decoder", decoder)):
            if not isinstance(network, nn.Module):
                raise InputError(
                    f"`{name}` is {type(network).__name__}, but a torch.nn.Module is accepted."
                )
        self.latent_dim = require_int("latent_dim", latent_dim)
        self.encoder, self.decoder = encoder, decoder
        codes = self.some_codes()
        x = self._try("decoder", lambda: self._decoded(decoder(codes)), f"codes (2, {latent_dim})")
        self.event_shape = tuple(x.shape[1:])
        code = self._try("encoder", lambda: self._code(encoder(x)), f"data {tuple(x.shape)}")
        if code.shape != codes.shape:
            raise InputError(
                f"`encoder` gives {tuple(code.shape)} for `latent_dim` = {latent_dim} and two "
                f"examples, but {tuple(codes.shape)} is accepted; {self.code_hint}"
            )

    def some_codes(self) -> Tensor:
        """Two codes of zeros, of the networks' dtype and device: one row may be squeezed away."""
        known = (p for p in self.parameters() if not isinstance(p, nn.UninitializedParameter))
        return next(known, torch.empty(0)).new_zeros(2, self.latent_dim)

    def encode(self, x: Tensor):
        """Return the code of ``x``."""
        raise NotImplementedError(f"{type(self).__name__} cannot encode")  # abstract

    def _decoded(self, output) -> Tensor:
        """A tensor ``(batch, *event)`` from what the decoder returns."""
        return output

    def _code(self, output) -> Tensor:
        """A tensor ``(batch, latent_dim)`` from what the encoder returns."""
        return output

    def check_codes(self, z: Tensor, name: str = "z") -> Tensor:
        """Return ``z`` if it is ``(batch, latent_dim)``, or raise InputError."""
        require_tensor(name, z, ("batch", self.latent_dim))
        return self.check_home(name, z)

    def decode(self, z: Tensor) -> Tensor:
        """Return what the decoder makes of the codes ``z``, ``(batch, *event)``, as data."""
        raise NotImplementedError(f"{type(self).__name__} cannot decode")  # abstract

    def _center(self, x: Tensor) -> Tensor:
        """The one code that stands for ``x``, ``(batch, latent_dim)``."""
        return self._code(self.encoder(self.check_data(x)))

    @torch.no_grad()
    def reconstruct(self, x: Tensor) -> Tensor:
        """Return ``x`` after the way through its code, ``(batch, *event)``, without noise."""
        return self.decode(self._center(x))

    @torch.no_grad()
    def interpolate(self, x0: Tensor, x1: Tensor, steps: int) -> Tensor:
        """Return what lies between ``x0`` and ``x1``: the line between their codes, decoded.

        ``x0`` and ``x1`` are ``(batch, *event)``; the result is ``(steps, batch, *event)`` and
        begins and ends with their reconstructions. Raises InputError for fewer than 2 steps.
        """
        require_int("steps", steps, minimum=2)
        self.check_data(x0, "x0")
        self.check_data(x1, "x1")
        if x0.shape != x1.shape:
            raise InputError(
                f"`x1` has shape {tuple(x1.shape)}, but that of `x0`, {tuple(x0.shape)}, is "
                "accepted."
            )
        start, end = self._center(x0), self._center(x1)
        fractions = torch.linspace(0, 1, steps, dtype=x0.dtype, device=x0.device)
        # z = (1 - t) z0 + t z1
        return torch.stack([self.decode(torch.lerp(start, end, t)) for t in fractions])

    @contextlib.contextmanager
    def only_looking(self) -> Iterator[None]:
        """Within, networks may be called and do not change: no dropout, no running means."""
        modes = [(module, module.training) for module in self.modules()]
        self.eval()
        try:
            with torch.no_grad():
                yield
        finally:
            for module, mode in modes:
                module.training = mode

    def _try(self, name: str, run: Callable[[], Tensor], given: str) -> Tensor:
        """Run a network once, so that sizes that do not fit are told now and by name."""
        try:
            with self.only_looking():
                result = run()
        except InputError:
            raise
        except (RuntimeError, ValueError, TypeError, NotImplementedError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise InputError(
                f"`{name}` cannot take {given} ({reason}), but networks whose sizes fit each "
                "other and `latent_dim` are accepted."
            ) from error
        if not isinstance(result, Tensor) or result.ndim < 2 or len(result) != 2:
            shape = tuple(result.shape) if isinstance(result, Tensor) else type(result).__name__
            raise InputError(
                f"`{name}` gives {shape} for {given}, but one row for each example is accepted."
            )
        return result
