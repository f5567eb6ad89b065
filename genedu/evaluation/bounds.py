"""Lower bounds of a log-likelihood, from the joint density and an approximate posterior."""

import torch
from torch import Tensor

from ..errors import InputError, require_tensor
from .estimate import Estimate, log_mean_exp, log_mean_exp_error

__all__ = ["elbo", "importance_weighted"]


def elbo(log_joint: Tensor, log_q: Tensor, weights: Tensor | None = None) -> Tensor:
    """Return ``E_q[log p(x, z) - log q(z|x)]``, a lower bound of ``log p(x)`` in nats.

    Eq. vae-elbo (Jordan et al. 1999). The tensors are ``(num, ...)``: one row for each ``z``.
    ``weights`` ``(num,)`` are the probabilities of the rows under ``q``, which makes the bound
    exact where ``z`` has ``num`` values; left out, the rows are samples from ``q`` and count
    alike. Raises InputError where the shapes do not fit.

    >>> joint = torch.tensor([0.1, 0.3])  # p(x, z) for the two values of z
    >>> posterior = joint / joint.sum()
    >>> elbo(joint.log(), posterior.log(), posterior).exp()
    tensor(0.4000)
    """
    require_tensor("log_joint", log_joint)
    require_tensor("log_q", log_q)
    if log_joint.shape != log_q.shape or log_q.ndim == 0:
        raise InputError(
            f"`log_q` has shape {tuple(log_q.shape)} and `log_joint` {tuple(log_joint.shape)}, "
            "but the same shape (num, ...) is accepted."
        )
    if weights is None:
        return (log_joint - log_q).mean(0)
    require_tensor("weights", weights, (len(log_q),), minimum=0)
    return torch.tensordot(weights, log_joint - log_q, dims=1)


def importance_weighted(log_weights: Tensor) -> Estimate:
    """Return the importance-weighted bound of ``log p(x)`` and its standard error, nats.

    ``log_weights`` ``(num_samples, batch)`` are ``log p(x, z) - log q(z|x)`` at independent draws
    ``z`` of ``q(z|x)``. The value ``(batch,)`` is the logarithm of their mean weight (Burda,
    Grosse and Salakhutdinov 2016): with one sample the ELBO, Eq. vae-elbo; its expectation grows
    with the number of samples towards ``log p(x)``, from which it is still missing about half the
    squared standard error. The standard error ``(batch,)`` is that of `log_mean_exp_error`: NaN
    for one sample, and too small where no sample has found the posterior.

    The mean over the batch, ``value.mean()``, has the standard error
    ``standard_error.square().sum().sqrt() / batch`` as a figure of these examples, and
    ``value.std() / batch**0.5``, which contains the other, as a figure of all examples like them.
    Raises InputError for another shape and for weights that are not finite.

    >>> weights = torch.tensor([[0.1], [0.3]])  # p(x, z) / q(z|x) at two draws of z
    >>> bound = importance_weighted(weights.log())
    >>> bound.value.exp(), bound.standard_error
    (tensor([0.2000]), tensor([0.5000]))
    """
    require_tensor("log_weights", log_weights, ("num_samples", "batch"))
    if len(log_weights) == 0:
        raise InputError(
            "`log_weights` has shape "
            f"{tuple(log_weights.shape)}, but at least one sample, (num_samples, batch), is "
            "accepted."
        )
    # log p(x) ≥ E[ log 1/K Σ_k p(x, z_k) / q(z_k|x) ]
    return Estimate(log_mean_exp(log_weights), log_mean_exp_error(log_weights))
