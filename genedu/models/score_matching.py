"""Denoising score matching: the target of a score model and its loss (Vincent 2011)."""

from torch import Tensor

from ..errors import InputError, require_number, require_tensor

__all__ = ["denoising_loss", "kernel_score"]


def kernel_score(noisy: Tensor, clean: Tensor, sigma: float) -> Tensor:
    """Return the score ``∇ log q(x̃|x)`` of the noise kernel ``N(x̃; x, σ²I)``.

    ``noisy`` and ``clean`` are ``(batch, *event)``, and so is the result, in nats per unit of
    ``noisy``. Eq. denoising-score-matching. Raises InputError for different shapes or a sigma
    that is not positive.

    >>> import torch
    >>> kernel_score(torch.tensor([[1.0]]), torch.tensor([[0.0]]), 0.5)
    tensor([[-4.]])
    """
    require_tensor("noisy", noisy)
    require_tensor("clean", clean, tuple(noisy.shape))
    require_number("sigma", sigma, above=0)
    # ∇ log q(x̃|x) = -(x̃ - x)/σ²
    return -(noisy - clean) / sigma**2


def denoising_loss(score: Tensor, noisy: Tensor, clean: Tensor, sigma: float) -> Tensor:
    """Return ``|s_θ(x̃) - ∇ log q(x̃|x)|²`` of each datum, ``(batch,)``.

    ``score`` is ``s_θ(x̃)``; all three are ``(batch, *event)``. The mean over the batch differs
    from the squared error against the score of the noisy data by a number that does not depend on
    the model: Eq. denoising-score-matching (Vincent 2011). Weigh it with ``σ²`` to compare noise
    levels. Raises InputError as `kernel_score` does.

    >>> import torch
    >>> noisy, clean = torch.tensor([[1.0]]), torch.tensor([[0.0]])
    >>> denoising_loss(-noisy, noisy, clean, 0.5)
    tensor([9.])
    """
    target = kernel_score(noisy, clean, sigma)
    require_tensor("score", score, tuple(noisy.shape))
    if noisy.ndim < 2:
        raise InputError(f"`noisy` has shape {tuple(noisy.shape)}, but (batch, *event) is needed.")
    return ((score - target) ** 2).flatten(1).sum(1)
