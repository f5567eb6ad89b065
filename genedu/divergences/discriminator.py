"""The discriminator that no other can beat, where both densities are known."""

import math

import torch
from torch import Tensor

from ..errors import InputError, require_tensor

__all__ = ["optimal_discriminator"]


def optimal_discriminator(p: Tensor, q: Tensor) -> Tensor:
    """Return ``D*(x) = p(x) / (p(x) + q(x))``, Eq. gan-optimal-discriminator.

    ``p`` and ``q`` hold the densities (or probabilities) of the data and of the generator at the
    same points, any shape; the result has that shape: the probability that the point is from the
    data, NaN where both are 0. Differentiable in both. Raises InputError for negative values and
    for different shapes (Goodfellow et al. 2014).

    >>> optimal_discriminator(torch.tensor([0.3, 0.0, 0.0]), torch.tensor([0.1, 0.5, 0.0]))
    tensor([0.7500, 0.0000,    nan])
    """
    require_tensor("p", p, minimum=0)
    require_tensor("q", q, minimum=0)
    if p.shape != q.shape:
        raise InputError(
            f"`q` has shape {tuple(q.shape)}, but {tuple(p.shape)} is accepted, the shape of `p`."
        )
    larger = torch.maximum(p, q)
    known = larger > 0
    scale = torch.where(known, larger, 1.0).detach()  # p + q could overflow, or be too small
    p, q = p / scale, q / scale
    # D* = p / (p + q)
    best = torch.where(known, p, 1.0) / torch.where(known, p + q, 1.0)
    return torch.where(known, best, math.nan)
