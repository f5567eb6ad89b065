"""The terms that train an energy model with a generator in place of a Markov chain.

Energies are numbers in nats, lower where the model likes the datum (Kim & Bengio 2016).
"""

import math

from torch import Tensor

from ..errors import InputError, require_tensor

__all__ = ["contrastive_energy", "generator_energy", "scale_entropy"]


def contrastive_energy(
    data_energy: Tensor,
    model_energy: Tensor,
    data_weight: Tensor | None = None,
    model_weight: Tensor | None = None,
) -> Tensor:
    """Return ``⟨E⟩_data - ⟨E⟩_model``, a number whose *gradient* is that of the loss.

    ``data_energy`` ``(N,)`` and ``model_energy`` ``(M,)`` are energies of data and of samples;
    weights of the same shapes sum to 1 (equal ones, if None). By the parameters of the energy,
    with the samples held fixed, its gradient is that of ``-log p(data)`` if the samples are the
    model's: Eq. ddgm-gradient. Its *value* is no likelihood: the log-partition function is
    missing. Raises InputError for shapes that do not fit.

    >>> import torch
    >>> contrastive_energy(torch.tensor([1.0, 2.0]), torch.tensor([4.0]))
    tensor(-2.5000)
    """
    # ∇(-log p_Θ) = E_data[∇E] - E_model[∇E]
    data = _mean("data_energy", data_energy, "data_weight", data_weight)
    return data - _mean("model_energy", model_energy, "model_weight", model_weight)


def scale_entropy(scale: Tensor) -> Tensor:
    """Return ``Σ_k ½ log(2πe γ_k²)``, nats: the entropy of independent normal units.

    ``scale`` ``(K,)`` has their standard deviations: for a layer of batch normalisation its
    scales, of either sign but not 0. It stands in for the entropy of a generator, as Kim &
    Bengio (2016) use it; units of a real layer are neither normal nor independent. Eq.
    ddgm-gradient. Raises InputError for a shape that is not ``(K,)`` and for a scale of 0.

    >>> import torch
    >>> scale_entropy(torch.ones(2))
    tensor(2.8379)
    """
    require_tensor("scale", scale, ("K",))
    if bool((scale == 0).any()):
        raise InputError("`scale` has a 0, but a unit without spread has no entropy.")
    # H = ½ log(2πe γ²)
    return (0.5 * math.log(2 * math.pi * math.e) + scale.abs().log()).sum()


def generator_energy(
    model_energy: Tensor, scale: Tensor, model_weight: Tensor | None = None
) -> Tensor:
    """Return ``⟨E⟩_model - H``, nats: what a generator minimises, with `scale_entropy` for H.

    With the true entropy it is ``KL(p_Φ‖p_Θ) - log Z``, and ``log Z`` does not depend on the
    generator. Shapes as in `contrastive_energy` and `scale_entropy`. Eq. ddgm-gradient. Raises
    InputError as they do.

    >>> import torch
    >>> generator_energy(torch.tensor([1.0, 2.0]), torch.ones(1))
    tensor(0.0811)
    """
    # KL(p_Φ‖p_Θ) = E_Φ[E] - H(p_Φ) + log Z
    return _mean("model_energy", model_energy, "model_weight", model_weight) - scale_entropy(scale)


def _mean(name: str, energy: Tensor, weight_name: str, weight: Tensor | None) -> Tensor:
    require_tensor(name, energy, ("number",))
    if energy.numel() == 0:
        raise InputError(f"`{name}` is empty, but at least one energy is needed.")
    if weight is None:
        return energy.mean()
    return (require_tensor(weight_name, weight, tuple(energy.shape)) * energy).sum()
