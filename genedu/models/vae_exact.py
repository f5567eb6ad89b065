"""What can be said exactly of a VAE: with one or two latents by a grid, with linear maps by hand.

Sizes: ``K`` latents, ``M`` grid points; ``x`` is ``(batch, *event)``, ``z`` ``(M, K)``.
"""

import math

import torch
from torch import Tensor

from ..errors import InputError, require_int, require_number
from .vae import VAE

__all__ = ["linear_divergences", "log_joint", "log_prob", "plane"]

MAX_LATENTS = 2
CHUNK = 2048  # grid points decoded at a time
REACH = 4.5  # 0.001 % of a standard normal lies further out


def plane(
    latent_dim: int, points: int, reach: float = REACH, *, device: torch.device | str | None = None
) -> tuple[Tensor, float]:
    """Return a grid of codes ``(points**K, K)`` and ``log`` of the area of one of its cells.

    The grid goes from ``-reach`` to ``reach`` along each latent; the second one varies fastest.
    Raises InputError for more than two latents.

    >>> z, log_area = plane(2, 3, reach=1)
    >>> z[:3].tolist(), log_area  # cells of 1 × 1
    ([[-1.0, -1.0], [-1.0, 0.0], [-1.0, 1.0]], 0.0)
    """
    if require_int("latent_dim", latent_dim) > MAX_LATENTS:
        raise InputError(
            f"`latent_dim` is {latent_dim}, but at most {MAX_LATENTS} is accepted: a grid in more "
            "dimensions has too many points; use `log_prob_iw`."
        )
    require_int("points", points, minimum=2)
    side = torch.linspace(-require_number("reach", reach, above=0), reach, points, device=device)
    z = torch.cartesian_prod(*[side] * latent_dim).reshape(-1, latent_dim)
    return z, latent_dim * math.log(2 * reach / (points - 1))


@torch.no_grad()
def log_joint(model: VAE, x: Tensor, z: Tensor) -> Tensor:
    """Return ``log p(x, z) = log p(x|z) + log p(z)`` of every pair, ``(batch, M)``, nats.

    >>> from genedu.models.networks import mlp_decoder, mlp_encoder
    >>> model = VAE(mlp_encoder((4,), 2), mlp_decoder(1, (4,)), latent_dim=1)
    >>> log_joint(model, torch.zeros(5, 4), torch.zeros(3, 1)).shape
    torch.Size([5, 3])
    """
    model.check_data(x)
    model.check_codes(z)
    columns = []
    for codes in z.split(CHUNK):
        # log p(z) = -½ |z|² - ½ K log 2π
        log_prior = -0.5 * (codes.square() + math.log(2 * math.pi)).sum(1)
        columns.append(_log_likelihood(model, x.flatten(1), codes) + log_prior)
    return torch.cat(columns, 1)


def log_prob(model: VAE, x: Tensor, points: int = 181) -> Tensor:
    """Return ``log p(x)`` by adding up ``p(x|z) p(z)`` over a grid, ``(batch,)``, nats.

    Exact to many digits once the grid is finer than the posterior is wide: look whether twice the
    ``points`` change anything. Raises InputError for more than two latents.

    >>> from genedu.models.networks import mlp_decoder, mlp_encoder
    >>> model = VAE(mlp_encoder((1,), 2), mlp_decoder(1, (1,)), latent_dim=1)
    >>> both = log_prob(model, torch.tensor([[0.0], [1.0]]))
    >>> f"{both.exp().sum():.4f}"  # there are no other pictures of one binary pixel
    '1.0000'
    """
    z, log_area = plane(model.latent_dim, points, device=x.device)
    # log p(x) = log ∫ p(x|z) p(z) dz ≈ log Σ_m p(x|z_m) p(z_m) · area
    return log_joint(model, x, z.to(x.dtype)).logsumexp(1) + log_area


def linear_divergences(eigenvalues: Tensor, noise: float, beta: float = 1.0) -> Tensor:
    """Return what each latent of the best linear VAE pays, nats, Eq. vae-collapse.

    The price is ``KL(q ‖ p)``, on average over the data. ``eigenvalues`` are those of the data's
    covariance, one for each latent, ``noise`` is the fixed variance ``σ²`` of a Gaussian decoder,
    ``beta`` the weight of the divergence. A latent whose eigenvalue does not exceed
    ``beta * noise`` pays nothing: it is dead (Lucas et al. 2019; for ``beta = 1`` probabilistic
    PCA, Tipping and Bishop 1999). Raises InputError unless all three are above 0.

    >>> linear_divergences(torch.tensor([8.0, 2.0, 0.5]), noise=0.5, beta=2.0)
    tensor([1.0397, 0.3466, 0.0000])
    """
    require_number("noise", noise, above=0)
    require_number("beta", beta, above=0)
    if not bool((eigenvalues > 0).all()):
        raise InputError("`eigenvalues` has values ≤ 0, but values above 0 are accepted.")
    # KL_j = max(0, ½ log λ_j / (β σ²))
    return 0.5 * (eigenvalues / (beta * noise)).log().clamp(min=0)


def _log_likelihood(model: VAE, x: Tensor, z: Tensor) -> Tensor:
    """``log p(x|z)`` of every pair by matrix products, ``(batch, M)``."""
    if model.likelihood == "bernoulli":
        logits = model.decoder(z).flatten(1)
        # Σ_i [ x_i a_i - log(1 + e^{a_i}) ]
        return x @ logits.T - torch.nn.functional.softplus(logits).sum(1)
    mean, log_var = model._mean_and_log_var(model.decoder(z))
    mean, log_var = mean.flatten(1), log_var.expand_as(mean).flatten(1)
    precision = (-log_var).exp()
    # -½ Σ_i [ (x_i² - 2 x_i m_i + m_i²)/σ_i² + log σ_i² + log 2π ]
    squares = x.square() @ precision.T - 2 * x @ (precision * mean).T
    constant = (precision * mean.square() + log_var + math.log(2 * math.pi)).sum(1)
    return -0.5 * (squares + constant)
