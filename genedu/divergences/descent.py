"""The Gaussian nearest to a given distribution, found by walking downhill."""

import torch
from torch import Tensor
from torch.distributions import Normal
from torch.func import grad

from ..errors import InputError, require_tensor
from .f_divergence import FDivergence

__all__ = ["step_downhill"]


def step_downhill(
    divergence: FDivergence, p: Tensor, points: Tensor, at: Tensor
) -> tuple[Tensor, Tensor]:
    """Move Gaussians q one step down ``D_f(P‖Q)``; return where to, and D before (...), nats.

    ``at`` ``(..., 2)`` holds means and standard deviations, ``p`` ``(n,)`` the probabilities of
    ``points`` ``(n,)``, at which q is taken, too, and made to sum to 1. A natural-gradient step
    (Amari 1998): lengths are measured in standard deviations of q, of which no step is longer
    than ½. Raises InputError for other shapes.

    >>> import torch
    >>> from genedu.divergences import F_DIVERGENCES
    >>> points = torch.linspace(-9, 9, 181, dtype=torch.float64)
    >>> p = torch.distributions.Normal(1.0, 2.0).log_prob(points).softmax(0)
    >>> at = torch.tensor([0.0, 1.0], dtype=torch.float64)
    >>> for _ in range(30):
    ...     at, value = step_downhill(F_DIVERGENCES["kl"], p, points, at)
    >>> [round(number, 3) for number in at.tolist()]
    [1.0, 2.0]
    """
    for name, value in {"p": p, "points": points, "at": at}.items():
        require_tensor(name, value)
    if points.ndim != 1 or p.shape != points.shape:
        raise InputError(
            f"`p` has shape {tuple(p.shape)} and `points` {tuple(points.shape)}, but (n,) is "
            "accepted for both; give every point its probability."
        )
    if at.shape[-1:] != (2,):
        raise InputError(
            f"`at` has shape {tuple(at.shape)}, but (..., 2) is accepted; stack means and "
            "standard deviations along the last axis."
        )

    def distance(at: Tensor) -> tuple[Tensor, Tensor]:
        q = Normal(at[..., :1], at[..., 1:], validate_args=False).log_prob(points).softmax(-1)
        value = divergence.divergence(p.expand_as(q), q)
        return value.sum(), value

    slope, value = grad(distance, has_aux=True)(at)
    std = at[..., 1:]
    # G⁻¹ ∇D, with the Fisher matrix G = diag(1/σ², 2/σ²) of a Gaussian by μ and σ
    step = slope * std**2 / torch.tensor([1, 2], device=at.device)
    # length s σ becomes s σ / (2 + 2s), less than σ/2
    return at - step / (2 + 2 * step.norm(dim=-1, keepdim=True) / std), value
