"""Two ways to the gradient of an expectation under a Gaussian whose parameters are learned.

Sizes: ``mean``, ``log_var = log σ²`` and ``noise`` are ``(batch, K)``. A ``function`` maps ``z``,
``(batch, K)``, to ``(batch,)``, each row by itself.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from ..errors import InputError, require_tensor

__all__ = ["pathwise_gradient", "reparameterize", "score_function_gradient"]


def reparameterize(mean: Tensor, log_var: Tensor, noise: Tensor) -> Tensor:
    """Return ``z`` of ``N(mean, σ²)`` from ``noise`` of ``N(0, 1)``, Eq. vae-reparameterization.

    All three have one shape, which is that of the result (Kingma and Welling 2014; Rezende,
    Mohamed and Wierstra 2014). Gradients flow through ``z`` to ``mean`` and ``log_var``. Raises
    InputError for different shapes.

    >>> mean, log_var = torch.zeros(1, 2), torch.full((1, 2), 4.0).log()
    >>> reparameterize(mean, log_var, torch.tensor([[1.0, -0.5]]))
    tensor([[ 2., -1.]])
    """
    require_tensor("mean", mean)
    require_tensor("log_var", log_var, tuple(mean.shape))
    require_tensor("noise", noise, tuple(mean.shape))
    # z = μ + σ ε,  σ = exp(½ log σ²)
    return mean + torch.exp(0.5 * log_var) * noise


def pathwise_gradient(
    function: Callable[[Tensor], Tensor], mean: Tensor, log_var: Tensor, noise: Tensor
) -> tuple[Tensor, Tensor]:
    """Return ``∇ f(μ + σε)`` by ``mean`` and by ``log_var``, for every row of ``noise``.

    The averages of both over ``noise`` of ``N(0, 1)`` estimate the gradient of ``E[f(z)]`` without
    bias, Eq. vae-reparameterization. ``function`` must be differentiable. Both results are
    ``(batch, K)``, in units of ``f``. Raises InputError for shapes that do not fit and for a
    function that torch cannot differentiate.

    >>> mean, log_var = torch.zeros(2, 1), torch.zeros(2, 1)
    >>> by_mean, _ = pathwise_gradient(lambda z: z[:, 0] ** 2, mean, log_var, mean + 0.5)
    >>> by_mean.tolist()  # 2 z
    [[1.0], [1.0]]
    """
    noise = _rows(mean, log_var, noise)
    with torch.enable_grad():
        mean, log_var = (p.detach().requires_grad_() for p in (mean, log_var))
        value = _values(function, reparameterize(mean, log_var, noise))
        if not value.requires_grad:
            raise InputError(
                "`function` has no derivative, but a function that torch can differentiate is "
                "accepted; score_function_gradient needs none."
            )
        # E[∇f(z)]: the derivative is taken inside, along the path from ε to z
        return torch.autograd.grad(value.sum(), (mean, log_var))


def score_function_gradient(
    function: Callable[[Tensor], Tensor], mean: Tensor, log_var: Tensor, noise: Tensor
) -> tuple[Tensor, Tensor]:
    """Return ``f(z) ∇ log q(z)`` by ``mean`` and by ``log_var``, for every row of ``noise``.

    The same expectation as `pathwise_gradient`, Eq. vae-reparameterization, but ``function`` needs
    no derivative (Williams 1992). Both results are ``(batch, K)``, in units of ``f``. Raises
    InputError for shapes that do not fit.

    >>> mean, log_var = torch.zeros(2, 1), torch.zeros(2, 1)
    >>> by_mean, _ = score_function_gradient(lambda z: z[:, 0] ** 2, mean, log_var, mean + 0.5)
    >>> by_mean.tolist()  # z² z
    [[0.125], [0.125]]
    """
    noise = _rows(mean, log_var, noise)
    with torch.no_grad():
        value = _values(function, reparameterize(mean, log_var, noise))[:, None]
        # ∂ log q/∂μ = (z - μ)/σ² = ε/σ,  ∂ log q/∂(log σ²) = ½ ((z - μ)²/σ² - 1) = ½ (ε² - 1)
        return value * noise * torch.exp(-0.5 * log_var), value * 0.5 * (noise**2 - 1)


def _rows(mean: Tensor, log_var: Tensor, noise: Tensor) -> Tensor:
    require_tensor("mean", mean, ("batch", "K"))
    require_tensor("log_var", log_var, tuple(mean.shape))
    return require_tensor("noise", noise, tuple(mean.shape))


def _values(function: Callable[[Tensor], Tensor], z: Tensor) -> Tensor:
    value = function(z)
    if not isinstance(value, Tensor) or value.shape != z.shape[:1]:
        given = tuple(value.shape) if isinstance(value, Tensor) else type(value).__name__
        raise InputError(
            f"`function` returned {given} for z of shape {tuple(z.shape)}, but a tensor of shape "
            f"({len(z)},) is accepted: one number a row."
        )
    return value
