"""Speed of an RBM 784-256 CD-1 epoch, batch 100, against scikit-learn and the GEMM floor.

python benchmarks/rbm_speed.py

The floor is the matrix products that CD-1 needs and nothing else, as PyTorch computes them. Two
other libraries are timed beside it, for information: on an AMD processor with AVX-512, oneDNN
takes half the time of the MKL behind `torch.mm`, and no program that calls `torch.mm` can be 2.3
times as fast as scikit-learn.
"""

import statistics
import warnings
from collections.abc import Callable

import numpy as np
import torch
from report import interleaved, ratios, row, spread
from sklearn.neural_network import BernoulliRBM

from genedu.data import load
from genedu.models import RBM
from genedu.training import fit

BATCH, VISIBLE, HIDDEN = 100, 784, 256


def floors() -> dict[str, Callable[[], None]]:
    """The four products of a CD-1 step by each library: up, down, up, both phases at once."""
    weight = torch.rand(VISIBLE, HIDDEN)
    v, h = torch.rand(BATCH, VISIBLE), torch.rand(BATCH, HIDDEN)
    pairs = [(v, weight), (h, weight.T), (v, weight), (torch.cat([v, v]).T, torch.cat([h, h]))]
    products = [(a, b, torch.empty(len(a), b.shape[1])) for a, b in pairs]
    as_numpy = [tuple(each.numpy() for each in product) for product in products]
    # oneDNN has no public call for float32; it wants both operands by rows, given here for free
    by_rows = [(a.contiguous(), b.T.contiguous()) for a, b in pairs]

    def torch_mm():
        for a, b, out in products:
            torch.mm(a, b, out=out)

    def numpy_matmul():
        for a, b, out in as_numpy:
            np.matmul(a, b, out=out)

    def onednn():
        for a, b in by_rows:
            torch.ops.mkldnn._linear_pointwise(a, b, None, "none", [], "")

    found = {"torch.mm": torch_mm, "NumPy matmul": numpy_matmul}
    if torch.backends.mkldnn.is_available():
        found["oneDNN"] = onednn
    return found


def main() -> bool:
    data = load("mnist", size=5000).binarized().flattened().x
    steps = len(data) // BATCH
    pixels = data.numpy()
    torch.manual_seed(0)
    ours = RBM(VISIBLE, HIDDEN)
    theirs = BernoulliRBM(HIDDEN, learning_rate=0.05, batch_size=BATCH, n_iter=1, random_state=0)

    def epoch_of(products):
        return lambda: [products() for _ in range(steps)]

    floor = {f"floor, {name}": epoch_of(products) for name, products in floors().items()}

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
    peers = {"genedu": genedu, "scikit-learn": scikit_learn, **floor}
    for threads, clock in ((1, "cpu"), (2, "wall")):
        times = interleaved(peers, threads=threads)
        medians = {name: statistics.median(each[clock]) for name, each in times.items()}
        for name, median in medians.items():
            print(
                f"{name:<20} {median * 1000:8.1f} ms an epoch ({clock} time, {threads} thread(s))"
            )
        if any(max(each[clock]) > 2 * min(each[clock]) for each in times.values()):
            print("a slowest round took over twice the fastest: machine busy, no verdict holds")
            done.append(False)
        gain = ratios(times, "scikit-learn", "genedu", clock)
        over = ratios(times, "genedu", "floor, torch.mm", clock)
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
