"""Estimates and how far they may be off: a log mean of weights, a fitted Gaussian."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from ..errors import InputError, require_tensor

__all__ = ["Estimate", "gaussian_mle", "log_mean_exp", "log_mean_exp_error"]


class Estimate(NamedTuple):
    """A Monte-Carlo estimate and its standard error, both in the same unit and of one shape."""

    value: float | Tensor
    standard_error: float | Tensor


def log_mean_exp(log_values: Tensor, dim: int = 0) -> Tensor:
    """Return ``log mean exp`` along ``dim`` without overflow.

    >>> round(log_mean_exp(torch.tensor([1000., 1000.])).item(), 3)
    1000.0
    """
    return torch.logsumexp(log_values, dim) - math.log(log_values.shape[dim])


def log_mean_exp_error(log_values: Tensor, dim: int = 0) -> Tensor:
    """Return the standard error of `log_mean_exp` to first order (the delta method).

    The values along ``dim`` are logarithms of independent draws ``w``; the result is without that
    axis, and NaN where it has a single draw. It is itself an estimate, and too small where no
    draw has found an important region.

    >>> log_mean_exp_error(torch.tensor([1.0, 3.0]).log())  # sd √2, mean 2, two draws
    tensor(0.5000)
    """
    # sd(log mean w) ≈ √( Σ (r - 1)² / n(n-1) ),  r = w / mean(w): the scale of w cancels
    num = log_values.shape[dim]
    relative = num * torch.softmax(log_values, dim)
    return torch.sqrt((relative - 1).square().sum(dim) / (num * (num - 1)))


def gaussian_mle(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the maximum-likelihood mean and variance, Eq. gaussian-mle (Fisher 1922).

    ``x`` is ``(N,)`` or ``(N, D)`` (one Gaussian for each column); the variance divides by ``N``.

    >>> mean, variance = gaussian_mle(torch.tensor([1., 3.]))
    >>> mean.item(), variance.item()
    (2.0, 1.0)
    """
    require_tensor("x", x)
    if x.ndim not in (1, 2) or x.shape[0] == 0:
        raise InputError(f"`x` has shape {tuple(x.shape)}, but (N,) or (N, D) is accepted.")
    mean = x.mean(0)
    return mean, ((x - mean) ** 2).mean(0)
