"""The autoencoder (Hinton and Salakhutdinov 2006): a bottleneck between data and data."""

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss

from ..errors import InputError, require_choice
from .base import Batch, Player
from .latent import LatentModel

__all__ = ["Autoencoder"]

LOSSES = ("squared", "cross_entropy")


class Autoencoder(LatentModel):
    """An encoder, a bottleneck of ``latent_dim`` numbers and a decoder that learn to agree.

    ``encoder`` maps ``(batch, *event)`` to ``(batch, latent_dim)``, ``decoder`` maps codes to
    ``(batch, *event)``. ``loss`` is ``"squared"``: the sum of squared errors of an example; or
    ``"cross_entropy"`` for data in [0, 1]: the decoder gives logits, and the loss is
    ``-Σ [x log y + (1-x) log(1-y)]``, nats. There is no distribution over codes, so nothing can
    be drawn: `sample` says so. Raises InputError where the sizes of the networks do not fit.

    >>> from genedu.models.networks import mlp_decoder, mlp_encoder
    >>> model = Autoencoder(mlp_encoder((4,), 2), mlp_decoder(2, (4,)), latent_dim=2)
    >>> model.encode(torch.zeros(5, 4)).shape, model.reconstruct(torch.zeros(5, 4)).shape
    (torch.Size([5, 2]), torch.Size([5, 4]))
    """

    def __init__(
        self, encoder: nn.Module, decoder: nn.Module, latent_dim: int, loss: str = "squared"
    ):
        self.loss = require_choice("loss", loss, LOSSES)
        if loss == "cross_entropy":
            self.event_range = 0.0, 1.0
        super().__init__(encoder, decoder, latent_dim)

    @property
    def players(self) -> tuple[Player, ...]:
        """One: encoder and decoder together."""
        return (Player("autoencoder", tuple(self.parameters()), loss=self._loss),)

    def encode(self, x: Tensor) -> Tensor:
        """Return the codes of ``x``, ``(batch, latent_dim)``."""
        return self._center(x)

    def decode(self, z: Tensor) -> Tensor:
        """Return the data that the codes ``z`` stand for, ``(batch, *event)``."""
        outputs = self.decoder(self.check_codes(z))
        return torch.sigmoid(outputs) if self.loss == "cross_entropy" else outputs

    def reconstruction_error(self, x: Tensor) -> Tensor:
        """Return how far the reconstruction is from ``x``, ``(batch,)``, as ``loss`` measures it.

        Squared errors are in squared units of the data, cross-entropies in nats; both are sums
        over the pixels.
        """
        return self._error(self.check_data(x))

    def sample(self, num: int, *, generator: torch.Generator | None = None) -> Tensor:
        """Raise InputError: an autoencoder says nothing about which codes are likely."""
        raise InputError(
            "an autoencoder cannot sample, as it has no distribution over its codes; choose the "
            "codes yourself and decode(z), or use a VAE."
        )

    def _error(self, x: Tensor) -> Tensor:
        outputs = self.decoder(self.encoder(x))
        measure = mse_loss if self.loss == "squared" else binary_cross_entropy_with_logits
        # Σ_i (x_i - y_i)²   or   -Σ_i [x_i log y_i + (1 - x_i) log(1 - y_i)], y = σ(output)
        return measure(outputs, x, reduction="none").flatten(1).sum(1)

    def _loss(self, batch: Batch, *, generator: torch.Generator | None = None) -> Tensor:
        return self._error(batch.x).mean()
