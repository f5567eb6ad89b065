"""Annealed importance sampling: a log normaliser that no sum can reach."""

import itertools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from .estimate import Estimate, log_mean_exp, log_mean_exp_error

__all__ = ["annealed_importance_sampling"]


def annealed_importance_sampling(
    log_density: Callable[[Tensor, float], Tensor],
    transition: Callable[[Tensor, float], Tensor],
    initial: Tensor,
    initial_log_partition: float,
    betas: Sequence[float],
) -> tuple[Estimate, Tensor]:
    """Estimate a log normaliser by annealed importance sampling (Neal 2001).

    The chains start as exact samples of the distribution at ``betas[0]``, whose log normaliser is
    known, and cross a bridge of unnormalised densities ``log_density(x, beta)``; ``transition(x,
    beta)`` leaves the density at ``beta`` invariant. Returns the estimate of ``log Z`` at
    ``betas[-1]`` (nats) and the log weights ``(chains,)``. The standard error is that of
    ``log mean w`` to first order, ``sd(w) / (mean(w) sqrt(chains))``; it is itself an estimate
    from the weights, and too small where no chain has found an important region.
    """
    x = initial
    log_weights = torch.zeros(len(x), dtype=torch.float64, device=x.device)
    for previous, beta in itertools.pairwise(betas):
        log_weights += log_density(x, beta) - log_density(x, previous)
        if beta != betas[-1]:
            x = transition(x, beta)
    value = initial_log_partition + log_mean_exp(log_weights).item()
    return Estimate(value, log_mean_exp_error(log_weights).item()), log_weights
