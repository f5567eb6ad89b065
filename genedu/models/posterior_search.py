"""A search for the best ``q`` of each example by itself, where a VAE's encoder only guesses.

Sizes: ``x`` is ``(batch, *event)``; ``mean`` and ``log_var = log σ²`` are ``(batch, K)``.
"""

import torch
from torch import Tensor

from ..divergences import gaussian_kl_to_standard
from ..errors import require_generator, require_int, require_number, require_tensor
from .reparameterization import reparameterize
from .vae import VAE

__all__ = ["bound_at", "search_posterior"]


def bound_at(
    model: VAE,
    x: Tensor,
    mean: Tensor,
    log_var: Tensor,
    num_samples: int = 1,
    *,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Return the bound of every example for a ``q`` of its own, ``(batch,)``, nats, Eq. vae-elbo.

    ``q = N(mean, exp(log_var))``; ``E_q[log p(x|z)]`` is the mean of ``num_samples`` draws, its
    divergence from the prior is exact. Raises InputError for shapes that do not fit.

    >>> from genedu.models.networks import mlp_decoder, mlp_encoder
    >>> model = VAE(mlp_encoder((4,), 2), mlp_decoder(1, (4,)), latent_dim=1)
    >>> bound_at(model, torch.zeros(5, 4), torch.zeros(5, 1), torch.zeros(5, 1)).shape
    torch.Size([5])
    """
    model.check_data(x)
    model.check_codes(mean, "mean")
    require_generator(generator, x.device)
    pixels = torch.zeros(len(x), dtype=x.dtype, device=x.device)
    for _ in range(require_int("num_samples", num_samples)):
        noise = torch.randn(mean.shape, generator=generator, dtype=x.dtype, device=x.device)
        pixels = pixels + model.log_likelihood(x, reparameterize(mean, log_var, noise))
    # E_q[log p(x|z)] - KL(q ‖ p(z))
    return pixels / num_samples - gaussian_kl_to_standard(mean, log_var)


def search_posterior(
    model: VAE,
    x: Tensor,
    steps: int,
    *,
    start: tuple[Tensor, Tensor] | None = None,
    lr: float = 0.05,
    num_samples: int = 4,
    generator: torch.Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """Return ``mean`` and ``log_var`` of a ``q`` for every example, found by climbing its bound.

    The search begins at ``start``, a mean and a ``log_var``, or else at the encoder's guess, and
    takes ``steps`` of Adam; the model stays as it is. It is variational inference as it was
    before encoders; with one as its start, it is called semi-amortized (Kim et al. 2018; Cremer,
    Li and Duvenaud 2018). Raises InputError for data or a start that do not fit.

    >>> from genedu.models.networks import mlp_decoder, mlp_encoder
    >>> model = VAE(mlp_encoder((4,), 2), mlp_decoder(1, (4,)), latent_dim=1)
    >>> [part.shape for part in search_posterior(model, torch.zeros(5, 4), steps=2)]
    [torch.Size([5, 1]), torch.Size([5, 1])]
    """
    require_int("steps", steps, minimum=0)
    require_number("lr", lr, above=0)
    model.check_data(x)
    if start is None:
        with torch.no_grad():
            start = model.encode(x)
    for part in start:
        require_tensor("start", part, (len(x), model.latent_dim))
    code = torch.cat(list(start), 1).detach().requires_grad_()
    climber = torch.optim.Adam([code], lr=lr)
    for _ in range(steps):
        mean, log_var = code.chunk(2, 1)
        bound = bound_at(model, x, mean, log_var, num_samples, generator=generator)
        # only the codes move: no gradient is left behind in the model
        (code.grad,) = torch.autograd.grad(-bound.sum(), code)
        climber.step()
    return code.detach().tensor_split(2, dim=1)
