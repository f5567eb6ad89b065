"""Four functions that the table needs and torch does not have, without overflow or NaN slopes."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

__all__ = ["folded", "log1mexp", "log_lambert_w", "power"]


def folded(up_to_one: Callable, adjoint: Callable) -> Callable:
    """``f(u)`` on [0, 1] and ``u f°(1/u)`` beyond: no difference of large numbers."""

    def generator(u: Tensor) -> Tensor:
        large = u.clamp(min=1)
        return torch.where(u <= 1, up_to_one(u.clamp(max=1)), large * adjoint(1 / large))

    return generator


def log1mexp(x: Tensor) -> Tensor:
    """``log(1 - e^x)`` for x < 0 (Mächler 2012)."""
    x = x.clamp(max=-torch.finfo(x.dtype).tiny)
    near = x > -math.log(2)
    of_near = (-torch.where(near, x, -1.0).expm1()).log()
    return torch.where(near, of_near, (-torch.where(near, -1.0, x).exp()).log1p())


def power(base: Tensor, exponent: float) -> Tensor:
    """``max(base, 0)`` to a power; the derivative is 0 where the base is not positive."""
    positive = base > 0
    return torch.where(positive, torch.where(positive, base, 1.0) ** exponent, 0.0)


def log_lambert_w(s: Tensor) -> Tensor:
    """``ln W(e^s)``: the root of ``x + e^x = s``, by Newton's method from above.

    Seven steps reach float64's precision for every s, and so do their derivatives.
    """
    x = torch.where(s > 1, s.clamp(min=1).log(), s.clamp(max=0))
    for _ in range(7):
        w = x.exp()
        x = x - (x + w - s) / (1 + w)
    return x
