"""Speed of an RBM 784-256 CD-1 epoch, batch 100, against scikit-learn and the GEMM floor.

python benchmarks/rbm_speed.py
"""

import statistics
import warnings

import torch
from report import interleaved, ratios, row, spread
from sklearn.neural_network import BernoulliRBM

from genedu.data import load
from genedu.models import RBM
from genedu.training import fit

BATCH, HIDDEN = 100, 256


def main() -> bool:
    data = load("mnist", size=5000).binarized().flattened().x
    steps = len(data) // BATCH
    pixels = data.numpy()
    torch.manual_seed(0)
    ours = RBM(784, HIDDEN)
    theirs = BernoulliRBM(HIDDEN, learning_rate=0.05, batch_size=BATCH, n_iter=1, random_state=0)
    v, h = torch.rand(BATCH, 784), torch.rand(BATCH, HIDDEN)
    to_h, to_v, outer = torch.empty_like(h), torch.empty_like(v), torch.empty(784, HIDDEN)
    weight, both_v, both_h = torch.rand(784, HIDDEN), torch.cat([v, v]), torch.cat([h, h])

    def floor():
        """The matrix products of CD-1 and nothing else: up, down, up, and both phases at once."""
        for _ in range(steps):
            torch.mm(v, weight, out=to_h)
            torch.mm(h, weight.T, out=to_v)
            torch.mm(v, weight, out=to_h)
            torch.mm(both_v.T, both_h, out=outer)

    def genedu():
        fit(
            ours, data, steps=steps, batch_size=BATCH, lr=0.05, optimizer="sgd", progress=False,
            device="cpu",
        )  # fmt: skip

    def scikit_learn():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs.fit(pixels)

    done = []
    for threads, clock in ((1, "cpu"), (2, "wall")):
        peers = {"genedu": genedu, "scikit-learn": scikit_learn, "floor": floor}
        times = interleaved(peers, threads=threads)
        for name in peers:
            median = statistics.median(times[name][clock])
            print(
                f"{name:<14} {median * 1000:8.1f} ms an epoch ({clock} time, {threads} thread(s))"
            )
        gain = ratios(times, "scikit-learn", "genedu", clock)
        over = ratios(times, "genedu", "floor", clock)
        label = f"{clock} time, {threads} thread(s)"
        middle = statistics.median(gain)
        done.append(
            row(
                f"faster than scikit-learn, {label}", middle, ">= 2.3", middle >= 2.3, spread(gain)
            )
        )
        middle = statistics.median(over)
        done.append(
            row(f"over the GEMM floor, {label}", middle, "<= 1.7", middle <= 1.7, spread(over))
        )
    return all(done)


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
