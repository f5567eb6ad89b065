"""Restricted Boltzmann machines with Gaussian units, on one side or on both.

Sizes: ``V`` visible and ``H`` hidden units, ``weight`` ``(V, H)``, ``v`` ``(batch, V)``, ``h``
``(batch, H)``. Sampling and learning are in `bipartite`; here stand the energies.
"""

import math

import torch
from torch import Tensor
from torch.nn.functional import softplus

from ..errors import InputError, require_int, require_number, require_tensor
from ..evaluation import log_sum_over_states
from .bipartite import BipartiteMachine, Statistics, draw_binary

__all__ = ["GaussianBernoulliRBM", "GaussianGaussianRBM", "gaussian_fixed_point"]


def gaussian_log_normaliser(num: int, std: float) -> float:
    """Return ``log ∫ exp(-|u|²/2σ²) du`` over ``num`` dimensions."""
    return 0.5 * num * math.log(2 * math.pi * std**2)


def gaussian_fixed_point(
    eigenvalues: Tensor, visible_std: float | Tensor, num_hidden: int
) -> Tensor:
    """Return the singular values that CD-k and maximum likelihood reach, Eq. grbm-cd-pca.

    ``eigenvalues`` ``(V,)`` are those of the data covariance, in any order, ``visible_std`` is a
    number or a tensor of shape (); the result ``(num_hidden,)`` falls and is 0 where there is no
    direction left with ``λ > σ_v²`` (Karakida, Okada & Amari 2016).

    >>> gaussian_fixed_point(torch.tensor([0.5, 4.0]), visible_std=1.0, num_hidden=2)
    tensor([0.8660, 0.0000])
    """
    require_tensor("eigenvalues", eigenvalues, ("V",), minimum=0)
    if isinstance(visible_std, Tensor):
        require_tensor("visible_std", visible_std, (), minimum=torch.finfo(visible_std.dtype).tiny)
    else:
        require_number("visible_std", visible_std, above=0)
    require_int("num_hidden", num_hidden)
    leading = eigenvalues.sort(descending=True).values[:num_hidden]
    # s_i = √(1 - σ_v²/λ_i) where λ_i > σ_v², else 0
    values = (1 - visible_std**2 / leading).clamp(min=0).sqrt()
    return torch.nn.functional.pad(values, (0, num_hidden - len(values)))


class GaussianBernoulliRBM(BipartiteMachine):
    """Gaussian visible and binary hidden units: an exponential mixture of Gaussians.

    ``E(v,h) = |v-a|²/2σ² - bᵀh - vᵀWh/σ²`` with ``σ = visible_std``; ``p(v|h) = N(a + Wh, σ²I)``.

    >>> GaussianBernoulliRBM(2, 3).sample(5, steps=10).shape
    torch.Size([5, 2])
    """

    visible_noise = torch.randn

    def __init__(
        self,
        num_visible: int,
        num_hidden: int,
        visible_std: float = 1.0,
        method: str = "cd",
        k: int = 1,
        num_chains: int = 100,
    ):
        super().__init__(num_visible, num_hidden, method, k, num_chains)
        self.visible_std = require_number("visible_std", visible_std, above=0)

    def energy(self, v: Tensor, h: Tensor) -> Tensor:
        """Return ``E(v, h)``, ``(batch,)``."""
        self.check_data(v, "v")
        self.check_hidden(h)
        # E(v, h) = |v-a|²/2σ² - bᵀh - vᵀWh/σ²
        quadratic = ((v - self.visible_bias) ** 2).sum(-1) / (2 * self.visible_std**2)
        interaction = ((v @ self.weight) * h).sum(-1) / self.visible_std**2
        return quadratic - h @ self.hidden_bias - interaction

    def prob_hidden(self, v: Tensor) -> Tensor:
        """Return ``p(h_j = 1 | v) = σ(b_j + Σ_i W_ij v_i / σ²)``, ``(batch, H)``."""
        return torch.sigmoid(self.hidden_input(self.check_data(v, "v")))

    def mean_visible(self, h: Tensor) -> Tensor:
        """Return ``E[v | h] = a + Wh``, ``(batch, V)``."""
        return self.visible_input(self.check_hidden(h))

    def hidden_input(self, v: Tensor) -> Tensor:
        """``b_j + Σ_i W_ij v_i / σ²``, ``(batch, H)``."""
        return torch.addmm(self.hidden_bias, v, self.weight, alpha=1 / self.visible_std**2)

    def visible_input(self, h: Tensor) -> Tensor:
        """``a_i + Σ_j W_ij h_j``, ``(batch, V)``."""
        return torch.addmm(self.visible_bias, h, self.weight.T)

    def _hidden_mean(self, hidden_input: Tensor) -> Tensor:
        return torch.sigmoid(hidden_input)

    def _draw_hidden(self, hidden_input: Tensor, noise: Tensor) -> Tensor:
        return draw_binary(hidden_input, noise)

    def _draw_visible(self, visible_input: Tensor, noise: Tensor) -> Tensor:
        return visible_input + self.visible_std * noise

    def _free_energy(
        self, v: Tensor, visible_bias: Tensor, hidden_bias: Tensor, hidden_input: Tensor
    ) -> Tensor:
        # F(v) = |v-a|²/2σ² - Σ_j softplus(b_j + Σ_i W_ij v_i / σ²)
        quadratic = ((v - visible_bias) ** 2).sum(-1) / (2 * self.visible_std**2)
        return quadratic - softplus(hidden_input).sum(-1)

    def _scaled(self, statistics: Statistics) -> Statistics:
        weight, visible, hidden = statistics
        return Statistics(weight / self.visible_std**2, visible / self.visible_std**2, hidden)

    def _independent_log_partition(self, visible_bias: Tensor) -> float:
        visible = gaussian_log_normaliser(self.num_visible, self.visible_std)
        return visible + self.num_hidden * math.log(2)

    def _exact_log_partition(self) -> Tensor:
        """Integrate ``v`` in closed form and sum over all hidden states (at most 20 units)."""
        visible_bias, hidden_bias = self.visible_bias, self.hidden_bias

        def log_weight(h: Tensor) -> Tensor:
            # ∫ exp(-E) dv = exp(bᵀh + (|a+Wh|² - |a|²)/2σ²) (2πσ²)^{V/2}
            mean = self.visible_input(h)
            gain = (mean**2).sum(-1) - (visible_bias**2).sum()
            return h @ hidden_bias + gain / (2 * self.visible_std**2)

        normaliser = gaussian_log_normaliser(self.num_visible, self.visible_std)
        return log_sum_over_states(self.num_hidden, log_weight, hidden_bias) + normaliser


class GaussianGaussianRBM(BipartiteMachine):
    """Gaussian units on both sides; learning it is principal component analysis.

    ``E(v,h) = |v-a|²/2σ_v² + |h-b|²/2σ_h² - vᵀWh/(σ_v σ_h)``. It has a density only while all
    singular values of ``W`` are below 1. CD-k and maximum likelihood share the fixed point
    `gaussian_fixed_point` (Karakida, Okada & Amari 2016), Eq. grbm-cd-pca.

    >>> GaussianGaussianRBM(3, 2).log_prob(torch.zeros(1, 3)).shape
    torch.Size([1])
    """

    hidden_noise = torch.randn
    visible_noise = torch.randn

    def __init__(
        self,
        num_visible: int,
        num_hidden: int,
        visible_std: float = 1.0,
        hidden_std: float = 1.0,
        method: str = "cd",
        k: int = 1,
        num_chains: int = 100,
    ):
        super().__init__(num_visible, num_hidden, method, k, num_chains)
        self.visible_std = require_number("visible_std", visible_std, above=0)
        self.hidden_std = require_number("hidden_std", hidden_std, above=0)

    def energy(self, v: Tensor, h: Tensor) -> Tensor:
        """Return ``E(v, h)``, ``(batch,)``."""
        self.check_data(v, "v")
        self.check_hidden(h)
        # E(v, h) = |v-a|²/2σ_v² + |h-b|²/2σ_h² - vᵀWh/(σ_v σ_h)
        interaction = ((v @ self.weight) * h).sum(-1) / (self.visible_std * self.hidden_std)
        return (
            ((v - self.visible_bias) ** 2).sum(-1) / (2 * self.visible_std**2)
            + ((h - self.hidden_bias) ** 2).sum(-1) / (2 * self.hidden_std**2)
            - interaction
        )

    def mean_hidden(self, v: Tensor) -> Tensor:
        """Return ``E[h | v] = b + (σ_h/σ_v) Wᵀv``, ``(batch, H)``."""
        return self.hidden_input(self.check_data(v, "v"))

    def mean_visible(self, h: Tensor) -> Tensor:
        """Return ``E[v | h] = a + (σ_v/σ_h) Wh``, ``(batch, V)``."""
        return self.visible_input(self.check_hidden(h))

    def hidden_input(self, v: Tensor) -> Tensor:
        """``b + (σ_h/σ_v) Wᵀv``, ``(batch, H)``."""
        return torch.addmm(
            self.hidden_bias, v, self.weight, alpha=self.hidden_std / self.visible_std
        )

    def visible_input(self, h: Tensor) -> Tensor:
        """``a + (σ_v/σ_h) Wh``, ``(batch, V)``."""
        return torch.addmm(
            self.visible_bias, h, self.weight.T, alpha=self.visible_std / self.hidden_std
        )

    def _hidden_mean(self, hidden_input: Tensor) -> Tensor:
        return hidden_input

    def _draw_hidden(self, hidden_input: Tensor, noise: Tensor) -> Tensor:
        return hidden_input + self.hidden_std * noise

    def _draw_visible(self, visible_input: Tensor, noise: Tensor) -> Tensor:
        return visible_input + self.visible_std * noise

    def _free_energy(
        self, v: Tensor, visible_bias: Tensor, hidden_bias: Tensor, hidden_input: Tensor
    ) -> Tensor:
        # F(v) = |v-a|²/2σ_v² - (|E[h|v]|² - |b|²)/2σ_h² - (H/2) log 2πσ_h²
        gain = (hidden_input**2).sum(-1) - (hidden_bias**2).sum()
        return (
            ((v - visible_bias) ** 2).sum(-1) / (2 * self.visible_std**2)
            - gain / (2 * self.hidden_std**2)
            - gaussian_log_normaliser(self.num_hidden, self.hidden_std)
        )

    def _scaled(self, statistics: Statistics) -> Statistics:
        weight, visible, hidden = statistics
        return Statistics(
            weight / (self.visible_std * self.hidden_std),
            visible / self.visible_std**2,
            hidden / self.hidden_std**2,
        )

    def _independent_log_partition(self, visible_bias: Tensor) -> float:
        return gaussian_log_normaliser(self.num_visible, self.visible_std) + (
            gaussian_log_normaliser(self.num_hidden, self.hidden_std)
        )

    def _precision_factor(self) -> Tensor:
        """Cholesky factor of the joint precision of ``(v/σ_v, h/σ_h)``, or InputError."""
        weight = self.weight
        eye = torch.eye(self.num_visible + self.num_hidden, dtype=weight.dtype, device=self.device)
        coupling = torch.zeros_like(eye)
        coupling[: self.num_visible, self.num_visible :] = weight
        factor, failed = torch.linalg.cholesky_ex(eye - coupling - coupling.T)
        if failed:
            largest = torch.linalg.matrix_norm(weight.detach(), 2).item()
            raise InputError(
                f"`weight` has the singular value {largest:.4g}, but all must be below 1: the "
                "machine has no density otherwise; train with a smaller learning rate."
            )
        return factor

    def visible_covariance(self) -> Tensor:
        """Return the model's covariance of ``v``, ``σ_v² (I - WWᵀ)⁻¹``, ``(V, V)``."""
        factor = self._precision_factor()
        covariance = torch.cholesky_inverse(factor)
        return self.visible_std**2 * covariance[: self.num_visible, : self.num_visible]

    def _exact_log_partition(self) -> Tensor:
        """Integrate the joint Gaussian of both layers in closed form."""
        factor = self._precision_factor()
        # with u = (v/σ_v, h/σ_h), m = (a/σ_v, b/σ_h) and precision P = [[I, -W], [-Wᵀ, I]]:
        # log Z = ½ mᵀP⁻¹m - ½|m|² - ½ log|P| + ½ V log 2πσ_v² + ½ H log 2πσ_h²
        mean = torch.cat(
            [self.visible_bias / self.visible_std, self.hidden_bias / self.hidden_std]
        )
        pulled = torch.linalg.solve_triangular(factor, mean[:, None], upper=False)
        independent = self._independent_log_partition(self.visible_bias)
        gain = 0.5 * ((pulled**2).sum() - (mean**2).sum())
        return gain - factor.diagonal().log().sum() + independent
