"""The Kullback-Leibler divergence between Gaussians, in closed form."""

import torch
from torch import Tensor

from ..errors import InputError, require_tensor

__all__ = ["gaussian_kl", "gaussian_kl_to_standard"]


def gaussian_kl(mean0: Tensor, cov0: Tensor, mean1: Tensor, cov1: Tensor) -> Tensor:
    """Return ``KL(N(μ0, Σ0) ‖ N(μ1, Σ1))``, nats, Eq. gaussian-kl (Kullback 1959).

    The means are ``(..., K)``, the covariances ``(..., K, K)``; leading axes broadcast, and the
    result has their shape. Raises InputError for shapes that do not fit, covariances that are
    not symmetric or not positive definite.

    >>> zero, unit = torch.zeros(2), torch.eye(2)
    >>> gaussian_kl(zero + 1, unit, zero, unit).item()
    1.0
    """
    given = {"mean0": mean0, "cov0": cov0, "mean1": mean1, "cov1": cov1}
    for name, value in given.items():
        require_tensor(name, value)
    if len({value.dtype for value in given.values()}) > 1:
        types = ", ".join(f"`{name}` {value.dtype}" for name, value in given.items())
        raise InputError(f"The dtypes are {types}, but one dtype is accepted.")
    if mean0.ndim == 0:
        raise InputError("`mean0` has shape (), but (..., K) is accepted.")
    size = mean0.shape[-1]
    for name, value in given.items():
        event = (size,) if name.startswith("mean") else (size, size)
        if value.shape[-len(event) :] != event:
            accepted = ", ".join(map(str, ("...", *event)))
            raise InputError(
                f"`{name}` has shape {tuple(value.shape)}, but ({accepted}) is accepted, as "
                f"`mean0` has {size} components."
            )
    try:
        torch.broadcast_shapes(
            mean0.shape[:-1], mean1.shape[:-1], cov0.shape[:-2], cov1.shape[:-2]
        )
    except RuntimeError:
        shapes = ", ".join(f"`{name}` {tuple(value.shape)}" for name, value in given.items())
        raise InputError(
            f"The shapes are {shapes}, but leading axes that broadcast are accepted."
        ) from None
    root0, root1 = _cholesky("cov0", cov0), _cholesky("cov1", cov1)

    # ½ (log|Σ1|/|Σ0| - K + tr(Σ1⁻¹Σ0) + (μ0-μ1)ᵀ Σ1⁻¹ (μ0-μ1)),  Σ = L Lᵀ
    log_ratio = 2 * (_diagonal(root1).log() - _diagonal(root0).log()).sum(-1)
    trace = (torch.linalg.solve_triangular(root1, root0, upper=False) ** 2).sum((-2, -1))
    offset = (mean0 - mean1)[..., None]
    distance = (torch.linalg.solve_triangular(root1, offset, upper=False) ** 2).sum((-2, -1))
    return 0.5 * (log_ratio - size + trace + distance)


def gaussian_kl_to_standard(mean: Tensor, log_var: Tensor) -> Tensor:
    """Return ``KL(N(μ, diag σ²) ‖ N(0, I))``, summed over the last axis, nats, Eq. gaussian-kl.

    ``mean`` and ``log_var = log σ²`` are ``(..., K)``; the result is ``(...)`` (Kingma and
    Welling 2014, appendix B). Raises InputError for different shapes.

    >>> gaussian_kl_to_standard(torch.tensor([[1.0, 1.0]]), torch.zeros(1, 2))
    tensor([1.])
    """
    require_tensor("mean", mean)
    if mean.ndim == 0:
        raise InputError("`mean` has shape (), but (..., K) is accepted.")
    require_tensor("log_var", log_var, tuple(mean.shape))
    # -½ Σ_j (1 + log σ_j² - μ_j² - σ_j²)
    return 0.5 * (mean**2 + log_var.expm1() - log_var).sum(-1)


def _cholesky(name: str, cov: Tensor) -> Tensor:
    """The lower factor L of ``Σ = L Lᵀ``, or the reason why there is none."""
    accepted = "but symmetric positive definite matrices are accepted"
    # Half of the digits must agree: sums in another order differ in the last few.
    scale = _diagonal(cov.detach()).abs().amax(-1)[..., None, None]
    skew = (cov - cov.mT).detach().abs()
    if bool((skew > torch.finfo(cov.dtype).eps ** 0.5 * scale).any()):
        raise InputError(f"`{name}` is not symmetric, {accepted}.")
    factor, failed = torch.linalg.cholesky_ex(cov)
    if bool(failed.any()):
        raise InputError(
            f"`{name}` is not positive definite, {accepted}; a small multiple of the identity, "
            "added, may help."
        )
    return factor


def _diagonal(matrix: Tensor) -> Tensor:
    return matrix.diagonal(dim1=-2, dim2=-1)
