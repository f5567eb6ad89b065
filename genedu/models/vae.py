"""The variational autoencoder (Kingma and Welling 2014; Rezende, Mohamed and Wierstra 2014).

``p(z) = N(0, I)``, ``p(x|z)`` by the decoder, ``q(z|x) = N(μ(x), diag σ²(x))`` by the encoder.
Sizes: ``x`` ``(batch, *event)``, ``z``, ``mean`` and ``log_var = log σ²`` ``(batch, latent_dim)``.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from ..divergences import gaussian_kl_to_standard
from ..errors import InputError, require_choice, require_generator, require_int, require_number
from ..evaluation import log_mean_exp
from .base import Batch, Player
from .latent import LatentModel
from .likelihoods import bernoulli_log_likelihood, gaussian_log_likelihood
from .reparameterization import reparameterize

__all__ = ["VAE"]

LIKELIHOODS = ("bernoulli", "gaussian")


class VAE(LatentModel):
    """A variational autoencoder.

    ``encoder`` maps ``x`` to ``(batch, 2 latent_dim)``, the mean and then ``log σ²``, or to the
    pair of both. ``decoder`` maps ``z`` to ``(batch, *event)``: with ``likelihood="bernoulli"``
    (data in [0, 1]) the logits of the pixels; with ``"gaussian"`` their means, and the one
    ``log σ²`` of all pixels is the parameter ``decoder_log_var``; or the pair of means and
    ``log σ²`` for each pixel (`networks.MeanAndLogVar`). ``beta`` weighs the divergence in
    training (Higgins et al. 2017); `elbo` is the bound itself. Raises InputError where the sizes
    of the networks do not fit each other or ``latent_dim``.

    >>> from genedu.models.networks import mlp_decoder, mlp_encoder
    >>> model = VAE(mlp_encoder((784,), 2 * 20), mlp_decoder(20, (784,)), latent_dim=20)
    >>> model.sample(3).shape, model.elbo(torch.zeros(5, 784)).shape
    (torch.Size([3, 784]), torch.Size([5]))
    """

    code_hint = "its last layer must have 2 `latent_dim` outputs: the mean, then log σ²."

    def __init__(
        self,
        encoder: nn.Module,
        decoder: nn.Module,
        latent_dim: int,
        likelihood: str = "bernoulli",
        beta: float = 1.0,
    ):
        self.likelihood = require_choice("likelihood", likelihood, LIKELIHOODS)
        self.beta = require_number("beta", beta, minimum=0)
        if likelihood == "bernoulli":
            self.event_range = 0.0, 1.0
        super().__init__(encoder, decoder, latent_dim)
        codes = self.some_codes()
        with self.only_looking():
            output = decoder(codes)
        pair = isinstance(output, tuple)
        if pair and likelihood == "bernoulli":
            raise InputError(
                "`decoder` gives a mean and log σ², but one tensor of logits is accepted for "
                "likelihood='bernoulli'; use likelihood='gaussian'."
            )
        if pair and output[1].ndim not in (0, output[0].ndim):
            raise InputError(
                f"`decoder` gives a mean {tuple(output[0].shape)} and log σ² "
                f"{tuple(output[1].shape)}, but one shape for both, or one number for all pixels, "
                "is accepted."
            )
        if likelihood == "gaussian" and not pair:
            self.decoder_log_var = nn.Parameter(codes.new_zeros(()))

    @property
    def players(self) -> tuple[Player, ...]:
        """One: encoder and decoder together, by minus the bound."""
        return (Player("vae", tuple(self.parameters()), loss=self._loss),)

    # -- the two networks -------------------------------------------------------------------------
    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return ``mean`` and ``log_var`` of ``q(z|x)``, each ``(batch, latent_dim)``."""
        return self._pair(self.encoder(self.check_data(x)))

    def decode(self, z: Tensor) -> Tensor:
        """Return the mean of ``p(x|z)``, ``(batch, *event)``, in the data's range."""
        outputs = self._decoded(self.decoder(self.check_codes(z)))
        return torch.sigmoid(outputs) if self.likelihood == "bernoulli" else outputs

    def log_likelihood(self, x: Tensor, z: Tensor) -> Tensor:
        """Return ``log p(x|z)``, ``(batch,)``, nats, Eq. gaussian-kl (both decoders)."""
        outputs = self.decoder(z)
        if self.likelihood == "bernoulli":
            return bernoulli_log_likelihood(x, outputs)
        return gaussian_log_likelihood(x, *self._mean_and_log_var(outputs))

    # -- the bound --------------------------------------------------------------------------------
    def elbo(self, x: Tensor, *, generator: torch.Generator | None = None) -> Tensor:
        """Return ``E_q[log p(x|z)] - KL(q(z|x) ‖ p(z))``, ``(batch,)``, nats, Eq. vae-elbo.

        A lower bound of ``log p(x)``; the expectation is one draw, the divergence exact.
        """
        reconstruction, divergence = self.elbo_terms(x, generator=generator)
        return reconstruction - divergence

    def elbo_terms(
        self, x: Tensor, *, generator: torch.Generator | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return ``log p(x|z)`` for one draw of ``q`` and the divergence, ``(batch,)``, nats."""
        mean, log_var = self.encode(x)
        # z = μ + σ ε
        z = reparameterize(mean, log_var, self._noise(mean, generator))
        # KL(N(μ, σ²) ‖ N(0, 1)) = -½ Σ_j (1 + log σ_j² - μ_j² - σ_j²)
        return self.log_likelihood(x, z), gaussian_kl_to_standard(mean, log_var)

    def log_weights(
        self, x: Tensor, num_samples: int, *, generator: torch.Generator | None = None
    ) -> Tensor:
        """Return ``log p(x, z) - log q(z|x)`` for draws of ``q``, ``(num_samples, batch)``."""
        require_int("num_samples", num_samples)
        mean, log_var = self.encode(x)
        rows = []
        for _ in range(num_samples):
            z = reparameterize(mean, log_var, self._noise(mean, generator))
            log_prior = gaussian_log_likelihood(z, torch.zeros_like(z), 0.0)
            log_q = gaussian_log_likelihood(z, mean, log_var)
            # log w = log p(x|z) + log p(z) - log q(z|x), nats
            rows.append(self.log_likelihood(x, z) + log_prior - log_q)
        return torch.stack(rows)

    @torch.no_grad()
    def log_prob_iw(
        self, x: Tensor, num_samples: int, *, generator: torch.Generator | None = None
    ) -> Tensor:
        """Return the importance-weighted bound of ``log p(x)``, ``(batch,)``, nats.

        ``log 1/L Σ_l p(x, z_l) / q(z_l|x)`` with ``L = num_samples`` draws of ``q`` (Burda, Grosse
        and Salakhutdinov 2016): for one draw the elbo on average, and closer to ``log p(x)`` the
        more there are. `genedu.evaluation` gives its standard error from `log_weights`.
        """
        return log_mean_exp(self.log_weights(x, num_samples, generator=generator))

    # -- what one can do with it ------------------------------------------------------------------
    @torch.no_grad()
    def sample(
        self, num: int, *, generator: torch.Generator | None = None, mean: bool = False
    ) -> Tensor:
        """Draw ``z ~ p(z)``, then ``x ~ p(x|z)``, ``(num, *event)``; or its mean, if ``mean``.

        The mean is what most papers show as a sample: a picture without the pixels' own noise.
        """
        shape = require_int("num", num), self.latent_dim
        z = self._noise(next(self.parameters()).new_empty(shape), generator)
        if mean:
            return self.decode(z)
        if self.likelihood == "bernoulli":
            probability = self.decode(z)
            uniform = torch.rand(
                probability.shape,
                generator=generator,
                dtype=probability.dtype,
                device=probability.device,
            )
            return (uniform < probability).to(probability.dtype)
        center, log_var = self._mean_and_log_var(self.decoder(z))
        return center + torch.exp(0.5 * log_var) * self._noise(center, generator)

    @torch.no_grad()
    def infer_step(self, x: Tensor, noise: Tensor) -> Tensor:
        """Return the mean of ``p(x|z)`` for ``z = μ(x) + σ(x) noise``: one way x → z → x."""
        return self.decode(reparameterize(*self.encode(x), noise))

    def infer_chain(
        self,
        x: Tensor,
        steps: int,
        *,
        known: Tensor | None = None,
        noise_scale: float = 1.0,
        generator: torch.Generator | None = None,
        callback: Callable[[Tensor], None] | None = None,
    ) -> Tensor:
        """Go ``steps`` times x → z → x, and return where it ends, ``(batch, *event)``.

        ``z`` is drawn from ``q(z|x)`` with its noise times ``noise_scale`` (0: the mean), ``x`` is
        the decoder's mean (Nagano, Karakida and Okada 2017). Where ``known``, boolean, ``event``
        or ``(batch, *event)``, is true, ``x`` keeps its value, and the chain completes the rest
        (Rezende, Mohamed and Wierstra 2014). ``callback(x)`` sees every ``x`` after a step.
        """
        self.check_data(x)
        require_number("noise_scale", noise_scale, minimum=0)
        known = None if known is None else self.check_known(known, x)
        start = x
        for _ in range(require_int("steps", steps, minimum=0)):
            noise = self._noise(x.new_empty(len(x), self.latent_dim), generator)
            x = self.infer_step(x, noise_scale * noise)
            if known is not None:
                x = torch.where(known, start, x)
            if callback is not None:
                callback(x)
        return x

    # -- inside -----------------------------------------------------------------------------------
    def _loss(self, batch: Batch, *, generator: torch.Generator | None = None) -> Tensor:
        reconstruction, divergence = self.elbo_terms(batch.x, generator=generator)
        return (self.beta * divergence - reconstruction).mean()

    def _pair(self, output: Tensor | tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        if isinstance(output, Tensor):
            return output.tensor_split(2, dim=1)
        if isinstance(output, tuple | list) and len(output) == 2:
            return output[0], output[1]
        raise InputError(
            f"`encoder` gives {type(output).__name__}, but one tensor or the pair of mean and "
            "log σ² is accepted."
        )

    def _code(self, output: Tensor | tuple[Tensor, Tensor]) -> Tensor:
        mean, log_var = self._pair(output)
        if mean.shape != log_var.shape:
            raise InputError(
                f"`encoder` gives a mean {tuple(mean.shape)} and log σ² {tuple(log_var.shape)}, "
                f"but one shape for both is accepted; {self.code_hint}"
            )
        return mean

    def _decoded(self, output: Tensor | tuple[Tensor, Tensor]) -> Tensor:
        return output[0] if isinstance(output, tuple) else output

    def _mean_and_log_var(self, output: Tensor | tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        return output if isinstance(output, tuple) else (output, self.decoder_log_var)

    @staticmethod
    def _noise(like: Tensor, generator: torch.Generator | None) -> Tensor:
        require_generator(generator, like.device)
        return torch.randn(like.shape, generator=generator, dtype=like.dtype, device=like.device)
