"""States of binary units, one by one: their sums, their frequencies, a Gibbs sweep as a matrix."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from ..errors import InputError, require_int, require_tensor

__all__ = [
    "MAX_ENUMERATED",
    "binary_states",
    "log_sum_over_states",
    "state_frequencies",
    "sweep_matrix",
    "total_variation",
]

MAX_ENUMERATED = 20
"""Most binary units that are summed out exactly: 2**20 is about a million states."""


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
