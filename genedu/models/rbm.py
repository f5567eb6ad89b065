"""The restricted Boltzmann machine of binary units (Smolensky 1986; Hinton 2002).

Sizes: ``V`` visible and ``H`` hidden units, ``weight`` ``(V, H)``, ``v`` ``(batch, V)``, ``h``
``(batch, H)``. Sampling and learning are in `bipartite`, Gaussian layers in `gaussian_rbm`.
"""

import math

import torch
from torch import Tensor
from torch.nn.functional import softplus

from ..errors import InputError
from ..evaluation import MAX_ENUMERATED, binary_states, log_sum_over_states
from .bipartite import BipartiteMachine, Statistics, draw_binary
from .gaussian_rbm import GaussianBernoulliRBM, GaussianGaussianRBM, gaussian_fixed_point

__all__ = ["RBM", "GaussianBernoulliRBM", "GaussianGaussianRBM", "gaussian_fixed_point"]


class RBM(BipartiteMachine):
    """A restricted Boltzmann machine of binary units, ``E(v,h) = -aᵀv - bᵀh - vᵀWh``.

    ``method`` is ``"cd"`` (chains restart at the data) or ``"pcd"`` (``num_chains`` chains live
    on), with ``k`` Gibbs steps an update. Visible data lie in [0, 1]; values between are read as
    probabilities, as is usual for grey pixels.

    >>> rbm = RBM(4, 2)
    >>> rbm.prob_hidden(torch.ones(1, 4)).shape
    torch.Size([1, 2])
    """

    event_range = 0, 1

    def __init__(
        self,
        num_visible: int,
        num_hidden: int,
        method: str = "cd",
        k: int = 1,
        num_chains: int = 100,
    ):
        super().__init__(num_visible, num_hidden, method, k, num_chains)

    def energy(self, v: Tensor, h: Tensor) -> Tensor:
        """Return ``E(v, h)``, ``(batch,)``, Eq. rbm-energy.

        >>> RBM(3, 2).energy(torch.zeros(5, 3), torch.zeros(5, 2)).abs().tolist()
        [0.0, 0.0, 0.0, 0.0, 0.0]
        """
        self.check_data(v, "v")
        self.check_hidden(h)
        # E(v, h) = -aᵀv - bᵀh - vᵀWh
        return -v @ self.visible_bias - h @ self.hidden_bias - ((v @ self.weight) * h).sum(-1)

    def prob_hidden(self, v: Tensor) -> Tensor:
        """Return ``p(h_j = 1 | v)``, ``(batch, H)``, Eq. rbm-conditional."""
        # p(h_j = 1 | v) = σ(b_j + Σ_i W_ij v_i)
        return torch.sigmoid(self.hidden_input(self.check_data(v, "v")))

    def prob_visible(self, h: Tensor) -> Tensor:
        """Return ``p(v_i = 1 | h)``, ``(batch, V)``, Eq. rbm-conditional."""
        # p(v_i = 1 | h) = σ(a_i + Σ_j W_ij h_j)
        return torch.sigmoid(self.visible_input(self.check_hidden(h)))

    def hidden_input(self, v: Tensor) -> Tensor:
        """``b_j + Σ_i W_ij v_i``, ``(batch, H)``."""
        return torch.addmm(self.hidden_bias, v, self.weight)

    def visible_input(self, h: Tensor) -> Tensor:
        """``a_i + Σ_j W_ij h_j``, ``(batch, V)``."""
        return torch.addmm(self.visible_bias, h, self.weight.T)

    def _hidden_mean(self, hidden_input: Tensor) -> Tensor:
        return torch.sigmoid(hidden_input)

    def _draw_hidden(self, hidden_input: Tensor, noise: Tensor) -> Tensor:
        return draw_binary(hidden_input, noise)

    def _draw_visible(self, visible_input: Tensor, noise: Tensor) -> Tensor:
        return draw_binary(visible_input, noise)

    def _free_energy(
        self, v: Tensor, visible_bias: Tensor, hidden_bias: Tensor, hidden_input: Tensor
    ) -> Tensor:
        # F(v) = -aᵀv - Σ_j softplus(b_j + Σ_i W_ij v_i)
        return -(v @ visible_bias) - softplus(hidden_input).sum(-1)

    def _independent_log_partition(self, visible_bias: Tensor) -> float:
        return softplus(visible_bias.double()).sum().item() + self.num_hidden * math.log(2)

    def _exact_log_partition(self) -> Tensor:
        """Sum out the larger layer in closed form and the smaller one state by state."""
        if self.num_hidden <= self.num_visible:
            num, own, other = self.num_hidden, self.hidden_bias, self.visible_input
        else:
            num, own, other = self.num_visible, self.visible_bias, self.hidden_input
        if num > MAX_ENUMERATED:
            raise InputError(
                f"the smaller layer has {num} units, but at most {MAX_ENUMERATED} can be "
                "enumerated; use method='ais'."
            )
        return log_sum_over_states(num, lambda s: s @ own + softplus(other(s)).sum(-1), own)

    @torch.no_grad()
    def likelihood_gradient(self, v: Tensor) -> Statistics:
        """Return the exact gradient of the mean log-likelihood of ``v``, Eq. rbm-gradient.

        The model average runs over all states of the hidden layer (at most 20 units).
        """
        self.check_data(v, "v")
        states = binary_states(self.num_hidden, dtype=v.dtype, device=v.device)
        v_given_h = self.prob_visible(states)
        log_weight = states @ self.hidden_bias + softplus(self.visible_input(states)).sum(-1)
        probability = torch.softmax(log_weight, 0)[:, None]
        h_given_v = self.prob_hidden(v)
        # ⟨v_i h_j⟩_data - ⟨v_i h_j⟩_model, with h ~ p(h|v) under the data average; same for a, b
        return Statistics(
            v.T @ h_given_v / len(v) - v_given_h.T @ (probability * states),
            v.mean(0) - (probability * v_given_h).sum(0),
            h_given_v.mean(0) - (probability * states).sum(0),
        )
