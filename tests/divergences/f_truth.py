"""The f-divergences as the literature writes them, in fifty-digit arithmetic."""

import pytest
import torch
from mpmath import MPContext

from genedu.divergences import F_DIVERGENCES, alpha_divergence, weighted_jensen_shannon

mp = MPContext()  # its own: other tests keep their precision
mp.dps = 50


def _alpha(a):
    return lambda u: (u**a - 1 - a * (u - 1)) / (a * (a - 1))


def _weighted(w):
    return lambda u: w * u * mp.log(u) - (1 - w + w * u) * mp.log(1 - w + w * u)


# f(u) for u > 0, as the literature writes it
TRUTH = {
    "total_variation": lambda u: abs(u - 1) / 2,
    "kl": lambda u: u * mp.log(u),
    "reverse_kl": lambda u: -mp.log(u),
    "pearson": lambda u: (u - 1) ** 2,
    "neyman": lambda u: (1 - u) ** 2 / u,
    "squared_hellinger": lambda u: (mp.sqrt(u) - 1) ** 2,
    "jeffreys": lambda u: (u - 1) * mp.log(u),
    "jensen_shannon": lambda u: u * mp.log(u) - (u + 1) * mp.log((u + 1) / 2),
    "weighted_jensen_shannon": _weighted(mp.mpf("0.5")),
    "gan": lambda u: u * mp.log(u) - (u + 1) * mp.log(u + 1),
    "alpha": _alpha(mp.mpf("0.5")),
}
ALPHAS, WEIGHTS = (-1.5, 0.3, 0.9, 1.1, 1.5, 3.0), (0.1, 0.9)
CASES = [(key, F_DIVERGENCES[key], truth) for key, truth in TRUTH.items()]
CASES += [(f"alpha {a}", alpha_divergence(a), _alpha(mp.mpf(a))) for a in ALPHAS]
CASES += [(f"weight {w}", weighted_jensen_shannon(w), _weighted(mp.mpf(w))) for w in WEIGHTS]
every_row = pytest.mark.parametrize(
    "row, truth", [pytest.param(row, truth, id=name) for name, row, truth in CASES]
)
every_divergence = pytest.mark.parametrize(
    "row", [pytest.param(row, id=name) for name, row, _ in CASES]
)


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


def close(got, want, tolerance=1e-10):
    """Absolute for small numbers, relative for large ones."""
    for a, b in zip(got.detach().flatten().tolist(), want, strict=True):
        assert abs(mp.mpf(a) - b) <= tolerance * (1 + abs(b)), (a, float(b))
