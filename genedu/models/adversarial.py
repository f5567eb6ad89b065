"""The two sides of a generative adversarial network (Goodfellow et al. 2014), as loss functions.

Logits are the discriminator's output before the sigmoid: ``D(x) = σ(logit)``. Everything is in
nats and differentiable; a discriminator that does not know has the logit 0.
"""

from torch import Tensor
from torch.nn.functional import softplus

from ..errors import InputError, require_choice, require_tensor

__all__ = ["GENERATOR_LOSSES", "discriminator_loss", "generator_loss"]

GENERATOR_LOSSES = ("non_saturating", "minimax")


def discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Return ``-E_data[log D] - E_model[log(1 - D)]``, a scalar, nats, Eq. gan-jsd.

    ``real_logits`` and ``fake_logits`` are of any shape, one logit for each example. The loss is
    minus the value of the game: ``log 4`` for a discriminator that does not know, and
    ``log 4 - 2 JSD`` for the best one. Raises InputError for logits that are empty or not finite.

    >>> import torch
    >>> discriminator_loss(torch.zeros(4, 1), torch.zeros(8, 1)).exp()
    tensor(4.)
    """
    # -log σ(v) = softplus(-v), -log(1 - σ(v)) = softplus(v)
    of_data = softplus(-_checked("real_logits", real_logits)).mean()
    return of_data + softplus(_checked("fake_logits", fake_logits)).mean()


def generator_loss(fake_logits: Tensor, loss: str = "non_saturating") -> Tensor:
    """Return what the generator minimises, a scalar, nats, Eq. gan-jsd.

    ``"non_saturating"`` is ``-E_model[log D]``; ``"minimax"`` is ``E_model[log(1 - D)]``, the
    generator's part of the game, whose slope vanishes where the discriminator is sure. Raises
    InputError for another name and as `discriminator_loss` does.

    >>> import torch
    >>> sure = torch.tensor([-10.0], requires_grad=True)
    >>> [torch.autograd.grad(generator_loss(sure, loss), sure)[0].item().__round__(3)
    ...  for loss in ("non_saturating", "minimax")]
    [-1.0, -0.0]
    """
    require_choice("loss", loss, GENERATOR_LOSSES)
    logits = _checked("fake_logits", fake_logits)
    # -log σ(v) = softplus(-v); log(1 - σ(v)) = -softplus(v)
    return (softplus(-logits) if loss == "non_saturating" else -softplus(logits)).mean()


def _checked(name: str, logits: Tensor) -> Tensor:
    require_tensor(name, logits)
    if logits.numel() == 0:
        raise InputError(f"`{name}` is empty, but at least one logit is needed.")
    return logits
