"""The noise of a diffusion model: schedules, the jump to any step, one step back in closed form.

On the board and in code ``t`` runs from 1 to T, and ``t = 0`` is the datum: ``ᾱ_0 = 1``. The
functions take numbers or tensors that broadcast and raise InputError for an ``α`` or ``ᾱ`` outside
[0, 1]; `NoiseSchedule` looks these up by ``t``.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from ..errors import InputError, require_choice, require_int, require_number, require_tensor

__all__ = [
    "NoiseSchedule",
    "cosine_betas",
    "diffuse",
    "linear_betas",
    "mean_from_noise",
    "noise_loss_weight",
    "posterior_mean",
    "posterior_variance",
    "score_from_noise",
]

Number = float | Tensor


def linear_betas(timesteps: int = 1000, first: float = 1e-4, last: float = 0.02) -> Tensor:
    """Return ``β_1 … β_T`` ``(T,)`` in equal steps, float64 (Ho, Jain & Abbeel 2020).

    Raises InputError for fewer than 2 steps or values outside (0, 1).

    >>> schedule = NoiseSchedule(linear_betas())
    >>> f"{schedule.alpha_bar[1000].item():.4e}"
    '4.0358e-05'
    """
    require_int("timesteps", timesteps, minimum=2)
    for name, value in (("first", first), ("last", last)):
        require_number(name, value, above=0)
        if value >= 1:
            raise InputError(f"`{name}` is {value!r}, but a number between 0 and 1 is accepted.")
    return torch.linspace(first, last, timesteps, dtype=torch.float64)


def cosine_betas(timesteps: int = 1000, offset: float = 0.008, largest: float = 0.999) -> Tensor:
    """Return ``β_1 … β_T`` ``(T,)`` for which ``ᾱ_t`` falls like a squared cosine, float64.

    ``offset`` keeps the first steps from vanishing, ``largest`` cuts the last ones off (Nichol &
    Dhariwal 2021). Raises InputError for fewer than 2 steps or numbers outside their range.

    >>> NoiseSchedule(cosine_betas()).alpha_bar[500]  # half way: nearly half the signal
    tensor(0.4938, dtype=torch.float64)
    """
    require_int("timesteps", timesteps, minimum=2)
    require_number("offset", offset, minimum=0)
    require_number("largest", largest, above=0)
    if largest >= 1:
        raise InputError(f"`largest` is {largest!r}, but a number between 0 and 1 is accepted.")
    t = torch.arange(timesteps + 1, dtype=torch.float64) / timesteps
    signal = torch.cos((t + offset) / (1 + offset) * math.pi / 2) ** 2
    # β_t = 1 - ᾱ_t / ᾱ_{t-1}
    return (1 - signal[1:] / signal[:-1]).clamp(max=largest)


def diffuse(x0: Number, noise: Number, alpha_bar: Number) -> Number:
    """Return ``x_t``, drawn from ``q(x_t|x_0)`` with standard normal noise, Eq. ddpm-forward.

    >>> diffuse(torch.ones(2), torch.tensor([0.0, 1.0]), 0.36)
    tensor([0.6000, 1.4000])
    """
    _require_shares(alpha_bar=alpha_bar)
    # x_t = √ᾱ_t x_0 + √(1-ᾱ_t) ε
    return alpha_bar**0.5 * x0 + (1 - alpha_bar) ** 0.5 * noise


def posterior_mean(x0: Number, xt: Number, alpha: Number, alpha_bar_before: Number) -> Number:
    """Return the mean of ``q(x_{t-1}|x_t,x_0)`` from ``α_t`` and ``ᾱ_{t-1}``, Eq. ddpm-posterior.

    >>> posterior_mean(torch.ones(1), torch.zeros(1), 0.5, 1.0)  # t = 1: the datum itself
    tensor([1.])
    """
    _require_shares(alpha=alpha, alpha_bar_before=alpha_bar_before)
    beta, alpha_bar = 1 - alpha, alpha * alpha_bar_before
    # μ̃_t = √ᾱ_{t-1} β_t/(1-ᾱ_t) x_0 + √α_t (1-ᾱ_{t-1})/(1-ᾱ_t) x_t
    of_clean = alpha_bar_before**0.5 * beta / (1 - alpha_bar)
    of_noisy = alpha**0.5 * (1 - alpha_bar_before) / (1 - alpha_bar)
    return of_clean * x0 + of_noisy * xt


def posterior_variance(alpha: Number, alpha_bar_before: Number) -> Number:
    """Return ``β̃_t``, the variance of ``q(x_{t-1}|x_t,x_0)``, Eq. ddpm-posterior; 0 for t = 1."""
    _require_shares(alpha=alpha, alpha_bar_before=alpha_bar_before)
    # β̃_t = β_t (1-ᾱ_{t-1})/(1-ᾱ_t)
    return (1 - alpha) * (1 - alpha_bar_before) / (1 - alpha * alpha_bar_before)


def mean_from_noise(xt: Number, noise: Number, alpha: Number, alpha_bar: Number) -> Number:
    """Return ``μ̃_t`` from ``x_t`` and the noise in it, Eq. ddpm-epsilon-loss.

    With a predicted noise it is the mean ``μ_θ`` of the reverse step.
    """
    _require_shares(alpha=alpha, alpha_bar=alpha_bar)
    # μ = (x_t - β_t/√(1-ᾱ_t) ε) / √α_t
    return (xt - (1 - alpha) / (1 - alpha_bar) ** 0.5 * noise) / alpha**0.5


def noise_loss_weight(alpha: Number, alpha_bar: Number, variance: Number) -> Number:
    """Return what stands before ``|ε - ε_θ|²`` in ``L_t``, nats, Eq. ddpm-epsilon-loss.

    ``variance`` is ``σ_t²`` of the reverse step, and ``t ≥ 2``.
    """
    _require_shares(alpha=alpha, alpha_bar=alpha_bar)
    # β_t² / (2 σ_t² α_t (1-ᾱ_t))
    return (1 - alpha) ** 2 / (2 * variance * alpha * (1 - alpha_bar))


def score_from_noise(noise: Number, alpha_bar: Number) -> Number:
    """Return the score ``-ε/√(1-ᾱ_t)`` that belongs to a noise, Eq. ddpm-epsilon-loss.

    >>> score_from_noise(torch.ones(1), 0.75)
    tensor([-2.])
    """
    _require_shares(alpha_bar=alpha_bar)
    # s = -ε/√(1-ᾱ_t)
    return -noise / (1 - alpha_bar) ** 0.5


class NoiseSchedule:
    """``β_t``, ``α_t`` and ``ᾱ_t`` for ``t = 0 … T``, and the closed forms that use them.

    ``betas`` is a tensor ``(T,)`` or a sequence of T numbers in (0, 1), ``β_1`` first. The tables
    ``beta``, ``alpha`` and ``alpha_bar`` are ``(T+1,)`` in float64 and indexed by ``t`` itself:
    at 0 nothing has been added. Raises InputError for numbers outside (0, 1).

    >>> schedule = NoiseSchedule([0.1, 0.2])
    >>> schedule.alpha_bar
    tensor([1.0000, 0.9000, 0.7200], dtype=torch.float64)
    >>> x0, t = torch.ones(2, 3), torch.tensor([0, 2])
    >>> schedule.q_sample(x0, t, torch.zeros(2, 3))[:, 0]
    tensor([1.0000, 0.8485])
    """

    def __init__(self, betas: Tensor | Sequence[float]) -> None:
        if not isinstance(betas, Tensor):
            betas = torch.tensor(list(betas), dtype=torch.float64)
        betas = require_tensor("betas", betas, ("T",)).detach().double().cpu()
        if betas.numel() == 0 or not bool(((betas > 0) & (betas < 1)).all()):
            raise InputError("`betas` has none or not all between 0 and 1, but both are needed.")
        self.timesteps = len(betas)
        self.beta = torch.cat([betas.new_zeros(1), betas])
        self.alpha = 1 - self.beta
        self.alpha_bar = self.alpha.cumprod(0)  # ᾱ_t = α_1 α_2 … α_t
        self._before = torch.cat([betas.new_ones(1), self.alpha_bar[:-1]])

    def q_sample(self, x0: Tensor, t: Tensor, noise: Tensor) -> Tensor:
        """Return ``x_t`` ``(batch, *event)`` for ``t`` ``(batch,)`` from 0 to T, Eq. ddpm-forward.

        Raises InputError for shapes that do not fit and for steps out of range.
        """
        t = self._require(t, x0, minimum=0, noise=noise)
        signal, spread = diffuse(1.0, 0.0, self.alpha_bar[t]), diffuse(0.0, 1.0, self.alpha_bar[t])
        return _like(signal, x0) * x0 + _like(spread, x0) * noise

    def posterior(self, x0: Tensor, xt: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and variance of ``q(x_{t-1}|x_t,x_0)``, Eq. ddpm-posterior.

        ``t`` ``(batch,)`` runs from 1 to T. The mean is ``(batch, *event)``, the variance
        ``(batch, 1, …)``; at ``t = 1`` they are ``x0`` and 0. Raises InputError as `q_sample`.
        """
        t = self._require(t, x0, minimum=1, xt=xt)
        numbers = self.alpha[t], self._before[t]
        of_clean, of_noisy = posterior_mean(1.0, 0.0, *numbers), posterior_mean(0.0, 1.0, *numbers)
        mean = _like(of_clean, x0) * x0 + _like(of_noisy, x0) * xt
        return mean, _like(posterior_variance(*numbers), x0)

    def loss_weight(self, t: Tensor, variance: str = "beta") -> Tensor:
        """Return what stands before ``|ε - ε_θ|²`` in ``L_t``, ``(batch,)``, float64, nats.

        Eq. ddpm-epsilon-loss, for ``σ_t² = β_t`` or, with ``variance="posterior"``, ``β̃_t``.
        Raises InputError for another name and for steps that are not from 2 to T.

        >>> NoiseSchedule([0.1, 0.2]).loss_weight(torch.tensor([2]))
        tensor([0.4464], dtype=torch.float64)
        """
        require_choice("variance", variance, ("beta", "posterior"))
        t = self._require(t, minimum=2)
        of_step = self.beta[t]
        if variance == "posterior":
            of_step = posterior_variance(self.alpha[t], self._before[t])
        return noise_loss_weight(self.alpha[t], self.alpha_bar[t], of_step)

    def _require(self, t, x0: Tensor | None = None, *, minimum: int, **others) -> Tensor:
        """``t`` on the processor, after a look at all arguments."""
        if x0 is not None:
            require_tensor("x0", x0)
            if x0.ndim < 2:
                raise InputError(
                    f"`x0` has shape {tuple(x0.shape)}, but (batch, *event) is needed."
                )
            for name, value in others.items():
                require_tensor(name, value, tuple(x0.shape))
        if not isinstance(t, Tensor) or t.dtype != torch.int64 or t.ndim != 1:
            raise InputError("`t` is not what is needed: an int64 tensor of shape (batch,).")
        if x0 is not None and len(t) != len(x0):
            raise InputError(
                f"`t` has {len(t)} steps, but one for each of {len(x0)} data is needed."
            )
        t = t.cpu()
        if bool(((t < minimum) | (t > self.timesteps)).any()):
            raise InputError(
                f"`t` has steps from {t.min()} to {t.max()}, but steps from {minimum} to "
                f"{self.timesteps} are accepted."
            )
        return t


def _require_shares(**shares: Number) -> None:
    """``α`` and ``ᾱ`` are shares of the variance."""
    for name, value in shares.items():
        require = require_tensor if isinstance(value, Tensor) else require_number
        require(name, value, minimum=0, maximum=1)


def _like(numbers: Tensor, x: Tensor) -> Tensor:
    """One number a datum, ``(batch, 1, …)``, from float64, where ``1 - ᾱ_t`` keeps its digits."""
    return numbers.to(x.dtype).to(x.device).view(-1, *[1] * (x.ndim - 1))
