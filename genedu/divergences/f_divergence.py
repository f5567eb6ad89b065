"""What every f-divergence can do: its function, the conjugate, the divergence, the bound."""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from ..errors import InputError, require_tensor

__all__ = ["Domain", "FDivergence", "require_distributions"]

Formula = Callable[[Tensor], Tensor]


class Domain(NamedTuple):
    """An interval: where a critic may take its values. ``low`` belongs to it if it is finite."""

    low: float
    high: float
    closed: bool  # does ``high`` belong to it?

    def contains(self, t: Tensor | float) -> Tensor:
        """Return which values lie in the interval, booleans of the shape of ``t``.

        >>> Domain(-math.inf, 0.0, False).contains(torch.tensor([-1.0, 0.0]))
        tensor([ True, False])
        """
        t = t if isinstance(t, Tensor) else torch.tensor(t, dtype=torch.float64)
        return t.isfinite() & (t >= self.low) & ~self.is_past(t)

    def is_past(self, t: Tensor) -> Tensor:
        """Return where ``t`` has passed the upper end (``+inf`` always has)."""
        return t > self.high if self.closed else t >= self.high

    def clip(self, t: Tensor) -> Tensor:
        """Return ``t`` with what rounding has put outside moved to the nearest value inside."""
        high, number = self.high, torch.finfo(t.dtype)
        if not self.closed and math.isfinite(high):
            high -= max(number.eps * abs(high), number.tiny)
        return t.clamp(self.low, high)


class FDivergence:
    """One f-divergence ``D_f(P‖Q) = Σ q f(p/q)``, Eq. f-gan.

    The five fixed parts are given as formulas that hold inside their domains; the methods of the
    same names extend them to all numbers. They work element by element, in the dtype of their
    argument, and are differentiable.

    - ``generator``: the convex function f on [0, ∞);
    - ``conjugate``: f*, on ``domain`` and on everything below it;
    - ``domain``: the values that a critic T may take, a `Domain`;
    - ``activation``: g_f, from all real numbers into ``domain``;
    - ``optimal_critic``: f', so that T* = f'(p/q).

    Two more are optional, and spare float64 an overflow: ``adjoint``, the generator
    ``s f(1/s)`` of ``D_f(Q‖P)`` on (0, 1], and ``conjugate_of_activation``, the formula of
    ``f*(g_f(v))``.

    Ali and Silvey (1966), Csiszár (1967); bound: Nguyen, Wainwright and Jordan (2010); table:
    Nowozin, Cseke and Tomioka (2016).

    >>> pearson = FDivergence(
    ...     generator=lambda u: (u - 1) ** 2,
    ...     conjugate=lambda t: t.clamp(min=-2) ** 2 / 4 + t.clamp(min=-2),
    ...     domain=Domain(-math.inf, math.inf, False),
    ...     activation=lambda v: v,
    ...     optimal_critic=lambda r: 2 * (r - 1),
    ... )
    >>> pearson.divergence(torch.tensor([0.5, 0.5]), torch.tensor([0.25, 0.75]))
    tensor(0.3333)
    """

    def __init__(
        self,
        generator: Formula,
        conjugate: Formula,
        domain: Domain,
        activation: Formula,
        optimal_critic: Formula,
        *,
        adjoint: Formula | None = None,
        conjugate_of_activation: Formula | None = None,
    ):
        self.domain = domain
        self._generator = generator
        self._conjugate = conjugate
        self._activation = activation
        self._optimal_critic = optimal_critic
        self._adjoint = adjoint or (lambda s: s * generator(1 / s))
        self._conjugate_of_activation = conjugate_of_activation

    def generator(self, u: Tensor) -> Tensor:
        """Return f(u), any shape; at 0 its limit, and ``+inf`` for ``u < 0``."""
        negative = _float("u", u) < 0
        return torch.where(negative, math.inf, self._generator(torch.where(negative, 1.0, u)))

    def conjugate(self, t: Tensor) -> Tensor:
        """Return ``f*(t) = sup_u {ut - f(u)}`` over ``u ≥ 0``, ``+inf`` above the domain.

        At ``-inf`` it is the limit ``-f(0)``.
        """
        above, lowest = self.domain.is_past(_float("t", t)), t == -math.inf
        anywhere = min(self.domain.high, 0.0) - 1.0  # f* is finite there, and so is its slope
        value = self._conjugate(torch.where(above | lowest, anywhere, t))
        value = torch.where(lowest, -self._generator(torch.zeros_like(t)), value)
        return torch.where(above, math.inf, value)

    def activation(self, v: Tensor) -> Tensor:
        """Return ``T = g_f(v)``, any shape: a number inside `domain` for every real v."""
        return self.domain.clip(self._activation(_float("v", v)))

    def conjugate_of_activation(self, v: Tensor) -> Tensor:
        """Return ``f*(g_f(v))``, any shape, also where ``g_f(v)`` rounds to the domain's end."""
        if self._conjugate_of_activation is None:
            return self.conjugate(self.activation(v))
        return self._conjugate_of_activation(_float("v", v))

    def optimal_critic(self, ratio: Tensor) -> Tensor:
        """Return ``T* = f'(r)`` for ratios ``r = p/q`` from 0 to ``inf``, any shape.

        It is clipped to `domain`, where rounding would leave it; at 0 it is the limit, perhaps
        ``-inf``. NaN for a negative ratio.
        """
        negative = _float("ratio", ratio) < 0
        critic = self._optimal_critic(torch.where(negative, 1.0, ratio))
        return torch.where(negative, math.nan, self.domain.clip(critic))

    def divergence(self, p: Tensor, q: Tensor) -> Tensor:
        """Return ``D_f(P‖Q) = Σ q f(p/q)`` along the last axis, nats, Eq. f-gan.

        ``p`` and ``q`` are finite distributions ``(..., K)``; the result is ``(...)``. Where
        ``q = 0 < p`` a term is ``p f'(∞)``, where ``p = 0 < q`` it is ``q f(0)``, where both are
        0 it is 0, and the sum is ``+inf`` where one of these is. Differentiable in both; a
        derivative that is infinite because a probability is 0 is given as 0. Raises InputError
        for different shapes, negative values and sums other than 1.
        """
        require_distributions(p, q)
        # q f(p/q) = p f°(q/p): with the larger one below the line, no ratio can overflow.
        forward = p <= q
        small, large = torch.where(forward, p, q), torch.where(forward, q, p)
        inside = small > 0
        s = torch.where(inside, small / torch.where(inside, large, 1.0), 1.0)
        f = self._generator(torch.where(forward, s, 1.0))
        adjoint = self._adjoint(torch.where(forward, 1.0, s))
        terms = large * torch.where(forward, f, adjoint)
        return torch.where(inside, terms, self._at_zero(p, q)).sum(-1)

    def _at_zero(self, p: Tensor, q: Tensor) -> Tensor:
        """The terms where p or q is 0, linear in both, with T* and -f*(T*) as derivatives."""
        zero = torch.zeros((), dtype=p.dtype, device=p.device)
        start, end = self._optimal_critic(zero), self._optimal_critic(zero + math.inf)
        of_p = torch.where((p == 0) & (q > 0), _finite(start), 0.0)
        of_q = torch.where((p == 0) & (q > 0), self._generator(zero), 0.0)
        of_p = torch.where((q == 0) & (p > 0), end, of_p)
        of_q = torch.where((q == 0) & (p > 0), _finite(-self.conjugate(end)), of_q)
        return p * of_p + q * of_q

    def bound(self, p: Tensor, q: Tensor, critic_values: Tensor) -> Tensor:
        """Return the lower bound ``E_p[T] - E_q[f*(T)]`` of the divergence, nats, Eq. f-gan.

        ``p``, ``q`` and the critic's values T are ``(..., K)``; the result is ``(...)``. It is
        the divergence at ``T = optimal_critic(p / q)``, and ``-inf`` if T leaves the domain at
        its upper end where it matters. Raises InputError as `divergence` does, and for NaN
        where p or q is positive.
        """
        require_distributions(p, q)
        t = _float("critic_values", critic_values)
        if t.shape != p.shape:
            raise InputError(
                f"`critic_values` has shape {tuple(t.shape)}, but {tuple(p.shape)} is accepted, "
                "the shape of `p`."
            )
        known = not torch.compiler.is_compiling()  # else a graph in the making: no values to check
        if known and bool((t.isnan() & ((p > 0) | (q > 0))).any()):
            raise InputError(
                "`critic_values` contains NaN, but numbers are accepted where p or q is positive."
            )
        penalty = self.conjugate(t)
        # Where q = 0, f*(T) costs nothing, but T must still not pass the end of the domain.
        lost = (q > 0) & (penalty == math.inf)
        lost = lost | ((p > 0) & ((t == -math.inf) | (t > self.domain.high)))
        gained = p * torch.where((p > 0) & ~lost, t, 0.0)
        paid = q * torch.where((q > 0) & ~lost, penalty, 0.0)
        return torch.where(lost.any(-1), -math.inf, (gained - paid).sum(-1))


def require_distributions(p: Tensor, q: Tensor) -> None:
    """Raise InputError unless ``p`` and ``q`` are distributions ``(..., K)`` of the same shape.

    >>> require_distributions(torch.tensor([0.5, 0.4]), torch.tensor([0.5, 0.5]))
    Traceback (most recent call last):
    genedu.errors.InputError: `p` sums to 0.9 along its last axis, but a sum of 1 is accepted; \
divide it by its sum.
    """
    for name, value in (("p", p), ("q", q)):
        require_tensor(name, value, minimum=0)
        if value.ndim == 0:
            raise InputError(f"`{name}` has shape (), but (..., K) is accepted.")
        if torch.compiler.is_compiling():
            continue  # a graph in the making has no values
        sums = value.detach().sum(-1)
        tolerance = max(1e-6, torch.finfo(value.dtype).eps ** 0.5)
        wrong = sums[(sums - 1).abs() > tolerance]
        if wrong.numel():
            raise InputError(
                f"`{name}` sums to {wrong[0].item():.6g} along its last axis, but a sum of 1 is "
                "accepted; divide it by its sum."
            )
    if p.shape != q.shape:
        raise InputError(
            f"`q` has shape {tuple(q.shape)}, but {tuple(p.shape)} is accepted, the shape of `p`."
        )


def _float(name: str, value: Tensor) -> Tensor:
    """Check what can be checked without looking at the numbers: infinite ones are welcome."""
    if not isinstance(value, Tensor) or not value.is_floating_point():
        given = str(value.dtype) if isinstance(value, Tensor) else type(value).__name__
        raise InputError(f"`{name}` is {given}, but a floating-point torch.Tensor is accepted.")
    return value


def _finite(value: Tensor) -> Tensor:
    return torch.where(value.isfinite(), value, 0.0)
