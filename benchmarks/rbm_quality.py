"""Quality of the RBMs against exact values: likelihoods, AIS, Gaussian fixed points.

python benchmarks/rbm_quality.py [--seeds 3] [--only small|twenty|large|gaussian]
"""

import argparse
import statistics

import torch
from report import row, spread

from genedu.data import load
from genedu.evaluation import binary_states
from genedu.models import RBM, GaussianGaussianRBM
from genedu.models.gaussian_rbm import gaussian_fixed_point
from genedu.training import fit


def small(seeds) -> list[bool]:
    """log Z of small machines: over h, over v, and by annealing."""
    over_layers, in_errors, in_nats = [], [], []
    for seed in seeds:
        torch.manual_seed(seed)
        rbm = RBM(12, 9).double()
        with torch.no_grad():
            for parameter in rbm.parameters():
                parameter.normal_()
            exact = rbm.log_partition().item()  # the smaller layer, h, state by state
            other = torch.logsumexp(-rbm.free_energy(_states(12)), 0).item()
        over_layers.append(abs(exact - other))
        generator = torch.Generator().manual_seed(seed)
        ais = rbm.estimate_log_partition(num_chains=500, generator=generator)
        in_errors.append(abs(ais.value - exact) / ais.standard_error)
        in_nats.append(abs(ais.value - exact))
    worst = max(over_layers)
    return [
        row("log Z over h against over v, worst, nats", worst, "<= 1e-9", worst <= 1e-9),
        row(
            "AIS off by, in its standard errors, worst",
            max(in_errors),
            "<= 3",
            max(in_errors) <= 3,
        ),
        row("AIS off by, worst, nats", max(in_nats), "<= 0.1", max(in_nats) <= 0.1),
    ]


def _states(num: int):
    return binary_states(num, dtype=torch.float64)


def _log_odds(x):
    mean = x.mean(0).clamp(0.01, 0.99)
    return (mean / (1 - mean)).log()


def _trained(train, hidden, method, seed, *, steps, batch_size, lr):
    torch.manual_seed(seed)
    rbm = RBM(784, hidden, method=method)
    with torch.no_grad():
        rbm.visible_bias.copy_(_log_odds(train))  # start at the pixels' own frequencies
    fit(
        rbm,
        train,
        steps=steps,
        batch_size=batch_size,
        lr=lambda step: lr * min(1.0, 2 * (1 - step / steps)) + 1e-6,
        seed=seed,
        optimizer="sgd",
    )
    return rbm


def twenty(seeds) -> list[bool]:
    """784-20 on 4,000 digits, 100 epochs: exact log-likelihood of 1,000 others."""
    x = load("mnist", size=5000).binarized().flattened().x
    train, test = x[:4000], x[4000:]
    found = {"pcd": [], "cd": []}
    for seed in seeds:
        for method, values in found.items():
            rbm = _trained(train, 20, method, seed, steps=20_000, batch_size=20, lr=0.05)
            with torch.no_grad():
                values.append(rbm.log_prob(test).mean().item())
    pcd, gap = (
        statistics.median(found["pcd"]),
        min(a - b for a, b in zip(found["pcd"], found["cd"], strict=True)),
    )
    return [
        row(
            "RBM 784-20 PCD-1, exact test log-likelihood, nats",
            pcd,
            ">= -151",
            pcd >= -151,
            spread(found["pcd"]),
        ),
        row(
            "  above CD-1, least over the seeds, nats",
            gap,
            ">= 12",
            gap >= 12,
            f"CD-1: {spread(found['cd'])}",
        ),
    ]


def large(seeds) -> list[bool]:
    """784-256 by PCD-1: log-likelihood of 1,000 test digits by annealing."""
    train = load("mnist").binarized().flattened().x
    test = load("mnist", split="test").binarized().flattened().x
    values, errors = [], []
    for seed in seeds:
        rbm = _trained(train, 256, "pcd", seed, steps=60_000, batch_size=50, lr=0.05)
        ais = rbm.estimate_log_partition(
            num_chains=1500,
            num_betas=10_000,
            base_bias=_log_odds(train),
            generator=torch.Generator().manual_seed(seed),
        )
        with torch.no_grad():
            values.append(-rbm.free_energy(test).mean().item() - ais.value)
        errors.append(ais.standard_error)
        print(f"  seed {seed}: {values[-1]:.2f} nats, standard error {errors[-1]:.3f}", flush=True)
    middle = statistics.median(values)
    return [
        row(
            "RBM 784-256 PCD-1, AIS test log-likelihood, nats",
            middle,
            ">= -104",
            middle >= -104,
            spread(values),
        ),
        row("  relative standard error of Z, worst", max(errors), "< 0.3", max(errors) < 0.3),
    ]


def gaussian(seeds) -> list[bool]:
    """Singular values of Gaussian-Gaussian RBMs against √(1-σ²/λ)."""
    eigenvalues, std = torch.tensor([4.0, 2.0, 1.2, 0.3]), 0.8
    truth = gaussian_fixed_point(eigenvalues, std, 3)
    exact, sampled = [], []
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        turn = torch.linalg.qr(torch.randn(4, 4, generator=generator)).Q
        covariance = (turn * eigenvalues) @ turn.T
        weight = 0.1 * torch.randn(4, 3, generator=generator)
        for _ in range(20_000):  # the exact dynamics of CD-1: covariances in place of samples
            # h = Wᵀv/σ + noise, v' = σ(Wh + noise), with σ_h = 1 and σ = visible_std
            after = weight @ (weight.T @ covariance @ weight / std**2 + torch.eye(3)) @ weight.T
            after = std**2 * (after + torch.eye(4))
            weight = weight + 0.02 * (covariance - after) @ weight / std**2
        exact.append((torch.linalg.svdvals(weight) - truth).abs().max().item())
        raw = torch.randn(20_000, 4, generator=generator)
        raw = (raw - raw.mean(0)) @ torch.linalg.inv(
            torch.linalg.cholesky(raw.T.cov(correction=0))
        ).T
        data = raw * eigenvalues.sqrt() @ turn.T
        torch.manual_seed(seed)
        rbm, kept = GaussianGaussianRBM(4, 3, visible_std=std), []
        fit(
            rbm,
            data,
            steps=8000,
            batch_size=2000,
            lr=lambda step: 0.02 if step < 3000 else 0.003,
            seed=seed,
            optimizer="sgd",
            callbacks=[lambda seen, kept=kept: kept.append(seen.model.weight.detach().clone())],
        )
        mean = torch.stack(kept[4000:]).mean(0)
        sampled.append((torch.linalg.svdvals(mean) - truth).abs().max().item())
    worst, worst_sampled = max(exact), max(sampled)
    name = "GGRBM singular values, worst error,"
    return [
        row(f"{name} exact dynamics", worst, "<= 1e-3", worst <= 1e-3),
        row(f"{name} sampled CD-1", worst_sampled, "<= 0.015", worst_sampled <= 0.015),
    ]


PARTS = {"small": small, "twenty": twenty, "large": large, "gaussian": gaussian}


def main() -> bool:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", choices=PARTS, action="append")
    arguments = parser.parse_args()
    done = []
    for name in arguments.only or PARTS:
        done += PARTS[name](range(arguments.seeds))
    return all(done)


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
