"""How far apart are two distributions? The f-divergences, their bounds, and closed forms.

`F_DIVERGENCES` is the book's table. Every divergence is in nats.

>>> import torch
>>> p, q = torch.tensor([0.5, 0.5]), torch.tensor([0.25, 0.75])
>>> for key in ("kl", "reverse_kl", "jensen_shannon"):
...     print(key, round(F_DIVERGENCES[key].divergence(p, q).item(), 4))
kl 0.1438
reverse_kl 0.1308
jensen_shannon 0.0676
"""

from .descent import step_downhill
from .discrete import js_divergence, kl_divergence
from .discriminator import optimal_discriminator
from .f_divergence import Domain, FDivergence
from .gaussians import gaussian_kl, gaussian_kl_to_standard
from .table import F_DIVERGENCES, alpha_divergence, weighted_jensen_shannon

__all__ = [
    "F_DIVERGENCES",
    "Domain",
    "FDivergence",
    "alpha_divergence",
    "gaussian_kl",
    "gaussian_kl_to_standard",
    "js_divergence",
    "kl_divergence",
    "optimal_discriminator",
    "step_downhill",
    "weighted_jensen_shannon",
]
