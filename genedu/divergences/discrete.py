"""Divergences between finite distributions that the book calls by name."""

from torch import Tensor

from .table import F_DIVERGENCES

__all__ = ["js_divergence", "kl_divergence"]


def kl_divergence(p: Tensor, q: Tensor) -> Tensor:
    """Return ``KL(p‖q) = Σ p log(p/q)`` along the last axis, nats (Kullback and Leibler 1951).

    ``p`` and ``q`` are distributions ``(..., K)``; the result is ``(...)``, ``+inf`` where
    ``q = 0 < p``. Errors and derivatives as for `FDivergence.divergence`.

    >>> import torch
    >>> kl_divergence(torch.tensor([0.5, 0.5]), torch.tensor([1.0, 0.0])).item()
    inf
    """
    return F_DIVERGENCES["kl"].divergence(p, q)


def js_divergence(p: Tensor, q: Tensor) -> Tensor:
    """Return ``JSD(p‖q) = ½ KL(p‖m) + ½ KL(q‖m)``, ``m = (p + q)/2``, nats, Eq. gan-jsd.

    ``p`` and ``q`` are distributions ``(..., K)``; the result is ``(...)``, at most ``log 2``
    (Lin 1991). Errors and derivatives as for `FDivergence.divergence`.

    >>> import torch
    >>> round(js_divergence(torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])).item(), 6)
    0.693147
    """
    # the row jensen_shannon is 2 JSD
    return 0.5 * F_DIVERGENCES["jensen_shannon"].divergence(p, q)
