"""The f-divergences against published and exact figures.

python benchmarks/divergences.py

The mixture 0.33 N(-1, 0.0625) + 0.67 N(2, 2) (variances) is the example of Nowozin, Cseke and
Tomioka (2016); the single Gaussian nearest to it is found by integration, with no sampling.
"""

import math

import torch
from report import row
from torch.distributions import Categorical, MixtureSameFamily, Normal

from genedu.divergences import F_DIVERGENCES, FDivergence

# D, mean and standard deviation at the optimum
OPTIMA = {
    "kl": (0.28809, 1.0100, 1.8304),
    "reverse_kl": (0.25067, 1.5841, 1.6294),
    "jensen_shannon": (0.12983, 1.3125, 1.7525),
}


def nearest_gaussian(divergence: FDivergence) -> tuple[float, float, float]:
    """D, mean and standard deviation of the Gaussian q that minimises ``D(mixture‖q)``."""
    # The trapezoid rule is exact to all digits here: both densities vanish at the ends.
    x = torch.linspace(-25, 30, 5501, dtype=torch.float64)
    weights = Categorical(torch.tensor([0.33, 0.67], dtype=torch.float64))
    mean, variance = torch.tensor([[-1, 2], [0.0625, 2]], dtype=torch.float64)
    mixture = MixtureSameFamily(weights, Normal(mean, variance.sqrt()))
    p = mixture.log_prob(x).softmax(0)
    at = torch.tensor([1.0, math.log(2.0)], dtype=torch.float64, requires_grad=True)
    options = {"max_iter": 200, "tolerance_grad": 1e-10, "tolerance_change": 0.0}
    optimizer = torch.optim.LBFGS([at], line_search_fn="strong_wolfe", **options)

    def loss():
        return divergence.divergence(p, Normal(at[0], at[1].exp()).log_prob(x).softmax(0))

    def closure():
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    optimizer.step(closure)
    return loss().item(), at[0].item(), at[1].exp().item()


def bound_gap() -> float:
    """The largest gap between a divergence and its bound at T*, over ratios 1e-6 to 1e6."""
    p = torch.logspace(-6, 0, 61, dtype=torch.float64)
    p, q = p / p.sum(), p.flip(0) / p.sum()
    gaps = [
        (each.bound(p, q, each.optimal_critic(p / q)) / each.divergence(p, q) - 1).abs().item()
        for each in F_DIVERGENCES.values()
    ]
    return max(gaps)


def main() -> bool:
    reached = []
    for key, optimum in OPTIMA.items():
        found = nearest_gaussian(F_DIVERGENCES[key])
        for name, value, truth in zip(("D", "mean", "std"), found, optimum, strict=True):
            inside = abs(value - truth) <= 1e-4
            target = f"{truth} ± 1e-4"
            reached.append(row(f"{key}: {name} of the nearest Gaussian", value, target, inside))
    gap = bound_gap()
    reached.append(row("bound at T* off by, relative, worst of 11", gap, "<= 1e-12", gap <= 1e-12))
    return all(reached)


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
