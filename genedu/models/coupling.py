"""The affine coupling: half of the components is kept and says how the other half moves.

Sizes: the moved half, ``log_scale`` and ``shift`` are ``(batch, m)``.
"""

import torch
from torch import Tensor

from ..errors import require_tensor

__all__ = ["couple", "uncouple"]


def couple(moved: Tensor, log_scale: Tensor, shift: Tensor) -> tuple[Tensor, Tensor]:
    """Return the moved half of ``z`` and ``log|det ∂z/∂x|``, Eq. flow-change-of-variables.

    ``log_scale`` and ``shift`` are ``s(kept)`` and ``t(kept)``, functions of the kept half alone;
    all are ``(batch, m)``, and the results ``(batch, m)`` and ``(batch,)``, nats (Dinh,
    Sohl-Dickstein and Bengio 2017). Raises InputError for different shapes.

    >>> z, log_det = couple(torch.tensor([[1.0, 3.0]]), torch.zeros(1, 2), torch.ones(1, 2))
    >>> z, log_det
    (tensor([[2., 4.]]), tensor([0.]))
    """
    _same_shapes("moved", moved, log_scale, shift)
    # z_b = x_b e^{s(x_a)} + t(x_a);  log|det ∂z/∂x| = Σ_j s_j(x_a)
    return moved * torch.exp(log_scale) + shift, log_scale.sum(1)


def uncouple(z_moved: Tensor, log_scale: Tensor, shift: Tensor) -> Tensor:
    """Return the half of ``x`` that `couple` moved to ``z_moved``, Eq. flow-change-of-variables.

    ``log_scale`` and ``shift`` are computed from the kept half, which is the same in ``x`` and
    ``z``: they need no inverse. All are ``(batch, m)``. Raises InputError for different shapes.

    >>> uncouple(torch.tensor([[2.0, 4.0]]), torch.zeros(1, 2), torch.ones(1, 2))
    tensor([[1., 3.]])
    """
    _same_shapes("z_moved", z_moved, log_scale, shift)
    # x_b = (z_b - t(x_a)) e^{-s(x_a)}
    return (z_moved - shift) * torch.exp(-log_scale)


def _same_shapes(name: str, value: Tensor, log_scale: Tensor, shift: Tensor) -> None:
    require_tensor(name, value, ("batch", "m"))
    require_tensor("log_scale", log_scale, tuple(value.shape))
    require_tensor("shift", shift, tuple(value.shape))
