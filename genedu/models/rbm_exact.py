"""What can be said exactly of a binary RBM whose hidden states can all be listed.

Sizes: ``V`` visible and ``H`` hidden units, at most 20 of these; ``v`` is ``(batch, V)``.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import softplus

from ..errors import require_int
from ..evaluation import binary_states
from .rbm import RBM

__all__ = ["Account", "account", "exact_samples", "hidden_states"]

CHUNK = 4096  # hidden states at a time, so that 2**20 of them need little memory


class Account(NamedTuple):
    """What ``log p(v) = pixels - price`` is made of, nats."""

    pixels: Tensor  # Σ_h p(h|v) log p(v|h), (batch,)
    price: Tensor  # KL(p(h|v) || p(h)), (batch,)
    posterior: Tensor  # p(h|v), (batch, 2**H)


@torch.no_grad()
def hidden_states(machine: RBM) -> tuple[Tensor, Tensor]:
    """Return all hidden states, ``(2**H, H)``, and their ``log p(h)``, ``(2**H,)``, nats.

    Raises InputError for more than 20 hidden units.

    >>> states, log_prior = hidden_states(RBM(3, 2))
    >>> states.shape, round(log_prior.exp().sum().item(), 4)
    (torch.Size([4, 2]), 1.0)
    """
    bias = machine.hidden_bias
    states = binary_states(machine.num_hidden, dtype=bias.dtype, device=bias.device)
    # log p(h) = bᵀh + Σ_i softplus(a_i + Σ_j W_ij h_j) - log Z: now the pixels are summed out
    visible = [softplus(machine.visible_input(h)).sum(1) for h in states.split(CHUNK)]
    return states, torch.log_softmax(states @ bias + torch.cat(visible), 0)


@torch.no_grad()
def account(machine: RBM, v: Tensor) -> Account:
    """Split ``log p(v)`` into what the pixels cost once ``h`` is known and the price of ``h``.

    Raises InputError for data outside [0, 1] and for more than 20 hidden units.

    >>> machine, v = RBM(3, 2), torch.ones(1, 3)
    >>> pixels, price, _ = account(machine, v)
    >>> torch.allclose(pixels - price, machine.log_prob(v).float(), atol=1e-4)
    True
    """
    machine.check_data(v, "v")
    states, log_prior = hidden_states(machine)
    # log p(v|h) = Σ_i v_i x_i - softplus(x_i), where x = a + Wh
    x = machine.visible_input(states)
    log_likelihood = v @ x.T - softplus(x).sum(1)
    # p(h|v) ∝ p(v|h) p(h)
    log_posterior = torch.log_softmax(log_likelihood + log_prior, 1)
    posterior = log_posterior.exp()
    # log p(v) = Σ_h p(h|v) log p(v|h) - KL(p(h|v) || p(h))
    pixels = (posterior * log_likelihood).sum(1)
    price = (posterior * (log_posterior - log_prior)).sum(1)
    return Account(pixels, price, posterior)


@torch.no_grad()
def exact_samples(machine: RBM, num: int, *, generator: torch.Generator | None = None) -> Tensor:
    """Draw ``num`` independent ``v``, ``(num, V)``: ``h`` from ``p(h)``, ``v`` from ``p(v|h)``.

    Raises InputError for more than 20 hidden units.

    >>> exact_samples(RBM(3, 2), 5).shape
    torch.Size([5, 3])
    """
    states, log_prior = hidden_states(machine)
    num = require_int("num", num)
    chosen = torch.multinomial(log_prior.exp(), num, replacement=True, generator=generator)
    return torch.bernoulli(machine.prob_visible(states[chosen]), generator=generator)
