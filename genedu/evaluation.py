"""Estimators over tensors and callables: enumeration, annealed importance sampling, simple fits.

Nothing here knows a model class, so that a model's own methods may stand on these functions.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from .errors import InputError, require_int, require_tensor

__all__ = [
    "MAX_ENUMERATED",
    "Estimate",
    "annealed_importance_sampling",
    "binary_states",
    "elbo",
    "gaussian_mle",
    "log_mean_exp",
    "log_sum_over_states",
    "state_frequencies",
    "sweep_matrix",
    "total_variation",
]

MAX_ENUMERATED = 20
"""Most binary units that are summed out exactly: 2**20 is about a million states."""


class Estimate(NamedTuple):
    """A Monte-Carlo estimate and its standard error, both in the same unit."""

    value: float
    standard_error: float


def binary_states(num_units: int, *, dtype=torch.float32, device=None) -> Tensor:
    """Return all states of ``num_units`` binary units, ``(2**num_units, num_units)``.

    Unit 0 is the most significant digit, so row ``s`` spells ``s`` in binary. Raises InputError
    for more than 20 units.

    >>> binary_states(2).tolist()
    [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    """
    require_int("num_units", num_units, minimum=0)
    if num_units > MAX_ENUMERATED:
        raise InputError(
            f"`num_units` is {num_units}, but at most {MAX_ENUMERATED} binary units can be "
            f"enumerated (2**{num_units} states); use annealed importance sampling or Gibbs "
            "sampling instead."
        )
    codes = torch.arange(2**num_units, device=device)
    shifts = torch.arange(num_units - 1, -1, -1, device=device)
    return ((codes[:, None] >> shifts) & 1).to(dtype)


def log_sum_over_states(
    num_units: int, log_weight: Callable[[Tensor], Tensor], like: Tensor
) -> Tensor:
    """Return ``log Σ_s exp(log_weight(s))`` over all states of binary units, a scalar.

    ``log_weight`` maps states ``(chunk, num_units)``, made with the dtype and device of ``like``,
    to ``(chunk,)``. The sum runs in chunks that are computed anew on the way back, so that a
    million states can be differentiated in little memory.

    >>> log_sum_over_states(3, lambda s: 0 * s.sum(-1), torch.zeros(1)).exp().round().item()
    8.0
    """
    states = binary_states(num_units, dtype=like.dtype, device=like.device)

    def chunk_sum(chunk: Tensor) -> Tensor:
        return torch.logsumexp(log_weight(chunk).double(), 0)

    chunks = states.split(2**14)
    if len(chunks) == 1 or not torch.is_grad_enabled():
        return torch.logsumexp(torch.stack([chunk_sum(chunk) for chunk in chunks]), 0)
    options = {"use_reentrant": False, "preserve_rng_state": False}
    sums = [checkpoint(chunk_sum, chunk, **options) for chunk in chunks]
    return torch.logsumexp(torch.stack(sums), 0)


def state_frequencies(x: Tensor) -> Tensor:
    """Return how often each of the ``2**M`` states occurs in binary ``x`` ``(batch, M)``.

    The order is that of `binary_states`; the frequencies sum to 1.

    >>> state_frequencies(torch.tensor([[0., 1.], [0., 1.], [1., 1.]])).tolist()
    [0.0, 0.6666666865348816, 0.0, 0.3333333432674408]
    """
    require_tensor("x", x, ("batch", "units"), binary=True)
    num_units = x.shape[1]
    require_int("number of columns of x", num_units, maximum=MAX_ENUMERATED)
    place = 2 ** torch.arange(num_units - 1, -1, -1, device=x.device)
    counts = torch.bincount((x.long() * place).sum(1), minlength=2**num_units)
    return counts / counts.sum()


def total_variation(p: Tensor, q: Tensor) -> Tensor:
    """Return ``½ Σ|p - q|`` along the last axis: 0 for equal distributions, 1 for disjoint ones.

    >>> total_variation(torch.tensor([1.0, 0.0]), torch.tensor([0.5, 0.5])).item()
    0.5
    """
    require_tensor("p", p, minimum=0)
    require_tensor("q", q, (*p.shape[:-1], p.shape[-1]), minimum=0)
    return 0.5 * (p - q).abs().sum(-1)


def sweep_matrix(
    conditional: Callable[[Tensor, int], Tensor], num_units: int, *, device=None
) -> Tensor:
    """Return ``T[s, t]``, the probability that one Gibbs sweep leads from state ``s`` to ``t``.

    ``conditional(x, unit)`` maps states ``(batch, num_units)``, float64, to the probability
    ``(batch,)`` that the unit is on, given the others; a sweep visits the units in order. The
    matrix is ``(2**num_units, 2**num_units)`` float64, in the order of `binary_states`; each row
    sums to 1. At most 10 units, else InputError.

    >>> sweep_matrix(lambda x, unit: 0.5 + 0 * x[:, unit], 1)  # a fair coin
    tensor([[0.5000, 0.5000],
            [0.5000, 0.5000]], dtype=torch.float64)
    """
    require_int("num_units", num_units, maximum=MAX_ENUMERATED // 2)
    states = binary_states(num_units, dtype=torch.float64, device=device)
    now, goal = states.repeat_interleave(len(states), 0), states.repeat(len(states), 1)
    chance = torch.ones_like(now[:, 0])
    for unit in range(num_units):  # walk from every s to every t, one unit after the other
        p_on = conditional(now, unit)
        chance = chance * torch.where(goal[:, unit] == 1, p_on, 1 - p_on)
        now[:, unit] = goal[:, unit]
    return chance.view(len(states), len(states))


def log_mean_exp(log_values: Tensor, dim: int = 0) -> Tensor:
    """Return ``log mean exp`` along ``dim`` without overflow.

    >>> round(log_mean_exp(torch.tensor([1000., 1000.])).item(), 3)
    1000.0
    """
    return torch.logsumexp(log_values, dim) - math.log(log_values.shape[dim])


def elbo(log_joint: Tensor, log_q: Tensor, weights: Tensor | None = None) -> Tensor:
    """Return ``E_q[log p(x, z) - log q(z|x)]``, a lower bound of ``log p(x)`` in nats.

    Eq. vae-elbo (Jordan et al. 1999). The tensors are ``(num, ...)``: one row for each ``z``.
    ``weights`` ``(num,)`` are the probabilities of the rows under ``q``, which makes the bound
    exact where ``z`` has ``num`` values; left out, the rows are samples from ``q`` and count
    alike. Raises InputError where the shapes do not fit.

    >>> joint = torch.tensor([0.1, 0.3])  # p(x, z) for the two values of z
    >>> posterior = joint / joint.sum()
    >>> elbo(joint.log(), posterior.log(), posterior).exp()
    tensor(0.4000)
    """
    require_tensor("log_joint", log_joint)
    require_tensor("log_q", log_q)
    if log_joint.shape != log_q.shape or log_q.ndim == 0:
        raise InputError(
            f"`log_q` has shape {tuple(log_q.shape)} and `log_joint` {tuple(log_joint.shape)}, "
            "but the same shape (num, ...) is accepted."
        )
    if weights is None:
        return (log_joint - log_q).mean(0)
    if weights.shape != log_q.shape[:1]:
        raise InputError(
            f"`weights` has shape {tuple(weights.shape)}, but ({len(log_q)},) is accepted."
        )
    return torch.tensordot(weights, log_joint - log_q, dims=1)


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
    relative = torch.exp(log_weights - log_weights.max())
    error = relative.std() / relative.mean() / math.sqrt(len(x))
    value = initial_log_partition + log_mean_exp(log_weights).item()
    return Estimate(value, error.item()), log_weights
