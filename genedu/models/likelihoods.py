"""What a decoder says of the data: log-likelihoods for each example, in nats."""

import contextlib
import math

import torch
from torch import Tensor
from torch.nn.functional import softplus

from ..errors import InputError, require_tensor

__all__ = ["bernoulli_log_likelihood", "gaussian_log_likelihood"]


def bernoulli_log_likelihood(x: Tensor, logits: Tensor) -> Tensor:
    """Return ``log p(x)`` of binary pixels with probabilities ``σ(logits)``, ``(batch,)``, nats.

    Eq. gaussian-kl (Kingma & Welling 2014); it is the negative cross-entropy. ``x`` is
    ``(batch, *event)`` with values in [0, 1]; ``logits`` has the same event shape. Raises
    InputError where shapes or values do not fit.

    >>> bernoulli_log_likelihood(torch.tensor([[1., 0.]]), torch.zeros(1, 2)).exp()
    tensor([0.2500])
    """
    others = "Use gaussian_log_likelihood for other values."
    require_tensor("x", x, minimum=0, maximum=1, hint=others)
    _check_shapes(x, logits, "logits")
    # log p(x) = -Σ_i [ log(1 + e^{a_i}) - x_i a_i ]
    return -(softplus(logits) - x * logits).flatten(1).sum(1)


def gaussian_log_likelihood(x: Tensor, mean: Tensor, log_var: Tensor | float) -> Tensor:
    """Return ``log N(x; mean, exp(log_var))`` with independent pixels, ``(batch,)``, nats.

    Eq. gaussian-kl (Kingma & Welling 2014). ``x`` and ``mean`` are ``(batch, *event)``;
    ``log_var`` is ``log σ²``, a number or anything that broadcasts against them. Raises
    InputError where shapes do not fit.

    >>> x = torch.zeros(1, 2)
    >>> gaussian_log_likelihood(x, x, 0.0)  # -log 2π
    tensor([-1.8379])
    """
    require_tensor("x", x)
    _check_shapes(x, mean, "mean")
    log_var = torch.as_tensor(log_var, dtype=x.dtype, device=x.device)
    _check_shapes(x, log_var, "log_var")
    # log p(x) = -Σ_i [ (x_i - m_i)²/2σ_i² + ½ log σ_i² + ½ log 2π ]
    squares = (x - mean) ** 2 / log_var.exp()
    return -0.5 * (squares + log_var + math.log(2 * math.pi)).flatten(1).sum(1)


def _check_shapes(x: Tensor, other: Tensor, name: str) -> None:
    """Raise InputError unless ``x`` is (batch, *event) and ``other`` broadcasts to its shape."""
    require_tensor(name, other)
    fits = x.shape == other.shape
    if not fits:
        with contextlib.suppress(RuntimeError):
            fits = torch.broadcast_shapes(x.shape, other.shape) == x.shape
    if x.ndim < 2 or not fits:
        raise InputError(
            f"`{name}` has shape {tuple(other.shape)} and `x` {tuple(x.shape)}, but (batch, "
            "*event) for both is accepted."
        )
