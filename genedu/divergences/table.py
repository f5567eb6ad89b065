"""The table of f-divergences: one row each, the formulas of Eq. f-gan in code.

``r = p/q``; ``sp`` is softplus and ``W`` Lambert's function. After Nowozin, Cseke and Tomioka
(2016), tables 1, 2 and 6, with f as in ``D_f(P‖Q) = Σ q f(p/q)``.
"""

import math
from functools import partial

from torch import Tensor
from torch.nn.functional import softplus
from torch.special import entr  # -u ln u, 0 at u = 0

from ..errors import InputError, require_number
from .f_divergence import Domain, FDivergence
from .numerics import folded, log1mexp, log_lambert_w, power

__all__ = ["F_DIVERGENCES", "alpha_divergence", "weighted_jensen_shannon"]

LOG_2 = math.log(2)
REALS = Domain(-math.inf, math.inf, closed=False)


def _below(high: float, *, closed: bool = False) -> Domain:
    return Domain(-math.inf, high, closed)


def _total_variation() -> FDivergence:
    """½|u - 1|; a critic beyond ±½ gains nothing."""
    return FDivergence(
        generator=lambda u: 0.5 * (u - 1).abs(),
        adjoint=lambda s: 0.5 * (s - 1).abs(),
        # f*(t) = max(t, -½) for t ≤ ½
        conjugate=lambda t: t.clamp(min=-0.5),
        domain=Domain(-0.5, 0.5, closed=True),
        activation=lambda v: 0.5 * v.tanh(),
        conjugate_of_activation=lambda v: 0.5 * v.tanh(),
        optimal_critic=lambda r: 0.5 * (r - 1).sign(),
    )


def _kl() -> FDivergence:
    """u ln u."""
    return FDivergence(
        generator=lambda u: -entr(u),
        adjoint=lambda s: -s.log(),
        # f*(t) = e^{t-1}
        conjugate=lambda t: (t - 1).exp(),
        domain=REALS,
        activation=lambda v: v,
        optimal_critic=lambda r: 1 + r.log(),
    )


def _reverse_kl() -> FDivergence:
    """-ln u."""
    return FDivergence(
        generator=lambda u: -u.log(),
        adjoint=lambda s: -entr(s),
        # f*(t) = -1 - ln(-t) for t < 0
        conjugate=lambda t: -1 - (-t).log(),
        domain=_below(0.0),
        activation=lambda v: -(-v).exp(),
        conjugate_of_activation=lambda v: v - 1,
        optimal_critic=lambda r: -1 / r,
    )


def _pearson() -> FDivergence:
    """(u - 1)²."""
    return FDivergence(
        generator=lambda u: (u - 1) ** 2,
        adjoint=lambda s: (1 - s) ** 2 / s,
        # f*(t) = t²/4 + t, and -1 for t < -2, where the best ratio would be negative
        conjugate=lambda t: t.clamp(min=-2) ** 2 / 4 + t.clamp(min=-2),
        domain=REALS,
        activation=lambda v: v,
        optimal_critic=lambda r: 2 * (r - 1),
    )


def _neyman() -> FDivergence:
    """(1 - u)²/u."""
    return FDivergence(
        generator=lambda u: (1 - u) ** 2 / u,
        adjoint=lambda s: (s - 1) ** 2,
        # f*(t) = 2 - 2√(1 - t) for t ≤ 1
        conjugate=lambda t: 2 - 2 * power(1 - t, 0.5),
        domain=_below(1.0, closed=True),
        activation=lambda v: -(-v).expm1(),
        conjugate_of_activation=lambda v: -2 * (-v / 2).expm1(),
        optimal_critic=lambda r: 1 - r**-2,
    )


def _squared_hellinger() -> FDivergence:
    """(√u - 1)²."""
    return FDivergence(
        generator=lambda u: (u.sqrt() - 1) ** 2,
        adjoint=lambda s: (s.sqrt() - 1) ** 2,
        # f*(t) = t/(1 - t) for t < 1
        conjugate=lambda t: t / (1 - t),
        domain=_below(1.0),
        activation=lambda v: -(-v).expm1(),
        conjugate_of_activation=lambda v: v.expm1(),
        optimal_critic=lambda r: 1 - r.rsqrt(),
    )


def _jeffreys() -> FDivergence:
    """(u - 1) ln u: both Kullback-Leibler divergences together."""

    def conjugate(t: Tensor) -> Tensor:
        # f*(t) = W(e^{1-t}) + 1/W(e^{1-t}) + t - 2 = 1/w - ln w - 1, as w + ln w = 1 - t
        log_w = log_lambert_w(1 - t)
        return (-log_w).expm1() - log_w

    return FDivergence(
        generator=lambda u: (u - 1) * u.log(),
        adjoint=lambda s: (s - 1) * s.log(),
        conjugate=conjugate,
        domain=REALS,
        activation=lambda v: v,
        optimal_critic=lambda r: 1 + r.log() - 1 / r,
    )


def _jensen_shannon() -> FDivergence:
    """u ln u - (u + 1) ln((u + 1)/2): twice the Jensen-Shannon divergence of Eq. gan-jsd."""

    def up_to_one(u: Tensor) -> Tensor:
        return -entr(u) - (1 + u) * ((u - 1) / 2).log1p()

    return FDivergence(
        generator=folded(up_to_one, up_to_one),
        adjoint=up_to_one,
        # f*(t) = -ln(2 - e^t) for t < ln 2
        conjugate=lambda t: -LOG_2 - log1mexp(t - LOG_2),
        domain=_below(LOG_2),
        activation=lambda v: LOG_2 - softplus(-v),
        conjugate_of_activation=lambda v: softplus(v) - LOG_2,
        optimal_critic=lambda r: LOG_2 - (1 / r).log1p(),
    )


def weighted_jensen_shannon(weight: float) -> FDivergence:
    """Return ``π KL(P‖M) + (1-π) KL(Q‖M)`` with ``M = πP + (1-π)Q``, π the ``weight`` in (0, 1).

    Eq. f-gan (Lin 1991); with weight ½ it is the Jensen-Shannon divergence of Eq. gan-jsd.

    >>> import torch
    >>> p, q = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
    >>> round(weighted_jensen_shannon(0.5).divergence(p, q).exp().item(), 6)
    2.0
    """
    weight = require_number("weight", weight, above=0)
    if weight >= 1:
        raise InputError(f"`weight` is {weight:g}, but a number between 0 and 1 is accepted.")
    end = -weight * math.log(weight)
    log_rest = math.log1p(-weight)

    # f(u) = πu ln u - (1-π+πu) ln(1-π+πu)
    def up_to_one(u: Tensor, weight: float) -> Tensor:
        mixed = weight * (u - 1)
        return -weight * entr(u) - (1 + mixed) * mixed.log1p()

    adjoint = partial(up_to_one, weight=1 - weight)

    def conjugate_of_activation(v: Tensor) -> Tensor:
        exponent = -softplus(-v) / weight  # (T - end)/π
        return (1 - weight) * (log_rest - log1mexp(exponent))

    return FDivergence(
        generator=folded(partial(up_to_one, weight=weight), adjoint),
        adjoint=adjoint,
        # f*(t) = (1-π) ln[(1-π)/(1 - πe^{t/π})] for t < -π ln π
        conjugate=lambda t: (1 - weight) * (log_rest - log1mexp((t - end) / weight)),
        domain=_below(end),
        activation=lambda v: end - softplus(-v),
        conjugate_of_activation=conjugate_of_activation,
        # T* = π ln(r/(1-π+πr))
        optimal_critic=lambda r: -weight * ((1 - weight) / r + weight).log(),
    )


def _gan() -> FDivergence:
    """u ln u - (u + 1) ln(u + 1): the value of the GAN's game, 2 JSD - log 4, Eq. gan-jsd."""

    def up_to_one(u: Tensor) -> Tensor:
        return -entr(u) - (1 + u) * u.log1p()

    return FDivergence(
        generator=folded(up_to_one, up_to_one),
        adjoint=up_to_one,
        # f*(t) = -ln(1 - e^t) for t < 0
        conjugate=lambda t: -log1mexp(t),
        domain=_below(0.0),
        activation=lambda v: -softplus(-v),
        conjugate_of_activation=softplus,
        optimal_critic=lambda r: -(1 / r).log1p(),
    )


def alpha_divergence(alpha: float) -> FDivergence:
    """Return the alpha-divergence, ``f(u) = (u^α - 1 - α(u - 1)) / (α(α - 1))``, α not 0 or 1.

    Eq. f-gan (Amari 1985). It is ½ Pearson at α = 2, twice the squared Hellinger divergence at
    ½, ½ Neyman at -1, and tends to the Kullback-Leibler divergence at 1, to the reverse at 0.

    >>> import torch
    >>> p, q = torch.tensor([0.5, 0.5]), torch.tensor([0.25, 0.75])
    >>> alpha_divergence(2.0).divergence(p, q)  # half of Pearson's
    tensor(0.1667)
    """
    alpha = require_number("alpha", alpha)
    if alpha in (0, 1):
        near = "reverse_kl" if alpha == 0 else "kl"
        raise InputError(
            f"`alpha` is {alpha:g}, but a number other than 0 and 1 is accepted; the limit there "
            f"is F_DIVERGENCES[{near!r}]."
        )

    def power_mean(u: Tensor, alpha: float) -> Tensor:
        return (u**alpha - 1 - alpha * (u - 1)) / (alpha * (alpha - 1))

    # f*(t) = [(1 + (α-1)t)^{α/(α-1)} - 1]/α, the base at least 0
    def conjugate(t: Tensor) -> Tensor:
        return (power(1 + (alpha - 1) * t, alpha / (alpha - 1)) - 1) / alpha

    def conjugate_of_activation(v: Tensor) -> Tensor:
        base = (1 - alpha) * softplus(-v)
        return (power(base, alpha / (alpha - 1)) - 1) / alpha

    end = 1 / (1 - alpha)
    grows = alpha > 1  # f grows faster than u: every real number is in the domain
    return FDivergence(
        generator=partial(power_mean, alpha=alpha),
        adjoint=partial(power_mean, alpha=1 - alpha),
        conjugate=conjugate,
        domain=REALS if grows else _below(end, closed=alpha < 0),
        activation=(lambda v: v) if grows else (lambda v: end - softplus(-v)),
        conjugate_of_activation=conjugate if grows else conjugate_of_activation,
        # T* = (r^{α-1} - 1)/(α - 1)
        optimal_critic=lambda r: (r ** (alpha - 1) - 1) / (alpha - 1),
    )


F_DIVERGENCES: dict[str, FDivergence] = {
    "total_variation": _total_variation(),
    "kl": _kl(),
    "reverse_kl": _reverse_kl(),
    "pearson": _pearson(),
    "neyman": _neyman(),
    "squared_hellinger": _squared_hellinger(),
    "jeffreys": _jeffreys(),
    "jensen_shannon": _jensen_shannon(),
    "weighted_jensen_shannon": weighted_jensen_shannon(0.5),
    "gan": _gan(),
    "alpha": alpha_divergence(0.5),
}
"""The f-divergences of the book by name; the two families with a parameter stand at ½."""
