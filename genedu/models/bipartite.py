"""What the restricted machines share: two layers, no connection inside a layer.

A subclass says how its two layers look given each other; Gibbs sampling, contrastive divergence
(Hinton 2002), its persistent form (Tieleman 2008) and annealed importance sampling (Salakhutdinov
& Murray 2008) follow. Sizes: ``V`` visible and ``H`` hidden units, ``weight`` ``(V, H)``.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..errors import InputError, require_choice, require_generator, require_int, require_tensor
from ..evaluation import Estimate, annealed_importance_sampling
from .base import Batch, GenerativeModel, Player

__all__ = ["BipartiteMachine", "Statistics", "draw_binary"]


def draw_binary(logits: Tensor, uniform: Tensor) -> Tensor:
    """Return 1 where ``uniform`` is below ``σ(logits)``, else 0, in the dtype of ``uniform``."""
    return torch.lt(uniform, torch.sigmoid(logits), out=torch.empty_like(uniform))


class Statistics(NamedTuple):
    """One number for each parameter: a gradient, or the averages that make one."""

    weight: Tensor  # (V, H)
    visible_bias: Tensor  # (V,)
    hidden_bias: Tensor  # (H,)


class BipartiteMachine(GenerativeModel):
    """Base of the RBMs: parameters, block Gibbs sampling, CD-k and PCD-k by hand, AIS.

    A layer is described by its *input*, what a unit hears from the other side with its bias:
    ``hidden_input(v)`` ``(batch, H)`` and ``visible_input(h)`` ``(batch, V)``.
    """

    def __init__(
        self, num_visible: int, num_hidden: int, method: str, k: int, num_chains: int
    ) -> None:
        super().__init__()
        self.num_visible = require_int("num_visible", num_visible)
        self.num_hidden = require_int("num_hidden", num_hidden)
        self.method = require_choice("method", method, ("cd", "pcd"))
        self.k = require_int("k", k)
        self.event_shape = (num_visible,)
        self.weight = nn.Parameter(0.01 * torch.randn(num_visible, num_hidden))
        self.visible_bias = nn.Parameter(torch.zeros(num_visible))
        self.hidden_bias = nn.Parameter(torch.zeros(num_hidden))
        if method == "pcd":
            chains = torch.zeros(require_int("num_chains", num_chains), num_visible)
            self.register_buffer("chains", chains)

    # -- what a subclass says ---------------------------------------------------------------------
    def hidden_input(self, v: Tensor) -> Tensor:
        raise NotImplementedError("a machine says what its hidden units hear")  # abstract

    def visible_input(self, h: Tensor) -> Tensor:
        raise NotImplementedError("a machine says what its visible units hear")  # abstract

    def _hidden_mean(self, hidden_input: Tensor) -> Tensor:
        raise NotImplementedError("a machine says the mean of its hidden units")  # abstract

    def _draw_hidden(self, hidden_input: Tensor, noise: Tensor) -> Tensor:
        raise NotImplementedError("a machine says how its hidden units are drawn")  # abstract

    def _draw_visible(self, visible_input: Tensor, noise: Tensor) -> Tensor:
        raise NotImplementedError("a machine says how its visible units are drawn")  # abstract

    def _free_energy(
        self, v: Tensor, visible_bias: Tensor, hidden_bias: Tensor, hidden_input: Tensor
    ) -> Tensor:
        """The hidden units summed out, given what they hear; ``(batch,)``."""
        raise NotImplementedError("a machine says its free energy")  # abstract

    def _scaled(self, statistics: Statistics) -> Statistics:
        """``-∂E/∂parameter`` from the plain averages of ``v h``, ``v`` and ``h``."""
        return statistics

    hidden_noise: Callable = torch.rand  # uniform noise for binary units, normal for Gaussian ones
    visible_noise: Callable = torch.rand

    # -- energies and samples ---------------------------------------------------------------------
    def check_hidden(self, h: Tensor) -> Tensor:
        """Return ``h`` if it is ``(batch, num_hidden)`` and finite, else raise InputError."""
        return require_tensor("h", h, ("batch", self.num_hidden))

    def free_energy(self, v: Tensor) -> Tensor:
        """Return ``F(v) = -log Σ_h exp(-E(v, h))``, ``(batch,)``, nats, Eq. rbm-gradient."""
        self.check_data(v, "v")
        biases = self.visible_bias, self.hidden_bias
        return self._free_energy(v, *biases, self.hidden_input(v))

    def log_prob(self, v: Tensor) -> Tensor:
        """Return the exact ``log p(v) = -F(v) - log Z``, ``(batch,)``, nats."""
        return -self.free_energy(v) - self.log_partition("exact")

    def draw_noise(
        self, num: int, *, generator: torch.Generator | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return the randomness of one Gibbs step: ``(num, H)`` and ``(num, V)``."""
        require_generator(generator, self.device)
        like = {"generator": generator, "device": self.device, "dtype": self.weight.dtype}
        hidden = type(self).hidden_noise(num, self.num_hidden, **like)
        return hidden, type(self).visible_noise(num, self.num_visible, **like)

    @torch.no_grad()
    def gibbs_step(
        self,
        v: Tensor,
        noise: tuple[Tensor, Tensor] | None = None,
        *,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Draw all hidden units given ``v``, then all visible ones: ``(batch, V)``.

        ``noise`` fixes the randomness (see `draw_noise`); without it ``generator`` makes it.
        """
        for_hidden, for_visible = noise or self.draw_noise(len(v), generator=generator)
        h = self._draw_hidden(self.hidden_input(v), for_hidden)
        return self._draw_visible(self.visible_input(h), for_visible)

    @torch.no_grad()
    def gibbs(
        self,
        v: Tensor,
        steps: int,
        *,
        known: Tensor | None = None,
        generator: torch.Generator | None = None,
        callback: Callable[[Tensor], None] | None = None,
    ) -> Tensor:
        """Run ``steps`` block Gibbs steps from ``v``; ``callback(v)`` sees every state.

        Visible units where ``known``, boolean, ``(V,)`` or ``(batch, V)``, is true keep their
        value: the others are then drawn from the model given them.
        """
        self.check_data(v, "v")
        start = v
        known = None if known is None else self.check_known(known, v)
        for _ in range(require_int("steps", steps, minimum=0)):
            v = self.gibbs_step(v, generator=generator)
            if known is not None:
                v = torch.where(known, start, v)
            if callback is not None:
                callback(v)
        return v

    def sample(
        self, num: int, *, steps: int = 1000, generator: torch.Generator | None = None
    ) -> Tensor:
        """Draw ``num`` examples, ``(num, V)``, by ``steps`` Gibbs steps from hidden noise."""
        for_hidden, for_visible = self.draw_noise(require_int("num", num), generator=generator)
        with torch.no_grad():
            nothing = torch.zeros_like(for_hidden)
            h = self._draw_hidden(nothing + self.hidden_bias, for_hidden)
            start = self._draw_visible(self.visible_input(h), for_visible)
        return self.gibbs(start, steps, generator=generator)

    # -- learning ---------------------------------------------------------------------------------
    @property
    def players(self) -> tuple[Player, ...]:
        """The machine itself; its gradient is written by hand."""
        parameters = (self.weight, self.visible_bias, self.hidden_bias)
        return (Player("machine", parameters, gradient=self._gradient),)

    @torch.no_grad()
    def _gradient(self, batch: Batch, *, generator: torch.Generator | None = None) -> Tensor:
        """Write minus the CD-k or PCD-k gradient into ``.grad``; return the free-energy gap."""
        data = batch.x
        data_input = self.hidden_input(data)
        model, model_input = data, data_input
        if self.method == "pcd":
            model = self.chains
            model_input = self.hidden_input(model)
        for _ in range(self.k):
            for_hidden, for_visible = self.draw_noise(len(model), generator=generator)
            h = self._draw_hidden(model_input, for_hidden)
            model = self._draw_visible(self.visible_input(h), for_visible)
            model_input = self.hidden_input(model)
        if self.method == "pcd":
            self.chains.copy_(model)
        # -(⟨v h⟩_data - ⟨v h⟩_model). The last h enters linearly, so its mean replaces the draw
        # without bias; a mean in place of v would not be (chapter 5 shows what that breaks).
        h_data, h_model = self._hidden_mean(data_input), self._hidden_mean(model_input)
        of_model = model.T @ h_model
        descent = self._scaled(
            Statistics(
                of_model.addmm_(data.T, h_data, beta=1 / len(model), alpha=-1 / len(data)),
                model.mean(0) - data.mean(0),
                h_model.mean(0) - h_data.mean(0),
            )
        )
        for name, value in descent._asdict().items():
            getattr(self, name).grad = value
        biases = self.visible_bias, self.hidden_bias
        return (
            self._free_energy(data, *biases, data_input).mean()
            - self._free_energy(model, *biases, model_input).mean()
        )

    # -- the partition function by annealing ------------------------------------------------------
    @torch.no_grad()
    def estimate_log_partition(
        self,
        *,
        num_chains: int = 100,
        num_betas: int = 1000,
        base_bias: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Estimate:
        """Estimate ``log Z`` with its standard error (nats) by AIS (Salakhutdinov & Murray 2008).

        At ``β`` the machine has weights ``βW``, hidden biases ``βb`` and visible biases
        ``(1-β) a_0 + βa``: at ``β = 0`` all units are independent and ``log Z`` is known.
        ``base_bias`` ``(V,)`` is ``a_0``; the machine's own ``a`` if left out, and closer to the
        truth if chosen so that the means are those of the data.
        """
        require_int("num_chains", num_chains, minimum=2)
        require_int("num_betas", num_betas, minimum=2)
        base = self.visible_bias if base_bias is None else base_bias
        require_tensor("base_bias", base, (self.num_visible,))

        def log_density(v: Tensor, beta: float) -> Tensor:
            visible_bias = (1 - beta) * base + beta * self.visible_bias
            biases = visible_bias, beta * self.hidden_bias
            return -self._free_energy(v, *biases, beta * self.hidden_input(v))

        def transition(v: Tensor, beta: float) -> Tensor:
            for_hidden, for_visible = self.draw_noise(len(v), generator=generator)
            h = self._draw_hidden(beta * self.hidden_input(v), for_hidden)
            mixed = (1 - beta) * base + beta * self.visible_input(h)
            return self._draw_visible(mixed, for_visible)

        _, noise = self.draw_noise(num_chains, generator=generator)
        start = self._draw_visible(base.expand(num_chains, -1), noise)
        start_log_partition = self._independent_log_partition(base)
        betas = torch.linspace(0, 1, num_betas).tolist()
        estimate, _ = annealed_importance_sampling(
            log_density, transition, start, start_log_partition, betas
        )
        return estimate

    def _independent_log_partition(self, visible_bias: Tensor) -> float:
        """``log Z`` with no weights, no hidden biases and the given visible ones."""
        raise NotImplementedError("a machine says its log Z without weights")  # abstract

    def log_partition(self, method: str = "exact", **options) -> Tensor:
        """Return ``log Z`` as a scalar tensor, nats.

        ``"exact"`` sums or integrates in closed form and can be differentiated; ``"ais"`` is
        `estimate_log_partition` (which also tells the standard error) and takes its options.
        """
        if require_choice("method", method, ("exact", "ais")) == "ais":
            value = self.estimate_log_partition(**options).value
            return torch.tensor(value, dtype=torch.float64, device=self.device)
        if options:
            raise InputError(
                f"`{next(iter(options))}` is an option of method='ais', but method is 'exact'."
            )
        return self._exact_log_partition()

    def _exact_log_partition(self) -> Tensor:
        raise NotImplementedError("a machine says its exact log Z")  # abstract
