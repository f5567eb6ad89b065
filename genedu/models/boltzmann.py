"""The Boltzmann machine (Ackley, Hinton & Sejnowski 1985): binary units, all connected.

Functions first, on plain tensors; the class holds the parameters and learns. Sizes: ``M`` units,
``weight`` ``(M, M)`` symmetric with zero diagonal, ``bias`` ``(M,)``, states ``x`` ``(batch, M)``.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from ..errors import InputError, require_choice, require_generator, require_int, require_tensor
from ..evaluation import binary_states
from .base import Batch, GenerativeModel, Player

__all__ = [
    "BoltzmannMachine",
    "conditional",
    "energy",
    "gibbs_sweep",
    "likelihood_gradient",
    "log_partition",
    "state_probabilities",
]


def energy(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Return the energy of each state, ``(batch,)``, Eq. bm-energy.

    >>> weight = torch.tensor([[0., 2.], [2., 0.]])
    >>> energy(torch.tensor([[1., 1.], [1., 0.]]), weight, torch.tensor([0.5, 0.]))
    tensor([-2.5000, -0.5000])
    """
    # Φ(x) = -Σ_i b_i x_i - Σ_{i<j} W_ij x_i x_j: each pair once, so half of the symmetric sum
    return -x @ bias - 0.5 * ((x @ weight) * x).sum(-1)


def conditional(x: Tensor, unit: int, weight: Tensor, bias: Tensor) -> Tensor:
    """Return ``p(x_unit = 1 | all other units)``, ``(batch,)``, Eq. bm-conditional.

    >>> weight = torch.tensor([[0., 2.], [2., 0.]])
    >>> conditional(torch.tensor([[0., 1.]]), 0, weight, torch.zeros(2))
    tensor([0.8808])
    """
    # p(x_i = 1 | x_\i) = σ(b_i + Σ_{j≠i} W_ij x_j): the zero diagonal leaves j = i out
    return torch.sigmoid(bias[unit] + x @ weight[:, unit])


def gibbs_sweep(
    x: Tensor, uniform: Tensor, weight: Tensor, bias: Tensor, known: Tensor | None = None
) -> Tensor:
    """Visit every unit once, in order, and draw it from its conditional (Geman & Geman 1984).

    ``uniform`` ``(batch, M)`` holds the randomness: unit ``i`` turns on where ``uniform[:, i]`` is
    below its probability. Units where ``known`` ``(batch, M)`` is true keep their value. Returns
    a new tensor.
    """
    x = x.clone()
    for unit in range(x.shape[-1]):
        drawn = (uniform[:, unit] < conditional(x, unit, weight, bias)).to(x.dtype)
        x[:, unit] = drawn if known is None else torch.where(known[:, unit], x[:, unit], drawn)
    return x


def log_partition(weight: Tensor, bias: Tensor) -> Tensor:
    """Return ``log Z`` by summing over all ``2**M`` states, in nats; InputError for ``M > 20``."""
    states = binary_states(len(bias), dtype=bias.dtype, device=bias.device)
    # Z = Σ_x exp(-Φ(x))
    return torch.logsumexp(-energy(states, weight, bias), 0)


def state_probabilities(weight: Tensor, bias: Tensor) -> Tensor:
    """Return ``p(x)`` of all ``2**M`` states in the order of `binary_states`, ``(2**M,)``."""
    states = binary_states(len(bias), dtype=bias.dtype, device=bias.device)
    # p(x) = exp(-Φ(x)) / Z
    return torch.softmax(-energy(states, weight, bias), 0)


def likelihood_gradient(x: Tensor, weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    """Return the exact gradient of the mean log-likelihood, Eq. bm-gradient.

    ``x`` is the data, ``(batch, M)``. Returns ``(M, M)``, symmetric with zero diagonal (entry
    ``ij`` is the derivative by the one number ``W_ij = W_ji``), and ``(M,)``.
    """
    states = binary_states(len(bias), dtype=bias.dtype, device=bias.device)
    probability = torch.softmax(-energy(states, weight, bias), 0)[:, None]
    # (1/N) ∂logL/∂W_ij = ⟨x_i x_j⟩_data - ⟨x_i x_j⟩_model, and the same for b_i with x_i
    by_weight = x.T @ x / len(x) - states.T @ (probability * states)
    return by_weight.fill_diagonal_(0), x.mean(0) - (probability * states).sum(0)


class BoltzmannMachine(GenerativeModel):
    """A machine of ``num_units`` visible binary units.

    ``method`` says where the model average of the gradient comes from: ``"exact"`` (all states, at
    most 20 units), ``"cd"`` (``k`` Gibbs sweeps from the data) or ``"pcd"`` (``k`` sweeps of
    ``num_chains`` chains that live on between updates). The gradient is Eq. bm-gradient, written
    by hand into ``.grad``.

    >>> machine = BoltzmannMachine(3)
    >>> machine.log_prob(torch.tensor([[0., 1., 1.]])).exp()   # zero weights: all 8 states alike
    tensor([0.1250], grad_fn=<ExpBackward0>)
    """

    def __init__(self, num_units: int, method: str = "exact", k: int = 1, num_chains: int = 100):
        super().__init__()
        self.num_units = require_int("num_units", num_units)
        self.method = require_choice("method", method, ("exact", "cd", "pcd"))
        self.k = require_int("k", k)
        self.event_shape = (num_units,)
        self.weight = nn.Parameter(torch.zeros(num_units, num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))
        if method == "pcd":
            chains = torch.zeros(require_int("num_chains", num_chains), num_units)
            self.register_buffer("chains", chains)

    def check_data(self, x: Tensor, name: str = "x") -> Tensor:
        """Return ``x`` if it is ``(batch, num_units)`` and binary, else raise InputError."""
        require_tensor(name, x, ("batch", self.num_units), binary=True)
        return self.check_home(name, x)

    def energy(self, x: Tensor) -> Tensor:
        """Return the energy of each state, ``(batch,)``, Eq. bm-energy."""
        return energy(self.check_data(x), self.weight, self.bias)

    def log_partition(self) -> Tensor:
        """Return the exact ``log Z`` (at most 20 units, else InputError), nats."""
        return log_partition(self.weight, self.bias)

    def log_prob(self, x: Tensor) -> Tensor:
        """Return the exact log-probability of each state, ``(batch,)``, nats."""
        return -self.energy(x) - self.log_partition()

    def conditional(self, x: Tensor, unit: int) -> Tensor:
        """Return ``p(x_unit = 1 | the others)``, ``(batch,)``, Eq. bm-conditional."""
        require_int("unit", unit, minimum=0, maximum=self.num_units - 1)
        return conditional(self.check_data(x), unit, self.weight, self.bias)

    @torch.no_grad()
    def gibbs(
        self,
        x: Tensor,
        steps: int,
        *,
        known: Tensor | None = None,
        generator: torch.Generator | None = None,
        callback: Callable[[Tensor], None] | None = None,
    ) -> Tensor:
        """Run ``steps`` Gibbs sweeps from ``x`` and return the last states, ``(batch, M)``.

        Units where ``known``, boolean, ``(M,)`` or ``(batch, M)``, is true keep their value.
        ``callback(x)`` sees the states after every sweep.
        """
        self.check_data(x)
        known = None if known is None else self.check_known(known, x)
        require_generator(generator, x.device)
        for _ in range(require_int("steps", steps, minimum=0)):
            uniform = torch.rand(x.shape, generator=generator, device=x.device, dtype=x.dtype)
            x = gibbs_sweep(x, uniform, self.weight, self.bias, known)
            if callback is not None:
                callback(x)
        return x

    def sample(
        self, num: int, *, steps: int = 200, generator: torch.Generator | None = None
    ) -> Tensor:
        """Draw ``num`` states, ``(num, M)``, by ``steps`` Gibbs sweeps from fair coins."""
        shape = (require_int("num", num), self.num_units)
        like = {"device": self.device, "dtype": self.bias.dtype}
        require_generator(generator, self.device)
        start = torch.rand(shape, generator=generator, **like).round()
        return self.gibbs(start, steps, generator=generator)

    @property
    def players(self) -> tuple[Player, ...]:
        """The machine itself; its gradient is written by hand."""
        return (Player("machine", (self.weight, self.bias), gradient=self._gradient),)

    @torch.no_grad()
    def _gradient(self, batch: Batch, *, generator: torch.Generator | None = None) -> Tensor:
        """Write minus Eq. bm-gradient into ``.grad``; return the energy gap (exact: -log p)."""
        x = batch.x
        if self.method == "exact":
            by_weight, by_bias = likelihood_gradient(x, self.weight, self.bias)
            self.weight.grad, self.bias.grad = -by_weight, -by_bias
            return -self.log_prob(x).mean()
        model = self.gibbs(self.chains if self.method == "pcd" else x, self.k, generator=generator)
        if self.method == "pcd":
            self.chains.copy_(model)
        # ⟨x_i x_j⟩_data - ⟨x_i x_j⟩_model, both from samples
        by_weight = x.T @ x / len(x) - model.T @ model / len(model)
        self.weight.grad = -by_weight.fill_diagonal_(0)
        self.bias.grad = model.mean(0) - x.mean(0)
        return (
            energy(x, self.weight, self.bias).mean() - energy(model, self.weight, self.bias).mean()
        )

    def load_parameters(self, weight: Tensor, bias: Tensor) -> "BoltzmannMachine":
        """Set weight and bias; InputError unless ``weight`` is symmetric with zero diagonal."""
        size = self.num_units
        require_tensor("weight", weight, (size, size))
        require_tensor("bias", bias, (size,))
        if not torch.equal(weight, weight.T) or bool(weight.diagonal().any()):
            raise InputError(
                "`weight` is not symmetric with a zero diagonal; use (W + W.T) / 2 and "
                "fill_diagonal_(0)."
            )
        with torch.no_grad():
            self.weight.copy_(weight)
            self.bias.copy_(bias)
        return self
