"""Quality of a VAE 784-400-20 on binarised digits: both bounds on examples it has not seen.

python benchmarks/vae_quality.py [--seeds 3]

4,000 digits to learn from and 1,000 others, the same as for the RBM 784-20 (`rbm_quality.py`). The
batch size and the schedule were chosen among six pairs on a third set, the digits 5,000 to 5,999.
"""

import argparse
import statistics

import torch
from report import row, spread

from genedu.data import load
from genedu.evaluation import importance_weighted
from genedu.models import VAE
from genedu.models.networks import mlp_decoder, mlp_encoder
from genedu.training import fit

EPOCHS, BATCH, SAMPLES = 50, 50, 200


def trained(train: torch.Tensor, seed: int) -> VAE:
    """A VAE after 50 epochs of Adam, whose rate falls to 0 in the second half."""
    torch.manual_seed(seed)
    model = VAE(mlp_encoder((784,), 2 * 20), mlp_decoder(20, (784,)), latent_dim=20)
    steps = EPOCHS * (len(train) // BATCH)
    fit(
        model,
        train,
        steps=steps,
        batch_size=BATCH,
        lr=lambda step: 1e-3 * min(1.0, 2 * (1 - step / steps)) + 1e-6,
        seed=seed,
        progress=False,
    )
    return model


@torch.no_grad()
def bounds(model: VAE, test: torch.Tensor, seed: int) -> tuple[float, float, float]:
    """Both bounds of the mean ``log p(x)``, nats, and the standard error of the second."""
    test = test.to(model.device)
    generator = torch.Generator(model.device).manual_seed(seed)
    draws = [model.elbo(test, generator=generator).mean() for _ in range(20)]
    weights = model.log_weights(test, SAMPLES, generator=generator)
    value, error = importance_weighted(weights)
    of_mean = error.square().sum().sqrt() / len(error)
    return torch.stack(draws).mean().item(), value.mean().item(), of_mean.item()


def main() -> bool:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    seeds = range(parser.parse_args().seeds)
    x = load("mnist", size=5000).binarized().flattened().x
    train, test = x[:4000], x[4000:]
    elbos, weighted = [], []
    for seed in seeds:
        elbo, value, error = bounds(trained(train, seed), test, seed)
        elbos.append(-elbo)
        weighted.append(-value)
        print(f"  seed {seed}: -ELBO {-elbo:.2f}, IW-{SAMPLES} {-value:.2f} ± {error:.2f} nats")
    middle, middle_weighted = statistics.median(elbos), statistics.median(weighted)
    gain = min(a - b for a, b in zip(elbos, weighted, strict=True))
    name = "VAE 784-400-20, test digits,"
    done = [
        row(f"{name} -ELBO, nats", middle, "<= 102", middle <= 102, spread(elbos)),
        row(
            f"{name} IW-{SAMPLES}, nats",
            middle_weighted,
            "<= 95",
            middle_weighted <= 95,
            spread(weighted),
        ),
        row("  -ELBO less IW, least over the seeds, nats", gain, "> 0", gain > 0),
    ]
    return all(done)


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
